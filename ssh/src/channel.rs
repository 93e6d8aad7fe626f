//! The server's side of a carried connection: a session, or one in which nothing moves.
//! Knows no packet.

use embedded_io::{ErrorKind, ErrorType, Write};
use smolchat_core::transport::Transport;

use crate::session::Session;
use crate::shell::Terminal;
use crate::transport::WriteError;

/// The server's side of a carried connection.
#[derive(Debug)]
pub enum Channel<'a, 's> {
    /// It has a session.
    Open(&'a mut Session<'s>),
    /// It has a session, and a terminal in between.
    Shell(&'a mut Terminal<'s>),
    /// It has none, and ends. Nothing comes, and nothing goes out, in clear least of all.
    Shut,
}

impl ErrorType for Channel<'_, '_> {
    type Error = WriteError;
}

impl Write for Channel<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, WriteError> {
        match self {
            Channel::Open(session) => session.write(bytes),
            Channel::Shell(terminal) => terminal.write(bytes).map_err(|error| match error {
                ErrorKind::NotConnected => WriteError::Closed,
                _ => WriteError::NotReady,
            }),
            Channel::Shut => Err(WriteError::Closed),
        }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Transport for Channel<'_, '_> {
    fn received(&self) -> usize {
        match self {
            Channel::Open(session) => session.received(),
            Channel::Shell(terminal) => terminal.received(),
            Channel::Shut => 0,
        }
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        match self {
            Channel::Open(session) => session.peek(buffer),
            Channel::Shell(terminal) => terminal.peek(buffer),
            Channel::Shut => 0,
        }
    }

    fn consume(&mut self, count: usize) {
        match self {
            Channel::Open(session) => session.consume(count),
            Channel::Shell(terminal) => terminal.consume(count),
            Channel::Shut => {}
        }
    }

    fn has_ended(&self) -> bool {
        match self {
            Channel::Open(session) => session.has_ended(),
            Channel::Shell(terminal) => terminal.has_ended(),
            Channel::Shut => true,
        }
    }

    fn room(&self) -> usize {
        match self {
            Channel::Open(session) => session.room(),
            Channel::Shell(terminal) => terminal.room(),
            Channel::Shut => 0,
        }
    }

    /// The lines of a session that is shut were never received. Its user has left by then.
    fn unacknowledged(&self) -> usize {
        match self {
            Channel::Open(session) => session.unacknowledged(),
            Channel::Shell(terminal) => terminal.unacknowledged(),
            Channel::Shut => usize::MAX,
        }
    }
}
