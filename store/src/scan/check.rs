//! Which part of one segment may be trusted, and whether a segment behind the last shows damage.
//! Writes nothing.

use core::cell::RefCell;
use core::ops::ControlFlow;

use embedded_storage_async::nor_flash::NorFlash;
use smolchat_core::store::Entry;

use super::Found;
use crate::error::OpenError;
use crate::record::{Numbered, Record};
use crate::resolve::records;
use crate::ring::Ring;
use crate::segment::word;
use crate::tail::is_followed;

/// The part of one segment that may be trusted: its records up to the first missing number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checked {
    /// The number of its first record, and the number after its last.
    pub(super) begin: u32,
    pub(super) end: u32,
    /// The place behind its last record.
    pub(super) end_at: u32,
    /// A durable record is missing.
    pub(super) is_damaged: bool,
    /// It ends a compaction.
    pub(super) freed: Option<u32>,
    /// It holds nothing but a header and copies.
    pub(super) is_unfinished: bool,
    /// Its last record is the closing mark. Without a mark an earlier version may have closed the
    /// log.
    pub(super) is_closed: bool,
    pub(super) format: u16,
}

/// Looks through one segment. Nothing counts behind the first missing number. But a record there
/// that was written when everything before it was durable shows damage.
pub(super) fn check<F: NorFlash>(
    flash: &RefCell<F>,
    ring: &Ring,
    sequence: u32,
    found: &mut Found,
) -> Result<Checked, OpenError> {
    let mut checked = Checked {
        begin: 0,
        end: 0,
        end_at: ring.page(sequence).start + word::<F>() as u32,
        is_damaged: false,
        freed: None,
        is_unfinished: true,
        is_closed: false,
        format: 0,
    };
    let (mut next, mut is_broken) = (None, false);
    let looked = records(flash, ring.page(sequence), |numbered, behind| {
        let Some(numbered) = numbered else {
            is_broken = true;
            return ControlFlow::Continue(());
        };
        if next.is_some_and(|next| next != numbered.number) {
            is_broken = true;
        }
        if is_broken {
            checked.is_damaged |= numbered.is_first;
            return ControlFlow::Continue(());
        }
        if next.is_none() {
            checked.begin = numbered.number;
        }
        next = Some(numbered.number.wrapping_add(1));
        checked.end_at = behind;
        note(&numbered, &mut checked, found);
        // No log writes this: the checksums are right, and the content is impossible.
        checked.is_damaged |= checked.freed.is_some_and(|oldest| oldest > sequence);
        ControlFlow::Continue(())
    });
    checked.is_damaged |= looked.is_err();
    checked.end = next.unwrap_or_default();
    Ok(checked)
}

fn note(numbered: &Numbered<'_>, checked: &mut Checked, found: &mut Found) {
    checked.is_closed = numbered.record == Record::Closed;
    match numbered.record {
        Record::Header(header) => checked.format = header.format,
        Record::BackReference { .. } | Record::Continued => {}
        #[cfg(feature = "operator")]
        Record::Settings { turn, .. } => {
            checked.is_unfinished &= numbered.is_copy;
            found.settings_turn = found.settings_turn.max(turn);
        }
        Record::Seed(_) => checked.is_unfinished &= numbered.is_copy,
        Record::Closed => checked.is_unfinished = false,
        Record::Freed { oldest } => {
            checked.freed = Some(oldest);
            checked.is_unfinished = false;
        }
        Record::Entry(entry) => {
            checked.is_unfinished &= numbered.is_copy;
            match entry {
                Entry::Reserved { next } => found.reserved = found.reserved.max(next),
                Entry::Delivery { at, .. } => found.latest = found.latest.max(at),
                _ => {}
            }
        }
    }
}

/// Behind the last segment there may be an older one, or the copies of a compaction that did not
/// end. A segment there with entries of its own has lost its header.
pub(super) fn check_behind<F: NorFlash>(
    flash: &RefCell<F>,
    ring: &Ring,
    sequence: u32,
    number: u32,
) -> Result<(), OpenError> {
    let page = ring.page(sequence);
    let word = word::<F>() as u32;
    // A page that was being erased may hold anything.
    let is_newer = is_followed(flash, page.start + word..page.end - word, |numbered| {
        let is_entry = matches!(numbered.record, Record::Entry(_) | Record::BackReference { .. })
            || numbered.record.is_products();
        // Numbers begin again after the last one. So a record that a power cut left elsewhere may
        // have a later number, and proves nothing.
        is_entry
            && numbered.is_first
            && !numbered.is_copy
            && numbered.number.wrapping_sub(number) <= u32::MAX / 2
    });
    match is_newer.unwrap_or(false) {
        true => Err(OpenError::Damaged { sequence }),
        false => Ok(()),
    }
}
