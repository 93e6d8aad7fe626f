//! Shares and times, as people read them. Sizes are `smolchat_words::Size`.

use std::time::Duration;

/// How much of `size` is `done`, in whole percent. Only what is whole is 100.
pub(crate) fn percent(done: u64, size: u64) -> u64 {
    match size {
        0 => 100,
        _ => (u128::from(done.min(size)) * 100 / u128::from(size)) as u64,
    }
}

/// A time in the unit that people use; from two of a unit on, it is the next one.
pub(crate) fn duration(time: Duration) -> String {
    match time.as_secs() {
        seconds @ ..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all() {
        for (done, size, expected) in
            [(0, 10, 0), (9_999, 10_000, 99), (10, 10, 100), (11, 10, 100), (0, 0, 100)]
        {
            assert_eq!(percent(done, size), expected, "{done} of {size}");
        }
        assert_eq!(percent(u64::MAX - 1, u64::MAX), 99);
    }

    #[test]
    fn a_time_has_the_unit_that_people_use() {
        for (seconds, told) in [
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min"),
            (7_199, "119 min"),
            (7_200, "2 h"),
            (172_800, "2 days"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), told);
        }
    }
}
