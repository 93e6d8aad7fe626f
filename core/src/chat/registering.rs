//! Registration: a stranger creates an account, which outlives a restart.
//! Knows no line.

use super::Chat;
use super::budget::Wait;
use super::count_up;
use super::hashing::{Unsealed, secret_of};
use super::id::{ConnectionId, UserId};
use super::sources::RegistrationRefusal;
use super::users::AddUserError;
use crate::environment::{Environment, Seal};
use crate::protocol::{KeptSecret, UserName, check_new_name, check_password};
use crate::store::{Entry, StoreError};
use crate::time::Instant;

/// Why an account is not created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterRefusal {
    /// Nobody may register.
    Off,
    /// Not a name that a person may register.
    BadName,
    /// Not a password.
    BadPassword,
    /// An account has that name, or one that differs in case alone.
    NameTaken,
    /// No further account fits.
    Full,
    /// The source has created too many accounts for now.
    Wait(Wait),
    /// The source has created as many accounts as one source may.
    Share,
    /// It is not this connection's turn, or the product hashes the password. The account is to be
    /// asked for again then.
    NotYet,
    /// As many passwords as fit are being checked and hashed already.
    Busy,
    /// The store does not take the account.
    Store(StoreError),
}

impl From<Unsealed> for RegisterRefusal {
    fn from(unsealed: Unsealed) -> Self {
        match unsealed {
            Unsealed::NotYet => RegisterRefusal::NotYet,
            Unsealed::Busy => RegisterRefusal::Busy,
            Unsealed::Failed => RegisterRefusal::Store(StoreError::Failed),
        }
    }
}

impl Chat<'_> {
    /// Creates an account once it is stored. Everybody waits while a disk stores it, so it has to
    /// be this connection's turn.
    ///
    /// # Errors
    /// There is no account; [`RegisterRefusal`] says why.
    pub fn register(
        &mut self,
        connection: ConnectionId,
        name: &str,
        password: &str,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<(), RegisterRefusal> {
        let user_name = self.check_account(name, password)?;
        self.check_source(connection, now)?;
        let mut seal = Seal::Plain;
        let secret = secret_of(self.given(connection, password), &mut seal, environment)?;
        let kept = KeptSecret::new(secret).ok_or(RegisterRefusal::BadPassword)?;
        if !self.take_turn(connection, now) {
            return Err(RegisterRefusal::NotYet);
        }
        let since = self.users.fresh();
        let entry = Entry::Account { user: name, secret, change: 0, is_given: false, since };
        if let Err(error) = self.append(&entry, environment) {
            self.registrations.take_back();
            return Err(RegisterRefusal::Store(error));
        }
        self.add_user(user_name, kept).map_err(|_| RegisterRefusal::Full)?;
        let source = self.sessions[connection].source();
        self.sources.add_registration(source, self.settings.limits.registrations, now);
        Ok(())
    }

    /// Adds an account in a row of its own.
    pub(super) fn add_user(
        &mut self,
        name: UserName,
        secret: KeptSecret,
    ) -> Result<UserId, AddUserError> {
        let Chat { users, mailboxes, .. } = self;
        let user = users.add(name, secret, |user| mailboxes.is_idle(user))?;
        #[cfg(feature = "operator")]
        self.presence.forget(user);
        Ok(user)
    }

    /// Whether nothing waits that this user, who is gone, has said.
    pub(super) fn is_idle(&self, user: UserId) -> bool {
        self.mailboxes.is_idle(user)
    }

    /// Whether `connection` may have an account stored now. If not, it waits in line.
    pub(super) fn take_turn(&mut self, connection: ConnectionId, now: Instant) -> bool {
        if !self.registrations.admit(connection, now) {
            return false;
        }
        if let Some(next) = self.registrations.turn(now) {
            self.ready.push(next.index());
        }
        true
    }

    /// Whether the account may exist, whoever asks for it.
    fn check_account(&self, name: &str, password: &str) -> Result<UserName, RegisterRefusal> {
        if !self.settings.registration {
            return Err(RegisterRefusal::Off);
        }
        let user_name = check_new_name(name).ok().and_then(|name| name.try_into().ok());
        let user_name = user_name.ok_or(RegisterRefusal::BadName)?;
        check_password(password).map_err(|_| RegisterRefusal::BadPassword)?;
        match self.users.can_register(name, |user| self.is_idle(user)) {
            Ok(()) => Ok(user_name),
            Err(AddUserError::NameTaken) => Err(RegisterRefusal::NameTaken),
            Err(AddUserError::Full) => Err(RegisterRefusal::Full),
        }
    }

    /// Whether the connection's source may create one more account now.
    fn check_source(
        &mut self,
        connection: ConnectionId,
        now: Instant,
    ) -> Result<(), RegisterRefusal> {
        let source = self.sessions[connection].source();
        let free = self.capacities.users - self.users.len();
        let rate = self.settings.limits.registrations;
        self.sources.check_registration(source, rate, free, now).map_err(|refusal| {
            count_up(&mut self.refused.registrations);
            match refusal {
                RegistrationRefusal::Wait(wait) => RegisterRefusal::Wait(wait),
                RegistrationRefusal::Share => RegisterRefusal::Share,
            }
        })
    }

    /// The waiting connection whose turn it is to have an account stored.
    pub(crate) fn next_to_register(&mut self, now: Instant) -> Option<ConnectionId> {
        self.registrations.turn(now)
    }

    /// Whether a request that waits is to wait on: for its turn to have an account stored, or until
    /// its claim is decided.
    pub(crate) fn is_kept_waiting(&self, connection: ConnectionId) -> bool {
        self.claimed_by(connection).is_some() || self.registrations.has_in_line(connection)
    }

    /// The connection whose turn it is to register gives it up.
    pub(crate) fn forfeit_registration(&mut self) {
        self.registrations.forfeit();
    }

    /// When to ask for [`next_to_register`](Self::next_to_register).
    pub(crate) fn registration_due(&self) -> Option<Instant> {
        self.registrations.due()
    }
}
