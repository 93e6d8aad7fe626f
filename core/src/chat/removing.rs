//! An operator adds an account, gives another secret, and removes an account. Nothing of an account
//! that was removed reaches whoever takes its name later.
//! Knows no line.

use super::hashing::{Unsealed, secret_of};
use super::id::{ConnectionId, UserId};
use super::users::AddUserError;
use super::{AddAccountError, Chat};
use crate::environment::{Environment, Seal, SessionEnd};
use crate::protocol::{CloseReason, KeptSecret, Kind, MessageId, Secret, UserName, check_new_name};
use crate::store::{Entry, StoreError};
use crate::time::Instant;

// What is forgotten with an account, and where:
//
//  what                              | when
// -----------------------------------+----------------------------------------------------------
//  mail for it                       | `remove_account`; its senders hear that it expired
//  its session, claims of it, its    | `remove_account`, as at a logout
//  files, introductions, receipts    |
//  blocks by and against it, keys,   | `forget`
//  broadcasts of the history, bans   |
//  lock, budgets, when it was here   | `Users::remove`
//  OKs that name it                  | `Texts::forget_receiver`
//  a peer that proved to be it       | the server ends the connection
//  what it said to others            | never: it is delivered under its name, and until then the
//                                    | row is nobody else's
//  logins and logouts of it          | when its row is given away, `Presence::forget`
//
// The store tells accounts of one name apart by numbers of texts: `User::since`.

/// Why an account is not added, changed or removed. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRefusal {
    /// Not a name that a person may register.
    BadName,
    /// Not a password.
    BadSecret,
    /// An account has that name, or one that differs in case alone.
    NameTaken,
    /// No further account fits.
    Full,
    /// No account has that name.
    NoSuchUser,
    /// The product does not part with the account.
    Stays,
    /// The product hashes the password, or it is not this connection's turn.
    NotYet,
    /// As many passwords as fit are being checked and hashed already.
    Busy,
    /// The store does not take it.
    Store(StoreError),
}

impl From<Unsealed> for AccountRefusal {
    fn from(unsealed: Unsealed) -> Self {
        match unsealed {
            Unsealed::NotYet => AccountRefusal::NotYet,
            Unsealed::Busy => AccountRefusal::Busy,
            Unsealed::Failed => AccountRefusal::Store(StoreError::Failed),
        }
    }
}

