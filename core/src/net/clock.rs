//! The server's time and smoltcp's, turned into each other.
//! Touches nothing else.

use crate::time::{Duration, Instant};

/// The latest moment that smoltcp can name in its microseconds.
const LATEST: u64 = i64::MAX as u64 / 1000;

/// The moment as smoltcp names it.
pub(super) fn moment(now: Instant) -> smoltcp::time::Instant {
    smoltcp::time::Instant::from_millis(now.as_millis().min(LATEST) as i64)
}

/// The moment as the server names it.
pub(super) fn instant(at: smoltcp::time::Instant) -> Instant {
    Instant::from_millis(at.total_millis().max(0) as u64)
}

/// The span as smoltcp names it.
pub(super) fn span(duration: Duration) -> smoltcp::time::Duration {
    smoltcp::time::Duration::from_millis(duration.as_millis().min(LATEST))
}
