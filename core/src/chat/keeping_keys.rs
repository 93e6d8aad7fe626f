//! A user adds a key to its account and takes it back. Each change is stored before it counts.
//! Knows no line and no signature: a carrier proves that a peer has a key.

use super::Chat;
use super::budget::Wait;
use super::id::UserId;
use super::keys::KeyError;
use crate::environment::Environment;
use crate::protocol::is_weak_key;
use crate::store::{Durability, Entry, Store, StoreError};
use crate::time::Instant;

/// Why a key is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddKeyRefusal {
    /// It opens the account already.
    Already,
    /// The server has no room for any key, or keeps nothing.
    Off,
    /// The table is full.
    Full,
    /// The user has as many keys as its share allows.
    Quota {
        /// How many that is.
        limit: usize,
    },
    /// The user made too many changes for now.
    Wait(Wait),
    /// The store does not take it.
    Store(StoreError),
}

/// Why a key is not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveKeyRefusal {
    /// The user has not added it.
    NoSuchKey,
    /// The user made too many changes for now.
    Wait(Wait),
    /// The store does not take the change.
    Store(StoreError),
}

impl Chat<'_> {
    /// Has the key open `user`'s account from now on. It is stored whatever the durability: a key
    /// is worth nothing if it is gone tomorrow.
    ///
    /// # Errors
    /// Nothing changes; [`AddKeyRefusal`] says why.
    pub fn add_key(
        &mut self,
        user: UserId,
        key: &[u8; 32],
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<(), AddKeyRefusal> {
        let is_there = self.keys.number(user, key).is_some();
        if is_there || environment.has_key(&self.users[user].name, key) {
            return Err(AddKeyRefusal::Already);
        }
        if self.capacities.keys == 0 {
            return Err(AddKeyRefusal::Off);
        }
        self.keys.check(user).map_err(|error| match error {
            KeyError::Full => AddKeyRefusal::Full,
            KeyError::Quota => AddKeyRefusal::Quota { limit: self.keys.quota(user) },
        })?;
        self.check_change(user, now).map_err(AddKeyRefusal::Wait)?;
        let number = self.keys.next_number();
        let entry = Entry::Key { user: &self.users[user].name, key, number };
        self.append(&entry, environment).map_err(|error| self.refuse_key(error))?;
        self.keys.set(user, key, number).map_err(|_| AddKeyRefusal::Full)?;
        self.take_change(user, now);
        Ok(())
    }

    /// Why a key is not added that the store does not take. A store of which nothing is expected is
    /// mostly not there at all, so nobody is told to try again.
    fn refuse_key(&self, error: StoreError) -> AddKeyRefusal {
        match (error, self.settings.durability) {
            (StoreError::Failed, Durability::Off) => AddKeyRefusal::Off,
            _ => AddKeyRefusal::Store(error),
        }
    }

    /// Has the key open `user`'s account no more.
    ///
    /// # Errors
    /// Nothing changes; [`RemoveKeyRefusal`] says why.
    pub fn remove_key(
        &mut self,
        user: UserId,
        key: &[u8; 32],
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), RemoveKeyRefusal> {
        self.keys.number(user, key).ok_or(RemoveKeyRefusal::NoSuchKey)?;
        self.check_change(user, now).map_err(RemoveKeyRefusal::Wait)?;
        let entry = Entry::KeyRemoved { user: &self.users[user].name, key };
        self.append(&entry, store).map_err(RemoveKeyRefusal::Store)?;
        self.keys.remove(user, key);
        self.take_change(user, now);
        Ok(())
    }

    /// The first key that `user` added, from that row of the table on, and its row.
    pub fn next_key(&self, user: UserId, row: usize) -> Option<(usize, &[u8; 32])> {
        self.keys.next_of(user, row)
    }

    /// Whether this ed25519 key is one of the user `name`: one that it added, or one that the
    /// product knows. One that opens to everybody, which an older server took, opens nothing.
    pub(crate) fn user_with_key(
        &self,
        name: &str,
        key: &[u8; 32],
        environment: &impl Environment,
    ) -> Option<UserId> {
        let opens = |&user: &UserId| {
            self.keys.number(user, key).is_some() || environment.has_key(name, key)
        };
        self.users.find(name).filter(|_| !is_weak_key(key)).filter(opens)
    }
}

#[cfg(test)]
mod tests {
    use crate::chat::testing::{Nothing, chat_with_keys};

    #[test]
    fn a_key_from_an_older_store_that_opens_to_everybody_opens_nothing() {
        let mut chat = chat_with_keys(1, 8);
        let user = chat.users.find("u0").unwrap();
        for (byte, opens) in [(1, None), (2, Some(user))] {
            let mut key = [0; 32];
            key[0] = byte;
            chat.keys.set(user, &key, byte.into()).unwrap();
            assert_eq!(chat.user_with_key("u0", &key, &Nothing), opens);
        }
    }
}
