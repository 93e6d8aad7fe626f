//! A connection's transport, plain or carried.
//! Knows no carrier.

use embedded_io::{Error, ErrorKind, ErrorType, Write};

use crate::transport::Transport;

/// A connection's transport. It is one type, so the server is compiled once for all carriers.
#[derive(Debug)]
pub(crate) enum Carried<T, S> {
    /// The socket's, as it is.
    Plain(T),
    /// A session's.
    Over(S),
}

impl<T: Transport, S: Transport> ErrorType for Carried<T, S> {
    type Error = ErrorKind;
}

impl<T: Transport, S: Transport> Write for Carried<T, S> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        match self {
            Carried::Plain(below) => below.write(bytes).map_err(|error| error.kind()),
            Carried::Over(session) => session.write(bytes).map_err(|error| error.kind()),
        }
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        match self {
            Carried::Plain(below) => below.flush().map_err(|error| error.kind()),
            Carried::Over(session) => session.flush().map_err(|error| error.kind()),
        }
    }
}

impl<T: Transport, S: Transport> Transport for Carried<T, S> {
    fn received(&self) -> usize {
        match self {
            Carried::Plain(below) => below.received(),
            Carried::Over(session) => session.received(),
        }
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Carried::Plain(below) => below.peek(buffer),
            Carried::Over(session) => session.peek(buffer),
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Carried::Plain(below) => below.consume(count),
            Carried::Over(session) => session.consume(count),
        }
    }

    fn has_ended(&self) -> bool {
        match self {
            Carried::Plain(below) => below.has_ended(),
            Carried::Over(session) => session.has_ended(),
        }
    }

    fn room(&self) -> usize {
        match self {
            Carried::Plain(below) => below.room(),
            Carried::Over(session) => session.room(),
        }
    }

    fn unacknowledged(&self) -> usize {
        match self {
            Carried::Plain(below) => below.unacknowledged(),
            Carried::Over(session) => session.unacknowledged(),
        }
    }
}
