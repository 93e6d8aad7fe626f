//! Login: a stranger proves a name and becomes a user.
//! Knows no line: a carrier that has authenticated its peer by other means logs in here, too.

use super::budget::Wait;
use super::hashing::{judge, judge_hidden};
use super::id::{ConnectionId, UserId};
use super::lock::{Lock, LoginError};
use super::presence::PresenceKind;
use super::{Chat, count_up};
use crate::environment::{Environment, Verdict};
use crate::protocol::KeptSecret;
use crate::time::Instant;

/// How the peer shows that a name is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// It knows the account's password.
    Password(&'a str),
    /// Its carrier has authenticated it. No password is checked, and no guess is counted.
    Proven,
    /// Its carrier has authenticated it by a password, and the login was counted at that check.
    Counted,
}

/// Why a login is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginRefusal {
    /// No account has that name.
    UnknownName,
    /// The password is wrong.
    WrongPassword,
    /// Nobody knows yet whether the password is right. The login is to be done again when the
    /// product has an answer: see [`Environment::next_answered`].
    NotYet,
    /// As many passwords as fit are being checked already.
    Busy,
    /// The name is locked after wrong passwords, for so long.
    Locked(Wait),
    /// The source tried too many wrong names and passwords.
    GuessWait(Wait),
    /// The user is online on another connection, whose peer is there.
    AlreadyOnline,
    /// The user is online on another connection, which is asked for a sign of life. The login is to
    /// be done again when that is decided.
    Claimed,
    /// The user has begun too many sessions.
    LoginWait(Wait),
    /// An operator keeps the user out, for so long; for good if that is the longest wait.
    #[cfg(feature = "operator")]
    Banned(Wait),
}

