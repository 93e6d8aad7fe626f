//! The connection to the server: bytes in, cut into lines, and lines out. Neither ever waits. What
//! the lines mean is the session's.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use super::lines::LineBuffer;

/// Bytes of one read. So many are dealt with before anything else has its turn.
const READ: usize = 4096;

/// The event loop's end of the connection. Closed when it goes out of scope.
#[derive(Debug)]
pub(crate) struct Server {
    socket: TcpStream,
    lines: LineBuffer,
    queue: VecDeque<u8>,
    is_gone: bool,
}

impl Server {
    /// Takes a socket that does not wait.
    pub(crate) fn new(socket: TcpStream) -> Self {
        Server { socket, lines: LineBuffer::new(), queue: VecDeque::new(), is_gone: false }
    }

    /// Queues a line. The session never has more than a few requests on their way.
    pub(crate) fn send(&mut self, line: &str) {
        self.queue.extend(line.as_bytes());
        self.queue.push_back(b'\n');
    }

    /// Whether a line waits to be written.
    pub(crate) fn is_pending(&self) -> bool {
        !self.queue.is_empty()
    }

    /// Whether the server ended the connection, or lost it.
    pub(crate) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// Writes as much as goes. A lost connection is noticed by the next read.
    pub(crate) fn write(&mut self) {
        while !self.queue.is_empty() {
            match self.socket.write(self.queue.as_slices().0) {
                Ok(count) => drop(self.queue.drain(..count)),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => return self.give_up(),
            }
        }
    }

    /// Reads once, and hands each line on. A line that breaks the server's own rules is ignored.
    pub(crate) fn read(&mut self, mut take: impl FnMut(&str)) {
        let mut bytes = [0; READ];
        let mut rest = match self.socket.read(&mut bytes) {
            Ok(0) => {
                self.is_gone = true;
                return;
            }
            Ok(count) => &bytes[..count],
            Err(error) if is_for_now(&error) => return,
            Err(_) => {
                self.is_gone = true;
                return;
            }
        };
        loop {
            let count = self.lines.push(rest);
            rest = &rest[count..];
            let mut is_empty = true;
            while let Some(line) = self.lines.next_line() {
                is_empty = false;
                if let Ok(line) = line {
                    take(&line);
                }
            }
            if rest.is_empty() || (count == 0 && is_empty) {
                return;
            }
        }
    }

    /// What was queued will not be read. What has arrived may still be.
    fn give_up(&mut self) {
        self.queue.clear();
        let _ = self.socket.shutdown(Shutdown::Write);
    }
}

impl AsFd for Server {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It fails where the connection is gone, and that is as good.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

fn is_for_now(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}
