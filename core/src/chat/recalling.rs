//! How the history is told: an answer stands at one broadcast and goes on from there. It looks at
//! the broadcasts that it tells, and at those of blocked users among them.
//! Knows no line.

use super::Chat;
use super::id::UserId;
use crate::protocol::{MessageId, TEXT_MAX};
use crate::time::Instant;

/// Broadcasts that one step looks at. They cost about as much as a thousand users in `whoelse`,
/// because a block is looked up for each.
pub(super) const LOOKS: usize = 256;

/// A broadcast of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remembered<'a> {
    /// Its number.
    pub(crate) id: MessageId,
    /// Its sender.
    pub(crate) from: &'a str,
    /// When it was accepted.
    pub(crate) at: Instant,
    /// What was said.
    pub(crate) text: &'a str,
}

/// How far an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recall {
    /// The broadcast where it stands. That one may have made room since.
    id: MessageId,
    /// Broadcasts from this one on are later than the request.
    end: MessageId,
    /// The row of `id` in the history.
    row: u16,
    /// The most broadcasts that it tells.
    most: u16,
    /// How many it has told, or passed while it goes back.
    count: u16,
    /// It goes back to its first broadcast, and tells nothing yet.
    goes_back: bool,
}

/// The result of one step of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Recalled<'a> {
    /// The next broadcast. [`Chat::pass`] goes on behind it.
    Said(Remembered<'a>),
    /// All are told: so many.
    Over(u16),
    /// The step looked at so many that others get their turn first.
    Later,
}

impl Chat<'_> {
    /// Begins to tell `reader` the last `most` broadcasts. What is said later is not in the answer,
    /// so it has an end.
    pub(crate) fn begin_recall(&self, reader: UserId, most: Option<u32>) -> Recall {
        let most = most.unwrap_or(u32::MAX).min(u16::MAX.into()) as u16;
        let goes_back = most > 0 && usize::from(most) < self.history.used().0;
        let end = self.next_id();
        let mut recall = Recall { id: end, end, row: 0, most, count: 0, goes_back };
        let first = if goes_back { self.history.newest() } else { self.history.oldest() };
        self.stand_at(&mut recall, first);
        let mut looks = LOOKS;
        self.go_back(reader, &mut recall, &mut looks);
        recall
    }

    /// The next broadcast of the answer; its text is put together in `buffer`.
    pub(crate) fn recall<'b>(
        &'b self,
        reader: UserId,
        recall: &mut Recall,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> Recalled<'b> {
        let mut looks = LOOKS;
        self.go_back(reader, recall, &mut looks);
        while !recall.goes_back && recall.count < recall.most && recall.id < recall.end {
            let row = self.history.at_or_behind(recall.row.into(), recall.id);
            self.stand_at(recall, row);
            let Some(row) = row.filter(|_| recall.id < recall.end) else { break };
            if looks == 0 {
                return Recalled::Later;
            }
            looks -= 1;
            let said = self.history.get(row);
            if self.is_told(reader, said.from) {
                let (id, from, at) = (said.id, self.name(said.from), said.at);
                let text = self.history.read(row, buffer);
                return Recalled::Said(Remembered { id, from, at, text });
            }
            self.stand_at(recall, self.history.newer(row));
        }
        match recall.goes_back {
            true => Recalled::Later,
            false => Recalled::Over(recall.count),
        }
    }

    /// The broadcast where the answer stands is told.
    pub(crate) fn pass(&self, recall: &mut Recall) {
        recall.count += 1;
        let row = self.history.at_or_behind(recall.row.into(), recall.id);
        self.stand_at(recall, row.and_then(|row| self.history.newer(row)));
    }

    /// Goes back past `most` broadcasts that `reader` may hear, or past all. The answer stands at
    /// its first broadcast then, and `most` is how many it passed.
    fn go_back(&self, reader: UserId, recall: &mut Recall, looks: &mut usize) {
        if !recall.goes_back {
            return;
        }
        let mut next = self.history.at_or_before(recall.row.into(), recall.id);
        while let Some(row) = next {
            self.stand_at(recall, next);
            if *looks == 0 {
                return;
            }
            *looks -= 1;
            recall.count += u16::from(self.is_told(reader, self.history.get(row).from));
            if recall.count == recall.most {
                break;
            }
            next = self.history.older(row);
        }
        (recall.goes_back, recall.most, recall.count) = (false, recall.count, 0);
    }

    /// The answer stands at the broadcast in `row`, or at its end.
    fn stand_at(&self, recall: &mut Recall, row: Option<usize>) {
        (recall.row, recall.id) = match row {
            Some(row) => (row as u16, self.history.get(row).id),
            None => (0, recall.end),
        };
    }

    /// Whether the history tells `reader` what `from` said: not if the reader blocks that user.
    fn is_told(&self, reader: UserId, from: UserId) -> bool {
        !self.blocks.contains(reader, from)
    }
}

#[cfg(test)]
mod tests;
