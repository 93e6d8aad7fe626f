//! Whose accounts a server has appended while its file was read again: what was read does not have
//! them. Knows names.

use heapless::{String, Vec};
use smolchat_core::protocol::NAME_MAX;

/// So many may be appended meanwhile. It takes a thread seconds to make as many hashes.
const TOUCHED: usize = 64;

/// Names, as long as they are few.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    names: Vec<String<NAME_MAX>, TOUCHED>,
    /// There were more.
    more: bool,
}

impl Touched {
    pub(super) fn note(&mut self, name: &str) {
        if self.has(name) != Some(false) {
            return;
        }
        let name = String::try_from(name).ok();
        self.more |= name.and_then(|name| self.names.push(name).ok()).is_none();
    }

    /// Whether the name is one of them; none where there were too many.
    pub(super) fn has(&self, name: &str) -> Option<bool> {
        (!self.more).then(|| self.names.iter().any(|other| other == name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_names_are_remembered_and_with_one_more_nobody_knows() {
        let mut touched = Touched::default();
        let name = |number: usize| format!("user{number}");
        for number in (0..TOUCHED).chain([0]) {
            touched.note(&name(number));
        }
        assert_eq!((touched.has("user63"), touched.has("user64")), (Some(true), Some(false)));
        touched.note(&name(TOUCHED));
        assert_eq!((touched.has("user63"), touched.has("user65")), (None, None));
    }
}
