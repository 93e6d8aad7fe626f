//! A span of time as a person writes it on the command line: days, or a number with its unit. Knows
//! no option.

use smolchat_core::time::Duration;

/// The longest span, in seconds: ten years.
const SECONDS_MAX: u64 = 3650 * DAY;
const DAY: u64 = 86_400;

/// Reads `30` and `30d` as days, `12h`, `90m` and `45s` as hours, minutes and seconds.
///
/// # Errors
/// What may stand there instead.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let units = [('d', DAY), ('h', 3_600), ('m', 60), ('s', 1)];
    let found = units.iter().find_map(|&(unit, each)| Some((text.strip_suffix(unit)?, each)));
    let (digits, each) = found.unwrap_or((text, DAY));
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let count = digits.parse::<u64>().ok().filter(|_| is_plain);
    let seconds = count.and_then(|count| count.checked_mul(each));
    match seconds.filter(|&seconds| seconds <= SECONDS_MAX) {
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None => Err("give days, as 30, or 12h, 90m, 45s; up to 3650 days".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_means_days_and_a_unit_may_stand_behind_it() {
        for (text, seconds) in [
            ("0", 0),
            ("0s", 0),
            ("30", 2_592_000),
            ("30d", 2_592_000),
            ("12h", 43_200),
            ("90m", 5_400),
            ("45s", 45),
            ("3650", SECONDS_MAX),
            ("315360000s", SECONDS_MAX),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_and_the_right_form_told() {
        for wrong in [
            "",
            "s",
            "-1",
            "+1",
            "1.5",
            "1 d",
            "3651",
            "315360001s",
            "1w",
            "99999999999999999999",
            "９",
        ] {
            assert!(parse(wrong).is_err_and(|told| told.contains("12h")), "{wrong}");
        }
    }
}
