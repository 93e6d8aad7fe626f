//! How large a log must be.
//! Knows no flash.

use smolchat_core::protocol::{NAME_MAX, PASSWORD_MAX};

use crate::record::RECORD_MAX;

/// The fewest segments: the active one, and a segment that is copied to it.
pub const SEGMENTS_MIN: u32 = 2;

/// The most that `sequential-storage` puts around a record: eight bytes, and the rest of two words.
const AROUND: usize = 8;

/// How many entries may matter at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    /// Messages of full length, one for each of their receivers.
    pub deliveries: usize,
    /// Broadcasts of the history, of full length.
    pub broadcasts: usize,
    /// Blocks.
    pub blocks: usize,
    /// Keys that users added.
    pub keys: usize,
    /// Accounts that no other file holds.
    pub accounts: usize,
}

impl Live {
    /// Bytes of all these entries at their longest, in a flash with words of `word` bytes.
    const fn bytes(&self, word: usize) -> usize {
        let block = in_flash(5 + 4 + 1 + 2 * NAME_MAX, word);
        let account = in_flash(5 + 3 + 1 + NAME_MAX + PASSWORD_MAX, word);
        let key = in_flash(5 + 4 + 32 + 1 + NAME_MAX, word);
        let texts = self.deliveries + self.broadcasts;
        texts * in_flash(RECORD_MAX, word)
            + self.blocks * block
            + self.keys * key
            + self.accounts * account
    }
}

/// The number of segments with room for twice the entries that may matter, so that at most half of
/// the log is copied. `page` is the bytes of a segment, `word` the larger of the flash's read and
/// write sizes. The figure allows for the end of a page, into which no record fits.
pub const fn segments(live: &Live, page: usize, word: usize) -> u32 {
    let usable = page - 2 * word - in_flash(RECORD_MAX, word) - own_records(word);
    let twice = (2 * live.bytes(word)).div_ceil(usable);
    (twice + 2) as u32
}

/// The smallest page: the log's own records and one record of the longest kind.
pub(crate) const fn page_min(word: usize) -> usize {
    2 * word + own_records(word) + in_flash(RECORD_MAX, word)
}

/// The end of a segment's header in its page.
pub(crate) const fn header_end(word: usize) -> usize {
    word + in_flash(HEADER, word)
}

/// Bytes of a header, and of the end of a compaction.
const HEADER: usize = 5 + 8 + 2 + 3 * 4;
const FREED: usize = 5 + 4;
/// Bytes of a mark. A mark says that the log was closed, or that a segment follows.
const MARK: usize = 5;

/// Bytes that a mark takes. Each page has room for both marks.
pub(crate) const fn mark(word: usize) -> usize {
    in_flash(MARK, word)
}

/// The header, the end of the compaction, and the marks.
const fn own_records(word: usize) -> usize {
    in_flash(HEADER, word) + in_flash(FREED, word) + 2 * mark(word)
}

/// Bytes that a record of `record` bytes takes.
pub(crate) const fn in_flash(record: usize, word: usize) -> usize {
    AROUND.next_multiple_of(word) + record.next_multiple_of(word)
}
