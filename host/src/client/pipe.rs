//! Commands from a standard input that is no terminal, or one on which nothing is edited: one a
//! line, in order. It is read only while somebody wants a line. A line may be longer than the
//! protocol's, since its text may become several messages.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::{Errno, read};

use smolchat_core::dialect::lines::LineError;
use smolchat_core::protocol::Class;

use super::lines::Line;

/// Stands at the beginning of files from some editors, and means nothing.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The longest line, in bytes. What follows in a longer line is passed over. The messages of one
/// line fit into the outbox.
const LINE: usize = 16 * 1024;

/// Standard input, cut into lines.
#[derive(Debug)]
pub(crate) struct Pipe {
    fd: OwnedFd,
    /// Read and not cut yet.
    bytes: VecDeque<u8>,
    /// The beginning of a line.
    line: Vec<u8>,
    /// The line is longer than any line.
    is_too_long: bool,
    /// The first bytes may be a mark.
    is_beginning: bool,
    is_at_end: bool,
    is_ended: bool,
    /// Stands before each line that is handed out.
    head: String,
}

impl Pipe {
    /// Nothing read yet.
    pub(crate) fn new(fd: impl AsFd) -> io::Result<Self> {
        Ok(Pipe {
            fd: fd.as_fd().try_clone_to_owned()?,
            bytes: VecDeque::new(),
            line: Vec::new(),
            is_too_long: false,
            is_beginning: true,
            is_at_end: false,
            is_ended: false,
            head: String::new(),
        })
    }

    /// Hands out these lines and reads nothing; or what is read, where there are none. `head`
    /// stands before each of them.
    pub(crate) fn say(&mut self, head: &str, lines: Option<&str>) {
        head.clone_into(&mut self.head);
        if let Some(lines) = lines {
            self.bytes.extend(lines.as_bytes());
            self.is_at_end = true;
        }
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

    /// The next line. Behind a head an empty line says nothing, so it is passed over.
    pub(crate) fn next_line(&mut self) -> Option<Line> {
        loop {
            let line = self.next_whole_line()?;
            let is_empty = line.as_deref().is_ok_and(|line| line.trim().is_empty());
            if self.head.is_empty() {
                return Some(line);
            }
            if !is_empty {
                return Some(line.map(|line| format!("{}{line}", self.head)));
            }
        }
    }

    fn next_whole_line(&mut self) -> Option<Line> {
        self.pass_over_mark();
        if self.is_beginning {
            return None;
        }
        match self.bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                self.take(end);
                self.bytes.pop_front();
                Some(self.finish_line())
            }
            None => {
                self.take(self.bytes.len());
                let is_rest = !self.line.is_empty() || self.is_too_long;
                (self.is_at_end && is_rest).then(|| self.finish_line())
            }
        }
    }

    /// Takes bytes into the line, as far as there is room.
    fn take(&mut self, count: usize) {
        let room = LINE - self.line.len();
        self.is_too_long |= count > room;
        self.line.extend(self.bytes.drain(..count).take(room));
    }

    fn finish_line(&mut self) -> Line {
        let bytes = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_too_long) {
            return Err(LineError::TooLong);
        }
        let line = String::from_utf8(bytes).map_err(|_| LineError::NotUtf8)?;
        let line = line.strip_suffix('\r').unwrap_or(&line);
        if line.chars().any(|c| Class::of(c) == Some(Class::Break)) {
            return Err(LineError::ControlCharacter);
        }
        Ok(line.to_owned())
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
        lines.into_iter().map(|line| line.unwrap_or_else(|error| format!("{error:?}"))).collect()
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

    #[test]
    fn a_line_that_is_none_is_told_and_the_next_one_is_read() {
        assert_eq!(lines(&[b"\xff\n", b"\x1b[2J\nok\n"]), ["NotUtf8", "ControlCharacter", "ok"]);
        let long = vec![b'x'; 4096];
        let mut pieces: Vec<&[u8]> = vec![&long; LINE / 4096];
        assert_eq!(lines(&pieces)[0].len(), LINE);
        pieces.extend([&b"y\nok"[..]]);
        assert_eq!(lines(&pieces), ["TooLong", "ok"]);
    }

    #[test]
    fn an_empty_line_behind_a_head_is_passed_over_and_what_is_no_line_is_told() {
        let (reader, mut writer) = io::pipe().unwrap();
        let mut pipe = Pipe::new(&reader).unwrap();
        pipe.say("message yoda ", None);
        writer.write_all(b"\none\n\r\n  \n two\n\xff\n\n").unwrap();
        pipe.read();
        let lines: Vec<_> = std::iter::from_fn(|| pipe.next_line()).collect();
        let said = |text: &str| Ok(text.to_owned());
        let expected =
            [said("message yoda one"), said("message yoda  two"), Err(LineError::NotUtf8)];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_is_to_be_said_needs_no_input() {
        let (reader, _writer) = io::pipe().unwrap();
        let mut pipe = Pipe::new(&reader).unwrap();
        pipe.say("message yoda ", Some("hi there"));
        assert!(!pipe.wants_bytes());
        assert_eq!(pipe.next_line(), Some(Ok("message yoda hi there".into())));
        assert_eq!(pipe.next_line(), None);
        assert!(pipe.has_ended());
    }
}
