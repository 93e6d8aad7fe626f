//! Users who give no command: a warning, and then the end of their session. Strangers who do not
//! log in: the same, with more time while a person types.
//! Knows no line.

use super::Chat;
use super::State;
use super::id::ConnectionId;
use crate::time::{Duration, Instant};

/// The longest time between the warning and the end, and the shortest of which a user can make use.
const WARNINGS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(1));
/// The warning comes at most one part in so many of the timeout before the end.
const PART: u64 = 4;
/// The longest time between a stranger's warning and its end.
const LOGIN_WARNING: Duration = Duration::from_secs(10);
/// Typing keeps a stranger no longer than this. A person who makes an account needs a few minutes.
const LONGEST_LOGIN: Duration = Duration::from_secs(600);
/// A tenth of a second, in milliseconds.
const TENTH: u64 = 100;

/// How long before the end the warning comes; 0 if none comes.
fn warning(timeout: Duration) -> Duration {
    let part = Duration::from_millis(timeout.as_millis() / PART);
    if part < WARNINGS.1 { Duration::default() } else { part.min(WARNINGS.0) }
}

/// How long before its end a stranger is warned; 0 if it is not.
fn login_warning(deadline: Duration) -> Duration {
    warning(deadline).min(LOGIN_WARNING)
}

impl Chat<'_> {
    /// A person types on `connection`, and has not logged in yet.
    pub(crate) fn note_typing(&mut self, connection: ConnectionId, now: Instant) {
        let session = &mut self.sessions[connection];
        let waited = now.saturating_since(session.since).as_millis().div_ceil(TENTH);
        let waited = u16::try_from(waited).unwrap_or(u16::MAX);
        (session.typed, session.is_warned) = (session.typed.max(Some(waited)), false);
    }

    /// When the stranger on `connection` must have logged in.
    fn login_end(&self, connection: ConnectionId) -> Instant {
        let (session, deadline) = (&self.sessions[connection], self.settings.login_deadline);
        let typed = Duration::from_millis(u64::from(session.typed.unwrap_or(0)) * TENTH);
        let most = LONGEST_LOGIN.as_millis().saturating_sub(deadline.as_millis());
        session.since + deadline + typed.min(Duration::from_millis(most))
    }

    /// When the stranger on `connection` is to be warned, and after that, when its time is over.
    /// Only a stranger that told of a person is warned.
    pub(crate) fn login_due(&self, connection: ConnectionId) -> Instant {
        let (session, end) = (&self.sessions[connection], self.login_end(connection));
        match session.typed {
            Some(_) if !session.is_warned => end - login_warning(self.settings.login_deadline),
            _ => end,
        }
    }

    /// [`login_due`](Self::login_due) has come. Answers whether the stranger is to be warned;
    /// otherwise its time is over.
    pub(crate) fn begin_login_warning(&mut self, connection: ConnectionId) -> bool {
        let session = &mut self.sessions[connection];
        let was_warned = core::mem::replace(&mut session.is_warned, true);
        let is_warned = !was_warned && session.typed.is_some();
        is_warned && login_warning(self.settings.login_deadline) > Duration::default()
    }

    /// The user on `connection` is there: it gave a command.
    pub(crate) fn note_activity(&mut self, connection: ConnectionId, now: Instant) {
        let session = &mut self.sessions[connection];
        (session.since, session.is_warned) = (now, false);
    }

    /// When the user on `connection` is to be warned, and after that, when its session ends; `None`
    /// for never.
    pub(crate) fn inactivity_due(&self, connection: ConnectionId) -> Option<Instant> {
        let timeout = self.settings.timeout;
        if timeout == Duration::default() {
            return None;
        }
        let session = &self.sessions[connection];
        let end = session.since + timeout;
        Some(if session.is_warned { end } else { end - warning(timeout) })
    }

    /// [`inactivity_due`](Self::inactivity_due) has come. Answers whether the user is to be warned;
    /// otherwise the session ends.
    pub(crate) fn begin_warning(&mut self, connection: ConnectionId) -> bool {
        let was_warned = core::mem::replace(&mut self.sessions[connection].is_warned, true);
        !was_warned && warning(self.settings.timeout) > Duration::default()
    }

    /// The seconds until the session on `connection` ends, or a stranger's time, if its person is
    /// to be warned still.
    pub(crate) fn seconds_left(&self, connection: ConnectionId, now: Instant) -> Option<u32> {
        let session = &self.sessions[connection];
        let end = match session.state() {
            State::Online(_) => session.since + self.settings.timeout,
            State::Stranger if self.claimed_by(connection).is_none() => self.login_end(connection),
            _ => return None,
        };
        let seconds = end.saturating_since(now).as_millis().div_ceil(1000) as u32;
        (session.is_warned && seconds > 0).then_some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_comes_a_quarter_before_the_end_and_a_minute_at_most() {
        let seconds = [0, 3, 4, 7, 8, 60, 240, 244, 3_600, u64::from(u32::MAX)];
        let warned = seconds.map(|timeout| warning(Duration::from_secs(timeout)).as_millis());
        let minute = 60_000;
        let longer = [minute; 4];
        assert_eq!(warned[..6], [0, 0, 1_000, 1_750, 2_000, 15_000]);
        assert_eq!(warned[6..], longer);
    }
}
