//! The texts of messages: each is stored once, with a count of its remaining receivers. `pieces`
//! holds the bytes.

use super::audience::Audience;
use super::id::UserId;
use super::pieces::{Chunk, Pieces};
use crate::protocol::{Kind, MessageId, TEXT_MAX};
use crate::table::{Key, Pool, PoolSlot};
use crate::time::Instant;

// The life of a header, as far as its sender hears of it:
//
//              accepted
//         strict, and |   | otherwise
//    the store lacks  |   |
//                it   v   v
//              OkWaits -> OkReady         each receiver has the text, or the store for the receiver
//                            | the OK is written
//                            v
//            .----------- Nothing ---.    the store has the text, and the sender hears everything
//            |                       v
//            |           Stored <-- Due   `* stored` is written
//            |              |
//            v              v
//      each receiver has the text, or it expired
//            |
//            +--> the sender does not hear of that: the header is free
//            '--> Due: `* delivered` or `* expired` is written, and the header is free
//
// In `OkWaits`, `OkReady` and `Due` the header is in its sender's chain. It leaves the chain for
// `Nothing` when its sender leaves.

/// What a sender hears next of one of its texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Receipt {
    /// Nothing, as things are.
    #[default]
    Nothing,
    /// The OK, once each receiver has the text or the store has it.
    OkWaits,
    /// The OK.
    OkReady,
    /// That the store has the text, that it was delivered, or that it expired.
    Due,
    /// The sender has heard that the store has the text.
    Stored,
}

impl Receipt {
    /// Whether the text has no OK yet.
    pub(super) fn lacks_ok(self) -> bool {
        matches!(self, Receipt::OkWaits | Receipt::OkReady)
    }
}

/// A text that is about to be accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct NewText<'a> {
    /// Who sends it.
    pub(super) from: UserId,
    /// The text itself.
    pub(super) text: &'a str,
    /// When it is accepted.
    pub(super) at: Instant,
}

/// A text's header. Its bytes are in chunks, and each chunk links to the next.
///
/// `packed(4)` aligns fields of eight bytes to four. So a header and its slot's link take 40 bytes,
/// and not 48.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C, packed(4))]
pub(crate) struct Header {
    /// Its number.
    pub id: MessageId,
    /// When it was accepted.
    pub at: Instant,
    /// The first of its pieces.
    first: Option<Key>,
    /// Who sent it.
    pub from: UserId,
    len: u16,
    /// Deliveries. There are at most as many as connections.
    pub(super) needed_by: u16,
    /// Deliveries that the store does not have.
    pub(super) unstored_by: u16,
    /// Whom it was said to, which its OK tells.
    pub(super) audience: Audience,
    /// Somebody did not fetch it in time.
    pub(super) expired: bool,
    pub(super) receipt: Receipt,
}

const _: () = assert!(size_of::<PoolSlot<Header>>() == 40);

/// All texts.
#[derive(Debug)]
pub(super) struct Texts<'s> {
    headers: Pool<'s, Header>,
    pieces: Pieces<'s>,
    next_id: MessageId,
}

impl Header {
    /// The header of a text that nobody needs yet; its bytes come with [`Texts::insert`].
    pub(super) fn new(id: MessageId, from: UserId, at: Instant) -> Self {
        Header { id, from, at, ..Header::default() }
    }

    /// Whether it was said to one user or to all.
    pub(crate) fn kind(&self) -> Kind {
        { self.audience }.kind()
    }
}

impl<'s> Texts<'s> {
    pub(crate) fn new(
        headers: &'s mut [PoolSlot<Header>],
        chunks: &'s mut [PoolSlot<Chunk>],
    ) -> Self {
        Texts { headers: Pool::new(headers), pieces: Pieces::new(chunks), next_id: MessageId(1) }
    }

    /// The number that the next text gets.
    pub(super) fn next_id(&self) -> MessageId {
        self.next_id
    }

    /// How many texts are stored.
    pub(super) fn used(&self) -> usize {
        self.headers.used()
    }

    /// How many texts fit, if they are short.
    pub(super) fn capacity(&self) -> usize {
        self.headers.capacity()
    }

    /// How many more texts fit, if they are short.
    pub(super) fn free(&self) -> usize {
        self.headers.free()
    }

    /// How many pieces are free.
    pub(super) fn free_chunks(&self) -> usize {
        self.pieces.free()
    }

    /// How many pieces there are.
    pub(super) fn chunks_capacity(&self) -> usize {
        self.pieces.capacity()
    }

    /// How many pieces a text of `len` bytes takes.
    pub(super) fn chunks_of(len: usize) -> usize {
        Pieces::of(len)
    }

    /// Whether a text of `len` bytes fits.
    pub(super) fn fits(&self, len: usize) -> bool {
        self.headers.free() > 0 && self.pieces.free() >= Self::chunks_of(len)
    }

    /// Numbers below this one are never given again.
    pub(super) fn skip_to(&mut self, id: MessageId) {
        self.next_id = self.next_id.max(id);
    }

    /// Stores a text that nobody needs yet, under the number in its header. The caller knows that
    /// it [`fits`](Self::fits).
    pub(super) fn insert(&mut self, header: Header, text: &str) -> Key {
        debug_assert!(self.fits(text.len()), "nobody asked whether the text fits");
        let first = self.pieces.insert(text);
        self.skip_to(MessageId(header.id.0 + 1));
        self.headers.insert(Header { len: text.len() as u16, first, ..header })
    }

