//! The direction in which a link is read. It never writes: two peers that both wait for room would
//! wait for ever. What TLS wants to answer leaves with the next write.

use std::io::{self, BufRead, ErrorKind, Read};
use std::sync::Arc;
use std::time::Duration;

use super::ends::Ends;

/// Bytes in a line, its line feed among them.
pub const LINE_MAX: usize = 512;

/// Bytes that are read from the socket at once, at first and at most.
const READ_BYTES: (usize, usize) = (16 * 1024, 256 * 1024);

/// Reads a link.
#[derive(Debug)]
pub struct LinkReader {
    ends: Arc<Ends>,
    /// Received, and not deciphered from `offered` to `received`.
    sealed: Vec<u8>,
    offered: usize,
    received: usize,
    /// Deciphered, and not read from `read` on.
    plain: Vec<u8>,
    read: usize,
    has_ended: bool,
}

impl LinkReader {
    pub(super) fn new(ends: Arc<Ends>, rest: Vec<u8>) -> Self {
        let received = rest.len();
        let mut sealed = rest;
        sealed.resize(received.max(READ_BYTES.0), 0);
        let (plain, has_ended) = (Vec::new(), false);
        LinkReader { ends, sealed, offered: 0, received, plain, read: 0, has_ended }
    }

    /// How long a read may wait. One that waited for so long fails with `TimedOut`, and nothing is
    /// lost.
    ///
    /// # Errors
    /// The system refuses, or the time is zero.
    pub fn set_timeout(&self, longest: Option<Duration>) -> io::Result<()> {
        self.ends.socket.set_read_timeout(longest)
    }

    /// The next line, without its line feed; `None` at the end.
    ///
    /// # Errors
    /// `InvalidData` for a line that is too long, no UTF-8, or has control characters in it;
    /// `UnexpectedEof` for one that is cut off, or a link that ends without a goodbye.
    pub fn read_line(&mut self) -> io::Result<Option<&str>> {
        let length = loop {
            let begun = &self.plain[self.read..];
            let line = &begun[..begun.len().min(LINE_MAX)];
            if let Some(length) = line.iter().position(|byte| *byte == b'\n') {
                break length;
            }
            if line.len() == LINE_MAX {
                return Err(invalid("a line is too long"));
            }
            let has_begun = !line.is_empty();
            if self.decipher()? == 0 {
                return if has_begun { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(None) };
            }
        };
        let from = self.read;
        self.read += length + 1;
        let line = std::str::from_utf8(&self.plain[from..from + length])
            .map_err(|_| invalid("a line is no UTF-8"))?;
        if line.chars().any(char::is_control) {
            return Err(invalid("a line holds a control character"));
        }
        Ok(Some(line))
    }

    /// Whether a line is here already, so that the next [`read_line`](Self::read_line) waits for
    /// nobody.
    pub fn has_line(&self) -> bool {
        self.plain[self.read..].contains(&b'\n')
    }

    /// Adds to `plain` what comes next, and answers how much; 0 at the end.
    fn decipher(&mut self) -> io::Result<usize> {
        self.plain.drain(..std::mem::take(&mut self.read));
        while !self.has_ended {
            if self.offered == self.received {
                self.receive()?;
            }
            let count = self.open()?;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }

    fn receive(&mut self) -> io::Result<()> {
        if self.received == self.sealed.len() && self.received < READ_BYTES.1 {
            // More comes than there was room for.
            self.sealed.resize(2 * self.received, 0);
        }
        (self.offered, self.received) = (0, 0);
        let count = loop {
            match (&*self.ends.socket).read(&mut self.sealed) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err(ErrorKind::TimedOut.into());
                }
                count => break count?,
            }
        };
        if count == 0 {
            // An end without a goodbye may be the work of somebody in between.
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.received = count;
        Ok(())
    }

    /// Deciphers what was received.
    fn open(&mut self) -> io::Result<usize> {
        let before = self.plain.len();
        let mut tls = self.ends.tls();
        loop {
            // TLS takes no more at once than it has room for.
            let mut sealed = &self.sealed[self.offered..self.received];
            let taken = if sealed.is_empty() { 0 } else { tls.read_tls(&mut sealed)? };
            self.offered += taken;
            let state = tls
                .process_new_packets()
                .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            let (from, count) = (self.plain.len(), state.plaintext_bytes_to_read());
            self.plain.resize(from + count, 0);
            tls.reader().read_exact(&mut self.plain[from..])?;
            if state.peer_has_closed() {
                self.has_ended = true;
                break;
            }
            if taken == 0 {
                break;
            }
        }
        Ok(self.plain.len() - before)
    }
}

impl Read for LinkReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut plain = self.fill_buf()?;
        let count = plain.read(to)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for LinkReader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read == self.plain.len() {
            self.decipher()?;
        }
        Ok(&self.plain[self.read..])
    }

    fn consume(&mut self, count: usize) {
        self.read = (self.read + count).min(self.plain.len());
    }
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}
