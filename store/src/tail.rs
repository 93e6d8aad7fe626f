//! The bytes behind the last record that counts: nothing, the remains of one batch after a power
//! cut, or damage.
//! Writes nothing.
//!
//! Records lie one behind the other, and each sector of the medium is written from its beginning
//! on. So a torn record has a sector that is empty from some place within the record on. If each of
//! its sectors holds something behind the record, the record was once intact, and this is damage. A
//! record which says that everything before it is durable shows damage wherever it stands.

use core::cell::RefCell;
use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

use crate::flash::{Flash, Tearing};
use crate::item::{ITEM_HEADER, Item, item_at, read};
use crate::record::{Numbered, RECORD_MAX};
use crate::segment::{ReadFailed, word};
use crate::size::in_flash;

/// Bytes that are read at once: a multiple of every word.
const STEP: u32 = 64;

/// How a log ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Tail {
    /// Nothing was ever written to it.
    Empty,
    /// It was closed, and is unchanged.
    Closed,
    /// It was not closed. All of its records are intact. It held more only if its end was erased.
    Open,
    /// The same, by a version that wrote no closing mark.
    Older,
    /// It was not closed, and the last writes are there in part.
    Torn {
        /// Bytes from the end of the last intact record to the last written byte.
        bytes: u32,
    },
}

/// What stands behind the last record of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// It is erased.
    Nothing,
    /// The remains of one batch after a power cut, within this many bytes.
    Torn(u32),
    /// A durable record is missing.
    Damage,
}

/// Looks at `rest` of a page, from the end of the last record that counts to the end of the room
/// for records.
pub(crate) fn behind<F: Flash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    rest: Range<u32>,
) -> Result<Behind, ReadFailed> {
    let Some(last) = last_written(flash, rest.clone())? else { return Ok(Behind::Nothing) };
    let may_be_torn = may_be_torn(flash, page, &rest)?;
    match may_be_torn && !is_followed(flash, rest.clone(), |record| record.is_proof())? {
        true => Ok(Behind::Torn(last + 1 - rest.start)),
        false => Ok(Behind::Damage),
    }
}

/// Whether the record at the beginning of `rest` may be one that a power cut tore.
fn may_be_torn<F: Flash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    rest: &Range<u32>,
) -> Result<bool, ReadFailed> {
    let mut buffer = [0; RECORD_MAX];
    let bytes = match item_at(flash, rest.start, rest.end, &mut buffer)? {
        // It does not follow the last record, and no log writes such a one.
        Item::Intact(_) => return Ok(false),
        Item::Corrupt(len) => in_flash(len, word::<F>()),
        Item::None => ITEM_HEADER.next_multiple_of(word::<F>()),
    };
    let end = rest.end.min(rest.start + bytes as u32);
    let (sector, is_last_word_sure) = match flash.borrow().tearing() {
        Tearing::InOrder => (page.end - page.start, false),
        Tearing::Sectors(bytes) => (bytes, true),
    };
    let mut from = rest.start;
    while from < end {
        let border = page.start + ((from - page.start) / sector + 1) * sector;
        let within = from..border.min(rest.end);
        let part = end.min(within.end);
        let is_unwritten = match last_written(flash, within.clone())? {
            None => true,
            Some(last) if is_last_word_sure => last + 1 < part,
            Some(last) => last < part,
        };
        if is_unwritten {
            return Ok(true);
        }
        from = within.end;
    }
    Ok(false)
}

/// Whether `range` holds, at any place, an intact record for which `is_looked_for` says yes.
pub(crate) fn is_followed<F: NorFlash>(
    flash: &RefCell<F>,
    range: Range<u32>,
    is_looked_for: impl Fn(&Numbered<'_>) -> bool,
) -> Result<bool, ReadFailed> {
    let word = word::<F>();
    let mut buffer = [0; RECORD_MAX];
    let mut at = range.start;
    while at < range.end {
        // No item begins with an erased byte.
        if is_erased(flash, at..range.end.min(at + STEP))? {
            at += STEP;
            continue;
        }
        at += match item_at(flash, at, range.end, &mut buffer)? {
            Item::Intact(len) => {
                if Numbered::decode(&buffer[..len]).is_some_and(|record| is_looked_for(&record)) {
                    return Ok(true);
                }
                in_flash(len, word) as u32
            }
            Item::Corrupt(_) | Item::None => word as u32,
        };
    }
    Ok(false)
}

/// Whether the bytes of `range` are erased.
fn is_erased<F: NorFlash>(flash: &RefCell<F>, range: Range<u32>) -> Result<bool, ReadFailed> {
    last_written(flash, range).map(|last| last.is_none())
}

/// The place of the last byte that is not erased.
fn last_written<F: NorFlash>(
    flash: &RefCell<F>,
    range: Range<u32>,
) -> Result<Option<u32>, ReadFailed> {
    let mut piece = [0; STEP as usize];
    let mut end = range.end;
    while end > range.start {
        let from = end.saturating_sub(piece.len() as u32).max(range.start);
        let bytes = &mut piece[..(end - from) as usize];
        read(flash, from, bytes)?;
        if let Some(at) = bytes.iter().rposition(|byte| *byte != 0xff) {
            return Ok(Some(from + at as u32));
        }
        end = from;
    }
    Ok(None)
}
