//! The user names seen so far, for completion. The event loop, which learns them, and the line
//! editor share them.
//! Knows `protocol`'s names: a word that cannot be a name is not offered.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use smolchat_core::protocol::check_user_name;

/// Names kept at most; a server may have more users than anybody completes.
const CAPACITY: usize = 4096;

/// User names in order.
#[derive(Debug, Default)]
pub(crate) struct Names(Mutex<BTreeSet<String>>);

impl Names {
    /// Somebody of this name exists.
    pub(crate) fn learn(&self, name: &str) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() < CAPACITY && check_user_name(name).is_ok() {
            names.insert(name.to_owned());
        }
    }

    /// Every known name that begins with `prefix`.
    pub(crate) fn beginning_with(&self, prefix: &str) -> Vec<String> {
        let names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let from = names.range(prefix.to_owned()..);
        from.take_while(|name| name.starts_with(prefix)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_beginning_in_order() {
        let names = Names::default();
        for name in ["vader", "yoda", "valorum", "yoda", "", "va\u{202e}", "va\u{200b}"] {
            names.learn(name);
        }
        assert_eq!(names.beginning_with("va"), ["vader", "valorum"]);
        assert_eq!(names.beginning_with(""), ["vader", "valorum", "yoda"]);
        assert!(names.beginning_with("z").is_empty());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let names = Names::default();
        for i in 0..CAPACITY + 10 {
            names.learn(&format!("user{i}"));
        }
        assert_eq!(names.beginning_with("").len(), CAPACITY);
    }
}
