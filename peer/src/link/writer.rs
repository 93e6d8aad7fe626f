//! The direction in which a link is written. What is written is kept until there is much of it, or
//! until it is flushed.

use std::io::{self, ErrorKind, Write};
use std::net::Shutdown;
use std::sync::Arc;

use super::ends::Ends;
use super::reader::LINE_MAX;

/// Bytes that are enciphered and sent at once.
const WRITE_BYTES: usize = 256 * 1024;

/// Writes a link. A writer that is dropped cuts the link; [`finish`](Self::finish) ends it well.
#[derive(Debug)]
pub struct LinkWriter {
    ends: Arc<Ends>,
    plain: Vec<u8>,
    sealed: Vec<u8>,
    /// Half a record may have gone out.
    is_broken: bool,
}

impl LinkWriter {
    pub(super) fn new(ends: Arc<Ends>) -> Self {
        LinkWriter { ends, plain: Vec::new(), sealed: Vec::new(), is_broken: false }
    }

    /// Writes a line, to which a line feed is added.
    ///
    /// # Errors
    /// `InvalidInput` for a line that no reader takes; or the link is lost.
    pub fn write_line(&mut self, line: &str) -> io::Result<()> {
        if line.len() >= LINE_MAX || line.chars().any(char::is_control) {
            return Err(ErrorKind::InvalidInput.into());
        }
        self.write_all(line.as_bytes())?;
        self.write_all(b"\n")
    }

    /// Sends what was written and says goodbye. The peer's reader then sees the end.
    ///
    /// # Errors
    /// The link is lost.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.ends.tls().send_close_notify();
        self.send()
    }

    fn seal(&mut self, plain: &[u8]) -> io::Result<()> {
        self.ends.tls().writer().write_all(plain)?;
        self.send()
    }

    /// Sends what TLS has to say. Nobody waits for the lock meanwhile.
    fn send(&mut self) -> io::Result<()> {
        if self.is_broken {
            return Err(ErrorKind::BrokenPipe.into());
        }
        let mut tls = self.ends.tls();
        while tls.wants_write() {
            tls.write_tls(&mut self.sealed)?;
        }
        drop(tls);
        let sent = (&*self.ends.socket).write_all(&self.sealed);
        self.sealed.clear();
        self.is_broken = sent.is_err();
        sent.map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => ErrorKind::TimedOut.into(),
            _ => error,
        })
    }

    fn send_plain(&mut self) -> io::Result<()> {
        let plain = std::mem::take(&mut self.plain);
        let sent = if plain.is_empty() { Ok(()) } else { self.seal(&plain) };
        self.plain = plain;
        self.plain.clear();
        sent
    }
}

impl Write for LinkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.plain.len() + bytes.len() > WRITE_BYTES {
            self.send_plain()?;
        }
        if bytes.len() < WRITE_BYTES {
            self.plain.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        self.seal(&bytes[..WRITE_BYTES])?;
        Ok(WRITE_BYTES)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send_plain()
    }
}

impl Drop for LinkWriter {
    fn drop(&mut self) {
        // It may be closed already, which is fine.
        let _ = self.ends.socket.shutdown(Shutdown::Write);
    }
}
