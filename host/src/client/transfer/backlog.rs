//! How much of what a reader has told the desk is still waiting there. A peer that says more than
//! the desk can hear is read more slowly, and nobody takes memory for it. The end of the link ends
//! the wait: nobody hears any more then.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Records of one link that wait for the desk at most.
const BACKLOG_MAX: u32 = 64;

/// One link's backlog.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    state: Mutex<State>,
    is_less: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: u32,
    has_ended: bool,
}

/// The link has ended: nobody is told anything of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended;

impl Backlog {
    /// The reader is about to tell something: waits until there is room.
    pub(super) fn enter(&self) -> Result<(), Ended> {
        let is_full = |state: &mut State| !state.has_ended && state.waiting >= BACKLOG_MAX;
        let state = self.is_less.wait_while(self.lock(), is_full);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        if state.has_ended {
            return Err(Ended);
        }
        state.waiting += 1;
        Ok(())
    }

    /// The desk has heard something of it.
    pub(super) fn leave(&self) {
        let mut state = self.lock();
        state.waiting = state.waiting.saturating_sub(1);
        self.is_less.notify_one();
    }

    /// The link has ended: who waits is woken.
    pub(super) fn end(&self) {
        self.lock().has_ended = true;
        self.is_less.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_reader_waits_for_room_and_the_end_of_the_link_ends_its_wait() {
        let backlog = std::sync::Arc::new(Backlog::default());
        (0..BACKLOG_MAX).for_each(|_| backlog.enter().unwrap());
        let (told, entered) = channel();
        let of_reader = backlog.clone();
        std::thread::spawn(move || {
            (0..2).for_each(|_| told.send(of_reader.enter()).unwrap());
        });
        backlog.leave();
        let patience = Duration::from_secs(10);
        assert_eq!(entered.recv_timeout(patience), Ok(Ok(())));
        backlog.end();
        assert_eq!(entered.recv_timeout(patience), Ok(Err(Ended)));
        backlog.leave();
        assert_eq!(backlog.enter(), Err(Ended));
    }
}
