//! How entries of the store come back into the tables, before anybody connects.
//! Knows no store: the entries are arguments.

use super::Chat;
use super::id::UserId;
use super::mailboxes::RestoredDelivery;
use super::texts::NewText;
use super::users::AddUserError;
#[cfg(not(feature = "operator"))]
use crate::protocol::Kind;
use crate::protocol::{KeptSecret, MessageId, Secret, UserName, check_user_name};
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
    /// Not a password or a hash that an account may have.
    BadSecret,
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
    /// Adds an account that comes with the product, at start, before anything is restored.
    pub(crate) fn add_account(
        &mut self,
        name: &str,
        secret: Secret<'_>,
    ) -> Result<(), AddAccountError> {
        let (name, secret) = checked(name, secret)?;
        match self.add_user(name, secret) {
            Ok(user) => {
                self.users.give(user);
                Ok(())
            }
            Err(AddUserError::Full) => Err(AddAccountError::Full),
            Err(AddUserError::NameTaken) => Err(AddAccountError::NameTaken),
        }
    }

    /// Puts an entry back.
    pub(crate) fn restore(&mut self, entry: &Entry<'_>) -> Result<(), RestoreError> {
        match *entry {
            Entry::Account { user, secret, change, is_given, since } => {
                self.restore_account((user, secret), change, is_given, since)
            }
            #[cfg(feature = "operator")]
            Entry::AccountRemoved { user, before, block, key, .. } => {
                self.restore_removal(user, before, (block, key));
                Ok(())
            }
            #[cfg(feature = "operator")]
            Entry::Ban { whom, until, number } => self.restore_ban(whom, until, number),
            #[cfg(feature = "operator")]
            Entry::Unban { whom } => {
                self.restore_unban(whom);
                Ok(())
            }
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
            Entry::Key { user, key, number } => {
                let set = self.keys.restore(self.restored(user)?, key, number);
                set.map_err(|_| RestoreError::Full)
            }
            Entry::KeyRemoved { user, key } => {
                self.keys.remove(self.restored(user)?, key);
                Ok(())
            }
            Entry::Delivery { id, kind, from, to, at, text } => {
                let (from, to) = (self.restored_sender(from, kind, id)?, self.restored(to)?);
                let at = self.restored_at(at);
                let Some(from) = from else { return Ok(()) };
                self.restore_delivery(&RestoredDelivery { id, kind, from, to, at, text })
            }
            Entry::Broadcast { id, from, at, text } => {
                let (from, at) = (self.restored(from)?, self.restored_at(at));
                if id < self.users[from].since() {
                    return Ok(());
                }
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

    /// Puts a delivery back, if it is for this account of the receiver's name.
    fn restore_delivery(&mut self, delivery: &RestoredDelivery<'_>) -> Result<(), RestoreError> {
        if delivery.id < self.users[delivery.to].since() {
            return Ok(());
        }
        self.mailboxes.restore(delivery).map_err(|_| RestoreError::Full)
    }

    /// An account may come several times, and copies in any order. So the latest account of a name
    /// counts, and of its passwords the one that was changed most often. An account that came with
    /// the product is not made anew: it may be gone.
    fn restore_account(
        &mut self,
        (name, secret): (&str, Secret<'_>),
        change: u16,
        is_given: bool,
        since: MessageId,
    ) -> Result<(), RestoreError> {
        let (user_name, secret) = checked(name, secret).map_err(|_| RestoreError::BadAccount)?;
        #[cfg(feature = "operator")]
        self.begin_accounts_at(since);
        match self.users.find(name) {
            Some(user) if self.users[user].is_older(since, change) => {
                self.users[user].set_secret(secret, change);
                self.users[user].begin(change, since);
            }
            Some(_) => {}
            None if is_given => return Err(RestoreError::NoSuchUser),
            None => {
                let added = self.add_user(user_name, secret).map_err(|_| RestoreError::Full)?;
                self.users[added].begin(change, since);
            }
        }
        Ok(())
    }

    /// Whoever said something.
    #[cfg(not(feature = "operator"))]
    fn restored_sender(
        &self,
        from: &str,
        _: Kind,
        _: MessageId,
    ) -> Result<Option<UserId>, RestoreError> {
        self.restored(from).map(Some)
    }

    fn restored(&self, name: &str) -> Result<UserId, RestoreError> {
        self.users.find(name).ok_or(RestoreError::NoSuchUser)
    }
}

/// The two as an account may have them.
fn checked(name: &str, secret: Secret<'_>) -> Result<(UserName, KeptSecret), AddAccountError> {
    let name = check_user_name(name).ok().and_then(|name| name.try_into().ok());
    let secret = KeptSecret::new(secret);
    Ok((name.ok_or(AddAccountError::BadName)?, secret.ok_or(AddAccountError::BadSecret)?))
}
