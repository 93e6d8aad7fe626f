//! Carriers: a transport over a transport. A service names its carrier, and a driver puts it
//! between a connection's socket and the server.
//! Knows no socket, no line and no user.
//!
//! Plain TCP hands everything through. A further carrier (SSH, WebSocket) is a variant of each of
//! the two enums here and a folder of this room. It brings:
//!
//! - a state for each of its connections, in memory that is lent at start. That pool may hold fewer
//!   states than there are connections; the product says how many;
//! - traffic of its own: a `progress(now, below, entropy)` that shakes hands, renews keys and
//!   answers pings before the server sees a byte;
//! - time of its own: a share in the driver's `poll_at`;
//! - an `unacknowledged` that counts bytes of its own side, and never too few. The server releases
//!   a message when that number says that its peer has it.

mod receipt;
mod ring;

pub use receipt::Receipt;
pub use ring::Ring;

use embedded_io::{ErrorType, Write};

use crate::transport::Transport;

/// The way in which a service carries the bytes of its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// TCP, and nothing in between.
    Plain,
}

impl Carrier {
    /// This carrier over the transport `below`.
    pub fn over<T: Transport>(self, below: T) -> Carried<T> {
        match self {
            Carrier::Plain => Carried::Plain(below),
        }
    }
}

/// A connection's transport, as its carrier makes it. It is one type, so the server is compiled
/// once for all carriers.
#[derive(Debug)]
pub enum Carried<T> {
    /// The transport below, as it is.
    Plain(T),
}

impl<T: Transport> ErrorType for Carried<T> {
    type Error = T::Error;
}

impl<T: Transport> Write for Carried<T> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, T::Error> {
        match self {
            Carried::Plain(below) => below.write(bytes),
        }
    }

    fn flush(&mut self) -> Result<(), T::Error> {
        match self {
            Carried::Plain(below) => below.flush(),
        }
    }
}

impl<T: Transport> Transport for Carried<T> {
    fn received(&self) -> usize {
        match self {
            Carried::Plain(below) => below.received(),
        }
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Carried::Plain(below) => below.peek(buffer),
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Carried::Plain(below) => below.consume(count),
        }
    }

    fn has_ended(&self) -> bool {
        match self {
            Carried::Plain(below) => below.has_ended(),
        }
    }

    fn room(&self) -> usize {
        match self {
            Carried::Plain(below) => below.room(),
        }
    }

    fn unacknowledged(&self) -> usize {
        match self {
            Carried::Plain(below) => below.unacknowledged(),
        }
    }
}
