//! Whether a peer is still there to whom something was said. Knows no link and reads no clock.

use std::time::{Duration, Instant};

/// A peer that does not acknowledge for so long is asked for a sign of life.
const ASKED_AFTER: Duration = Duration::from_secs(2);
/// A peer that gives none for so long is gone.
const LOST_AFTER: Duration = Duration::from_secs(4);

/// What is known of a peer's being there.
#[derive(Debug, Default)]
pub(super) struct Liveness {
    /// Since when something is awaited, without a word from the peer.
    silent_since: Option<Instant>,
    /// When it was asked.
    asked_at: Option<Instant>,
}

/// What is to be done about a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// Ask it.
    Ask,
    /// Give it up.
    Lost,
}

impl Liveness {
    /// Something was said, and an acknowledgement is awaited.
    pub(super) fn handle_said(&mut self, now: Instant) {
        self.silent_since.get_or_insert(now);
    }

    /// The peer said anything at all. `is_waiting`: an acknowledgement is still awaited.
    pub(super) fn handle_heard(&mut self, now: Instant, is_waiting: bool) {
        *self = Liveness { silent_since: is_waiting.then_some(now), asked_at: None };
    }

    /// What is due.
    pub(super) fn poll(&mut self, now: Instant) -> Option<Due> {
        if now < self.poll_at()? {
            return None;
        }
        if self.asked_at.is_some() {
            *self = Liveness::default();
            return Some(Due::Lost);
        }
        self.asked_at = Some(now);
        Some(Due::Ask)
    }

    /// When [`poll`](Self::poll) has something next.
    pub(super) fn poll_at(&self) -> Option<Instant> {
        let asked = self.asked_at.map(|at| at + LOST_AFTER);
        asked.or(self.silent_since.map(|since| since + ASKED_AFTER))
    }
}
