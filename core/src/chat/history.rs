//! The last broadcasts, for users who ask what was said before they came. The history is no
//! mailbox: nothing in it is promised, and the oldest broadcast makes room for the next.
//! Knows no line and no store.

use core::iter::successors;

use super::id::UserId;
use super::texts::{Header, NewText, Texts};
use crate::protocol::{MessageId, TEXT_MAX};
use crate::table::{Chain, Key};
use crate::time::{Duration, Instant};

/// The pieces that a broadcast takes at least, and the average for which there is room.
pub(super) const PIECES: usize = 2;
/// One sender's part of a full history is one in so many.
const SHARE: usize = 4;
/// How long the store may lack a broadcast. Many broadcasts then share one write.
const STORING: Duration = Duration::from_secs(5);

/// The last broadcasts, in lent memory.
#[derive(Debug)]
pub(super) struct History<'s> {
    texts: Texts<'s>,
    /// The broadcasts, the oldest in front.
    order: Chain,
    /// How many pieces the broadcasts of each user take.
    held: &'s mut [u16],
    /// Pieces that are free.
    free: usize,
    /// The first broadcast that the store lacks. The store lacks all behind it, too.
    unstored: Option<Key>,
    /// When the store is to take it.
    due: Instant,
}

impl<'s> History<'s> {
    pub(super) fn new(texts: Texts<'s>, held: &'s mut [u16]) -> Self {
        let free = texts.chunks_capacity();
        let order = Chain::new();
        History { texts, order, held, free, unstored: None, due: Instant::START }
    }

    /// How many broadcasts there are, and how many fit if they are short.
    pub(super) fn used(&self) -> (usize, usize) {
        (self.texts.used(), self.texts.capacity())
    }

    /// Adds the broadcast with this number, which is higher than all before. Others make room.
    pub(super) fn record(&mut self, id: MessageId, new: NewText<'_>) {
        let before = self.order.back();
        let Some(key) = self.insert(id, new, before) else { return };
        if self.unstored.is_none() {
            (self.unstored, self.due) = (Some(key), new.at + STORING);
        }
    }

    /// Adds a broadcast that the store has. The store may tell it again, and out of order.
    pub(super) fn restore(&mut self, id: MessageId, new: NewText<'_>) {
        let is_earlier = |key: &Key| self.id(*key) < id;
        let before = match self.order.back() {
            Some(last) if !is_earlier(&last) => self.keys().take_while(is_earlier).last(),
            last => last,
        };
        let behind = before.map_or(self.order.front(), |before| self.texts.link(before));
        if behind.is_none_or(|behind| self.id(behind) != id) {
            self.insert(id, new, before);
        }
    }

    /// Adds a broadcast behind `before`. It is not added if it would make room for itself.
    fn insert(&mut self, id: MessageId, new: NewText<'_>, before: Option<Key>) -> Option<Key> {
        let pieces = pieces(new.text.len());
        if pieces > self.texts.chunks_capacity() {
            return None;
        }
        let mut before = before;
        while self.free < pieces {
            // Older than all that is here, and there is no room.
            before?;
            let removed = self.make_room(new.from, pieces)?;
            before = if before == Some(removed.key) { removed.before } else { before };
        }
        let header = Header::new(id, new.from, new.at);
        let key = self.texts.insert(header, new.text);
        self.order.insert_after(self.texts.headers(), before, key);
        self.held[new.from.index()] += pieces as u16;
        self.free -= pieces;
        Some(key)
    }

    /// Removes the broadcast that makes room for one of `from`: the oldest. But a sender who has a
    /// share, and no less than the sender of the oldest, loses its own oldest broadcast. So a
    /// sender who talks without end leaves three quarters of a full history to others.
    fn make_room(&mut self, from: UserId, pieces: usize) -> Option<Removed> {
        let oldest = self.order.front()?;
        let (own, others) = (self.held_by(from), self.held_by(self.texts.header(oldest).from));
        let share = self.texts.chunks_capacity() / SHARE;
        let before = match own > 0 && own + pieces > share && own >= others {
            true => self.keys().take_while(|key| self.texts.header(*key).from != from).last(),
            false => None,
        };
        self.remove_after(before)
    }

    fn remove_after(&mut self, before: Option<Key>) -> Option<Removed> {
        let key = self.order.remove_after(self.texts.headers(), before)?;
        if self.unstored == Some(key) {
            self.unstored = before.map_or(self.order.front(), |before| self.texts.link(before));
        }
        let from = self.texts.header(key).from;
        let freed = self.texts.drop_text(key).max(PIECES);
        self.texts.remove(key);
        self.held[from.index()] -= freed as u16;
        self.free += freed;
        Some(Removed { key, before })
    }

    fn held_by(&self, user: UserId) -> usize {
        self.held[user.index()].into()
    }

    fn id(&self, key: Key) -> MessageId {
        self.texts.header(key).id
    }

    fn keys(&self) -> impl Iterator<Item = Key> {
        successors(self.order.front(), |key| self.texts.link(*key))
    }

    /// Whether the broadcast of this number is here.
    pub(super) fn holds(&self, id: MessageId) -> bool {
        let ids = self.keys().map(|key| self.id(key));
        ids.take_while(|other| *other <= id).any(|other| other == id)
    }

    /// The headers, the oldest first.
    pub(super) fn headers(&self) -> impl Iterator<Item = &Header> {
        self.keys().map(|key| self.texts.header(key))
    }

    /// The first broadcast from number `id` on that `is_told`, and its text, put together in
    /// `buffer`.
    pub(super) fn next<'b>(
        &self,
        id: MessageId,
        is_told: impl Fn(UserId) -> bool,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> Option<(&Header, &'b str)> {
        let key =
            self.keys().find(|key| self.id(*key) >= id && is_told(self.texts.header(*key).from))?;
        Some((self.texts.header(key), self.texts.read(key, buffer)))
    }

    /// When the store is to take [`unstored`](Self::unstored); `None` if the store lacks nothing.
    pub(super) fn due(&self) -> Option<Instant> {
        self.unstored.map(|_| self.due)
    }

    /// Asks the store again at `due`.
    pub(super) fn put_off(&mut self, due: Instant) {
        self.due = due;
    }

    /// The first broadcast that the store lacks, and its text, put together in `buffer`.
    pub(super) fn unstored<'b>(
        &self,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> Option<(&Header, &'b str)> {
        let key = self.unstored?;
        Some((self.texts.header(key), self.texts.read(key, buffer)))
    }

    /// The store has [`unstored`](Self::unstored).
    pub(super) fn mark_stored(&mut self) {
        self.unstored = self.unstored.and_then(|key| self.texts.link(key));
    }
}

/// A broadcast that made room, and the broadcast before it.
struct Removed {
    key: Key,
    before: Option<Key>,
}

/// The pieces that a broadcast of `len` bytes takes here. All take at least [`PIECES`], so that one
/// count shares the rows and the pieces.
fn pieces(len: usize) -> usize {
    Texts::chunks_of(len).max(PIECES)
}

#[cfg(test)]
mod tests;