impl Chat<'_> {
    /// Adds an account once it is stored. A password that came on a connection, `by`, is hashed as
    /// at a registration. Another one is kept as it is.
    ///
    /// # Errors
    /// There is no account; [`AccountRefusal`] says why.
    pub(crate) fn give_account(
        &mut self,
        by: Option<ConnectionId>,
        name: &str,
        secret: Secret<'_>,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<(), AccountRefusal> {
        let user_name: Option<UserName> = check_new_name(name).ok().and_then(|n| n.try_into().ok());
        let user_name = user_name.ok_or(AccountRefusal::BadName)?;
        match self.users.can_register(name, |user| self.is_idle(user)) {
            Ok(()) => {}
            Err(AddUserError::NameTaken) => return Err(AccountRefusal::NameTaken),
            Err(AddUserError::Full) => return Err(AccountRefusal::Full),
        }
        let (mut seal, since) = (Seal::Plain, self.users.fresh());
        let (secret, kept) = self.sealed(by, secret, &mut seal, now, environment)?;
        let entry = Entry::Account { user: name, secret, change: 0, is_given: false, since };
        self.append(&entry, environment).map_err(AccountRefusal::Store)?;
        self.add_user(user_name, kept).map(|_| ()).map_err(|_| AccountRefusal::Full)
    }

    /// Gives an account another secret once it is stored. Its lock opens, and no source is known to
    /// it any more. Its session goes on, and its keys stay.
    ///
    /// # Errors
    /// The old secret stays; [`AccountRefusal`] says why.
    pub(crate) fn give_secret(
        &mut self,
        by: Option<ConnectionId>,
        user: UserId,
        secret: Secret<'_>,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<(), AccountRefusal> {
        let change = self.users[user].change.checked_add(1);
        let change = change.ok_or(AccountRefusal::Store(StoreError::Full))?;
        let since = self.users[user].since;
        // The password was meant for the account that had the name when it came.
        let meant = by.and_then(|connection| self.sessions[connection].meant.take());
        if meant.is_some_and(|meant| meant != since) {
            return Err(AccountRefusal::NoSuchUser);
        }
        let mut seal = Seal::Plain;
        let sealed = self.sealed(by, secret, &mut seal, now, environment);
        if let (Some(connection), Err(AccountRefusal::NotYet)) = (by, &sealed) {
            self.sessions[connection].meant = Some(since);
        }
        let (secret, kept) = sealed?;
        let account = &self.users[user];
        let (name, is_given) = (&*account.name, account.is_given);
        let entry = Entry::Account { user: name, secret, change, is_given, since };
        self.append(&entry, environment).map_err(AccountRefusal::Store)?;
        self.users[user].set_secret(kept, change);
        self.users[user].lock = Default::default();
        Ok(())
    }

    /// Nobody waits on this connection any more for another account's new secret.
    pub(crate) fn give_no_secret(&mut self, by: ConnectionId) {
        self.sessions[by].meant = None;
    }

    /// The secret as it is stored and as it is kept.
    fn sealed<'a>(
        &mut self,
        by: Option<ConnectionId>,
        secret: Secret<'a>,
        seal: &'a mut Seal,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<(Secret<'a>, KeptSecret), AccountRefusal> {
        KeptSecret::new(secret).ok_or(AccountRefusal::BadSecret)?;
        let secret = match (by, secret) {
            (Some(connection), Secret::Password(password)) => {
                let secret = secret_of(self.given(connection, password), seal, environment)?;
                if !self.take_turn(connection, now) {
                    return Err(AccountRefusal::NotYet);
                }
                secret
            }
            (_, secret) => secret,
        };
        Ok((secret, KeptSecret::new(secret).ok_or(AccountRefusal::BadSecret)?))
    }

    /// Removes an account once that is stored. Answers the connection of its session, which has
    /// ended.
    ///
    /// # Errors
    /// Nothing changes; [`AccountRefusal`] says why.
    pub(crate) fn remove_account(
        &mut self,
        user: UserId,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<Option<ConnectionId>, AccountRefusal> {
        // A number that no text gets: texts of a later account of that name are above it.
        let before = MessageId(self.mailboxes.next_id().0 + 1);
        let (block, key) = (self.blocks.next(), self.keys.next());
        let account = &self.users[user];
        let (name, is_given) = (&*account.name, account.is_given);
        let entry = Entry::AccountRemoved { user: name, before, block, key, is_given };
        self.append(&entry, environment).map_err(|error| match (error, is_given) {
            (StoreError::Failed, true) => AccountRefusal::Stays,
            (error, _) => AccountRefusal::Store(error),
        })?;
        self.mailboxes.skip_to(before);
        self.forget_mail(user, before);
        let session = self.users[user].session;
        if let Some(connection) = session {
            self.end_session(
                connection,
                now,
                SessionEnd::Closed(CloseReason::Removed),
                environment,
            );
        }
        self.pass_over_departure();
        self.forget(user, before, (block, key));
        self.users.remove(user, before);
        Ok(session)
    }

    /// Nobody whom a user blocks hears of its last logout, once its blocks are gone. Whoever has
    /// heard all before passes it over now.
    fn pass_over_departure(&mut self) {
        let mut next = self.sessions.first_online();
        while let Some(connection) = next {
            next = self.sessions.next_online(connection);
            if let Some(listener) = self.user_of(connection) {
                self.pass_over_presence(connection, listener);
            }
        }
    }

    /// Takes away mail for the user below this number. Its senders hear that it expired.
    fn forget_mail(&mut self, user: UserId, before: MessageId) {
        while self.mailboxes.first(user).is_some_and(|id| id < before)
            && let Some((_, told)) = self.mailboxes.expire_first(user)
        {
            if let Some(sender) = told {
                self.wake_user(sender);
            }
        }
    }

    /// Forgets what the tables have of the user from before these numbers.
    fn forget(&mut self, user: UserId, before: MessageId, (block, key): (u32, u32)) {
        self.forget_mail(user, before);
        self.mailboxes.forget_receiver(user);
        self.blocks.forget(user, self.users.rows(), block);
        self.keys.forget(user, key);
        self.history.forget(user, before);
        self.forget_ban(user);
    }
}

