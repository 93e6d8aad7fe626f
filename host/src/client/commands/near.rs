//! Which command a word was meant as that is none. Knows no line.

use smolchat_core::protocol::Reply;

use super::{ALIASES, forms};
use crate::client::render::{first_words, own};
use crate::client::slip::is_one_slip;
use crate::client::words;

/// Shorter names are too much alike to be taken for a slip.
const SLIP: usize = 3;

/// The command, or another name of one, that a person meant behind a `/`. Of some only the
/// beginning was typed.
pub(crate) fn near_of_person(word: &str) -> Option<&'static str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let is_equal = |name: &&str| name.chars().eq(word.iter().copied());
    let is_slip = |name: &&str| {
        let name: Vec<char> = name.chars().collect();
        name.len() >= SLIP && is_one_slip(&word, &name)
    };
    let word_is_begun =
        |name: &&str| word.len() > 1 && name.chars().take(word.len()).eq(word.iter().copied());
    names().find(is_equal).or_else(|| names().find(is_slip)).or_else(|| names().find(word_is_begun))
}

/// The command that a script meant. A script has none of those that turn plain text.
fn near_of_script(word: &str) -> Option<&'static str> {
    let near = near_of_person(word)?;
    let alias = ALIASES.iter().find(|(alias, _)| *alias == near);
    match alias.map_or(near, |(_, command)| command) {
        "to" => Some("message"),
        "all" | "say" => Some("broadcast"),
        "r" | "presence" => None,
        command => Some(command),
    }
}

/// What a script is told of a word that is no command.
pub(super) fn unknown(word: &str) -> String {
    let hint = words::hint(near_of_script(word));
    format!("{} (there is no command \"{}\"{hint})", own(Reply::UnknownCommand), first_words(word))
}

fn names() -> impl Iterator<Item = &'static str> {
    forms().map(|form| form.name).chain(ALIASES.iter().map(|(alias, _)| *alias))
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
            ("dance", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(near_of_person(word), meant, "{word}");
        }
    }

    #[test]
    fn a_script_is_told_the_word_and_the_command_of_scripts() {
        for (word, hint) in [
            ("dance", ""),
            ("mesage", "; did you mean \"message\"?"),
            ("quit", "; did you mean \"logout\"?"),
            ("tell", "; did you mean \"message\"?"),
            ("say", "; did you mean \"broadcast\"?"),
            ("presence", ""),
        ] {
            let told = format!("unknown command, try help (there is no command \"{word}\"{hint})");
            assert_eq!(unknown(word), told);
        }
        assert!(unknown(&"x".repeat(16 * 1024)).len() < 200, "a long word is told by its first");
    }
}
