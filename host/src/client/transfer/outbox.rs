//! What is to be said on a link: the desk puts, and the link's writer takes. Records go before
//! chunks, so a question never waits behind a queue of answers. Bounded: a peer that asks and never
//! reads is cut.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use smolchat_files::{ContentId, Record};

use super::source::Source;

/// Bytes of records that wait for one link at most.
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
    /// Puts something in. Never blocks.
    pub(super) fn put(&self, out: Out) -> Result<(), Full> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match out {
            Out::Say(record, body) => {
                let bytes = RECORD_BYTES + body.len();
                if waiting.bytes + bytes > WAITING_MAX {
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
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What is to be said next. Waits for it; `None` at the end.
    pub(super) fn take(&self) -> Option<Out> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_idle = |waiting: &mut Waiting| {
            !waiting.has_ended && waiting.records.is_empty() && waiting.chunks.is_empty()
        };
        let waiting = self.is_more.wait_while(waiting, is_idle);
        waiting.unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Nothing more is said.
    pub(super) fn end(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.has_ended = true;
        self.is_more.notify_all();
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
        (0..3).for_each(|index| outbox.put(say(index)).unwrap());
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
        let fitting = (0..100).take_while(|_| outbox.put(list()).is_ok()).count();
        assert_eq!(fitting, 31);
        outbox.take().unwrap();
        outbox.put(list()).unwrap();
        assert_eq!(outbox.put(list()), Err(Full));
    }

    #[test]
    fn who_waits_for_something_to_say_gets_it() {
        let outbox = Arc::new(Outbox::default());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| outbox.take().is_some());
            outbox.put(say(0)).unwrap();
            assert!(waiting.join().unwrap());
        });
    }
}
