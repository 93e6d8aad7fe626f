//! What is to be said on a link: the desk puts, and the link's writer takes. Records go before
//! chunks, so a question never waits behind a queue of answers. Bounded: a peer that asks and never
//! reads is cut.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use smolchat_files::{ContentId, Record};

use super::source::Source;

/// Bytes of records that wait for one user at most, over all its links.
const WAITING_MAX: usize = 4 * 1024 * 1024;
/// What a record takes beside its body.
const RECORD_BYTES: usize = 128;

/// Something to say.
#[derive(Debug)]
pub(super) enum Out {
    /// A record and what follows it.
    Say(Record, Vec<u8>),
    /// A chunk of this source.
    Give(Arc<Source>, ContentId, u32),
}

/// One link's outbox.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    waiting: Mutex<Waiting>,
    is_more: Condvar,
    /// The peer has taken something since the desk has looked.
    is_moving: AtomicBool,
}

#[derive(Debug, Default)]
struct Waiting {
    records: VecDeque<(Record, Vec<u8>)>,
    bytes: usize,
    chunks: VecDeque<(Arc<Source>, ContentId, u32)>,
    has_ended: bool,
}

/// The peer does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

impl Outbox {
    /// Bytes of records that wait here.
    pub(super) fn bytes(&self) -> usize {
        self.lock().bytes
    }

    /// Whether the list of this file waits here already.
    pub(super) fn has_list(&self, id: ContentId) -> bool {
        let is_list = |record: &Record| matches!(record, Record::List { id: of, .. } if *of == id);
        self.lock().records.iter().any(|(record, _)| is_list(record))
    }

    /// Puts something in, beside so many bytes that wait on other links of the same user. Never
    /// blocks.
    pub(super) fn put(&self, out: Out, elsewhere: usize) -> Result<(), Full> {
        let mut waiting = self.lock();
        if waiting.has_ended {
            return Ok(());
        }
        match out {
            Out::Say(record, body) => {
                let bytes = RECORD_BYTES + body.len();
                if waiting.bytes + elsewhere + bytes > WAITING_MAX {
                    return Err(Full);
                }
                waiting.bytes += bytes;
                waiting.records.push_back((record, body));
            }
            Out::Give(source, id, index) => waiting.chunks.push_back((source, id, index)),
        }
        self.is_more.notify_one();
        Ok(())
    }

    /// What is to be said next, at once or not at all.
    pub(super) fn take_now(&self) -> Option<Out> {
        self.lock().take()
    }

    /// What is to be said next. Waits for it; `None` at the end.
    pub(super) fn take(&self) -> Option<Out> {
        let is_idle = |waiting: &mut Waiting| {
            !waiting.has_ended && waiting.records.is_empty() && waiting.chunks.is_empty()
        };
        let waiting = self.is_more.wait_while(self.lock(), is_idle);
        waiting.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The peer takes what is written.
    pub(super) fn moved(&self) {
        self.is_moving.store(true, Ordering::Relaxed);
    }

    /// Whether the peer has taken something since this was asked last.
    pub(super) fn is_moving(&self) -> bool {
        self.is_moving.swap(false, Ordering::Relaxed)
    }

    /// Nothing more is said.
    pub(super) fn end(&self) {
        let mut waiting = self.lock();
        waiting.has_ended = true;
        // What waits is said no more; a peer that does not read may hold the writer for a while.
        (waiting.records, waiting.chunks) = Default::default();
        waiting.bytes = 0;
        self.is_more.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn take(&mut self) -> Option<Out> {
        if self.has_ended {
            return None;
        }
        if let Some((record, body)) = self.records.pop_front() {
            self.bytes -= RECORD_BYTES + body.len();
            return Some(Out::Say(record, body));
        }
        self.chunks.pop_front().map(|(source, id, index)| Out::Give(source, id, index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ContentId = ContentId([1; 32]);

    fn say(index: u32) -> Out {
        Out::Say(Record::Have { id: ID, index }, Vec::new())
    }

    #[test]
    fn records_are_said_in_their_order_and_the_end_comes_at_once() {
        let outbox = Outbox::default();
        (0..3).for_each(|index| outbox.put(say(index), 0).unwrap());
        let Some(Out::Say(first, _)) = outbox.take() else { panic!("it is there") };
        assert_eq!(first, Record::Have { id: ID, index: 0 });
        outbox.end();
        assert!(outbox.take().is_none() && outbox.take_now().is_none());
    }

    #[test]
    fn a_peer_that_does_not_read_fills_it_and_no_more() {
        let outbox = Outbox::default();
        let list = || {
            let shape = smolchat_files::Shape::of(1 << 30).unwrap();
            Out::Say(Record::List { id: ID, shape }, vec![0; 128 * 1024])
        };
        let fitting = (0..100).take_while(|_| outbox.put(list(), 0).is_ok()).count();
        assert_eq!(fitting, 31);
        outbox.take().unwrap();
        outbox.put(list(), 0).unwrap();
        assert_eq!(outbox.put(list(), 0), Err(Full));
        assert!(outbox.has_list(ID) && !outbox.has_list(ContentId([2; 32])));
    }

    #[test]
    fn what_waits_on_other_links_of_the_user_counts_and_the_end_frees_all() {
        let (one, other) = (Outbox::default(), Outbox::default());
        (0..100).for_each(|index| one.put(say(index), 0).unwrap());
        let room = WAITING_MAX - one.bytes();
        assert_eq!(other.put(say(0), WAITING_MAX - RECORD_BYTES + 1), Err(Full));
        assert_eq!(other.put(say(0), room), Ok(()));
        one.end();
        assert_eq!(one.bytes(), 0);
    }

    #[test]
    fn who_waits_for_something_to_say_gets_it() {
        let outbox = Arc::new(Outbox::default());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| outbox.take().is_some());
            outbox.put(say(0), 0).unwrap();
            assert!(waiting.join().unwrap());
        });
    }
}
