//! The bytes of texts, in pieces of one size. A text lies in as many pieces as it needs, and each
//! piece links to the next.
//! Knows no message: whoever keeps a text remembers its first piece and its length.

use core::iter::successors;

use crate::protocol::TEXT_MAX;
use crate::table::{Chain, Key, Pool, PoolSlot};

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
pub struct Chunk([u8; Chunk::SIZE]);

impl Default for Chunk {
    fn default() -> Self {
        Chunk([0; Chunk::SIZE])
    }
}

impl Chunk {
    /// Bytes in a piece. Twelve pieces hold the longest text exactly. A piece is small enough that
    /// short texts waste little, and large enough that links waste little.
    pub const SIZE: usize = 36;
}

/// All pieces.
#[derive(Debug)]
pub(super) struct Pieces<'s>(Pool<'s, Chunk>);

impl<'s> Pieces<'s> {
    pub(super) fn new(chunks: &'s mut [PoolSlot<Chunk>]) -> Self {
        Pieces(Pool::new(chunks))
    }

    /// How many pieces a text of `len` bytes takes.
    pub(super) const fn of(len: usize) -> usize {
        len.div_ceil(Chunk::SIZE)
    }

    /// How many pieces are free.
    pub(super) fn free(&self) -> usize {
        self.0.free()
    }

    /// How many pieces there are.
    pub(super) fn capacity(&self) -> usize {
        self.0.capacity()
    }

    /// Stores a text, for which enough pieces are free. Answers its first piece, if it has any.
    #[inline]
    pub(super) fn insert(&mut self, text: &str) -> Option<Key> {
        let mut chunks = Chain::new();
        for piece in text.as_bytes().chunks(Chunk::SIZE) {
            let mut chunk = Chunk::default();
            chunk.0[..piece.len()].copy_from_slice(piece);
            let key = self.0.insert(chunk);
            chunks.push_back(&mut self.0, key);
        }
        chunks.front()
    }

    /// Frees the text that begins with `first`.
    #[inline]
    pub(super) fn remove(&mut self, first: Option<Key>) {
        let mut next = first;
        while let Some(chunk) = next {
            next = self.0.link(chunk);
            self.0.remove(chunk);
        }
    }

    /// The text of `len` bytes that begins with `first`, in pieces; a character may lie across two
    /// of them.
    #[inline]
    pub(super) fn iter(&self, first: Option<Key>, len: usize) -> impl Iterator<Item = &[u8]> {
        let mut rest = len;
        successors(first, |chunk| self.0.link(*chunk)).map(move |key| {
            let (piece, _) = self.0.get(key).0.split_at(rest.min(Chunk::SIZE));
            rest -= piece.len();
            piece
        })
    }

    /// The same text, put together in `buffer`.
    pub(super) fn read<'b>(
        &self,
        first: Option<Key>,
        len: usize,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> &'b str {
        let mut rest = &mut buffer[..];
        for piece in self.iter(first, len) {
            let (bytes, behind) = rest.split_at_mut(piece.len());
            bytes.copy_from_slice(piece);
            rest = behind;
        }
        let behind = rest.len();
        core::str::from_utf8(&buffer[..TEXT_MAX - behind]).unwrap_or_default()
    }
}
