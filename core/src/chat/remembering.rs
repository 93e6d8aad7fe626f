//! How the history is read and stored. Nothing in it is promised, so the store takes it later than
//! anything else, and not while it refuses mail.
//! Knows no line.

use super::Chat;
use super::durable::RETRY;
use super::id::UserId;
use crate::protocol::{MessageId, TEXT_MAX};
use crate::store::{Durability, Entry, Store};
use crate::time::Instant;

/// The most broadcasts that one call stores.
const BROADCASTS_AT_ONCE: usize = 64;

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

impl Chat<'_> {
    /// The number from which on `reader` hears the last `most` broadcasts.
    pub(crate) fn last_remembered(&self, reader: UserId, most: usize) -> MessageId {
        let told = || self.history.headers().filter(|header| self.is_told(reader, header.from));
        let first = told().nth(told().count().saturating_sub(most));
        first.map_or(self.next_id(), |header| header.id)
    }

    /// The first broadcast from number `id` on that `reader` may hear; its text is put together in
    /// `buffer`.
    pub(crate) fn remembered<'b>(
        &'b self,
        reader: UserId,
        id: MessageId,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> Option<Remembered<'b>> {
        let (header, text) = self.history.next(id, |from| self.is_told(reader, from), buffer)?;
        let (id, from, at) = (header.id, self.name(header.from), header.at);
        Some(Remembered { id, from, at, text })
    }

    /// Whether the history tells `reader` what `from` said: not if the reader blocks that user.
    fn is_told(&self, reader: UserId, from: UserId) -> bool {
        !self.blocks.contains(reader, from)
    }

    /// When [`store_history`](Self::store_history) is due.
    pub fn history_due(&self) -> Option<Instant> {
        let is_stored = self.settings.durability != Durability::Off && !self.durable.refuses();
        self.history.due().filter(|_| is_stored)
    }

    /// Has the store take what is due of the history.
    pub fn store_history(&mut self, now: Instant, store: &mut impl Store) {
        if self.history_due().is_some_and(|due| due <= now) {
            self.store_remembered(now, BROADCASTS_AT_ONCE, store);
        }
    }

    /// Has the store take all of the history, before a stop.
    pub(crate) fn store_whole_history(&mut self, now: Instant, store: &mut impl Store) {
        if self.history_due().is_some() {
            self.store_remembered(now, usize::MAX, store);
        }
    }

    /// A function of its own, so that its buffer is on the stack only if there is something to
    /// store.
    #[inline(never)]
    fn store_remembered(&mut self, now: Instant, most: usize, store: &mut impl Store) {
        let mut buffer = [0; TEXT_MAX];
        for _ in 0..most {
            let Some((header, text)) = self.history.unstored(&mut buffer) else { return };
            let (id, at, from) = (header.id, header.at, &*self.users[header.from].name);
            let appended = self.append(&Entry::Broadcast { id, from, at, text }, store);
            if appended.is_err() {
                return self.history.put_off(now + RETRY);
            }
            self.history.mark_stored();
        }
    }
}
