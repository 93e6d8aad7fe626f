//! Somebody connected to the two chats: a pipe, and what was read from it.

use smolchat_core::dialect::lines::parse_event;
use smolchat_core::protocol::Event;

use super::naive::User;
use super::pipe::Pipe;

/// Somebody connected.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) pipe: Pipe,
    pub(super) stalled: bool,
    /// Its machine is gone, without a word.
    pub(super) vanished: bool,
    /// Who logged in here.
    pub(super) user: Option<User>,
    /// What was read of a line.
    begun: Vec<u8>,
    /// The messages read here.
    pub(super) messages: Vec<u64>,
}

impl Client {
    /// A client that reads, over a pipe that holds `room` bytes for it.
    pub(super) fn new(room: usize) -> Self {
        let (begun, messages) = (Vec::new(), Vec::new());
        let (stalled, vanished) = (false, false);
        Client { pipe: Pipe::new(room), stalled, vanished, user: None, begun, messages }
    }

    /// Reads up to `most` bytes: how many there were, and the lines that they end.
    pub(super) fn read(&mut self, most: usize) -> (usize, Vec<String>) {
        let (bytes, mut lines) = (self.pipe.receive(most), Vec::new());
        self.begun.extend(&bytes);
        while let Some(end) = self.begun.iter().position(|&byte| byte == b'\n') {
            let mut line: Vec<u8> = self.begun.drain(..=end).collect();
            line.truncate(end);
            lines.push(String::from_utf8(line).expect("a server writes UTF-8"));
        }
        (bytes.len(), lines)
    }

    /// Notes a message or broadcast, and its receiver.
    pub(super) fn note(&mut self, line: &str) -> Option<(User, u64)> {
        match parse_event(line) {
            Ok(Event::Message { id, .. } | Event::Broadcast { id, .. } | Event::Say { id, .. }) => {
                self.messages.push(id.0);
                // Who was there before the row became another's is nobody now.
                self.user.map(|user| (user, id.0))
            }
            _ => None,
        }
    }
}

/// `NNN` of a reply, `* word` of an event, `* bye NNN` of a goodbye.
pub(super) fn kind(line: &str) -> String {
    let words = if line.starts_with("* bye ") { 3 } else { 1 + usize::from(line.starts_with('*')) };
    line.split([' ', '-']).take(words).collect::<Vec<_>>().join(" ")
}
