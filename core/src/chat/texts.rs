//! The texts of messages: each stored once, in as many pieces as it needs, with a count of who still needs it.
//! Touches `table::Pool` and `Chain`, `wire` limits, `time`.

use core::iter::successors;

use super::UserId;
use crate::table::{Chain, Full, Key, Pool, PoolSlot};
use crate::time::Instant;
use crate::wire::{Kind, MessageId, TEXT_MAX};

/// A text's head; its bytes are in chunks, each of which links to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text {
    /// Its number.
    pub id: MessageId,
    /// Who sent it.
    pub from: UserId,
    /// To one, or to all.
    pub kind: Kind,
    /// When it was accepted.
    pub at: Instant,
    len: u16,
    needed_by: u32,
    /// The first of its pieces, each of which links to the next.
    first: Option<Key>,
}

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
pub struct Chunk([u8; Chunk::SIZE]);

impl Default for Chunk {
    fn default() -> Self {
        Chunk([0; Chunk::SIZE])
    }
}

impl Chunk {
    /// Bytes in a piece. Twelve fill the longest text exactly; small enough that short texts waste little, large enough that links do.
    pub const SIZE: usize = 36;
}

/// All texts.
#[derive(Debug)]
pub struct Texts<'s> {
    heads: Pool<'s, Text>,
    chunks: Pool<'s, Chunk>,
    next_id: MessageId,
}

impl<'s> Texts<'s> {
    pub(crate) fn new(heads: &'s mut [PoolSlot<Text>], chunks: &'s mut [PoolSlot<Chunk>]) -> Self {
        Texts { heads: Pool::new(heads), chunks: Pool::new(chunks), next_id: MessageId(1) }
    }

    /// The number that the next text gets.
    pub fn next_id(&self) -> MessageId {
        self.next_id
    }

    /// How many texts are stored.
    pub fn used(&self) -> usize {
        self.heads.used()
    }

    /// How many texts fit, if they are short.
    pub fn capacity(&self) -> usize {
        self.heads.capacity()
    }

    /// Whether a text of `len` bytes fits.
    pub fn fits(&self, len: usize) -> bool {
        self.heads.free() > 0 && self.chunks.free() >= len.div_ceil(Chunk::SIZE)
    }

    /// Stores a text that nobody needs yet.
    pub(super) fn store(
        &mut self,
        from: UserId,
        kind: Kind,
        text: &str,
        at: Instant,
    ) -> Result<Key, Full> {
        if !self.fits(text.len()) {
            return Err(Full);
        }
        let mut chunks = Chain::new();
        for piece in text.as_bytes().chunks(Chunk::SIZE) {
            let mut chunk = Chunk::default();
            chunk.0[..piece.len()].copy_from_slice(piece);
            let key = self.chunks.insert(chunk)?;
            chunks.push_back(&mut self.chunks, key);
        }
        let id = self.next_id;
        self.next_id = MessageId(id.0 + 1);
        self.heads.insert(Text {
            id,
            from,
            kind,
            at,
            len: text.len() as u16,
            needed_by: 0,
            first: chunks.front(),
        })
    }

    /// One more needs it.
    pub(super) fn retain(&mut self, text: Key) {
        self.heads.get_mut(text).needed_by += 1;
    }

    /// One less needs it. The last one frees it, and hears who had sent it.
    pub(super) fn release(&mut self, text: Key) -> Option<UserId> {
        let head = self.heads.get_mut(text);
        head.needed_by -= 1;
        if head.needed_by > 0 {
            return None;
        }
        let head = self.heads.remove(text);
        let mut next = head.first;
        while let Some(chunk) = next {
            next = self.chunks.link(chunk);
            self.chunks.remove(chunk);
        }
        Some(head.from)
    }

    /// The text's head.
    pub fn head(&self, text: Key) -> &Text {
        self.heads.get(text)
    }

    /// The text itself, put together in `buffer`.
    pub fn read<'b>(&self, text: Key, buffer: &'b mut [u8; TEXT_MAX]) -> &'b str {
        let head = self.heads.get(text);
        let bytes = &mut buffer[..head.len as usize];
        let chunks = successors(head.first, |chunk| self.chunks.link(*chunk));
        for (piece, key) in bytes.chunks_mut(Chunk::SIZE).zip(chunks) {
            piece.copy_from_slice(&self.chunks.get(key).0[..piece.len()]);
        }
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(texts: usize, chunks: usize, test: impl FnOnce(&mut Texts<'_>)) {
        let mut heads = vec![PoolSlot::default(); texts];
        let mut chunks = vec![PoolSlot::default(); chunks];
        test(&mut Texts::new(&mut heads, &mut chunks));
    }

    fn store(texts: &mut Texts<'_>, text: &str) -> Result<Key, Full> {
        texts.store(UserId(7), Kind::Message, text, Instant::START)
    }

    #[test]
    fn a_text_is_read_as_it_was_stored_whatever_its_length() {
        with(1, TEXT_MAX.div_ceil(Chunk::SIZE), |texts| {
            let longest: String = ('a'..='z').cycle().take(TEXT_MAX).collect();
            for len in [1, Chunk::SIZE - 1, Chunk::SIZE, Chunk::SIZE + 1, TEXT_MAX - 1, TEXT_MAX] {
                let key = store(texts, &longest[..len]).unwrap();
                assert_eq!(texts.read(key, &mut [0xff; TEXT_MAX]), &longest[..len]);
                texts.retain(key);
                assert_eq!(texts.release(key), Some(UserId(7)));
            }
        });
    }

    #[test]
    fn a_character_may_lie_across_two_pieces() {
        with(1, 2, |texts| {
            let text = "x".repeat(Chunk::SIZE - 1) + "ä";
            let key = store(texts, &text).unwrap();
            assert_eq!(texts.read(key, &mut [0; TEXT_MAX]), text);
        });
    }

    #[test]
    fn heads_and_pieces_run_out_each_for_itself_and_nothing_is_half_stored() {
        with(2, 3, |texts| {
            let two_pieces = "x".repeat(Chunk::SIZE + 1);
            let long = store(texts, &two_pieces).unwrap();
            assert!(texts.fits(Chunk::SIZE) && !texts.fits(Chunk::SIZE + 1));
            assert_eq!(store(texts, &two_pieces), Err(Full));
            assert_eq!(
                (texts.used(), texts.next_id()),
                (1, MessageId(2)),
                "a refusal takes nothing"
            );
            store(texts, "x").unwrap();
            assert!(!texts.fits(1), "no head is free");
            texts.retain(long);
            texts.release(long);
            assert!(texts.fits(Chunk::SIZE + 1));
        });
    }

    #[test]
    fn a_text_stays_until_the_last_who_needs_it_has_it() {
        with(1, 1, |texts| {
            let key = store(texts, "x").unwrap();
            texts.retain(key);
            texts.retain(key);
            assert_eq!(texts.release(key), None);
            assert_eq!(texts.head(key).id, MessageId(1));
            assert_eq!(texts.release(key), Some(UserId(7)));
            assert_eq!(texts.used(), 0);
        });
    }
}
