//! The server's time on a host: the wall clock's at start, and from then on one that never goes
//! back or leaps. So a message that was kept over a restart has its true age, and an admin who sets
//! the clock moves no deadline.

use rustix::time::{ClockId, clock_gettime};
use smolchat_core::time::{Duration, Instant};

/// Milliseconds since 1970, as the wall clock had it at start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// The wall clock's moment at start.
    start: Instant,
    /// The other clock's milliseconds at that moment.
    steady: u64,
}

impl Clock {
    /// Begins now.
    pub(super) fn start() -> Self {
        Clock {
            start: Instant::from_millis(millis(ClockId::Realtime)),
            steady: millis(ClockId::Monotonic),
        }
    }

    /// Time since the start.
    pub(super) fn elapsed(&self) -> Duration {
        Duration::from_millis(millis(ClockId::Monotonic).saturating_sub(self.steady))
    }

    /// The server's time.
    pub(super) fn now(&self) -> Instant {
        self.start + self.elapsed()
    }
}

/// The clock's time; 0 for a moment before 1970.
fn millis(clock: ClockId) -> u64 {
    let now = clock_gettime(clock);
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    seconds * 1000 + now.tv_nsec.cast_unsigned() / 1_000_000
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn the_servers_time_is_the_wall_clocks_and_does_not_go_back() {
        let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
        let clock = Clock::start();
        let mut last = clock.now();
        assert!((before..before + 10_000).contains(&last.as_millis()), "{before} {last:?}");
        for _ in 0..1000 {
            let now = clock.now();
            assert!(now >= last && now.saturating_since(last).as_secs() < 10);
            last = now;
        }
    }
}
