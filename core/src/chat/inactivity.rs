//! Users who give no command: a warning, and then the end of their session.
//! Knows no line.

use super::Chat;
use super::id::ConnectionId;
use crate::time::{Duration, Instant};

/// The longest time between the warning and the end, in seconds.
const WARNING: u64 = 60;
/// The warning comes at most one part in so many of the timeout before the end.
const PART: u64 = 4;

/// How long before the end the warning comes: whole seconds. None comes if that is no second.
fn warning(timeout: Duration) -> Duration {
    Duration::from_secs((timeout.as_secs() / PART).min(WARNING))
}

impl Chat<'_> {
    /// The user on `connection` is there: it gave a command.
    pub(crate) fn note_activity(&mut self, connection: ConnectionId, now: Instant) {
        let session = &mut self.sessions[connection];
        (session.since, session.is_warned) = (now, false);
    }

    /// When the user on `connection` is to be warned, and after that, when its session ends; `None`
    /// for never.
    pub(crate) fn inactivity_due(&self, connection: ConnectionId) -> Option<Instant> {
        let (session, timeout) = (&self.sessions[connection], self.settings.timeout);
        let end = session.since + timeout;
        let due = if session.is_warned { end } else { end - warning(timeout) };
        (timeout > Duration::default()).then_some(due)
    }

    /// [`inactivity_due`](Self::inactivity_due) has come. Answers whether the user is to be warned;
    /// otherwise the session ends.
    pub(crate) fn begin_warning(&mut self, connection: ConnectionId) -> bool {
        let was_warned = core::mem::replace(&mut self.sessions[connection].is_warned, true);
        !was_warned && warning(self.settings.timeout) > Duration::default()
    }

    /// The seconds until the session on `connection` ends, if the user is to be warned still.
    pub(crate) fn seconds_left(&self, connection: ConnectionId, now: Instant) -> Option<u32> {
        let session = &self.sessions[connection];
        let left = (session.since + self.settings.timeout).saturating_since(now);
        let seconds = left.as_millis().div_ceil(1000) as u32;
        let is_due = session.user().is_some() && session.is_warned && seconds > 0;
        is_due.then_some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_comes_a_quarter_before_the_end_and_a_minute_at_most() {
        let seconds = [0, 3, 4, 7, 8, 60, 240, 244, 3_600, u64::from(u32::MAX)];
        let warned = seconds.map(|timeout| warning(Duration::from_secs(timeout)).as_secs());
        assert_eq!(warned, [0, 0, 1, 1, 2, 15, 60, 60, 60, 60]);
    }
}
