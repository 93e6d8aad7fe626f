//! What stands behind the last record that counts: nothing, what a power cut leaves of one unsynced batch, or damage.
//! Touches `item` and `record`. Writes nothing.
//!
//! Records lie one behind the other, and each sector of the medium is written from its beginning on. So a record that a power cut took has
//! a sector in which nothing stands from somewhere within the record on. Where something stands behind it in each of its sectors, it was
//! written whole and is not any more. A record that tells that what was before it is durable shows damage wherever it stands.

use core::cell::RefCell;
use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;

use crate::flash::{Flash, Tearing};
use crate::item::{ITEM_HEADER, Item, item_at, read};
use crate::record::{Numbered, RECORD_MAX};
use crate::segment::{ReadFailed, word};
use crate::size::in_flash;

/// Bytes that are looked at at once: a multiple of every word.
const STEP: u32 = 64;

/// How a log ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Tail {
    /// Nothing was ever written to it.
    Empty,
    /// It was closed, and is as it was then.
    Closed,
    /// It was not closed. All that it holds is whole; only if its end was wiped out it held more.
    Open,
    /// The same, by a version that closed none.
    Older,
    /// It was not closed, and what was written last is there in part, in so many bytes.
    Torn {
        /// From the end of what is whole to the last that was written.
        bytes: u32,
    },
}

/// What stands behind the end of the records of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind {
    /// It is erased.
    Nothing,
    /// What a power cut may leave of one batch, within so many bytes.
    Torn(u32),
    /// Something is missing that had been durable.
    Damage,
}

/// Looks at `rest` of a page, from the end of its last record that counts to where no record reaches.
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

/// Whether a power cut may have left the record at the beginning of `rest` as it is.
fn may_be_torn<F: Flash>(
    flash: &RefCell<F>,
    page: Range<u32>,
    rest: &Range<u32>,
) -> Result<bool, ReadFailed> {
    let mut buffer = [0; RECORD_MAX];
    let bytes = match item_at(flash, rest.start, rest.end, &mut buffer)? {
        // It is not what follows: nobody wrote that.
        Item::Whole(_) => return Ok(false),
        Item::Spoiled(len) => in_flash(len, word::<F>()),
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

/// Whether some record anywhere in `range`, whole, is one that `is_looked_for`.
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
            Item::Whole(len) => {
                if Numbered::decode(&buffer[..len]).is_some_and(|record| is_looked_for(&record)) {
                    return Ok(true);
                }
                in_flash(len, word) as u32
            }
            Item::Spoiled(_) | Item::None => word as u32,
        };
    }
    Ok(false)
}

/// Whether a few bytes are erased.
fn is_erased<F: NorFlash>(flash: &RefCell<F>, range: Range<u32>) -> Result<bool, ReadFailed> {
    last_written(flash, range).map(|last| last.is_none())
}

/// Where the last byte stands that is not erased.
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
