//! A store in memory: it keeps every entry in order, and replays them.

use smolchat_core::operator::{Network, Whom};
use smolchat_core::protocol::{Kind, MessageId, Secret};
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_core::time::Instant;

/// Entries that were committed, and those that were not.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    entries: Vec<Owned>,
    committed: usize,
    /// What it answers instead of keeping anything.
    pub refuses: Option<StoreError>,
}

/// An entry that borrows nothing.
#[derive(Clone, Debug)]
enum Owned {
    Account { user: String, secret: Kept, change: u16, is_given: bool, since: MessageId },
    AccountRemoved { user: String, before: MessageId, block: u32, key: u32, is_given: bool },
    Ban { whom: OwnedWhom, until: Instant, number: MessageId },
    Unban { whom: OwnedWhom },
    Block { blocker: String, blocked: String, number: u32 },
    Unblock { blocker: String, blocked: String },
    Key { user: String, key: [u8; 32], number: u32 },
    KeyRemoved { user: String, key: [u8; 32] },
    Delivery { id: MessageId, kind: Kind, from: String, to: String, at: Instant, text: String },
    Broadcast { id: MessageId, from: String, at: Instant, text: String },
    Released { to: String, id: MessageId },
    Reserved { next: MessageId },
}

/// Whom a ban keeps out, borrowing nothing.
#[derive(Clone, Debug)]
enum OwnedWhom {
    User(String),
    Network(Network),
}

impl OwnedWhom {
    fn of(whom: Whom<'_>) -> Self {
        match whom {
            Whom::User(name) => OwnedWhom::User(name.into()),
            Whom::Network(network) => OwnedWhom::Network(network),
        }
    }

    fn borrowed(&self) -> Whom<'_> {
        match self {
            OwnedWhom::User(name) => Whom::User(name),
            OwnedWhom::Network(network) => Whom::Network(*network),
        }
    }
}

/// A secret that borrows nothing.
#[derive(Clone, Debug)]
enum Kept {
    Password(String),
    Hash(Vec<u8>),
}

impl Kept {
    fn of(secret: Secret<'_>) -> Self {
        match secret {
            Secret::Password(password) => Kept::Password(password.into()),
            Secret::Hash(hash) => Kept::Hash(hash.into()),
        }
    }

    fn borrowed(&self) -> Secret<'_> {
        match self {
            Kept::Password(password) => Secret::Password(password),
            Kept::Hash(hash) => Secret::Hash(hash),
        }
    }
}

impl MemoryStore {
    /// Calls `replay` with everything that was committed, in order.
    pub fn replay(&self, mut replay: impl FnMut(&Entry<'_>)) {
        self.entries[..self.committed].iter().for_each(|entry| replay(&entry.borrowed()));
    }

    /// The power is gone: what was not committed is lost.
    pub fn lose_power(&mut self) {
        self.entries.truncate(self.committed);
    }
}

impl Store for MemoryStore {
    fn append(&mut self, entry: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        match self.refuses {
            Some(error) => Err(error),
            None => {
                self.entries.push(Owned::of(entry));
                Ok(())
            }
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.committed = self.entries.len();
        Ok(())
    }
}

impl Owned {
    fn of(entry: &Entry<'_>) -> Self {
        match *entry {
            Entry::Account { user, secret, change, is_given, since } => {
                let (user, secret) = (user.into(), Kept::of(secret));
                Owned::Account { user, secret, change, is_given, since }
            }
            Entry::AccountRemoved { user, before, block, key, is_given } => {
                Owned::AccountRemoved { user: user.into(), before, block, key, is_given }
            }
            Entry::Ban { whom, until, number } => {
                Owned::Ban { whom: OwnedWhom::of(whom), until, number }
            }
            Entry::Unban { whom } => Owned::Unban { whom: OwnedWhom::of(whom) },
            Entry::Block { blocker, blocked, number } => {
                Owned::Block { blocker: blocker.into(), blocked: blocked.into(), number }
            }
            Entry::Unblock { blocker, blocked } => {
                Owned::Unblock { blocker: blocker.into(), blocked: blocked.into() }
            }
            Entry::Key { user, key, number } => Owned::Key { user: user.into(), key: *key, number },
            Entry::KeyRemoved { user, key } => Owned::KeyRemoved { user: user.into(), key: *key },
            Entry::Delivery { id, kind, from, to, at, text } => {
                let (from, to, text) = (from.into(), to.into(), text.into());
                Owned::Delivery { id, kind, from, to, at, text }
            }
            Entry::Broadcast { id, from, at, text } => {
                Owned::Broadcast { id, from: from.into(), at, text: text.into() }
            }
            // What is read again tells no difference.
            Entry::Released { to, id } | Entry::Expired { to, id } => {
                Owned::Released { to: to.into(), id }
            }
            Entry::Reserved { next } => Owned::Reserved { next },
        }
    }

    fn borrowed(&self) -> Entry<'_> {
        match self {
            Owned::Account { user, secret, change, is_given, since } => {
                let (secret, change, is_given) = (secret.borrowed(), *change, *is_given);
                Entry::Account { user, secret, change, is_given, since: *since }
            }
            Owned::AccountRemoved { user, before, block, key, is_given } => {
                let (before, block, key, is_given) = (*before, *block, *key, *is_given);
                Entry::AccountRemoved { user, before, block, key, is_given }
            }
            Owned::Ban { whom, until, number } => {
                Entry::Ban { whom: whom.borrowed(), until: *until, number: *number }
            }
            Owned::Unban { whom } => Entry::Unban { whom: whom.borrowed() },
            Owned::Block { blocker, blocked, number } => {
                Entry::Block { blocker, blocked, number: *number }
            }
            Owned::Unblock { blocker, blocked } => Entry::Unblock { blocker, blocked },
            Owned::Key { user, key, number } => Entry::Key { user, key, number: *number },
            Owned::KeyRemoved { user, key } => Entry::KeyRemoved { user, key },
            Owned::Delivery { id, kind, from, to, at, text } => {
                Entry::Delivery { id: *id, kind: *kind, from, to, at: *at, text }
            }
            Owned::Broadcast { id, from, at, text } => {
                Entry::Broadcast { id: *id, from, at: *at, text }
            }
            Owned::Released { to, id } => Entry::Released { to, id: *id },
            Owned::Reserved { next } => Entry::Reserved { next: *next },
        }
    }
}
