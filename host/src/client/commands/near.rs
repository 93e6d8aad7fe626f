//! What a script is told of a word that is no command. Knows no line.

use smolchat_core::protocol::Reply;
use smolchat_words::near_of_script;

use super::OWN_NAMES;
use crate::client::render::{first_words, own};
use crate::client::words;

/// What a script is told of a word that is no command.
pub(super) fn unknown(word: &str) -> String {
    let hint = words::hint(near_of_script(word, &OWN_NAMES));
    format!("{} (there is no command \"{}\"{hint})", own(Reply::UnknownCommand), first_words(word))
}

#[cfg(test)]
mod tests {
    use super::*;

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
