//! The system timer's ticks as time. The timer has 24 bits and counts down. It runs through its
//! longest period, and its wraps are counted, so that an idle part is not woken for nothing.
//! Knows no timer.

use smolchat_core::time::{Duration, Instant};

/// Ticks between two wraps: the timer counts from this less one down to 0.
pub const PERIOD: u32 = 1 << 24;

/// How fast a timer ticks, and the latest moment that it answered.
#[derive(Debug)]
pub struct Ticks {
    per_milli: u32,
    latest: u64,
}

impl Ticks {
    /// A timer at `hertz`.
    pub const fn at(hertz: u32) -> Self {
        Ticks { per_milli: hertz / 1000, latest: 0 }
    }

    /// The moment when the timer has wrapped `wraps` times and shows `value`. Never earlier than
    /// the moment answered before.
    pub fn moment(&mut self, wraps: u32, value: u32) -> Instant {
        // At 0 the wrap is counted already, and the count starts over with the next tick.
        let elapsed = if value == 0 { 0 } else { PERIOD - value };
        let ticks = u64::from(wraps) * u64::from(PERIOD) + u64::from(elapsed);
        self.latest = self.latest.max(ticks);
        Instant::from_millis(self.latest / u64::from(self.per_milli))
    }

    /// So much time in ticks; the most a timer of 32 bits takes where that is too long.
    pub fn ticks(&self, span: Duration) -> u32 {
        let ticks = span.as_millis().saturating_mul(self.per_milli.into());
        ticks.min(u32::MAX.into()) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: u32 = 50_000_000;

    #[test]
    fn time_goes_on_over_a_wrap() {
        let mut ticks = Ticks::at(CLOCK);
        let millis = |wraps: u64, elapsed: u64| (wraps * u64::from(PERIOD) + elapsed) / 50_000;
        assert_eq!(ticks.moment(0, 0), Instant::START);
        assert_eq!(ticks.moment(0, PERIOD - 50_000), Instant::from_millis(1));
        assert_eq!(ticks.moment(0, 1).as_millis(), millis(0, (PERIOD - 1).into()));
        assert_eq!(ticks.moment(1, 0).as_millis(), millis(1, 0));
        assert_eq!(ticks.moment(1, PERIOD - 1).as_millis(), millis(1, 1));
        // A year.
        assert_eq!(ticks.moment(93_984_375, 0).as_millis(), millis(93_984_375, 0));
    }

    #[test]
    fn time_never_goes_back() {
        let mut ticks = Ticks::at(CLOCK);
        let later = ticks.moment(3, 5);
        assert_eq!(ticks.moment(2, 5), later);
        assert_eq!(ticks.moment(3, PERIOD - 1), later);
        assert!(ticks.moment(4, 5) > later);
    }

    #[test]
    fn spans_become_ticks_and_stop_at_the_most_a_timer_takes() {
        let ticks = Ticks::at(CLOCK);
        assert_eq!(ticks.ticks(Duration::from_millis(3)), 150_000);
        assert_eq!(ticks.ticks(Duration::from_secs(4)), 200_000_000);
        assert_eq!(ticks.ticks(Duration::from_secs(u64::MAX)), u32::MAX);
    }
}
