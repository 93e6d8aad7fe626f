//! What a word was meant as that is none: a command behind a `/`, or the name of a user.
//! Knows no line.

use crate::slip::{is_one_slip, is_same};
use crate::table::{ALIASES, names};

/// In other chats it tells what its user does. It is no beginning of `message`.
const ACTION: &str = "me";
/// Shorter commands are too much alike to be taken for a slip.
const SHORT_COMMAND: usize = 3;
/// Behind the refusal of a shorter name no other is told that differs by a slip.
const SHORT_NAME: usize = 3;
/// In a text a shorter word is no slip of a name.
const SHORT_WORD: usize = 5;

/// The command, or another name of one, that a person meant behind a `/`. Of some only the
/// beginning was typed. `own` are commands of this client beside those of the protocol.
pub fn near(word: &str, own: &[&'static str]) -> Option<&'static str> {
    let is_equal = |name: &&str| is_same(word, name);
    let is_slip = |name: &&str| name.len() >= SHORT_COMMAND && is_one_slip(word, name);
    let is_begun = |name: &&str| {
        let beginning = name.get(..word.len());
        word.len() > 1
            && word != ACTION
            && beginning.is_some_and(|beginning| is_same(word, beginning))
    };
    let names = || names(own);
    names().find(is_equal).or_else(|| names().find(is_slip)).or_else(|| names().find(is_begun))
}

/// The command that a script meant. A script has none of those that turn plain text.
pub fn near_of_script(word: &str, own: &[&'static str]) -> Option<&'static str> {
    let near = near(word, own)?;
    let alias = ALIASES.iter().find(|(alias, _)| *alias == near);
    match alias.map_or(near, |(_, command)| command) {
        "to" => Some("message"),
        "all" | "say" => Some("broadcast"),
        "r" | "presence" => None,
        command => Some(command),
    }
}

/// The name that may be meant by `typed`, which nobody has: it differs in capitals, or else by one
/// slip of the finger. None if somebody has just this name.
pub fn near_name<'n>(typed: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    if names.clone().any(|name| name == typed) {
        return None;
    }
    same_or_slip(typed, names, SHORT_NAME)
}

/// The name that a word of a text is: just this one, or else but for its capitals, or for one slip
/// in a long word.
pub fn meant_name<'n>(word: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let exact = names.clone().find(|name| *name == word);
    exact.or_else(|| same_or_slip(word, names, SHORT_WORD))
}

fn same_or_slip<'n>(
    word: &str,
    mut names: impl Iterator<Item = &'n str> + Clone,
    shortest: usize,
) -> Option<&'n str> {
    let is_long = word.chars().nth(shortest - 1).is_some();
    let same = names.clone().find(|name| is_same(word, name));
    same.or_else(|| names.find(|name| is_long && is_one_slip(word, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_the_command_that_a_slip_was_meant_as() {
        for (word, meant) in [
            ("quti", Some("quit")),
            ("QUIT", Some("quit")),
            ("hisotry", Some("history")),
            ("pign", Some("ping")),
            ("al", Some("all")),
            ("pres", Some("presence")),
            ("privat", Some("private")),
            ("mes", Some("message")),
            ("me", None),
            ("dance", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(near(word, &["private"]), meant, "{word}");
        }
    }

    #[test]
    fn a_script_is_told_a_command_of_scripts() {
        for (word, meant) in [
            ("mesage", Some("message")),
            ("quit", Some("logout")),
            ("tell", Some("message")),
            ("say", Some("broadcast")),
            ("presence", None),
            ("dance", None),
        ] {
            assert_eq!(near_of_script(word, &[]), meant, "{word}");
        }
    }

    #[test]
    fn a_word_is_a_name_whatever_its_capitals_and_with_a_slip_if_it_is_long() {
        let names = ["lando", "yoda", "Yoda"];
        for (word, name) in [
            ("Yoda", Some("Yoda")),
            ("YODA", Some("yoda")),
            ("LANDO", Some("lando")),
            ("lnado", Some("lando")),
            ("yoad", None),
            ("land", None),
            ("", None),
        ] {
            assert_eq!(meant_name(word, names.into_iter()), name, "{word}");
        }
    }

    #[test]
    fn a_name_is_near_by_capitals_before_it_is_by_a_slip() {
        for (typed, expected) in [
            ("YODA", Some("Yoda")),
            ("yoa", Some("Yoda")),
            ("darth", None),
            ("x3", None),
            ("yoda", None),
            ("X2", Some("x2")),
            ("", None),
        ] {
            let names = ["Yoda", "vader", "x2", "yoda"];
            assert_eq!(near_name(typed, names.into_iter()), expected, "{typed}");
        }
        let names = ["yodas", "Yoda", "yodai"];
        assert_eq!(near_name("yoda", names.into_iter()), Some("Yoda"));
    }
}
