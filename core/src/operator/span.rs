//! How long something lasts, as an operator writes it.

use crate::time::Duration;

/// The longest span: it fits the seconds of a reply.
const LONGEST: u64 = u32::MAX as u64 - 1;

/// Reads `90s`, `10m`, `2h` or `7d`; a bare number is seconds. At least one second.
pub fn parse_span(text: &str) -> Option<Duration> {
    let unit = match text.as_bytes().last()? {
        b'm' => 60,
        b'h' => 3_600,
        b'd' => 86_400,
        _ => 1,
    };
    let digits = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = digits.parse::<u64>().ok()?.checked_mul(unit)?;
    (1..=LONGEST).contains(&seconds).then(|| Duration::from_secs(seconds))
}
