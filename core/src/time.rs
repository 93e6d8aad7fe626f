//! Time as the server sees it: milliseconds on a clock of the product's that never goes back. The
//! caller hands it in.

use core::fmt;
use core::num::NonZeroU64;
use core::ops::{Add, Sub};

/// A moment, in milliseconds since the clock's beginning: the product's start, or 1970 if the
/// product knows the date. The ages of stored messages are right only if the clock went on over a
/// restart.
///
/// The value inside is one more, so that `Option<Instant>` is no larger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(NonZeroU64);

/// A span of time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Duration(u64);

impl Instant {
    /// The clock's beginning: no moment is earlier.
    pub const START: Instant = Instant(NonZeroU64::MIN);

    /// The moment `millis` milliseconds after the beginning.
    pub const fn from_millis(millis: u64) -> Self {
        Instant(NonZeroU64::MIN.saturating_add(millis))
    }

    /// Milliseconds since the beginning.
    pub const fn as_millis(self) -> u64 {
        self.0.get() - 1
    }

    /// The time that has passed since `earlier`; zero if `earlier` is not earlier.
    pub const fn saturating_since(self, earlier: Instant) -> Duration {
        Duration(self.0.get().saturating_sub(earlier.0.get()))
    }
}

impl Default for Instant {
    fn default() -> Self {
        Instant::START
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instant").field(&self.as_millis()).finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Instant {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Instant({=u64})", self.as_millis());
    }
}

impl Duration {
    /// A span of `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Duration(millis)
    }

    /// A span of `secs` seconds, or the longest span if that is too long.
    pub const fn from_secs(secs: u64) -> Self {
        Duration(secs.saturating_mul(1000))
    }

    /// Whole seconds, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> u64 {
        self.0
    }
}

impl Add for Duration {
    type Output = Duration;

    /// Both spans together, or the longest span if that is too long.
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    /// Later by `span`; stops at the end of time.
    fn add(self, span: Duration) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }
}

impl Sub<Duration> for Instant {
    type Output = Instant;

    /// Earlier by `span`; stops at the beginning.
    fn sub(self, span: Duration) -> Instant {
        Instant::from_millis(self.as_millis().saturating_sub(span.0))
    }
}
