//! The active segment, to which records are appended, and the number of the next record.
//! Knows no compaction.

use core::cell::RefCell;
use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;
use smolchat_core::protocol::{Kind, MessageId};
use smolchat_core::store::Entry;

use crate::record::{Numbered, RECORD_MAX, Record};
use crate::segment::{ActiveCache, PushError, new_cache, push, word};
use crate::size::{in_flash, mark};

/// The segment to which records are appended.
pub(crate) struct ActiveSegment {
    /// Its number.
    pub(crate) sequence: u32,
    /// It takes entries; otherwise it has still to be begun.
    pub(crate) is_begun: bool,
    /// The flash failed with the last record, and nobody knows whether that record is there.
    pub(crate) is_in_doubt: bool,
    cache: ActiveCache,
    /// The number of the next record.
    pub(crate) number: u32,
    /// Nothing was written since the log was last made durable.
    pub(crate) is_first: bool,
    /// The last broadcast of which this segment holds a delivery with the text. Further deliveries
    /// refer back to it.
    broadcast: Option<MessageId>,
    /// The place of the next record, from the beginning of its page.
    end: u32,
    /// The segment before it ends with its last record and has room for a mark.
    pub(crate) follows_complete: bool,
    /// Bytes written, with the bytes that the flash takes around each record.
    pub(crate) bytes: u64,
}

impl ActiveSegment {
    /// A segment that has still to be begun.
    pub(crate) fn new(sequence: u32, number: u32) -> Self {
        let cache = new_cache();
        ActiveSegment {
            sequence,
            is_begun: false,
            is_in_doubt: false,
            cache,
            number,
            is_first: true,
            broadcast: None,
            end: 0,
            follows_complete: false,
            bytes: 0,
        }
    }

    /// The next segment has to be begun; `is_complete` says whether every record of this one is
    /// intact.
    pub(crate) fn leave(&mut self, is_complete: bool) {
        self.sequence += 1;
        (self.is_begun, self.is_in_doubt, self.follows_complete) = (false, false, is_complete);
    }

    /// Its page was erased.
    pub(crate) fn forget<F: NorFlash>(&mut self) {
        (self.cache, self.broadcast, self.end) = (new_cache(), None, word::<F>() as u32);
    }

    /// Appends a record at `page`. A function of its own, so that its buffer leaves the stack with
    /// it.
    #[inline(never)]
    pub(crate) fn push<F: NorFlash>(
        &mut self,
        flash: &RefCell<F>,
        page: Range<u32>,
        record: Record<'_>,
        is_copy: bool,
    ) -> Result<(), PushError> {
        let mut buffer = [0; RECORD_MAX];
        let broadcast = broadcast_of(&record);
        let record = match record {
            Record::Entry(Entry::Delivery { to, .. })
                if broadcast.is_some() && broadcast == self.broadcast =>
            {
                Record::BackReference { to }
            }
            other => other,
        };
        let numbered = Numbered { number: self.number, is_first: self.is_first, is_copy, record };
        let bytes = numbered.encode(&mut buffer).ok_or(PushError::TooLong)?;
        let in_flash = in_flash(bytes.len(), word::<F>());
        // Records of a compaction always have room, even in a page of an earlier version, which
        // kept none for marks.
        let marks = match record {
            Record::Entry(_) | Record::BackReference { .. } if !is_copy => 2,
            own if own.is_products() && !is_copy => 2,
            Record::Closed => 1,
            _ => 0,
        };
        let kept = marks * mark(word::<F>());
        if self.end as usize + in_flash + kept + word::<F>() > page.len() {
            return Err(PushError::Full);
        }
        push(flash, page, &mut self.cache, bytes)?;
        self.end += in_flash as u32;
        self.number = self.number.wrapping_add(1);
        self.is_first = false;
        self.broadcast = broadcast.or(self.broadcast);
        self.bytes += in_flash as u64;
        Ok(())
    }
}

/// Notes at the end of the segment at `page` that the next one is there; its header has this
/// `number`. A failure loses only the note.
pub(crate) fn note_continued<F: NorFlash>(flash: &RefCell<F>, page: Range<u32>, number: u32) {
    let mut buffer = [0; RECORD_MAX];
    let record = Record::Continued;
    let numbered = Numbered { number, is_first: false, is_copy: false, record };
    if let Some(bytes) = numbered.encode(&mut buffer) {
        let _ = push(flash, page, &mut new_cache(), bytes);
    }
}

/// The broadcast that a record is a delivery of.
fn broadcast_of(record: &Record<'_>) -> Option<MessageId> {
    match *record {
        Record::Entry(Entry::Delivery { id, kind: Kind::Broadcast, .. }) => Some(id),
        _ => None,
    }
}
