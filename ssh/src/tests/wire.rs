//! Two directions of bytes in memory, each with the room that a TCP connection has.

use std::collections::VecDeque;

use embedded_io::{ErrorKind, ErrorType, Write};
use smolchat_core::transport::Transport;

/// A TCP connection without a network.
pub(super) struct Wire {
    pub(super) to_server: VecDeque<u8>,
    pub(super) to_peer: VecDeque<u8>,
    /// Bytes that each direction holds.
    pub(super) room: usize,
    /// The peer's side is closed.
    pub(super) is_closed: bool,
}

impl Wire {
    pub(super) fn new(room: usize) -> Self {
        Wire { to_server: VecDeque::new(), to_peer: VecDeque::new(), room, is_closed: false }
    }

    pub(super) fn server(&mut self) -> ServerSide<'_> {
        ServerSide(self)
    }

    /// The peer sends as much as fits, and hears how much that was.
    pub(super) fn send(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.room - self.to_server.len());
        self.to_server.extend(&bytes[..count]);
        count
    }
}

/// The server's side, as a session's transport below.
pub(super) struct ServerSide<'w>(&'w mut Wire);

impl ErrorType for ServerSide<'_> {
    type Error = ErrorKind;
}

impl Write for ServerSide<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let count = bytes.len().min(self.room());
        self.0.to_peer.extend(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Transport for ServerSide<'_> {
    fn received(&self) -> usize {
        self.0.to_server.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let bytes = self.0.to_server.iter();
        buffer.iter_mut().zip(bytes).map(|(to, from)| *to = *from).count()
    }

    fn consume(&mut self, count: usize) {
        self.0.to_server.drain(..count);
    }

    fn has_ended(&self) -> bool {
        self.0.is_closed
    }

    fn room(&self) -> usize {
        self.0.room - self.0.to_peer.len()
    }

    fn unacknowledged(&self) -> usize {
        self.0.to_peer.len()
    }
}
