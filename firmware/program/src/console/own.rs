//! What the board itself is asked at the console, beside what every operator may say.
//! Knows no setting.

/// What somebody asks of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own<'a> {
    /// What may be said.
    Help,
    /// All settings.
    Settings,
    /// A setting.
    Set {
        /// Which.
        name: &'a str,
        /// What it is to be.
        value: &'a str,
    },
    /// The fingerprint of the key for SSH.
    Fingerprint,
    /// Where the board is found.
    Address,
    /// Whether the log is told.
    Log(bool),
    /// A goodbye to everybody, and a new start.
    Restart,
}

/// The forms, and what they do.
pub(super) static FORMS: &[(&str, &str)] = &[
    ("settings", "what the board is, and what it is from the next start on"),
    ("set <setting> <value|default>", "change a setting"),
    ("address", "where the board is found"),
    ("fingerprint", "the fingerprint of its key for SSH"),
    ("log <on|off>", "tell here what happens"),
    ("restart", "say goodbye to everybody and start again"),
    ("help", "these lines"),
];

impl<'a> Own<'a> {
    /// Reads a line; `None` if its first word is none of the board's own.
    ///
    /// # Errors
    /// The form that it should have.
    pub(super) fn parse(line: &'a str) -> Option<Result<Self, &'static str>> {
        let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim_matches(' ');
        let alone = |own| rest.is_empty().then_some(own);
        let (row, own) = match first {
            "settings" => (0, alone(Own::Settings)),
            "set" => (1, set(rest)),
            "address" => (2, alone(Own::Address)),
            "fingerprint" => (3, alone(Own::Fingerprint)),
            "log" => (4, log(rest)),
            "restart" => (5, alone(Own::Restart)),
            "help" => (6, alone(Own::Help)),
            _ => return None,
        };
        Some(own.ok_or(FORMS[row].0))
    }
}

fn set(rest: &str) -> Option<Own<'_>> {
    let (name, value) = rest.split_once(' ')?;
    Some(Own::Set { name, value: value.trim_start_matches(' ') })
}

fn log(rest: &str) -> Option<Own<'static>> {
    match rest {
        "on" => Some(Own::Log(true)),
        "off" => Some(Own::Log(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_boards_own_is_read_and_a_wrong_form_is_named() {
        for (line, own) in [
            ("help", Own::Help),
            ("settings", Own::Settings),
            ("set port 4001", Own::Set { name: "port", value: "4001" }),
            ("set  address  a/1  b", Own::Set { name: "address", value: "a/1  b" }),
            ("fingerprint", Own::Fingerprint),
            ("address", Own::Address),
            ("log on", Own::Log(true)),
            ("log off", Own::Log(false)),
            ("restart", Own::Restart),
        ] {
            assert_eq!(Own::parse(line), Some(Ok(own)), "{line}");
        }
        for (line, row) in [
            ("settings all", 0),
            ("set", 1),
            ("set port", 1),
            ("address x", 2),
            ("fingerprint x", 3),
            ("log", 4),
            ("log yes", 4),
            ("restart now", 5),
            ("help me", 6),
        ] {
            assert_eq!(Own::parse(line), Some(Err(FORMS[row].0)), "{line}");
        }
        for line in ["user list", "HELP", "sets a b", "status"] {
            assert_eq!(Own::parse(line), None, "{line}");
        }
    }
}
