//! How much of what a reader has told the desk is still waiting there. A peer that says more than
//! the desk can hear is read more slowly, and nobody takes memory for it.

use std::sync::{Condvar, Mutex, PoisonError};

/// Records of one link that wait for the desk at most.
const BACKLOG_MAX: u32 = 64;

/// One link's backlog.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    waiting: Mutex<u32>,
    is_less: Condvar,
}

impl Backlog {
    /// The reader is about to tell something: waits until there is room.
    pub(super) fn enter(&self) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = self.is_less.wait_while(waiting, |waiting| *waiting >= BACKLOG_MAX);
        *waiting.unwrap_or_else(PoisonError::into_inner) += 1;
    }

    /// The desk has heard something of it.
    pub(super) fn leave(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        *waiting = waiting.saturating_sub(1);
        self.is_less.notify_one();
    }
}
