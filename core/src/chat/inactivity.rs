//! Users who give no command: a warning, and then the end of their session.
//! Knows no line.

use super::Chat;
use super::id::ConnectionId;
use crate::time::{Duration, Instant};

/// The longest time between the warning and the end, and the shortest of which a user can make use.
const WARNINGS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(1));
/// The warning comes at most one part in so many of the timeout before the end.
const PART: u64 = 4;

/// How long before the end the warning comes; 0 if none comes.
fn warning(timeout: Duration) -> Duration {
    let part = Duration::from_millis(timeout.as_millis() / PART);
    if part < WARNINGS.1 { Duration::default() } else { part.min(WARNINGS.0) }
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
        let warned = seconds.map(|timeout| warning(Duration::from_secs(timeout)).as_millis());
        let minute = 60_000;
        let longer = [minute; 4];
        assert_eq!(warned[..6], [0, 0, 1_000, 1_750, 2_000, 15_000]);
        assert_eq!(warned[6..], longer);
    }
}
