//! How soon a name is tried again after others denied it. A few names are tried at once. If all of
//! them are denied, somebody denies whatever we ask for: then we rest, and try again and again,
//! until nobody does. So whoever takes the names has them only while it goes on.

use crate::time::{Duration, Instant};

/// So many conflicts within [`WINDOW`] end the quick tries (RFC 6762, 8.1).
const CONFLICTS: u8 = 15;
const WINDOW: Duration = Duration::from_secs(10);
/// The least time between two tries from then on (RFC 6762, 8.1).
const PENALTY: Duration = Duration::from_secs(5);
/// How long we rest. The rule for addresses has the same time (RFC 5227, 2.1.1).
const REST: Duration = Duration::from_secs(60);
/// Whoever has had a name for so long has an end of its conflicts behind it.
const CALM: Duration = Duration::from_secs(60);

/// Which name is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The name that was asked for.
    First,
    /// The next number.
    Next,
}

/// What is tried, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Retry {
    pub(super) at: Instant,
    pub(super) which: Which,
}

/// The conflicts of a while.
#[derive(Debug)]
pub(super) struct Pace {
    conflicts: u8,
    /// When the first of those was.
    counted_from: Instant,
    /// Since when we have had our name.
    held_from: Option<Instant>,
    /// Too many names were denied: what was tried last since then.
    resting: Option<Which>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Pace { conflicts: 0, counted_from: Instant::START, held_from: None, resting: None }
    }

    /// Whether too many names were denied, and no name has been ours for a while since.
    pub(super) fn is_resting(&self) -> bool {
        self.resting.is_some()
    }

    /// The name is ours.
    pub(super) fn note_held(&mut self, now: Instant) {
        self.held_from.get_or_insert(now);
    }

    /// Somebody claims the name that is ours. Answers when we ask whether it still is.
    pub(super) fn after_claim(&mut self, now: Instant) -> Instant {
        self.count(now);
        let is_slow = self.is_resting() || self.conflicts >= CONFLICTS;
        if is_slow { now + PENALTY } else { now }
    }

    /// Somebody has the name that we asked for. `has_more` says whether there is a number that was
    /// not tried.
    pub(super) fn after_denial(&mut self, now: Instant, has_more: bool) -> Retry {
        self.count(now);
        self.held_from = None;
        let (which, pause) = match self.resting {
            // The name that was asked for may be another one's for good, so there is a second try.
            Some(Which::First) => (Which::Next, PENALTY),
            None if has_more && self.conflicts < CONFLICTS => {
                return Retry { at: now, which: Which::Next };
            }
            Some(Which::Next) | None => (Which::First, REST),
        };
        self.resting = Some(which);
        Retry { at: now + pause, which }
    }

    fn count(&mut self, now: Instant) {
        if self.held_from.is_some_and(|from| now.saturating_since(from) >= CALM) {
            *self = Pace { held_from: self.held_from, ..Pace::new() };
        }
        if now.saturating_since(self.counted_from) >= WINDOW {
            (self.conflicts, self.counted_from) = (0, now);
        }
        self.conflicts = self.conflicts.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    /// A pace behind so many denials, and the moment of the last.
    fn denied(count: u64) -> Pace {
        let mut pace = Pace::new();
        (1..=count).for_each(|round| _ = pace.after_denial(at(1_000 + round), true));
        pace
    }

    #[test]
    fn fourteen_names_are_tried_at_once_and_the_fifteenth_conflict_is_followed_by_a_rest() {
        for count in 0..14 {
            let retry = denied(count).after_denial(at(2_000), true);
            assert_eq!(retry, Retry { at: at(2_000), which: Which::Next }, "{count}");
        }
        let mut pace = denied(14);
        let retry = pace.after_denial(at(2_000), true);
        assert_eq!(retry, Retry { at: at(62_000), which: Which::First });
        let retry = pace.after_denial(at(62_000), true);
        assert_eq!(retry, Retry { at: at(67_000), which: Which::Next });
        let retry = pace.after_denial(at(67_000), true);
        assert_eq!(retry, Retry { at: at(127_000), which: Which::First }, "and so on");
    }

    #[test]
    fn conflicts_that_are_long_past_count_no_more() {
        let retry = denied(14).after_denial(at(11_001), true);
        assert_eq!(retry, Retry { at: at(11_001), which: Which::Next });
    }

    #[test]
    fn whoever_denies_slowly_ends_the_numbers_and_then_we_rest() {
        let retry = denied(3).after_denial(at(2_000), false);
        assert_eq!(retry, Retry { at: at(62_000), which: Which::First });
    }

    #[test]
    fn a_name_that_was_held_for_a_minute_ends_the_rests() {
        for (held, at_once) in [(59_999, false), (60_000, true)] {
            let mut pace = denied(15);
            pace.note_held(at(100_000));
            pace.note_held(at(101_000));
            let now = at(100_000 + held);
            assert_eq!(pace.after_claim(now) == now, at_once, "{held}");
            assert_eq!(pace.is_resting(), !at_once);
        }
    }
}
