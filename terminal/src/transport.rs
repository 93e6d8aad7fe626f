//! A terminal as the server sees it: the protocol's lines. Knows no key.

use embedded_io::{ErrorKind, ErrorType, Write};
use smolchat_core::transport::Transport;

use crate::terminal::Terminal;

impl ErrorType for Terminal<'_> {
    type Error = ErrorKind;
}

impl Write for Terminal<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        if !self.is_open {
            return Err(ErrorKind::NotConnected);
        }
        let count = self.heard.push(bytes);
        self.receipt.write(count);
        if count == 0 && !bytes.is_empty() { Err(ErrorKind::WriteZero) } else { Ok(count) }
    }

    /// [`Terminal::progress`] shows.
    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl Transport for Terminal<'_> {
    fn received(&self) -> usize {
        self.talk.typed.len()
    }

    fn peek(&mut self, buffer: &mut [u8]) -> usize {
        self.talk.typed.peek(buffer)
    }

    fn consume(&mut self, count: usize) {
        self.talk.typed.consume(count);
    }

    fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Nothing of the server's is shown before the width is known: a row that is too long for the
    /// terminal could look like a row of its own.
    fn room(&self) -> usize {
        if self.is_open && self.width_by.is_none() { self.heard.room() } else { 0 }
    }

    fn unacknowledged(&self) -> usize {
        self.receipt.unacknowledged()
    }
}
