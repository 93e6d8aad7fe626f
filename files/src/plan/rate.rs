//! Bytes in a second, of late.

use std::time::Duration;

use crate::Moment;

/// The span of one bucket.
const BUCKET: Duration = Duration::from_millis(250);
/// How many buckets the rate is of: three seconds.
const BUCKETS: usize = 12;

/// How many bytes came in the last seconds.
#[derive(Clone, Debug)]
pub(crate) struct Rate {
    since: Moment,
    /// The number of the newest bucket.
    newest: u64,
    bytes: [u64; BUCKETS],
}

impl Rate {
    /// Nothing came, from this moment on.
    pub(crate) fn new(now: Moment) -> Self {
        Rate { since: now, newest: number(now), bytes: [0; BUCKETS] }
    }

    /// So many bytes came.
    pub(crate) fn add(&mut self, now: Moment, bytes: u64) {
        self.turn(now);
        self.bytes[self.newest as usize % BUCKETS] += bytes;
    }

    /// How long it has measured.
    pub(crate) fn measured(&self, now: Moment) -> Duration {
        now.saturating_sub(self.since)
    }

    /// Bytes in a second. A rate of less than a bucket's time is told as if it were one.
    pub(crate) fn of(&self, now: Moment) -> u64 {
        let mut turned = self.clone();
        turned.turn(now);
        let begin = BUCKET * (turned.newest + 1).saturating_sub(BUCKETS as u64) as u32;
        let span = now.saturating_sub(begin.max(self.since)).max(BUCKET);
        let bytes: u64 = turned.bytes.iter().sum();
        (u128::from(bytes) * 1000 / span.as_millis()) as u64
    }

    /// Empties the buckets that have become too old.
    fn turn(&mut self, now: Moment) {
        let newest = number(now).max(self.newest);
        for bucket in self.newest + 1..=newest.min(self.newest + BUCKETS as u64) {
            self.bytes[bucket as usize % BUCKETS] = 0;
        }
        self.newest = newest;
    }
}

fn number(now: Moment) -> u64 {
    (now.as_millis() / BUCKET.as_millis()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Duration::from_millis(millis)
    }

    #[test]
    fn a_steady_stream_has_its_rate_soon_and_for_ever() {
        let mut rate = Rate::new(at(1000));
        for millis in (1010..60_000).step_by(10) {
            rate.add(at(millis), 1000);
            if millis > 2000 {
                assert!((95_000..=105_000).contains(&rate.of(at(millis))), "{millis}");
            }
        }
    }

    #[test]
    fn what_is_long_ago_does_not_count() {
        let mut rate = Rate::new(at(0));
        rate.add(at(100), 1_000_000);
        assert_eq!(rate.of(at(100)), 4_000_000);
        assert_eq!(rate.of(at(1000)), 1_000_000);
        assert_eq!(rate.of(at(3500)), 0);
        assert_eq!(rate.of(at(1_000_000_000)), 0);
    }
}
