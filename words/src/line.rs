//! How a line begins: its first word, and what nobody sees before it. Knows no command.

use smolchat_core::protocol::Class;

/// Spaces that are none, and characters that nobody sees.
pub(crate) fn is_unseen(c: char) -> bool {
    matches!(Class::of(c), Some(Class::Blank | Class::Unseen | Class::Joiner | Class::Turn))
}

/// A word without what may stand behind it in a sentence.
pub(crate) fn trimmed(word: &str) -> &str {
    word.trim_end_matches([':', ','])
}

/// A line up to its first space.
pub fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}
