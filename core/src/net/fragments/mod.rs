//! IP packets that come in fragments (RFC 791; RFC 8200, 4.5). TCP to our ports is put together in
//! lent rows, and everything else is dropped. Nothing is ever answered here.
//!
//! A sender whose first hop is narrower than its own network may cut segments although we announce
//! how long they may be. A row holds one packet. Rows are few, so each source may hold only a share
//! of them. The oldest goes if none is free.

mod fragment;
mod row;
#[cfg(test)]
mod tests;

use self::fragment::Fragment;
use self::row::Step;
pub(super) use self::row::{ROW_BYTES, Row};
use super::counters::Counters;
use super::frame::Ours;
use crate::chat::Source;
use crate::time::Instant;

/// One row in this many may be one source's, rounded up.
const SHARE: usize = 4;

/// The packets that are put together. Free rows stand in front, then the oldest packet, the
/// youngest last.
#[derive(Debug, Default)]
pub(super) struct Fragments<'s> {
    rows: &'s mut [Row<'s>],
}

impl<'s> Fragments<'s> {
    /// A room with these rows, and [`ROW_BYTES`] for each.
    pub(super) fn new(rows: &'s mut [Row<'s>], bytes: &'s mut [u8]) -> Self {
        for (row, bytes) in rows.iter_mut().zip(bytes.chunks_exact_mut(ROW_BYTES)) {
            row.bytes = bytes;
        }
        Fragments { rows }
    }

    /// Takes a fragment. Answers the length of the frame, if the packet is whole with it: then
    /// [`frame`](Self::frame) is that frame until the next call.
    pub(super) fn take(
        &mut self,
        now: Instant,
        frame: &[u8],
        ours: &Ours<'_>,
        counters: &mut Counters,
    ) -> Option<usize> {
        let Some((at, fragment)) = self.place(now, frame, ours, counters) else {
            counters.fragments += 1;
            return None;
        };
        match self.rows[at].take(&fragment, ours.mac) {
            Step::Waits => None,
            Step::Dropped(count) => {
                counters.fragments += u64::from(count);
                None
            }
            Step::Whole(len) => {
                counters.reassembled = counters.reassembled.saturating_add(1);
                self.rows[..=at].rotate_right(1);
                Some(len)
            }
        }
    }

    /// The frame that became whole last.
    pub(super) fn frame(&self, len: usize) -> &[u8] {
        self.rows.first().and_then(|row| row.bytes.get(..len)).unwrap_or_default()
    }

    /// The row for a frame's fragment; `None` for a fragment that is not wanted.
    fn place<'f>(
        &mut self,
        now: Instant,
        frame: &'f [u8],
        ours: &Ours<'_>,
        counters: &mut Counters,
    ) -> Option<(usize, Fragment<'f>)> {
        if self.rows.is_empty() {
            return None;
        }
        let fragment = Fragment::parse(frame, ours)?;
        let name = fragment.name;
        // A packet that claims to be a fragment and is whole has nothing to do with others of the
        // same number (RFC 6946).
        let begun = self.rows.iter().position(|row| row.is_of(&name, now) && !fragment.is_all());
        if let Some(at) = begun {
            return Some((at, fragment));
        }
        let source = Source::of(name.from.into());
        let held = self.rows.iter().filter(|row| row.is_from(source, now)).count();
        let is_free = |row: &Row<'_>| held < self.share() || row.is_from(source, now);
        let at = self.rows.iter().position(is_free)?;
        self.rows[at..].rotate_left(1);
        let youngest = self.rows.len() - 1;
        counters.fragments += u64::from(self.rows[youngest].begin(name, now));
        Some((youngest, fragment))
    }

    /// How many rows one source may hold.
    fn share(&self) -> usize {
        self.rows.len().div_ceil(SHARE)
    }
}
