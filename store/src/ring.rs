//! The places of the segments, and how many may be in use.
//! Knows no record.

use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

use crate::error::OpenError;
use crate::segment::word;
use crate::size::{SEGMENTS_MIN, page_min};

/// The highest number of a segment. No flash lives that long. A log in a file refuses entries from
/// there on.
pub(crate) const SEQUENCE_MAX: u32 = u32::MAX - 1;

/// The places of the segments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ring {
    start: u32,
    page_bytes: u32,
    pub(crate) segments: u32,
}

impl Ring {
    /// The ring in `range` of a flash.
    pub(crate) fn new<F: NorFlash>(range: &Range<u32>) -> Result<Self, OpenError> {
        let page_bytes = F::ERASE_SIZE as u32;
        let whole = [range.start, range.end].iter().all(|end| end.is_multiple_of(page_bytes));
        let segments = range.end.saturating_sub(range.start) / page_bytes;
        let fits = F::ERASE_SIZE >= page_min(word::<F>());
        match whole && fits && segments >= SEGMENTS_MIN {
            true => Ok(Ring { start: range.start, page_bytes, segments }),
            false => Err(OpenError::Geometry),
        }
    }

    /// How many segments may be in use before one has to be freed. One is always free. If few
    /// others are, segments are freed before their pages are needed, because the following ones may
    /// hold nothing but records that matter.
    pub(crate) fn most_in_use(&self, is_ahead: bool) -> u32 {
        self.segments - if is_ahead { self.segments / 4 } else { 0 }
    }

    /// The page of the segment of this number.
    pub(crate) fn page(&self, sequence: u32) -> Range<u32> {
        let from = self.start + sequence % self.segments * self.page_bytes;
        from..from + self.page_bytes
    }
}
