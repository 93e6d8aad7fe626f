//! Commands from a standard input that is no terminal, or one on which nothing is edited: one a
//! line, in order. It is read only while somebody wants a line.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, read};

use super::lines::{Line, LineBuffer};

/// Stands at the beginning of files from some editors, and means nothing.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Standard input, cut into lines.
#[derive(Debug)]
pub(crate) struct Pipe {
    fd: OwnedFd,
    /// Read and not cut yet.
    bytes: VecDeque<u8>,
    lines: LineBuffer,
    /// The first bytes may be a mark.
    is_beginning: bool,
    is_at_end: bool,
    is_ended: bool,
}

impl Pipe {
    /// Nothing read yet.
    pub(crate) fn new(fd: impl AsFd) -> io::Result<Self> {
        Ok(Pipe {
            fd: fd.as_fd().try_clone_to_owned()?,
            bytes: VecDeque::new(),
            lines: LineBuffer::new(),
            is_beginning: true,
            is_at_end: false,
            is_ended: false,
        })
    }

    /// Whether a read may bring something, and what was read before holds no whole line.
    pub(crate) fn wants_bytes(&self) -> bool {
        !self.is_at_end
    }

    /// Reads once. Call it when something is there.
    pub(crate) fn read(&mut self) {
        let mut bytes = [0; 4096];
        match read(&self.fd, &mut bytes) {
            Ok(0) => self.is_at_end = true,
            Ok(count) => self.bytes.extend(&bytes[..count]),
            Err(Errno::INTR | Errno::AGAIN) => {}
            // A terminal that is gone says so by an error.
            Err(_) => self.is_at_end = true,
        }
    }

    /// The next line.
    pub(crate) fn next_line(&mut self) -> Option<Line> {
        self.pass_over_mark();
        loop {
            if let Some(line) = self.lines.next_line() {
                return Some(line);
            }
            if self.is_beginning || self.bytes.is_empty() {
                break;
            }
            let count = self.lines.push(self.bytes.as_slices().0);
            self.bytes.drain(..count);
        }
        if self.is_at_end && !self.is_beginning {
            return self.lines.last_line();
        }
        None
    }

    /// Whether the end has come, told once. Ask behind the last line.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.is_at_end && !std::mem::replace(&mut self.is_ended, true)
    }

    fn pass_over_mark(&mut self) {
        if !self.is_beginning {
            return;
        }
        let begins = |mark: &[u8]| self.bytes.iter().zip(mark).all(|(byte, mark)| byte == mark);
        let is_alike = begins(BYTE_ORDER_MARK);
        if is_alike && self.bytes.len() < BYTE_ORDER_MARK.len() && !self.is_at_end {
            return;
        }
        self.is_beginning = false;
        if is_alike && self.bytes.len() >= BYTE_ORDER_MARK.len() {
            self.bytes.drain(..BYTE_ORDER_MARK.len());
        }
    }
}

impl AsFd for Pipe {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The lines of what is written in these pieces, up to the end.
    fn lines(pieces: &[&[u8]]) -> Vec<String> {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut pipe = Pipe::new(&reader).unwrap();
        let mut lines = Vec::new();
        for piece in pieces {
            writer.write_all(piece).unwrap();
            pipe.read();
            lines.extend(std::iter::from_fn(|| pipe.next_line()));
        }
        drop(writer);
        assert!(!pipe.has_ended());
        pipe.read();
        lines.extend(std::iter::from_fn(|| pipe.next_line()));
        assert!(!pipe.wants_bytes() && pipe.has_ended() && !pipe.has_ended());
        lines.into_iter().map(|line| line.unwrap()).collect()
    }

    #[test]
    fn lines_come_in_order_and_the_last_one_needs_no_end() {
        assert_eq!(lines(&[b"one\r\ntwo\n\nth", b"ree"]), ["one", "two", "", "three"]);
        assert_eq!(lines(&[]), [""; 0]);
        let many: String = (0..2000).map(|i| format!("line {i}\n")).collect();
        let pieces: Vec<_> = many.as_bytes().chunks(4096).collect();
        assert_eq!(lines(&pieces).len(), 2000);
    }

    #[test]
    fn a_mark_at_the_beginning_means_nothing_however_it_is_cut() {
        assert_eq!(lines(&[b"\xef\xbb\xbfone\n"]), ["one"]);
        assert_eq!(lines(&[b"\xef", b"\xbb", b"\xbf", b"one\n"]), ["one"]);
        assert_eq!(lines(&[b"\xef\xbb\xbf"]), [""; 0]);
        assert_eq!(lines(&["\u{ff21}\n".as_bytes()]), ["\u{ff21}"]);
        assert_eq!(lines(&[b"a\n\xef\xbb\xbfb\n"]), ["a", "\u{feff}b"]);
    }
}
