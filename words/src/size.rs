//! Sizes, as people read them: `1.4 GB`, by powers of a thousand, as disks and file managers tell
//! them. Knows no file.

use core::fmt;

/// Bytes, written in the unit that leaves up to three digits before the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

/// A unit is a thousand of the one before.
const UNITS: [&str; 6] = ["bytes", "kB", "MB", "GB", "TB", "PB"];

impl Size {
    /// The number, a tenth behind its point if that says something, and the unit.
    pub fn parts(self) -> (u64, Option<u64>, &'static str) {
        match self.0 {
            1 => return (1, None, "byte"),
            bytes @ ..1000 => return (bytes, None, UNITS[0]),
            _ => {}
        }
        // Tenths of a unit, cut: what is nearly whole does not look whole.
        let (mut tenths, mut unit) = (self.0 / 100, 1);
        while tenths >= 10_000 && unit + 1 < UNITS.len() {
            (tenths, unit) = (tenths / 1000, unit + 1);
        }
        let (whole, tenth) = (tenths / 10, tenths % 10);
        (whole, Some(tenth).filter(|tenth| whole < 100 && *tenth > 0), UNITS[unit])
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (whole, Some(tenth), unit) => write!(f, "{whole}.{tenth} {unit}"),
            (whole, None, unit) => write!(f, "{whole} {unit}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn a_size_has_the_unit_that_people_use() {
        for (bytes, told) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1 kB"),
            (1999, "1.9 kB"),
            (99_999, "99.9 kB"),
            (100_900, "100 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1 MB"),
            (1_400_000_000, "1.4 GB"),
            (8_796_093_022_208, "8.7 TB"),
            (u64::MAX, "18446 PB"),
        ] {
            assert_eq!(Size(bytes).to_string(), told);
        }
    }
}
