//! A peer's socket with one deadline over all of its reads, so that nobody holds a thread by
//! sending a byte now and then.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A write to a peer that takes longer is a lost connection.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// The reading half of a peer's connection.
#[derive(Debug)]
pub(super) struct PeerStream {
    stream: TcpStream,
    deadline: Option<Instant>,
}

impl PeerStream {
    /// Reads from `stream` until `deadline`.
    pub(super) fn new(stream: TcpStream, deadline: Instant) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(WRITE_TIMEOUT))?;
        Ok(PeerStream { stream, deadline: Some(deadline) })
    }

    /// From now on a read may take as long as it takes.
    pub(super) fn lift_deadline(&mut self) -> io::Result<()> {
        self.deadline = None;
        self.stream.set_read_timeout(None)
    }

    /// The socket.
    pub(super) fn socket(&self) -> &TcpStream {
        &self.stream
    }
}

impl Read for PeerStream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some(deadline) = self.deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.stream.set_read_timeout(Some(left))?;
        }
        self.stream.read(to)
    }
}
