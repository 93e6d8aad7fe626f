//! The texts that this user says to one peer: numbered, and kept until the peer has acknowledged
//! them. Knows no link.

use std::collections::VecDeque;

use crate::client::peer::WINDOW;
use crate::client::said::OwnMessage;

/// What was said and is not acknowledged. Its numbers go on from one conversation to the next.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The number of the next text.
    next: u64,
    unacknowledged: VecDeque<(u64, OwnMessage)>,
}

impl Default for Outgoing {
    fn default() -> Self {
        Outgoing { next: 1, unacknowledged: VecDeque::new() }
    }
}

impl Outgoing {
    /// What stands before all texts on a link, and all texts that the peer may not have yet.
    pub(super) fn begin(&self, run: u64) -> impl Iterator<Item = String> {
        let first = self.unacknowledged.front().map_or(self.next, |(id, _)| *id);
        let texts = self.unacknowledged.iter().map(|(id, message)| line(*id, &message.text));
        std::iter::once(format!("begin {run:016x} {first}")).chain(texts)
    }

    /// The line of one more text; `None` if there are too many already.
    pub(super) fn say(&mut self, message: OwnMessage) -> Option<String> {
        if self.unacknowledged.len() >= WINDOW {
            return None;
        }
        let (id, line) = (self.next, line(self.next, &message.text));
        self.next += 1;
        self.unacknowledged.push_back((id, message));
        Some(line)
    }

    /// The peer has shown everything up to this number: which texts of those that waited.
    pub(super) fn handle_acknowledged(&mut self, id: u64) -> Vec<OwnMessage> {
        let count = self.unacknowledged.iter().take_while(|(waiting, _)| *waiting <= id).count();
        self.unacknowledged.drain(..count).map(|(_, message)| message).collect()
    }

    /// The peer is gone: of these texts nobody knows whether it has read them.
    pub(super) fn take_all(&mut self) -> Vec<OwnMessage> {
        self.unacknowledged.drain(..).map(|(_, message)| message).collect()
    }

    /// Whether an acknowledgement is awaited.
    pub(super) fn is_waiting(&self) -> bool {
        !self.unacknowledged.is_empty()
    }
}

fn line(id: u64, text: &str) -> String {
    format!("text {id} {text}")
}
