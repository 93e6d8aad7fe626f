//! How a person wants to be shown things, and what the terminal can: from the options and the
//! environment. Knows no terminal.

use std::env::VarError;

use crate::client::choices::Attention;

/// What a person wants and a terminal can.
#[derive(Clone, Debug)]
pub(crate) struct Taste {
    /// What rings the bell.
    pub(crate) bell: Attention,
    /// What the desktop is told of (OSC 9).
    pub(crate) notify: Attention,
    /// The terminal's title, without the count of what is unread.
    pub(crate) title: String,
    /// The terminal has a title.
    pub(crate) has_title: bool,
    /// The terminal has colours, and the person wants them.
    pub(crate) has_colours: bool,
    /// The terminal shows characters beyond ASCII.
    pub(crate) has_unicode: bool,
    /// Lines are only appended to the terminal.
    pub(crate) is_plain: bool,
    /// The terminal can do nothing else, and the system edits what is typed.
    pub(crate) is_dumb: bool,
}

impl Taste {
    /// As the environment has it. `is_plain` is an option.
    pub(crate) fn of(
        variable: impl Fn(&str) -> Result<String, VarError>,
        is_plain: bool,
        bell: Attention,
        notify: Attention,
    ) -> Self {
        let value = |name: &str| variable(name).unwrap_or_default();
        let terminal = value("TERM");
        let is_dumb = matches!(&*terminal, "" | "dumb");
        // POSIX, "Environment Variables": the first of these that is set counts.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(value);
        let locale = locale.into_iter().find(|locale| !locale.is_empty()).unwrap_or_default();
        let charset = locale.to_ascii_lowercase().replace('-', "");
        Taste {
            bell,
            notify,
            title: String::new(),
            has_title: !is_dumb && !is_plain && !matches!(&*terminal, "linux" | "vt100" | "vt220"),
            // no-color.org: whatever its value.
            has_colours: !is_dumb && value("NO_COLOR").is_empty(),
            has_unicode: charset.contains("utf8"),
            is_plain: is_plain || is_dumb,
            is_dumb,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taste(variables: &[(&str, &str)]) -> Taste {
        let variable = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
        };
        Taste::of(variable, false, Attention::Direct, Attention::Off)
    }

    #[test]
    fn colours_come_where_the_terminal_has_them_and_nobody_minds() {
        assert!(taste(&[("TERM", "xterm")]).has_colours);
        assert!(!taste(&[("TERM", "xterm"), ("NO_COLOR", "1")]).has_colours);
        let dumb = taste(&[("TERM", "dumb")]);
        assert!(!dumb.has_colours && dumb.is_plain && !dumb.has_title);
        assert!(taste(&[]).is_plain);
        assert!(!taste(&[("TERM", "linux")]).has_title);
    }

    #[test]
    fn the_first_locale_that_is_set_says_what_the_terminal_shows() {
        for (variables, expected) in [
            (&[("LANG", "C.UTF-8")][..], true),
            (&[("LANG", "de_DE.utf8")], true),
            (&[("LANG", "C.UTF-8"), ("LC_ALL", "C")], false),
            (&[("LANG", "C"), ("LC_CTYPE", "C.UTF-8")], true),
            (&[], false),
        ] {
            assert_eq!(taste(variables).has_unicode, expected, "{variables:?}");
        }
    }
}
