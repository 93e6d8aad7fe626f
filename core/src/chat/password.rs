//! A user changes its own password, which outlives a restart.
//! Knows no line.

use super::budget::Wait;
use super::hashing::{Unsealed, secret_of};
use super::id::{ConnectionId, UserId};
use super::login::LoginRefusal;
use super::{Chat, count_up};
use crate::environment::{Environment, Seal};
use crate::protocol::{KeptSecret, check_password};
use crate::store::{Entry, StoreError};
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
    /// It is not this connection's turn, or the product looks into a password. The change is to be
    /// done again then.
    NotYet,
    /// As many passwords as fit are being checked and hashed already.
    Busy,
    /// The store does not take it.
    Store(StoreError),
}

impl From<LoginRefusal> for PasswordRefusal {
    fn from(refusal: LoginRefusal) -> Self {
        match refusal {
            LoginRefusal::NotYet => PasswordRefusal::NotYet,
            LoginRefusal::Busy => PasswordRefusal::Busy,
            refusal => PasswordRefusal::Old(refusal),
        }
    }
}

impl From<Unsealed> for PasswordRefusal {
    fn from(unsealed: Unsealed) -> Self {
        match unsealed {
            Unsealed::NotYet => PasswordRefusal::NotYet,
            Unsealed::Busy => PasswordRefusal::Busy,
            Unsealed::Failed => PasswordRefusal::Store(StoreError::Failed),
        }
    }
}

impl Chat<'_> {
    /// Has `user`, online on `connection`, change its password from `old` to `new` once that is
    /// stored. Everybody waits while a disk stores it, so it takes its turn among those who
    /// register. A wrong `old` is a mistake at the user's name: nobody guesses without end at a
    /// terminal that was left open. If `new` is the same, it is only checked.
    ///
    /// # Errors
    /// The old password stays; [`PasswordRefusal`] says why.
    pub fn change_password(
        &mut self,
        connection: ConnectionId,
        user: UserId,
        (old, new): (&str, &str),
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<(), PasswordRefusal> {
        check_password(new).map_err(|_| PasswordRefusal::BadPassword)?;
        self.check_password(connection, Some(user), old, now, environment)?;
        self.check_password_budget(connection, user, now).map_err(PasswordRefusal::Wait)?;
        if old == new {
            // It is right, and stays: there is nothing to store.
            self.take_change(user, now);
            return Ok(());
        }
        let change = self.users[user].change.checked_add(1);
        let change = change.ok_or(PasswordRefusal::Store(StoreError::Full))?;
        let mut seal = Seal::Plain;
        let secret = secret_of(self.given(connection, new), &mut seal, environment)?;
        let kept = KeptSecret::new(secret).ok_or(PasswordRefusal::BadPassword)?;
        if !self.take_turn(connection, now) {
            return Err(PasswordRefusal::NotYet);
        }
        let account = &self.users[user];
        let (name, is_given, since) = (&*account.name, self.users.is_given(user), account.since());
        let entry = Entry::Account { user: name, secret, change, is_given, since };
        if let Err(error) = self.append(&entry, environment) {
            self.registrations.take_back();
            return Err(PasswordRefusal::Store(error));
        }
        self.users[user].set_secret(kept, change);
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

#[cfg(test)]
mod tests {
    use core::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::chat::testing::{Nothing, chat_of};
    use crate::chat::{LoginRefusal, Proof, RestoreError};
    use crate::environment::SessionEnd;
    use crate::protocol::MessageId;

    const HOME: ConnectionId = ConnectionId(0);
    const NOW: Instant = Instant::START;

    fn entry(user: &'static str, password: &'static str, change: u16) -> Entry<'static> {
        let (is_given, since) = (user.starts_with('u'), MessageId(0));
        Entry::Account { user, secret: password.into(), change, is_given, since }
    }

    /// Whether this password lets `name` in.
    fn opens(chat: &mut Chat<'_>, name: &str, password: &str) -> bool {
        chat.connect(HOME, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), NOW);
        let entered = chat.log_in(HOME, name, Proof::Password(password), NOW, &mut Nothing);
        chat.end_session(HOME, NOW, SessionEnd::Gone, &mut Nothing);
        chat.disconnect(HOME);
        assert!(matches!(entered, Ok(_) | Err(LoginRefusal::WrongPassword)), "{entered:?}");
        entered.is_ok()
    }

    #[test]
    fn of_all_stored_passwords_the_one_that_was_changed_most_often_opens() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            let entries = [entry("u0", "first", 1), entry("u0", "second", 2), entry("u0", "x", 1)];
            let mut chat = chat_of(1);
            for at in order {
                chat.restore(&entries[at]).unwrap();
            }
            assert!(!opens(&mut chat, "u0", "p") && opens(&mut chat, "u0", "second"), "{order:?}");
            assert!(chat.is_live(&entries[1]) && !chat.is_live(&entries[0]));
            assert!(!chat.is_live(&entry("u0", "p", 0)));
        }
    }

    #[test]
    fn a_registered_account_comes_back_with_its_last_password_and_a_given_one_not_by_itself() {
        let mut chat = chat_of(2);
        // A chat of one account more has room for it.
        let gone = entry("u2", "x", 1);
        assert_eq!(chat.restore(&gone), Err(RestoreError::NoSuchUser));
        assert!(!chat.is_live(&gone));
        assert_eq!(chat.restore(&entry("luke", "x", 3)), Err(RestoreError::Full));
    }

    #[test]
    fn who_changed_a_password_as_often_as_can_be_counted_keeps_it() {
        let mut chat = chat_of(1);
        chat.restore(&entry("u0", "last", u16::MAX - 1)).unwrap();
        chat.connect(HOME, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), NOW);
        let user = chat.log_in(HOME, "u0", Proof::Password("last"), NOW, &mut Nothing).unwrap();
        let mut change = |words| chat.change_password(HOME, user, words, NOW, &mut Nothing);
        assert_eq!(change(("last", "very-last")), Ok(()));
        let full = PasswordRefusal::Store(StoreError::Full);
        assert_eq!(change(("very-last", "one-more")), Err(full));
        assert_eq!(change(("last", "x")), Err(PasswordRefusal::Old(LoginRefusal::WrongPassword)));
    }
}
