//! The store's entries of users who have no account any more: their names, and how many entries
//! there are. Works at the start only, so it may allocate.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use smolchat_core::store::Entry;

use super::store_error::HostStoreError;

/// Names that are told before the rest is only counted.
const NAMES_TOLD: usize = 5;

/// Messages, blocks and keys that name somebody without an account, and all names of those who have
/// one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ownerless {
    /// By receiver and number: whose account is gone.
    messages: BTreeMap<(String, u64), String>,
    /// By who blocks and who is blocked: the same.
    blocks: BTreeMap<(String, String), String>,
    /// By user and key: the same.
    keys: BTreeMap<(String, [u8; 32]), String>,
    known: BTreeSet<String>,
    /// By name: the number below which texts are an account's that an operator removed.
    removed: BTreeMap<String, u64>,
    /// Something in the store names them, over or not.
    is_any: bool,
}

impl Ownerless {
    /// Notes an entry, in the order in which the store replays them. `is_known` says whether a name
    /// has an account.
    pub(super) fn note(&mut self, entry: &Entry<'_>, is_known: impl Fn(&str) -> bool) {
        match *entry {
            Entry::AccountRemoved { user, before, .. } => self.note_removal(user, before.0),
            Entry::Ban { .. } | Entry::Unban { .. } => {}
            Entry::Delivery { id, to, .. } if self.is_removed(to, id.0) => {}
            Entry::Delivery { id, from, to, .. } => {
                // What a removed user said is delivered nevertheless.
                let from = if self.is_removed(from, id.0) { to } else { from };
                if let Some(gone) = self.gone([to, from], is_known) {
                    self.messages.insert((to.to_owned(), id.0), gone);
                }
            }
            Entry::Released { to, id } | Entry::Expired { to, id } => {
                self.is_any |= !is_known(to);
                if !self.messages.is_empty() {
                    self.messages.retain(|(receiver, number), _| receiver != to || *number > id.0);
                }
            }
            Entry::Block { blocker, blocked, .. } => {
                if let Some(gone) = self.gone([blocker, blocked], is_known) {
                    self.blocks.insert((blocker.to_owned(), blocked.to_owned()), gone);
                }
            }
            Entry::Unblock { blocker, blocked } => {
                self.is_any |= !is_known(blocker) || !is_known(blocked);
                self.blocks.remove(&(blocker.to_owned(), blocked.to_owned()));
            }
            Entry::Key { user, key, .. } => {
                if let Some(gone) = self.gone([user, user], is_known) {
                    self.keys.insert((user.to_owned(), *key), gone);
                }
            }
            Entry::KeyRemoved { user, key } => {
                self.is_any |= !is_known(user);
                self.keys.remove(&(user.to_owned(), *key));
            }
            // It is deleted, too, and nobody was promised to hear it.
            Entry::Broadcast { from, .. } => self.is_any |= !is_known(from),
            Entry::Account { .. } | Entry::Reserved { .. } => {}
        }
    }

    /// An operator removed the account: nobody owns what was kept for it, or is asked about it.
    fn note_removal(&mut self, user: &str, before: u64) {
        let known = self.removed.entry(user.to_owned()).or_default();
        *known = before.max(*known);
        self.messages.retain(|(to, id), _| to != user || *id >= before);
        self.blocks.retain(|(blocker, blocked), _| blocker != user && blocked != user);
        self.keys.retain(|(owner, _), _| owner != user);
    }

    fn is_removed(&self, name: &str, id: u64) -> bool {
        self.removed.get(name).is_some_and(|before| id < *before)
    }

    /// The first of two names that has no account.
    fn gone(&mut self, names: [&str; 2], is_known: impl Fn(&str) -> bool) -> Option<String> {
        let gone = names.into_iter().find(|name| !is_known(name)).map(str::to_owned);
        self.is_any |= gone.is_some();
        for name in names.into_iter().filter(|name| is_known(name)) {
            if !self.known.contains(name) {
                self.known.insert(name.to_owned());
            }
        }
        gone
    }

    /// Whether anything in the store names them, be it over.
    pub(super) fn is_any(&self) -> bool {
        self.is_any
    }

    /// How many users the store keeps something for who have no account, and how many it names who
    /// have one.
    fn users(&self) -> (usize, usize) {
        (self.names().len(), self.known.len())
    }

    /// Whether all of it may be deleted. More users without an account than with one look like
    /// another accounts file. Promises to so many users are not thrown away for a name on a command
    /// line, unless they `may` be.
    ///
    /// # Errors
    /// It may not.
    pub(super) fn check(&self, may: bool) -> Result<(), HostStoreError> {
        let (gone, known) = self.users();
        if may || gone <= known {
            Ok(())
        } else {
            Err(HostStoreError::OtherAccounts { gone, known })
        }
    }

    fn names(&self) -> BTreeSet<&str> {
        let messages = self.messages.values().chain(self.blocks.values());
        messages.chain(self.keys.values()).map(String::as_str).collect()
    }
}

/// How much it is, and whose: nothing where it is nothing.
impl fmt::Display for Ownerless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [messages, blocks, keys] = [self.messages.len(), self.blocks.len(), self.keys.len()];
        let names = self.names();
        if names.is_empty() {
            return Ok(());
        }
        let told: Vec<_> = names.iter().take(NAMES_TOLD).copied().collect();
        match keys {
            0 => write!(f, "{messages} messages and {blocks} blocks of ")?,
            _ => write!(f, "{messages} messages, {blocks} blocks and {keys} keys of ")?,
        }
        f.write_str(&told.join(", "))?;
        match names.len() - told.len() {
            0 => Ok(()),
            more => write!(f, " and {more} others"),
        }
    }
}

#[cfg(test)]
mod tests {
    use smolchat_core::protocol::{Kind, MessageId};
    use smolchat_core::time::Instant;

    use super::*;

    fn delivery<'a>(id: u64, from: &'a str, to: &'a str) -> Entry<'a> {
        let (id, kind, at) = (MessageId(id), Kind::Message, Instant::START);
        Entry::Delivery { id, kind, from, to, at, text: "hi" }
    }

    #[test]
    fn what_is_over_is_not_counted_and_names_are_told_up_to_a_number() {
        let is_known = |name: &str| name == "hans" || name == "leia";
        let mut found = Ownerless::default();
        found.note(&delivery(1, "hans", "leia"), is_known);
        assert_eq!((found.is_any(), found.users()), (false, (0, 2)));
        for (id, to) in (2..).zip(["yoda", "yoda", "a", "b", "c", "d", "e", "f"]) {
            found.note(&delivery(id, "hans", to), is_known);
        }
        found.note(&delivery(20, "boba", "leia"), is_known);
        found.note(&Entry::Released { to: "yoda", id: MessageId(2) }, is_known);
        found.note(&Entry::Block { blocker: "hans", blocked: "yoda", number: 1 }, is_known);
        // Eight for those who are gone, less one that was released, and one from one of them.
        let text = "8 messages and 1 blocks of a, b, boba, c, d and 3 others";
        assert_eq!(found.to_string(), text);
        found.note(&Entry::Unblock { blocker: "hans", blocked: "yoda" }, is_known);
        found.note(&Entry::Released { to: "yoda", id: MessageId(9) }, is_known);
        assert_eq!(found.users(), (7, 2));
    }
}
