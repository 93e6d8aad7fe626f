//! The last broadcasts, for users who ask what was said before they came. The history is no
//! mailbox: nothing in it is promised, and the oldest broadcast makes room for the next.
//! Knows no line and no store.

use core::iter::successors;

use super::id::UserId;
use super::pieces::{Chunk, Pieces};
use super::texts::NewText;
use crate::protocol::{MessageId, TEXT_MAX};
use crate::table::{Key, LinkSlot, Links, List, PoolSlot};
use crate::time::{Duration, Instant};

/// The pieces that a broadcast takes at least, and the average for which there is room.
pub(super) const PIECES: usize = 2;
/// One sender's part of a full history is one in so many.
const SHARE: usize = 4;
/// How long the store may lack a broadcast. Many broadcasts then share one write.
const STORING: Duration = Duration::from_secs(5);

/// A broadcast of the history.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HistoryRow {
    /// Its number; a row without a broadcast has none of them.
    pub(super) id: MessageId,
    /// When it was accepted.
    pub(super) at: Instant,
    /// The first of its pieces.
    first: Option<Key>,
    /// Who sent it.
    pub(super) from: UserId,
    len: u16,
}

/// The last broadcasts, in lent memory. They are linked both ways, so an answer begins at its first
/// broadcast and goes on where it stands, however many there are.
#[derive(Debug)]
pub(super) struct History<'s> {
    rows: &'s mut [HistoryRow],
    links: Links<'s>,
    /// The rows with a broadcast, the oldest in front.
    order: List,
    /// The other rows.
    spare: List,
    pieces: Pieces<'s>,
    /// How many pieces the broadcasts of each user take.
    held: &'s mut [u16],
    /// Pieces that are free.
    free: usize,
    /// The first broadcast that the store lacks. The store lacks all behind it, too.
    unstored: Option<usize>,
    /// When the store is to take it.
    due: Instant,
    /// How often a row was looked at.
    #[cfg(test)]
    pub(super) looks: core::cell::Cell<usize>,
}

impl<'s> History<'s> {
    pub(super) fn new(
        rows: &'s mut [HistoryRow],
        links: &'s mut [LinkSlot],
        chunks: &'s mut [PoolSlot<Chunk>],
        held: &'s mut [u16],
    ) -> Self {
        let (mut links, mut spare) = (Links::new(links), List::default());
        (0..rows.len()).for_each(|row| links.push_back(&mut spare, row));
        let pieces = Pieces::new(chunks);
        History {
            rows,
            links,
            order: List::default(),
            spare,
            free: pieces.capacity(),
            pieces,
            held,
            unstored: None,
            due: Instant::START,
            #[cfg(test)]
            looks: core::cell::Cell::default(),
        }
    }

    /// How many broadcasts there are, and how many fit if they are short.
    pub(super) fn used(&self) -> (usize, usize) {
        (self.order.len(), self.rows.len())
    }

    /// Adds the broadcast with this number, which is higher than all before. Others make room.
    pub(super) fn record(&mut self, id: MessageId, new: NewText<'_>) {
        let before = self.order.back();
        let Some(row) = self.insert(id, new, before) else { return };
        if self.unstored.is_none() {
            (self.unstored, self.due) = (Some(row), new.at + STORING);
        }
    }

    /// Adds a broadcast that the store has. The store may tell it again, and out of order.
    pub(super) fn restore(&mut self, id: MessageId, new: NewText<'_>) {
        let before = self.newest_first().find(|&row| self.get(row).id <= id);
        if before.is_none_or(|row| self.get(row).id != id) {
            self.insert(id, new, before);
        }
    }

    /// Adds a broadcast behind `before`. It is not added if it would make room for itself.
    fn insert(&mut self, id: MessageId, new: NewText<'_>, before: Option<usize>) -> Option<usize> {
        let pieces = pieces(new.text.len());
        if pieces > self.pieces.capacity() {
            return None;
        }
        let mut before = before;
        while self.free < pieces {
            // Older than all that is here, and there is no room.
            before?;
            let gone = self.row_that_makes_room(new.from, pieces)?;
            before = if before == Some(gone) { self.links.prev(gone) } else { before };
            self.remove(gone);
        }
        let row = self.spare.front()?;
        self.links.remove(&mut self.spare, row);
        self.links.insert_after(&mut self.order, before, row);
        let (first, len) = (self.pieces.insert(new.text), new.text.len() as u16);
        self.rows[row] = HistoryRow { id, at: new.at, first, from: new.from, len };
        self.held[new.from.index()] += pieces as u16;
        self.free -= pieces;
        Some(row)
    }

