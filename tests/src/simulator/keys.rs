//! Which keys open whose account, as far as its user can know. A change that was confirmed is
//! certain, whatever breaks. One without a reply may have been made, or may still be.
//! Knows no line.

use smolchat_core::protocol::{Reply, Request, parse_key};

use super::person::Person;
use super::talk::{Asked, Scene};

/// The keys of each user.
pub(super) const COUNT: usize = 3;

/// Whether each of a user's keys opens its account; `None` if nobody knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keys([Option<bool>; COUNT]);

impl Default for Keys {
    fn default() -> Self {
        Keys([Some(false); COUNT])
    }
}

impl Keys {
    /// Whether any of them may open the account.
    pub(super) fn may_open(&self) -> bool {
        self.0.iter().any(|known| *known != Some(false))
    }
}

/// A change of a key that was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    key: usize,
    is_added: bool,
    /// What was known before.
    before: Option<bool>,
}

/// The key of that number. One of zeros alone is refused.
fn bytes(key: usize) -> [u8; 32] {
    [key as u8 + 1; 32]
}

impl Person {
    /// Adds a key or takes one back, if the reply to the last change is there.
    pub(super) fn change_key(&mut self, scene: &mut Scene<'_>) {
        if self.asked.iter().any(|asked| matches!(asked, Asked::Key(_))) {
            return;
        }
        let (key, is_added) = (scene.chance.below(COUNT), scene.chance.below(3) > 0);
        self.ask_for_change(scene, key, is_added);
    }

    /// Takes back one that may open the account, if the reply to the last change is there.
    pub(super) fn remove_keys(&mut self, scene: &mut Scene<'_>) {
        if self.asked.iter().any(|asked| matches!(asked, Asked::Key(_))) {
            return;
        }
        let known = scene.records.keys[self.number].0;
        if let Some(key) = known.iter().position(|known| *known != Some(false)) {
            self.ask_for_change(scene, key, false);
        }
    }

    fn ask_for_change(&mut self, scene: &mut Scene<'_>, key: usize, is_added: bool) {
        let before = scene.records.keys[self.number].0[key].take();
        let bytes = bytes(key);
        let request = match is_added {
            true => Request::AddKey { key: bytes },
            false => Request::RemoveKey { key: bytes },
        };
        self.ask(scene, &request, Asked::Key(Change { key, is_added, before }));
    }

    /// The reply to a change of a key.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn hear_key(
        &self,
        scene: &mut Scene<'_>,
        Change { key, is_added, before }: Change,
        reply: &Reply<'_>,
        line: &str,
    ) -> Result<(), String> {
        let known = &mut scene.records.keys[self.number].0[key];
        let is_possible = |state| before.is_none_or(|before| before == state);
        *known = match reply {
            Reply::KeyAdded if is_added && is_possible(false) => Some(true),
            Reply::KeyAddedAlready if is_added && is_possible(true) => Some(true),
            Reply::KeyRemoved if !is_added && is_possible(true) => Some(false),
            Reply::NoSuchKey if !is_added && is_possible(false) => Some(false),
            Reply::KeyWait { .. } | Reply::StoreFull | Reply::NotStored => before,
            Reply::KeysFull | Reply::KeyQuota { .. } if is_added => before,
            _ => {
                return Err(format!(
                    "u{}: key {key}, added {is_added}, known {before:?}: {line}",
                    self.number
                ));
            }
        };
        Ok(())
    }

    /// A key that was told.
    pub(super) fn hear_of_key(told: &mut [bool; COUNT], text: &str) -> Result<(), String> {
        let key = parse_key(text).and_then(|key| (0..COUNT).find(|&at| bytes(at) == key));
        match key.map(|key| std::mem::replace(&mut told[key], true)) {
            Some(false) => Ok(()),
            _ => Err(format!("nobody added this key, or it is told twice: {text}")),
        }
    }

    /// All keys were told.
    ///
    /// # Errors
    /// One is missing, or is there that was removed.
    pub(super) fn check_keys(&self, scene: &Scene<'_>, told: [bool; COUNT]) -> Result<(), String> {
        let known = scene.records.keys[self.number].0;
        let is_so = known.iter().zip(told).all(|(known, told)| known.is_none_or(|is| is == told));
        match is_so {
            true => Ok(()),
            false => Err(format!("u{} has the keys {known:?}, and hears {told:?}", self.number)),
        }
    }
}
