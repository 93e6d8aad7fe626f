//! Restores the store's entries into the tables before anybody connects.
//! Touches the chat. At start only.

use super::{AddAccountError, Server};
use crate::chat::{RestoredDelivery, UserId};
use crate::store::Entry;

/// Why an entry is not put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum RestoreError {
    /// A table is too small for the entries that were promised.
    Full,
    /// It names a user who has no account any more.
    NoSuchUser,
    /// It is not a valid account.
    BadAccount,
}

impl Server<'_> {
    /// Puts an entry back. Call it with every entry of the store, in order, after the accounts are
    /// added and before anybody connects.
    ///
    /// # Errors
    /// Nothing changes; [`RestoreError`] says why. The next entry may still be put back.
    pub fn restore(&mut self, entry: &Entry<'_>) -> Result<(), RestoreError> {
        match *entry {
            Entry::Account { user, password } => self.restore_account(user, password),
            Entry::Block { blocker, blocked, number } => {
                let (blocker, blocked) = (self.user(blocker)?, self.user(blocked)?);
                let set = self.chat.blocks.restore(blocker, blocked, number);
                set.map_err(|_| RestoreError::Full)
            }
            Entry::Unblock { blocker, blocked } => {
                let (blocker, blocked) = (self.user(blocker)?, self.user(blocked)?);
                self.chat.blocks.remove(blocker, blocked);
                Ok(())
            }
            Entry::Delivery { id, kind, from, to, at, text } => {
                let (from, to) = (self.user(from)?, self.user(to)?);
                let at = self.chat.restored_at(at);
                let delivery = RestoredDelivery { id, kind, from, to, at, text };
                self.chat.mailboxes.restore(&delivery).map_err(|_| RestoreError::Full)
            }
            Entry::Released { to, id } | Entry::Expired { to, id } => {
                let user = self.user(to)?;
                self.chat.mailboxes.restore_release(user, id);
                Ok(())
            }
            Entry::Reserved { next } => {
                self.chat.mailboxes.skip_to(next);
                Ok(())
            }
        }
    }

    /// Whether an entry still matters, once all entries were put back; see
    /// [`IsLive`](crate::store::IsLive).
    pub fn is_live(&self, entry: &Entry<'_>) -> bool {
        self.chat.is_live(entry)
    }

    /// Call it once all entries were put back. Message numbers go on and keep their meaning, in
    /// this `epoch` of the store. A server without a store does not call it, and its numbers begin
    /// again with each start.
    pub fn resume(&mut self, epoch: u32) {
        self.chat.epoch = epoch;
        self.chat.first = self.chat.mailboxes.next_id();
        self.chat.reserved = self.chat.first;
    }

    /// An account that exists already may come from the accounts file, or twice from the store.
    fn restore_account(&mut self, user: &str, password: &str) -> Result<(), RestoreError> {
        match self.add_account(user, password) {
            Ok(()) | Err(AddAccountError::NameTaken) => Ok(()),
            Err(AddAccountError::Full) => Err(RestoreError::Full),
            Err(AddAccountError::BadName | AddAccountError::BadPassword) => {
                Err(RestoreError::BadAccount)
            }
        }
    }

    fn user(&self, name: &str) -> Result<UserId, RestoreError> {
        self.chat.users.find(name).ok_or(RestoreError::NoSuchUser)
    }
}
