//! How a file is cut into chunks. The size alone says it, so no peer has a word in it.

use std::fmt;

/// Bytes in the smallest chunk.
pub const CHUNK_MIN: u32 = 256 * 1024;
/// The most chunks of a file. A list of their values is 128 KiB then, and a bitmap 512 bytes.
pub const CHUNKS_MAX: u32 = 4096;
/// Bytes in the largest chunk. A chunk lies in memory until it is checked, one for each link.
pub const CHUNK_MAX: u32 = 64 * 1024 * 1024;
/// Bytes in the largest file: 256 GiB.
pub const SIZE_MAX: u64 = CHUNK_MAX as u64 * CHUNKS_MAX as u64;

/// The cut of a file of one size: chunks of 256 KiB, doubled until there are at most 4,096.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    size: u64,
    chunk_bytes: u32,
}

/// A file that is larger than [`SIZE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "it has more than {} GiB, the most there can be", SIZE_MAX >> 30)
    }
}

impl std::error::Error for TooLarge {}

impl Shape {
    /// The cut of a file of `size` bytes.
    ///
    /// # Errors
    /// The file would need chunks that are too large.
    pub fn of(size: u64) -> Result<Self, TooLarge> {
        if size > SIZE_MAX {
            return Err(TooLarge);
        }
        let mut chunk_bytes = CHUNK_MIN;
        while size.div_ceil(chunk_bytes.into()) > CHUNKS_MAX.into() {
            chunk_bytes *= 2;
        }
        Ok(Shape { size, chunk_bytes })
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Bytes of every chunk but the last.
    pub fn chunk_bytes(&self) -> u32 {
        self.chunk_bytes
    }

    /// How many chunks there are. An empty file has none.
    pub fn count(&self) -> u32 {
        self.size.div_ceil(self.chunk_bytes.into()) as u32
    }

    /// Where a chunk begins.
    pub fn offset(&self, index: u32) -> u64 {
        u64::from(index) * u64::from(self.chunk_bytes)
    }

    /// Bytes of a chunk; `None` if there is no such chunk.
    pub fn len_of(&self, index: u32) -> Option<u32> {
        let left = self.size.checked_sub(self.offset(index)).filter(|left| *left > 0)?;
        Some(left.min(self.chunk_bytes.into()) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_double_until_there_are_at_most_4096() {
        let most = u64::from(CHUNK_MIN) * u64::from(CHUNKS_MAX);
        for (size, chunk_bytes, count) in [
            (0, CHUNK_MIN, 0),
            (1, CHUNK_MIN, 1),
            (u64::from(CHUNK_MIN), CHUNK_MIN, 1),
            (u64::from(CHUNK_MIN) + 1, CHUNK_MIN, 2),
            (most - 1, CHUNK_MIN, CHUNKS_MAX),
            (most, CHUNK_MIN, CHUNKS_MAX),
            (most + 1, 2 * CHUNK_MIN, CHUNKS_MAX / 2 + 1),
            (SIZE_MAX, CHUNK_MAX, CHUNKS_MAX),
        ] {
            let shape = Shape::of(size).unwrap();
            assert_eq!((shape.chunk_bytes(), shape.count()), (chunk_bytes, count), "{size}");
            let sum: u64 = (0..count).map(|index| u64::from(shape.len_of(index).unwrap())).sum();
            assert_eq!(sum, size);
            assert_eq!(shape.len_of(count), None);
        }
        assert_eq!(Shape::of(SIZE_MAX + 1), Err(TooLarge));
        assert_eq!(Shape::of(u64::MAX), Err(TooLarge));
        assert_eq!(Shape::of(SIZE_MAX).unwrap().len_of(u32::MAX), None);
    }
}
