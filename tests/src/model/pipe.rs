//! A connection's bytes in memory: the client's, and the server's that the client has not read.
//! Bytes that the client has not read count as unacknowledged, as with a TCP whose window is
//! closed.

use std::collections::VecDeque;
use std::convert::Infallible;

use embedded_io::{ErrorType, Write};
use smolchat_core::transport::Transport;

/// Both directions of one connection.
#[derive(Debug)]
pub struct Pipe {
    capacity: usize,
    to_client: VecDeque<u8>,
    to_server: VecDeque<u8>,
    ended: bool,
    /// The server's bytes since the last look.
    fresh: Vec<u8>,
}

impl Pipe {
    /// A pipe that holds `capacity` bytes for the client, and any number for the server.
    pub fn new(capacity: usize) -> Self {
        Pipe {
            capacity,
            to_client: VecDeque::new(),
            to_server: VecDeque::new(),
            ended: false,
            fresh: Vec::new(),
        }
    }

    /// The client writes.
    pub fn send(&mut self, bytes: &[u8]) {
        self.to_server.extend(bytes);
    }

    /// The client writes nothing more.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Whether the client has said that it writes nothing more.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The client reads up to `most` bytes.
    pub fn receive(&mut self, most: usize) -> Vec<u8> {
        let count = most.min(self.to_client.len());
        self.to_client.drain(..count).collect()
    }

    /// Whether the client has read everything.
    pub fn is_drained(&self) -> bool {
        self.to_client.is_empty()
    }

    /// The server's bytes since the last call.
    pub fn take_fresh(&mut self) -> String {
        String::from_utf8(std::mem::take(&mut self.fresh)).expect("a server writes UTF-8")
    }
}

impl ErrorType for Pipe {
    type Error = Infallible;
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        assert!(bytes.len() <= self.room(), "the server writes only what there is room for");
        self.to_client.extend(bytes);
        self.fresh.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Transport for Pipe {
    fn received(&self) -> usize {
        self.to_server.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.to_server.len());
        for (slot, byte) in buffer.iter_mut().zip(&self.to_server) {
            *slot = *byte;
        }
        count
    }

    fn consume(&mut self, count: usize) {
        self.to_server.drain(..count);
    }

    fn has_ended(&self) -> bool {
        self.ended
    }

    fn room(&self) -> usize {
        self.capacity - self.to_client.len()
    }

    fn unacknowledged(&self) -> usize {
        self.to_client.len()
    }
}
