//! A connection of the simulated world: two bounded rings, and acknowledgements that come as late
//! as a real TCP's may.

use std::collections::VecDeque;
use std::convert::Infallible;

use embedded_io::{ErrorType, Write};
use smolchat_core::dialect::lines::{LINE_BYTES, LINE_MAX};
use smolchat_core::transport::Transport;

/// How a stage's connections carry bytes.
#[derive(Clone, Copy, Debug)]
pub struct Carriage {
    /// Bytes that wait for the server at most.
    pub receive: usize,
    /// Bytes that wait for the client's acknowledgement at most.
    pub transmit: usize,
    /// Bytes that move at once.
    pub piece: usize,
}

impl Carriage {
    /// Rings of an ordinary size.
    pub const ORDINARY: Carriage = Carriage { receive: 2048, transmit: 1024, piece: usize::MAX };
    /// The smallest rings a server can live with, and every byte by itself.
    pub const BYTE_BY_BYTE: Carriage =
        Carriage { receive: LINE_BYTES, transmit: LINE_MAX + 1, piece: 1 };
}

/// The server's end of a connection.
#[derive(Debug)]
pub(super) struct Pipe {
    carriage: Carriage,
    inward: VecDeque<u8>,
    outward: VecDeque<u8>,
    /// Bytes that the client has read and not acknowledged yet.
    unconfirmed: usize,
    ended: bool,
}

impl Pipe {
    /// An open connection with nothing on its way.
    pub(super) fn new(carriage: Carriage) -> Self {
        let (inward, outward) = (VecDeque::new(), VecDeque::new());
        Pipe { carriage, inward, outward, unconfirmed: 0, ended: false }
    }

    /// The client sends what it can of `outbox`. Its read bytes are acknowledged on the way.
    /// Whether anything moved.
    pub(super) fn send(&mut self, outbox: &mut VecDeque<u8>) -> bool {
        let room = self.carriage.receive - self.inward.len();
        let count = outbox.len().min(room).min(self.carriage.piece);
        self.inward.extend(outbox.drain(..count));
        if count > 0 {
            self.confirm();
        }
        count > 0
    }

    /// The client reads what is there: nothing, where nothing is.
    pub(super) fn receive(&mut self) -> Vec<u8> {
        let count = self.outward.len().min(self.carriage.piece);
        self.unconfirmed += count;
        self.outward.drain(..count).collect()
    }

    /// The client sends its end of input. Whether that is news.
    pub(super) fn end(&mut self) -> bool {
        self.confirm();
        !std::mem::replace(&mut self.ended, true)
    }

    /// The client acknowledges what it has read. Whether that is news.
    pub(super) fn confirm(&mut self) -> bool {
        std::mem::take(&mut self.unconfirmed) > 0
    }

    /// Whether the client acknowledges by itself: so much is unconfirmed that the server cannot go
    /// on.
    pub(super) fn is_pressed(&self) -> bool {
        self.unconfirmed > 0 && self.room() <= LINE_MAX
    }

    /// Whether the client has read all there is.
    pub(super) fn is_drained(&self) -> bool {
        self.outward.is_empty()
    }
}

impl ErrorType for Pipe {
    type Error = Infallible;
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        assert!(bytes.len() <= self.room(), "the server writes only what there is room for");
        self.outward.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

impl Transport for Pipe {
    fn received(&self) -> usize {
        self.inward.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.inward.len());
        for (slot, byte) in buffer.iter_mut().zip(&self.inward) {
            *slot = *byte;
        }
        count
    }

    fn consume(&mut self, count: usize) {
        self.inward.drain(..count);
    }

    fn has_ended(&self) -> bool {
        self.ended
    }

    fn room(&self) -> usize {
        self.carriage.transmit - self.unacknowledged()
    }

    fn unacknowledged(&self) -> usize {
        self.outward.len() + self.unconfirmed
    }
}