impl Chat<'_> {
    /// Puts the user `name` online on `connection`, a stranger's. The others hear of it.
    ///
    /// # Errors
    /// Nothing changes, but wrong names and passwords count; [`LoginRefusal`] says why.
    pub fn log_in(
        &mut self,
        connection: ConnectionId,
        name: &str,
        proof: Proof<'_>,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<UserId, LoginRefusal> {
        let user = match proof {
            Proof::Password(password) => {
                let user = self.users.find(name);
                self.check_password(connection, user, password, now, environment)?
            }
            Proof::Proven | Proof::Counted => {
                self.users.find(name).ok_or(LoginRefusal::UnknownName)?
            }
        };
        #[cfg(feature = "operator")]
        if let Some(wait) = self.user_ban(user, now) {
            return Err(LoginRefusal::Banned(wait));
        }
        if let Some(holder) = self.users[user].session {
            return Err(self.claim(connection, holder, user, now));
        }
        if proof != Proof::Counted {
            self.take_login(user, now).map_err(LoginRefusal::LoginWait)?;
        }
        self.begin_session(connection, user, now);
        Ok(user)
    }

    /// Counts one more login of `user`.
    ///
    /// # Errors
    /// How long until the user may log in again.
    pub(super) fn take_login(&mut self, user: UserId, now: Instant) -> Result<(), Wait> {
        self.check_logins(user, now)?;
        self.users[user].logins.take(self.settings.limits.logins, now);
        Ok(())
    }

    /// Whether `user` may log in once more.
    fn check_logins(&mut self, user: UserId, now: Instant) -> Result<(), Wait> {
        let checked = self.users[user].logins.check(self.settings.limits.logins, now);
        if checked.is_err() {
            count_up(&mut self.refused.logins);
        }
        checked
    }

    /// The user `name`, if this is its password. Nobody who is refused learns whether the name has
    /// an account: the work of a hash comes first, and is the same. Each check costs a hash, so the
    /// login is counted here, whether a session follows or not.
    ///
    /// # Errors
    /// Nothing changes, but wrong names and passwords count; [`LoginRefusal`] says why.
    pub(crate) fn check_name_and_password(
        &mut self,
        connection: ConnectionId,
        name: &str,
        password: &str,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<UserId, LoginRefusal> {
        let (user, given) = (self.users.find(name), self.given(connection, password));
        self.check_guesses(connection, user, now)?;
        if let Some(user) = user {
            self.check_logins(user, now).map_err(LoginRefusal::LoginWait)?;
        }
        let secret = user.map(|user| self.users[user].secret());
        let verdict = judge_hidden(secret, given, environment);
        match verdict {
            Verdict::Later => return Err(LoginRefusal::NotYet),
            Verdict::Full => return Err(LoginRefusal::Busy),
            Verdict::Right | Verdict::Wrong => {}
        }
        let user = self.take_verdict(connection, user, |_| verdict, now)?;
        self.take_login(user, now).map_err(LoginRefusal::LoginWait)?;
        Ok(user)
    }

    /// `user` again, if this is its password; `None` is a name without an account.
    pub(super) fn check_password(
        &mut self,
        connection: ConnectionId,
        user: Option<UserId>,
        password: &str,
        now: Instant,
        environment: &mut impl Environment,
    ) -> Result<UserId, LoginRefusal> {
        self.check_guesses(connection, user, now)?;
        let given = self.given(connection, password);
        let verdict = |secret: &KeptSecret| judge(Some(secret), given, environment);
        self.take_verdict(connection, user, verdict, now)
    }

    /// Whether a password for `user` may be tried from here. While the source waits, a password is
    /// checked only if the name trusts the source, or if nobody has guessed at that name. So a
    /// guesser keeps out only users at whose names it guessed.
    fn check_guesses(
        &mut self,
        connection: ConnectionId,
        user: Option<UserId>,
        now: Instant,
    ) -> Result<(), LoginRefusal> {
        let (source, origin) = (self.sessions[connection].source(), self.origin(connection));
        let may_try = user.is_some_and(|user| {
            let lock = &self.users[user].lock;
            lock.is_untried() || lock.trusts(origin, now)
        });
        if let (false, Some(wait)) = (may_try, self.sources.wait(source, now)) {
            count_up(&mut self.refused.guesses);
            return Err(LoginRefusal::GuessWait(wait));
        }
        Ok(())
    }

    /// `user` again, if the verdict is that its password is right. A wrong name costs its source as
    /// much as a wrong password.
    fn take_verdict(
        &mut self,
        connection: ConnectionId,
        user: Option<UserId>,
        verdict: impl FnOnce(&KeptSecret) -> Verdict,
        now: Instant,
    ) -> Result<UserId, LoginRefusal> {
        let (source, origin) = (self.sessions[connection].source(), self.origin(connection));
        let settings = &self.settings;
        let refusal = match user {
            None => LoginRefusal::UnknownName,
            Some(user) => {
                let block_duration = settings.block_duration;
                let locked = |lock: &Lock| LoginRefusal::Locked(lock.remaining(now));
                let in_a_row = self.sources.erred_last_at(source, user);
                match self.users.check(user, verdict, origin, in_a_row, now, block_duration) {
                    Ok(slips) => {
                        self.sources.forgive(source, slips);
                        return Ok(user);
                    }
                    Err(LoginError::NotYet) => return Err(LoginRefusal::NotYet),
                    Err(LoginError::Busy) => return Err(LoginRefusal::Busy),
                    Err(LoginError::Locked) => return Err(locked(&self.users[user].lock)),
                    Err(LoginError::WrongAndLocked) => locked(&self.users[user].lock),
                    Err(LoginError::WrongPassword) => LoginRefusal::WrongPassword,
                }
            }
        };
        self.sources.add_wrong(source, user, settings.limits.guesses, now);
        Err(refusal)
    }

    /// Puts `user` online on `connection`. The others hear of it.
    fn begin_session(&mut self, connection: ConnectionId, user: UserId, now: Instant) {
        // The older session may have ended before the newcomer heard that it stays.
        self.end_claim(connection);
        self.users[user].session = Some(connection);
        self.mailboxes.begin_session(user);
        self.announce(user, PresenceKind::Login);
        self.sessions.go_online(connection, user, now, self.presence.next());
        self.ready.push(connection.index());
        self.begin_receipts(connection);
    }
}

#[cfg(test)]
mod tests;
