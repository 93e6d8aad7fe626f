//! The user names seen so far, for completion and for hints.
//! Knows `protocol`'s names: a word that cannot be a name is not offered.

use std::collections::BTreeSet;

use smolchat_core::protocol::check_user_name;
use smolchat_words::meant_name;

/// Names kept at most; a server may have more users than anybody completes.
const CAPACITY: usize = 4096;

/// User names in order.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeSet<String>);

impl Names {
    /// Somebody of this name exists.
    pub(crate) fn learn(&mut self, name: &str) {
        if self.0.len() < CAPACITY && check_user_name(name).is_ok() {
            self.0.insert(name.to_owned());
        }
    }

    /// Whether somebody of this name was heard of.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// The known name that `word` is but for its capitals, or for one slip in a long word.
    pub(crate) fn meant(&self, word: &str) -> Option<&str> {
        meant_name(word, self.iter())
    }

    /// Every known name, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(String::as_str)
    }

    /// Every known name that begins with `prefix`.
    pub(crate) fn beginning_with(&self, prefix: &str) -> Vec<String> {
        let from = self.0.range(prefix.to_owned()..);
        from.take_while(|name| name.starts_with(prefix)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_beginning_in_order() {
        let mut names = Names::default();
        for name in ["vader", "yoda", "valorum", "yoda", "", "va\u{202e}", "va\u{200b}"] {
            names.learn(name);
        }
        assert_eq!(names.beginning_with("va"), ["vader", "valorum"]);
        assert_eq!(names.beginning_with(""), ["vader", "valorum", "yoda"]);
        assert!(names.beginning_with("z").is_empty());
    }

    #[test]
    fn a_word_is_meant_as_a_name_whatever_its_capitals_and_with_a_slip_in_a_long_one() {
        let mut names = Names::default();
        ["Lando", "ben", "yoda"].iter().for_each(|name| names.learn(name));
        for (word, meant) in [
            ("lando", Some("Lando")),
            ("LADNO", Some("Lando")),
            ("yoda", Some("yoda")),
            ("be", None),
            ("yda", None),
            ("", None),
        ] {
            assert_eq!(names.meant(word), meant, "{word}");
        }
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut names = Names::default();
        for i in 0..CAPACITY + 10 {
            names.learn(&format!("user{i}"));
        }
        assert_eq!(names.beginning_with("").len(), CAPACITY);
    }
}
