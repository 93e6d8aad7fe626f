//! How late lines of talk are: the middle of them, and the last ones. Other programs make some
//! lines late on a busy machine, so times are compared within one run only.

use std::time::Duration;

/// How long lines were under way, the shortest time first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines(Vec<Duration>);

impl Lines {
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Lines(times)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// So many of a thousand lines took at most so long.
    pub(crate) fn within(&self, of_thousand: usize) -> Duration {
        let place = (self.0.len() * of_thousand).div_ceil(1000);
        self.0.get(place.saturating_sub(1)).copied().unwrap_or_default()
    }

    pub(crate) fn median(&self) -> Duration {
        self.within(500)
    }

    /// 99 of 100 lines were no later.
    pub(crate) fn late(&self) -> Duration {
        self.within(990)
    }

    pub(crate) fn worst(&self) -> Duration {
        self.within(1000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_lines_are_within_the_time() {
        let millis = Duration::from_millis;
        let lines = Lines::of((1..=200).rev().map(millis).collect());
        assert_eq!(lines.count(), 200);
        let found = [lines.median(), lines.late(), lines.worst()];
        assert_eq!(found, [millis(100), millis(198), millis(200)]);
        assert_eq!(Lines::of(vec![millis(7)]).late(), millis(7));
        assert_eq!(Lines::default().worst(), Duration::ZERO);
    }
}
