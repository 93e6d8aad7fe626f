//! When to try again: soon for as long as somebody may be waiting for it, then ever more seldom,
//! and never at the same moment as everybody else. Reads no clock, and draws its chance from a
//! seed.

use std::time::Duration;

/// The longest that the first try waits.
const FIRST: Duration = Duration::from_millis(500);
/// The longest that a try waits while the server may be back at any moment.
const LONGEST: Duration = Duration::from_secs(1);
/// A server that was away for so long does not come back at any moment.
const LONG: Duration = Duration::from_secs(600);
/// The longest that any try waits.
const LONGEST_OF_ALL: Duration = Duration::from_secs(30);

/// Exponential back-off with jitter: each pause is drawn from the upper half of a span that doubles
/// from try to try.
#[derive(Clone, Debug)]
pub(crate) struct Backoff {
    span: Duration,
    chance: u64,
}

impl Backoff {
    /// No try yet. Clients with different seeds do not come in step.
    pub(crate) fn new(seed: u64) -> Self {
        Backoff { span: FIRST, chance: seed }
    }

    /// How long to wait before the next try, if the server has been away for so long.
    pub(crate) fn next_pause(&mut self, away: Duration) -> Duration {
        let span = self.span;
        let longest = if away < LONG { LONGEST } else { LONGEST_OF_ALL };
        self.span = (span * 2).min(longest);
        span / 2 + span.mul_f64(self.fraction() / 2.0)
    }

    /// It worked for long enough: the next try may come soon again.
    pub(crate) fn reset(&mut self) {
        self.span = FIRST;
    }

    /// From 0 up to, not including, 1: the upper bits of SplitMix64 (Steele, Lea and Flood, 2014).
    fn fraction(&mut self) -> f64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_lie_in_the_upper_half_of_their_span() {
        for seed in [0, 1, u64::MAX] {
            let mut backoff = Backoff::new(seed);
            for (span, away) in [
                (500, 0),
                (1_000, 1),
                (1_000, 599),
                (1_000, 600),
                (2_000, 601),
                (4_000, 602),
                (8_000, 606),
                (16_000, 614),
                (30_000, 630),
                (30_000, 660),
            ] {
                let span = Duration::from_millis(span);
                let pause = backoff.next_pause(Duration::from_secs(away));
                assert!(span / 2 <= pause && pause <= span, "seed {seed}: {pause:?} of {span:?}");
            }
            backoff.reset();
            assert!(backoff.next_pause(Duration::ZERO) <= FIRST);
        }
    }

    #[test]
    fn two_seeds_do_not_come_in_step() {
        let (mut one, mut other) = (Backoff::new(1), Backoff::new(2));
        assert!((0..9).all(|_| one.next_pause(LONG) != other.next_pause(LONG)));
    }
}
