//! What is due by the clock: three probes, two announcements, and a goodbye (RFC 6762, 8 and 10.1).

use crate::time::{Duration, Instant};

/// Between two probes, and behind the last.
const PROBE_PAUSE: Duration = Duration::from_millis(250);
const PROBES: u8 = 3;
/// Between two announcements.
const ANNOUNCEMENT_PAUSE: Duration = Duration::from_secs(1);
const ANNOUNCEMENTS: u8 = 2;
/// How long the loser of two that probe at once waits.
const DEFERRED: Duration = Duration::from_secs(1);
/// Where we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// There is no address that a name could lead to.
    Waiting,
    /// Asking whether somebody has the name; so many probes are out.
    Probing(u8),
    /// The name is ours; so many announcements are out.
    Announcing(u8),
    /// Everybody knows.
    Settled,
    /// It is over.
    Silent,
}

/// What is to be said now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Ask for our own name.
    Probe,
    /// Tell everybody all records.
    Announce,
}

/// The phase, and when it moves on.
#[derive(Debug)]
pub(super) struct Course {
    phase: Phase,
    due: Option<Instant>,
}

impl Course {
    pub(super) fn new() -> Self {
        Course { phase: Phase::Waiting, due: None }
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether others may hear our records: the name is ours.
    pub(super) fn has_name(&self) -> bool {
        matches!(self.phase, Phase::Announcing(_) | Phase::Settled)
    }

    /// Whether we have asked for the name and wait for what others say. Before the first probe we
    /// claim nothing, so that nobody can contradict faster than we ask.
    pub(super) fn is_probing(&self) -> bool {
        matches!(self.phase, Phase::Probing(1..))
    }

    /// Whether nothing more is to come.
    pub(super) fn is_silent(&self) -> bool {
        self.phase == Phase::Silent
    }

    /// Asks for the name from the beginning, at `at`.
    pub(super) fn probe_from(&mut self, at: Instant) {
        (self.phase, self.due) = (Phase::Probing(0), Some(at));
    }

    /// Tells everybody again, since something of it changed.
    pub(super) fn announce_from(&mut self, at: Instant) {
        (self.phase, self.due) = (Phase::Announcing(0), Some(at));
    }

    /// Another host that asks for the name at the same time comes first.
    pub(super) fn defer(&mut self, now: Instant) {
        self.probe_from(now + DEFERRED);
    }

    /// Waits for an address.
    pub(super) fn wait(&mut self) {
        (self.phase, self.due) = (Phase::Waiting, None);
    }

    /// Nothing more is said.
    pub(super) fn fall_silent(&mut self) {
        (self.phase, self.due) = (Phase::Silent, None);
    }

    /// Moves on, if it is time, and answers what is to be said.
    pub(super) fn advance(&mut self, now: Instant) -> Option<Step> {
        self.due.filter(|due| *due <= now)?;
        let (phase, pause, step) = match self.phase {
            Phase::Probing(sent) if sent < PROBES => {
                (Phase::Probing(sent + 1), Some(PROBE_PAUSE), Step::Probe)
            }
            Phase::Probing(_) => (Phase::Announcing(1), Some(ANNOUNCEMENT_PAUSE), Step::Announce),
            Phase::Announcing(sent) if sent + 1 < ANNOUNCEMENTS => {
                (Phase::Announcing(sent + 1), Some(ANNOUNCEMENT_PAUSE), Step::Announce)
            }
            Phase::Announcing(_) => (Phase::Settled, None, Step::Announce),
            phase => {
                (self.phase, self.due) = (phase, None);
                return None;
            }
        };
        (self.phase, self.due) = (phase, pause.map(|pause| now + pause));
        Some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    #[test]
    fn three_probes_and_two_announcements_and_then_nothing() {
        let mut course = Course::new();
        assert_eq!(course.due(), None);
        course.probe_from(at(100));
        let mut steps = Vec::new();
        while let Some(due) = course.due() {
            assert_eq!(course.advance(due - Duration::from_millis(1)), None);
            steps.push((due.as_millis(), course.advance(due).unwrap(), course.has_name()));
        }
        use Step::{Announce, Probe};
        assert_eq!(
            steps,
            [
                (100, Probe, false),
                (350, Probe, false),
                (600, Probe, false),
                (850, Announce, true),
                (1_850, Announce, true)
            ]
        );
    }
}
