//! A user changes its own password, which outlives a restart.
//! Knows no line.

use super::budget::Wait;
use super::id::{ConnectionId, UserId};
use super::login::LoginRefusal;
use super::{Chat, count_up};
use crate::protocol::{Password, check_password};
use crate::store::{Entry, Store, StoreError};
use crate::time::Instant;

/// Why a password is not changed. The old one stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordRefusal {
    /// The new one is not a password.
    BadPassword,
    /// The old one does not let the user in, as at a login.
    Old(LoginRefusal),
    /// The user, or its source, has changed too much for now.
    Wait(Wait),
    /// It is not this connection's turn; it waits in line.
    NotYet,
    /// The store does not take it.
    Store(StoreError),
}

impl Chat<'_> {
    /// Has `user`, online on `connection`, change its password from `old` to `new` once that is
    /// stored. Everybody waits while a disk stores it, so it takes its turn among those who
    /// register. A wrong `old` is a mistake at the user's name: nobody guesses without end at a
    /// terminal that was left open.
    ///
    /// # Errors
    /// The old password stays; [`PasswordRefusal`] says why.
    pub fn change_password(
        &mut self,
        connection: ConnectionId,
        user: UserId,
        (old, new): (&str, &str),
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), PasswordRefusal> {
        let secret: Option<Password> = check_password(new).ok().and_then(|new| new.try_into().ok());
        let secret = secret.ok_or(PasswordRefusal::BadPassword)?;
        self.check_password(connection, Some(user), old, now).map_err(PasswordRefusal::Old)?;
        self.check_password_budget(connection, user, now).map_err(PasswordRefusal::Wait)?;
        let change = self.users[user].change.checked_add(1);
        let change = change.ok_or(PasswordRefusal::Store(StoreError::Full))?;
        if !self.take_turn(connection, now) {
            return Err(PasswordRefusal::NotYet);
        }
        let is_given = self.users.is_given(user);
        let name = &self.users[user].name;
        let entry = Entry::Account { user: name, password: new, change, is_given };
        if let Err(error) = self.append(&entry, store) {
            self.registrations.take_back();
            return Err(PasswordRefusal::Store(error));
        }
        self.users[user].set_password(secret, change);
        self.take_change(user, now);
        let source = self.sessions[connection].source();
        self.sources.add_storing(source, self.settings.limits.registrations, now);
        Ok(())
    }

    /// Whether `user` may change one thing more, and its source have an account stored. The store
    /// of a host keeps a line for each change.
    fn check_password_budget(
        &mut self,
        connection: ConnectionId,
        user: UserId,
        now: Instant,
    ) -> Result<(), Wait> {
        self.check_change(user, now)?;
        let source = self.sessions[connection].source();
        let checked = self.sources.check_storing(source, self.settings.limits.registrations, now);
        if checked.is_err() {
            count_up(&mut self.refused.registrations);
        }
        checked
    }
}
