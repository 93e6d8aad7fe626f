//! How entries of the store come back into the tables, before anybody connects.
//! Knows no store: the entries are arguments.

use super::Chat;
use super::id::UserId;
use super::mailboxes::RestoredDelivery;
use super::texts::NewText;
use super::users::AddUserError;
use crate::protocol::{Password, UserName, check_password, check_user_name};
use crate::store::Entry;

/// Why an account is not added at start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AddAccountError {
    /// No further account fits.
    Full,
    /// An account has that name.
    NameTaken,
    /// Not a name an account may have.
    BadName,
    /// Not a password an account may have.
    BadPassword,
}

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

impl Chat<'_> {
    /// Adds an account, at start.
    pub(crate) fn add_account(
        &mut self,
        name: &str,
        password: &str,
    ) -> Result<(), AddAccountError> {
        let name: Option<UserName> =
            check_user_name(name).ok().and_then(|name| name.try_into().ok());
        let password: Option<Password> =
            check_password(password).ok().and_then(|word| word.try_into().ok());
        let name = name.ok_or(AddAccountError::BadName)?;
        let password = password.ok_or(AddAccountError::BadPassword)?;
        match self.users.add(name, password) {
            Ok(_) => Ok(()),
            Err(AddUserError::Full) => Err(AddAccountError::Full),
            Err(AddUserError::NameTaken) => Err(AddAccountError::NameTaken),
        }
    }

    /// Puts an entry back.
    pub(crate) fn restore(&mut self, entry: &Entry<'_>) -> Result<(), RestoreError> {
        match *entry {
            Entry::Account { user, password } => self.restore_account(user, password),
            Entry::Block { blocker, blocked, number } => {
                let (blocker, blocked) = (self.restored(blocker)?, self.restored(blocked)?);
                let set = self.blocks.restore(blocker, blocked, number);
                set.map_err(|_| RestoreError::Full)
            }
            Entry::Unblock { blocker, blocked } => {
                let (blocker, blocked) = (self.restored(blocker)?, self.restored(blocked)?);
                self.blocks.remove(blocker, blocked);
                Ok(())
            }
            Entry::Delivery { id, kind, from, to, at, text } => {
                let (from, to) = (self.restored(from)?, self.restored(to)?);
                let at = self.restored_at(at);
                let delivery = RestoredDelivery { id, kind, from, to, at, text };
                self.mailboxes.restore(&delivery).map_err(|_| RestoreError::Full)
            }
            Entry::Broadcast { id, from, at, text } => {
                let (from, at) = (self.restored(from)?, self.restored_at(at));
                self.history.restore(id, NewText { from, text, at });
                Ok(())
            }
            Entry::Released { to, id } | Entry::Expired { to, id } => {
                let user = self.restored(to)?;
                self.mailboxes.restore_release(user, id);
                Ok(())
            }
            Entry::Reserved { next } => {
                self.mailboxes.skip_to(next);
                Ok(())
            }
        }
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

    fn restored(&self, name: &str) -> Result<UserId, RestoreError> {
        self.users.find(name).ok_or(RestoreError::NoSuchUser)
    }
}
