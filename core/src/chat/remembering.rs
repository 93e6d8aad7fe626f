//! How the history is stored. Nothing in it is promised, so the store takes it later than anything
//! else, and not while it refuses mail.
//! Knows no line.

use super::Chat;
use super::durable::RETRY;
use crate::protocol::TEXT_MAX;
use crate::store::{Durability, Entry, Store};
use crate::time::Instant;

/// The most broadcasts that one call stores.
const BROADCASTS_AT_ONCE: usize = 64;

impl Chat<'_> {
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
            let Some((row, text)) = self.history.unstored(&mut buffer) else { return };
            let (id, at, from) = (row.id, row.at, &*self.users[row.from].name);
            let appended = self.append(&Entry::Broadcast { id, from, at, text }, store);
            if appended.is_err() {
                return self.history.put_off(now + RETRY);
            }
            self.history.mark_stored();
        }
    }
}
