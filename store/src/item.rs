//! An item, as `sequential-storage` lays a record down: checksum, length, the length's own
//! checksum, data. It reads places that the library does not reach: the library stops where a page
//! reads as erased.
//! A test holds it against the library.

use core::cell::RefCell;

use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

use crate::record::RECORD_MAX;
use crate::segment::{ReadFailed, word};
use crate::size::in_flash;

/// Bytes in front of a record's own.
pub(crate) const ITEM_HEADER: usize = 8;

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    /// An intact record of this many bytes.
    Intact(usize),
    /// A record whose length can be read and whose bytes are damaged.
    Corrupt(usize),
    /// Not an item, or not one any more.
    None,
}

/// Looks at the item at `at`, which does not reach `end`. If it is intact, `buffer` begins with its
/// record.
pub(crate) fn item_at<F: NorFlash>(
    flash: &RefCell<F>,
    at: u32,
    end: u32,
    buffer: &mut [u8; RECORD_MAX],
) -> Result<Item, ReadFailed> {
    let word = word::<F>();
    let header_bytes = ITEM_HEADER.next_multiple_of(word);
    if at as usize + header_bytes > end as usize {
        return Ok(Item::None);
    }
    let mut header = [0; ITEM_HEADER];
    read(flash, at, &mut header)?;
    let [c0, c1, c2, c3, l0, l1, s0, s1] = header;
    let len = usize::from(u16::from_le_bytes([l0, l1]));
    let is_length = crc16([l0, l1]) == u16::from_le_bytes([s0, s1]);
    if !is_length || len > RECORD_MAX || at as usize + in_flash(len, word) > end as usize {
        return Ok(Item::None);
    }
    read(flash, at + header_bytes as u32, &mut buffer[..len])?;
    match crc32(&buffer[..len]) == u32::from_le_bytes([c0, c1, c2, c3]) {
        true => Ok(Item::Intact(len)),
        false => Ok(Item::Corrupt(len)),
    }
}

/// Reads bytes that may begin or end within a word.
pub(crate) fn read<F: NorFlash>(
    flash: &RefCell<F>,
    from: u32,
    bytes: &mut [u8],
) -> Result<(), ReadFailed> {
    if F::READ_SIZE == 1 {
        return block_on(flash.borrow_mut().read(from, bytes)).map_err(|_| ReadFailed);
    }
    // The largest word of any flash.
    let mut word = [0; 32];
    let mut done = 0;
    while done < bytes.len() {
        let at = from as usize + done;
        let skipped = at % F::READ_SIZE;
        let piece = word.get_mut(..F::READ_SIZE).ok_or(ReadFailed)?;
        let start = (at - skipped) as u32;
        block_on(flash.borrow_mut().read(start, piece)).map_err(|_| ReadFailed)?;
        let count = (piece.len() - skipped).min(bytes.len() - done);
        bytes[done..done + count].copy_from_slice(&piece[skipped..skipped + count]);
        done += count;
    }
    Ok(())
}

/// The checksum of a length: CRC-16F/4.2, never all ones.
fn crc16(bytes: [u8; 2]) -> u16 {
    let mut crc = 0xffff_u16;
    for byte in bytes {
        crc ^= u16::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0x1a2e } else { 0 };
        }
    }
    match !crc {
        0xffff => 0xfffe,
        sum => sum,
    }
}

/// The checksum of a record: CRC-32C with another start value; its first byte is never 0 or 0xFF.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = 0xeeee_eeee_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 };
        }
    }
    match !crc {
        0 => 1,
        sum if matches!(sum.to_le_bytes()[0], 0 | 0xff) => sum ^ 1,
        sum => sum,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::{new_cache, push};
    use crate::simulated::{Medium, SimulatedFlash};

    #[test]
    fn what_the_library_wrote_is_read_whole_and_what_was_spoiled_is_not() {
        let mut sum = 1_u32;
        for len in 1..RECORD_MAX.min(400) {
            let flash = RefCell::new(SimulatedFlash::<8, 1024>::new(Medium::Flash, 1, 1));
            let record: Vec<u8> = (0..len)
                .map(|_| {
                    sum = sum.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (sum >> 24) as u8
                })
                .collect();
            push(&flash, 0..1024, &mut new_cache(), &record).unwrap();
            let mut buffer = [0; RECORD_MAX];
            assert_eq!(item_at(&flash, 8, 1016, &mut buffer), Ok(Item::Intact(len)));
            assert_eq!(buffer[..len], record);
            assert_eq!(item_at(&flash, 9, 1016, &mut buffer), Ok(Item::None));
            flash.borrow_mut().bytes_mut()[16 + len / 2] ^= 1;
            assert_eq!(item_at(&flash, 8, 1016, &mut buffer), Ok(Item::Corrupt(len)));
        }
    }
}
