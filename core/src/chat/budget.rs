//! Budgets: how often something may be done, as a bucket that fills with time. Time is an argument.
//! Knows neither users nor sources.

use crate::time::Instant;

/// How often something may be done: `burst` times at once, and once more for every period after
/// that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Rate {
    burst: u16,
    /// Seconds; 0 means that there is no limit.
    period: u16,
}

impl Rate {
    /// Without limit.
    pub const UNLIMITED: Rate = Rate { burst: 1, period: 0 };

    /// `burst` times at once, at least once, and once more every `period` seconds.
    pub const fn new(burst: u16, period: u16) -> Self {
        Rate { burst: if burst == 0 { 1 } else { burst }, period }
    }

    /// `count` times at once, and as many again in every hour after; without limit where `count` is
    /// 0.
    pub const fn hourly(count: u16) -> Self {
        Rate::at_once_and_hourly(count, count)
    }

    /// `count` times at once, and as many again in every minute after; without limit where `count`
    /// is 0.
    pub const fn minutely(count: u16) -> Self {
        Rate::within(60, count)
    }

    /// `burst` times at once, and `per_hour` times in every hour after; without limit where either
    /// is 0.
    pub const fn at_once_and_hourly(burst: u16, per_hour: u16) -> Self {
        match (burst, per_hour) {
            (0, _) | (_, 0) => Rate::UNLIMITED,
            _ => Rate::new(burst, 3600_u16.div_ceil(per_hour)),
        }
    }

    /// How many times at once.
    pub const fn burst(self) -> u16 {
        self.burst
    }

    /// Seconds from one to the next; 0 means that there is no limit.
    pub const fn period(self) -> u16 {
        self.period
    }

    const fn within(seconds: u16, count: u16) -> Self {
        match count {
            0 => Rate::UNLIMITED,
            _ => Rate::new(count, seconds.div_ceil(count)),
        }
    }
}

/// Seconds until something may be done that may not be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub u32);

/// A budget, as the second in which it will be whole again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket(u32);

impl Bucket {
    /// Whether there is something left.
    ///
    /// # Errors
    /// How long until there is.
    pub(super) fn check(&self, rate: Rate, now: Instant) -> Result<(), Wait> {
        let lacking = self.0.saturating_sub(second(now));
        let most = (u32::from(rate.burst) - 1) * u32::from(rate.period);
        match lacking.saturating_sub(most) {
            0 => Ok(()),
            _ if rate.period == 0 => Ok(()),
            seconds => Err(Wait(seconds)),
        }
    }

    /// Takes one, which [`check`](Self::check) allowed.
    pub(super) fn take(&mut self, rate: Rate, now: Instant) {
        let from = self.0.max(second(now));
        self.0 = from.saturating_add(rate.period.into());
    }

    /// Whether everything that was taken has come back.
    pub(super) fn is_whole(&self, now: Instant) -> bool {
        self.0 <= second(now)
    }
}

/// The second that `now` lies in. Buckets count in seconds: four bytes last until 2106 if the clock
/// begins in 1970.
pub(super) fn second(now: Instant) -> u32 {
    (now.as_millis() / 1000).min(u32::MAX.into()) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(5_000_000_000 + millis)
    }

    #[test]
    fn a_burst_is_had_at_once_and_then_one_each_period() {
        let (rate, mut bucket) = (Rate::new(3, 10), Bucket::default());
        for _ in 0..3 {
            assert_eq!(bucket.check(rate, at(0)), Ok(()));
            bucket.take(rate, at(0));
        }
        assert_eq!(bucket.check(rate, at(0)), Err(Wait(10)));
        assert_eq!(bucket.check(rate, at(9_999)), Err(Wait(1)));
        assert_eq!(bucket.check(rate, at(10_000)), Ok(()));
        bucket.take(rate, at(10_000));
        assert_eq!(bucket.check(rate, at(10_000)), Err(Wait(10)));
        assert!(!bucket.is_whole(at(39_999)) && bucket.is_whole(at(40_000)));
        for _ in 0..3 {
            assert_eq!(bucket.check(rate, at(60_000)), Ok(()), "no more than the burst is saved");
            bucket.take(rate, at(60_000));
        }
        assert_eq!(bucket.check(rate, at(60_000)), Err(Wait(10)));
    }

    #[test]
    fn without_a_limit_nothing_is_ever_used_up() {
        let mut bucket = Bucket::default();
        let without = [Rate::at_once_and_hourly(0, 6), Rate::at_once_and_hourly(30, 0)];
        for rate in [Rate::UNLIMITED, Rate::hourly(0), Rate::minutely(0)].into_iter().chain(without)
        {
            for _ in 0..100_000 {
                assert_eq!(bucket.check(rate, at(0)), Ok(()));
                bucket.take(rate, at(0));
            }
            assert!(bucket.is_whole(at(0)));
        }
    }

    #[test]
    fn a_class_is_served_at_once_and_then_a_few_an_hour() {
        let (rate, mut bucket) = (Rate::at_once_and_hourly(30, 6), Bucket::default());
        let mut take_all = |second: u64| {
            let mut taken = 0;
            while bucket.check(rate, at(second * 1000)).is_ok() {
                bucket.take(rate, at(second * 1000));
                taken += 1;
            }
            taken
        };
        assert_eq!([0, 599, 600, 4200, 4200].map(&mut take_all), [30, 0, 1, 6, 0]);
        assert_eq!(take_all(4200 + 29 * 600), 29, "one of the class's places is not back yet");
        assert_eq!(take_all(4200 + 59 * 600), 30, "no more than a class is saved");
    }

    #[test]
    fn a_count_within_an_hour_is_never_more() {
        for count in [1, 7, 30, 3_600, 5_000] {
            let (rate, mut bucket) = (Rate::hourly(count), Bucket::default());
            let mut taken = 0;
            while bucket.check(rate, at(0)).is_ok() {
                bucket.take(rate, at(0));
                taken += 1;
            }
            assert_eq!(taken, count);
            assert!(!bucket.is_whole(at(3_599_999)));
        }
    }
}