/// How it comes back from the store.
impl Chat<'_> {
    /// Whether the store must keep that an account was removed: something waits that its user said,
    /// which is not to be taken for words of a later account of that name.
    pub(super) fn is_removal_live(&self, name: &str, before: MessageId) -> bool {
        let gone = self.users.find_gone(name);
        gone.is_some_and(|user| before <= self.users[user].since && !self.is_idle(user))
    }

    /// No account that begins later is taken for one of these.
    pub(super) fn begin_accounts_at(&mut self, number: MessageId) {
        self.users.begin_at(number);
        self.mailboxes.skip_to(number);
    }

    /// An account was removed. The store may tell it several times, and after entries of a later
    /// account of that name.
    pub(super) fn restore_removal(&mut self, name: &str, before: MessageId, numbers: (u32, u32)) {
        self.begin_accounts_at(before);
        let Some(user) = self.users.find(name) else { return };
        let (since, is_given) = (self.users[user].since, self.users[user].is_given);
        if since < before {
            self.forget(user, before, numbers);
        } else {
            self.blocks.forget(user, self.users.rows(), numbers.0);
            self.keys.forget(user, numbers.1);
        }
        match is_given {
            // The product has it again.
            true => self.users[user].since = since.max(before),
            false if since < before => self.users.remove(user, before),
            false => {}
        }
    }

    /// Whoever said the text of this number: an account, or one of that name that is gone.
    pub(super) fn restored_sender(
        &mut self,
        name: &str,
        kind: Kind,
        id: MessageId,
    ) -> Result<Option<UserId>, super::RestoreError> {
        if kind == Kind::Say {
            return Ok(Some(self.operator()));
        }
        match self.users.find(name) {
            Some(user) if id >= self.users[user].since => return Ok(Some(user)),
            None if id >= self.users.fresh() => return Err(super::RestoreError::NoSuchUser),
            _ => {}
        }
        if let Some(gone) = self.users.find_gone(name) {
            return Ok(Some(gone));
        }
        let Ok(name) = name.try_into() else { return Err(super::RestoreError::NoSuchUser) };
        let since = self.users.fresh();
        let Chat { users, mailboxes, .. } = self;
        // Without a row, its row was given away. That happens only once its texts are gone.
        Ok(users.add_gone(name, since, |user| mailboxes.is_idle(user)).ok())
    }

    /// Adds an account that the product has from now on, or gives it the secret that the product
    /// has of it. Nothing is stored.
    ///
    /// # Errors
    /// Nothing changes; [`AddAccountError`] says why.
    pub(crate) fn list_secret(
        &mut self,
        name: &str,
        secret: Secret<'_>,
    ) -> Result<(), AddAccountError> {
        let kept = KeptSecret::new(secret).ok_or(AddAccountError::BadSecret)?;
        match self.users.find(name) {
            Some(user) => {
                let user = &mut self.users[user];
                user.set_secret(kept, user.change);
                user.lock = Default::default();
                Ok(())
            }
            None => self.add_account(name, secret),
        }
    }
}

#[cfg(test)]
mod tests;