    /// The broadcast that makes room for one of `from`: the oldest. But a sender who has a share,
    /// and no less than the sender of the oldest, loses its own oldest broadcast. So a sender who
    /// talks without end leaves three quarters of a full history to others.
    fn row_that_makes_room(&self, from: UserId, pieces: usize) -> Option<usize> {
        let oldest = self.order.front()?;
        let (own, others) = (self.held_by(from), self.held_by(self.get(oldest).from));
        let share = self.pieces.capacity() / SHARE;
        match own > 0 && own + pieces > share && own >= others {
            true => self.links.iter(&self.order).find(|&row| self.get(row).from == from),
            false => Some(oldest),
        }
    }

    fn remove(&mut self, row: usize) {
        if self.unstored == Some(row) {
            self.unstored = self.links.next(row);
        }
        let HistoryRow { first, from, len, .. } = core::mem::take(&mut self.rows[row]);
        self.pieces.remove(first);
        self.links.remove(&mut self.order, row);
        self.links.push_back(&mut self.spare, row);
        let freed = pieces(len.into());
        self.held[from.index()] -= freed as u16;
        self.free += freed;
    }

    /// Removes the broadcasts of `user` below this number.
    #[cfg(feature = "operator")]
    pub(super) fn forget(&mut self, user: UserId, before: MessageId) {
        while self.held_by(user) > 0 {
            let is_old = |&row: &usize| self.rows[row].from == user && self.rows[row].id < before;
            let found = self.links.iter(&self.order).find(is_old);
            let Some(row) = found else { return };
            self.remove(row);
        }
    }

    /// How many pieces the broadcasts of `user` take.
    #[cfg(feature = "operator")]
    pub(super) fn count(&self, user: UserId) -> u32 {
        self.held_by(user) as u32
    }

    fn held_by(&self, user: UserId) -> usize {
        self.held[user.index()].into()
    }

    /// The broadcast in `row`.
    pub(super) fn get(&self, row: usize) -> &HistoryRow {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        &self.rows[row]
    }

    /// The rows with a broadcast, the newest first.
    fn newest_first(&self) -> impl Iterator<Item = usize> {
        successors(self.newest(), |row| self.older(*row))
    }

    /// The row of the oldest broadcast.
    pub(super) fn oldest(&self) -> Option<usize> {
        self.order.front()
    }

    /// The row of the newest broadcast.
    pub(super) fn newest(&self) -> Option<usize> {
        self.order.back()
    }

    /// The row of the broadcast before the one in `row`.
    pub(super) fn older(&self, row: usize) -> Option<usize> {
        self.links.prev(row)
    }

    /// The row of the broadcast behind the one in `row`.
    pub(super) fn newer(&self, row: usize) -> Option<usize> {
        self.links.next(row)
    }

    /// The row of the broadcast of this number, which was in `row`. If it made room since, the
    /// first behind it; only then the broadcasts are walked.
    pub(super) fn at_or_behind(&self, row: usize, id: MessageId) -> Option<usize> {
        match self.is_at(row, id) {
            true => Some(row),
            false => self.links.iter(&self.order).find(|&row| self.get(row).id >= id),
        }
    }

    /// The same; if it made room since, the last before it.
    pub(super) fn at_or_before(&self, row: usize, id: MessageId) -> Option<usize> {
        match self.is_at(row, id) {
            true => Some(row),
            false => self.newest_first().find(|&row| self.get(row).id <= id),
        }
    }

    fn is_at(&self, row: usize, id: MessageId) -> bool {
        row < self.rows.len() && self.get(row).id == id
    }

    /// Whether the broadcast of this number is here.
    pub(super) fn holds(&self, id: MessageId) -> bool {
        let ids = self.links.iter(&self.order).map(|row| self.get(row).id);
        ids.take_while(|other| *other <= id).any(|other| other == id)
    }

    /// The text of the broadcast in `row`, put together in `buffer`.
    pub(super) fn read<'b>(&self, row: usize, buffer: &'b mut [u8; TEXT_MAX]) -> &'b str {
        let HistoryRow { first, len, .. } = *self.get(row);
        self.pieces.read(first, len.into(), buffer)
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
    ) -> Option<(&HistoryRow, &'b str)> {
        let row = self.unstored?;
        Some((self.get(row), self.read(row, buffer)))
    }

    /// The store has [`unstored`](Self::unstored).
    pub(super) fn mark_stored(&mut self) {
        self.unstored = self.unstored.and_then(|row| self.links.next(row));
    }
}

/// The pieces that a broadcast of `len` bytes takes here. All take at least [`PIECES`], so that one
/// count shares the rows and the pieces.
fn pieces(len: usize) -> usize {
    Pieces::of(len).max(PIECES)
}

#[cfg(test)]
mod tests;
