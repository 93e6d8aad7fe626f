//! A session as the server sees it: the plain bytes of its channel. Knows no packet.

use core::fmt;

use embedded_io::{ErrorKind, ErrorType, Write};
use smolchat_core::transport::Transport;

use crate::session::Session;

/// Why plain bytes were not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// There is no room.
    NotReady,
    /// The peer has not asked for the chat, or reads no more.
    Closed,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WriteError::NotReady => "not ready",
            WriteError::Closed => "closed",
        })
    }
}

impl core::error::Error for WriteError {}

impl embedded_io::Error for WriteError {
    fn kind(&self) -> ErrorKind {
        match self {
            WriteError::NotReady => ErrorKind::WriteZero,
            WriteError::Closed => ErrorKind::NotConnected,
        }
    }
}

impl ErrorType for Session<'_> {
    type Error = WriteError;
}

impl Write for Session<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, WriteError> {
        if !self.is_open() {
            return Err(WriteError::Closed);
        }
        let count = self.sending.push(bytes);
        self.receipt.write(count);
        if count == 0 && !bytes.is_empty() { Err(WriteError::NotReady) } else { Ok(count) }
    }

    /// [`Session::progress`] sends.
    fn flush(&mut self) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Transport for Session<'_> {
    fn received(&self) -> usize {
        self.received.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        self.received.peek(buffer)
    }

    fn consume(&mut self, count: usize) {
        self.received.consume(count);
        self.unread_prelude = self.unread_prelude.saturating_sub(count);
    }

    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn room(&self) -> usize {
        if self.is_open() { self.sending.room() } else { 0 }
    }

    fn unacknowledged(&self) -> usize {
        self.receipt.unacknowledged()
    }
}
