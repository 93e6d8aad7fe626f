//! The keys of the last `keys`: each is told in one row with a number, and taken back by it or by
//! its fingerprint. Whatever the server's list is by then, the key that was shown is meant.

use std::time::Instant;

use smolchat_core::protocol::{Request, parse_key};
use smolchat_ssh::Fingerprint;

use super::Session;
use crate::client::shown::Shown;

impl Session {
    /// Another list begins.
    pub(super) fn forget_keys(&mut self) {
        self.keys.clear();
    }

    /// Tells a person of a key that stands in `text`. Answers whether there is one.
    pub(super) fn say_key(&mut self, text: &str) -> bool {
        let Some(key) = parse_key(text).filter(|_| self.config.is_interactive) else {
            return false;
        };
        self.keys.push(key);
        self.say(format!("{} {}", self.keys.len(), Fingerprint::of(&key)));
        true
    }

    /// The fingerprints of the keys that were told.
    pub(super) fn fingerprints(&self) -> Vec<String> {
        self.keys.iter().map(|key| Fingerprint::of(key).to_string()).collect()
    }

    /// Takes back the key that this number or fingerprint names.
    pub(super) fn remove_key(&mut self, now: Instant, which: &str) {
        let at = match which.parse::<usize>() {
            Ok(number) => number.checked_sub(1),
            Err(_) => self.fingerprints().iter().position(|told| told == which),
        };
        match at.and_then(|at| self.keys.get(at)).copied() {
            Some(key) => self.handle_typed_request(now, &Request::RemoveKey { key }),
            None => self.answer(Shown::Refused(
                "there is no such key in a list above; /keys lists yours, with numbers".to_owned(),
            )),
        }
    }
}
