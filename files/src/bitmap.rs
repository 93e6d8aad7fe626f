//! Which chunks of a file somebody holds, one bit for each.

use std::fmt;

use crate::shape::CHUNKS_MAX;

/// Bytes of the longest bitmap.
pub const BITMAP_MAX: usize = CHUNKS_MAX as usize / 8;

/// A bit for each chunk of a file. Chunk 0 is the highest bit of the first byte; spare bits at the
/// end are zero.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    count: u32,
    bytes: Vec<u8>,
}

/// Bytes that are no bitmap of so many chunks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongBitmap;

impl Bitmap {
    /// No chunk of `count`.
    pub fn empty(count: u32) -> Self {
        Bitmap { count, bytes: vec![0; count.div_ceil(8) as usize] }
    }

    /// All chunks of `count`.
    pub fn full(count: u32) -> Self {
        let mut map = Bitmap { count, bytes: vec![0xff; count.div_ceil(8) as usize] };
        let spare = map.spare();
        if let Some(last) = map.bytes.last_mut() {
            *last <<= spare;
        }
        map
    }

    /// What a peer sent as the bitmap of `count` chunks.
    ///
    /// # Errors
    /// The length is another, or a spare bit is set.
    pub fn checked(count: u32, bytes: &[u8]) -> Result<Self, WrongBitmap> {
        let map = Bitmap { count, bytes: bytes.to_vec() };
        let is_clean = bytes.last().is_none_or(|last| last.trailing_zeros() >= map.spare());
        if bytes.len() != count.div_ceil(8) as usize || !is_clean {
            return Err(WrongBitmap);
        }
        Ok(map)
    }

    /// Bits at the end that stand for no chunk.
    fn spare(&self) -> u32 {
        self.count.next_multiple_of(8) - self.count
    }

    /// The bytes, as they go over a link.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many chunks the file has.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Whether chunk `index` is in it.
    pub fn has(&self, index: u32) -> bool {
        index < self.count && self.bytes[index as usize / 8] & bit(index) != 0
    }

    /// Adds chunk `index`; whether it is new. There is nothing to add behind the last chunk.
    pub fn insert(&mut self, index: u32) -> bool {
        let is_new = index < self.count && !self.has(index);
        if is_new {
            self.bytes[index as usize / 8] |= bit(index);
        }
        is_new
    }

    /// How many chunks are in it.
    pub fn held(&self) -> u32 {
        self.bytes.iter().map(|byte| byte.count_ones()).sum()
    }

    /// Whether every chunk is in it.
    pub fn is_full(&self) -> bool {
        self.held() == self.count
    }

    /// The chunks in it, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.count).filter(|index| self.has(*index))
    }
}

fn bit(index: u32) -> u8 {
    0x80 >> (index % 8)
}

impl fmt::Debug for Bitmap {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.held(), self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chunk_has_its_bit() {
        for count in [0, 1, 7, 8, 9, 4096] {
            let mut map = Bitmap::empty(count);
            for index in 0..count {
                assert!(!map.has(index));
                assert!(map.insert(index));
                assert!(!map.insert(index));
            }
            assert_eq!(map, Bitmap::full(count));
            assert!(map.is_full() && !map.insert(count) && !map.has(count));
            assert_eq!(map.iter().count(), count as usize);
            assert_eq!(Bitmap::checked(count, map.as_bytes()), Ok(map));
        }
    }

    #[test]
    fn a_bitmap_of_another_length_or_with_spare_bits_is_wrong() {
        assert!(Bitmap::checked(9, &[0xff, 0x80]).is_ok());
        for bytes in [&[0xff][..], &[0xff, 0x40], &[0xff, 0x81], &[0, 0, 0], &[]] {
            assert_eq!(Bitmap::checked(9, bytes), Err(WrongBitmap), "{bytes:?}");
        }
        assert_eq!(Bitmap::checked(0, &[0]), Err(WrongBitmap));
    }
}