    /// Frees the bytes of a text and keeps its header. Answers how many pieces that frees.
    pub(super) fn drop_text(&mut self, text: Key) -> usize {
        let header = self.headers.get_mut(text);
        let freed = Self::chunks_of(header.len.into());
        header.len = 0;
        self.pieces.remove(header.first.take());
        freed
    }

    /// Frees the header of a text whose bytes were freed.
    pub(super) fn remove(&mut self, text: Key) {
        debug_assert!({ self.headers.get(text).first }.is_none(), "the text was not dropped");
        self.headers.remove(text);
    }

    /// The headers, for chains of them.
    pub(super) fn headers(&mut self) -> &mut Pool<'s, Header> {
        &mut self.headers
    }

    /// The text's header, to change.
    pub(super) fn header_mut(&mut self, text: Key) -> &mut Header {
        self.headers.get_mut(text)
    }

    /// The text's header.
    pub(super) fn header(&self, text: Key) -> &Header {
        self.headers.get(text)
    }

    /// The text of this number. Looks at every text.
    pub(super) fn find(&self, id: MessageId) -> Option<Key> {
        self.headers.iter().find(|(_, text)| { text.id } == id).map(|(key, _)| key)
    }

    /// The row of `user` will be another's. No OK names it any more: a text that waited for it was
    /// accepted, and that is what its OK says. Looks at every text.
    #[cfg(feature = "operator")]
    pub(super) fn forget_receiver(&mut self, user: UserId) {
        for header in self.headers.values_mut() {
            if { header.audience } == Audience::Offline(user) {
                header.audience = Audience::Online;
            }
        }
    }

    /// The text itself, put together in `buffer`.
    pub(super) fn read<'b>(&self, text: Key, buffer: &'b mut [u8; TEXT_MAX]) -> &'b str {
        let header = self.headers.get(text);
        self.pieces.read(header.first, header.len.into(), buffer)
    }

    /// The text itself in pieces; a character may lie across two of them.
    pub(super) fn pieces(&self, text: Key) -> impl Iterator<Item = &[u8]> {
        let header = self.headers.get(text);
        self.pieces.iter(header.first, header.len.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(texts: usize, chunks: usize, test: impl FnOnce(&mut Texts<'_>)) {
        let mut headers = vec![PoolSlot::default(); texts];
        let mut chunks = vec![PoolSlot::default(); chunks];
        test(&mut Texts::new(&mut headers, &mut chunks));
    }

    fn store(texts: &mut Texts<'_>, text: &str) -> Key {
        texts.insert(Header::new(texts.next_id(), UserId(7), Instant::START), text)
    }

    #[test]
    fn a_text_is_read_as_it_was_stored_whatever_its_length() {
        with(1, TEXT_MAX.div_ceil(Chunk::SIZE), |texts| {
            let longest: String = ('a'..='z').cycle().take(TEXT_MAX).collect();
            for len in [1, Chunk::SIZE - 1, Chunk::SIZE, Chunk::SIZE + 1, TEXT_MAX - 1, TEXT_MAX] {
                let key = store(texts, &longest[..len]);
                assert_eq!(texts.read(key, &mut [0xff; TEXT_MAX]), &longest[..len]);
                assert_eq!(texts.drop_text(key), len.div_ceil(36));
                texts.remove(key);
            }
        });
    }

    #[test]
    fn a_character_may_lie_across_two_pieces() {
        with(1, 2, |texts| {
            let text = "x".repeat(Chunk::SIZE - 1) + "ä";
            let key = store(texts, &text);
            assert_eq!(texts.read(key, &mut [0; TEXT_MAX]), text);
        });
    }

    #[test]
    fn heads_and_pieces_run_out_each_for_itself() {
        with(2, 3, |texts| {
            let two_pieces = "x".repeat(Chunk::SIZE + 1);
            let long = store(texts, &two_pieces);
            assert!(texts.fits(Chunk::SIZE) && !texts.fits(Chunk::SIZE + 1));
            assert_eq!((texts.used(), texts.next_id()), (1, MessageId(2)));
            store(texts, "x");
            assert!(!texts.fits(1), "no header is free");
            texts.drop_text(long);
            texts.remove(long);
            assert!(texts.fits(Chunk::SIZE + 1));
        });
    }

    #[test]
    fn a_head_without_its_text_frees_the_pieces() {
        with(1, 1, |texts| {
            let key = store(texts, "x");
            assert_eq!((texts.drop_text(key), texts.drop_text(key)), (1, 0));
            assert_eq!(({ texts.header(key).id }, texts.used()), (MessageId(1), 1));
            assert_eq!(texts.read(key, &mut [0; TEXT_MAX]), "");
            assert!(texts.free_chunks() == 1 && !texts.fits(1));
            texts.remove(key);
            assert!(texts.fits(1));
        });
    }

    #[test]
    fn a_number_that_comes_from_before_is_never_given_again() {
        with(3, 3, |texts| {
            let header = Header { id: MessageId(7), ..Header::default() };
            texts.insert(header, "x");
            texts.insert(Header { id: MessageId(3), ..Header::default() }, "y");
            assert_eq!(texts.next_id(), MessageId(8));
            texts.skip_to(MessageId(5));
            let key = store(texts, "z");
            assert_eq!({ texts.header(key).id }, MessageId(8));
        });
    }
}
