//! One operator's connection: lines of orders in, lines of answers out, both in buffers of a fixed
//! size. It never waits, and remembers when something last moved.
//! Knows no order.

use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use rustix::event::PollFlags;
use smolchat_core::dialect::lines::{LINE_BYTES, LINE_MAX, LineCutter, LineError};
use smolchat_core::time::Instant;

/// Bytes of answers that wait for the operator to read them.
const OUTPUT: usize = 4096;

/// An operator who is connected.
#[derive(Debug)]
pub(super) struct Visitor {
    stream: UnixStream,
    cutter: LineCutter,
    input: heapless::Vec<u8, LINE_BYTES>,
    output: heapless::Vec<u8, OUTPUT>,
    /// When a byte last came or went.
    pub(super) moved: Instant,
    /// The operator says no more.
    is_ended: bool,
    /// The connection does not work any more.
    is_broken: bool,
}

impl Visitor {
    /// Somebody who has come.
    pub(super) fn new(stream: UnixStream, now: Instant) -> Self {
        Visitor {
            stream,
            cutter: LineCutter::new(),
            input: heapless::Vec::new(),
            output: heapless::Vec::new(),
            moved: now,
            is_ended: false,
            is_broken: false,
        }
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// What `poll` is to wait for. What somebody says while an answer is under way waits in the
    /// kernel.
    pub(super) fn interest(&self) -> PollFlags {
        let mut interest = PollFlags::empty();
        interest.set(PollFlags::IN, !self.is_ended && self.input.len() < LINE_BYTES);
        interest.set(PollFlags::OUT, !self.output.is_empty());
        interest
    }

    /// Writes what waits, as far as the operator reads. Answers whether another line fits now where
    /// none did: what stopped for want of room can go on.
    pub(super) fn flush(&mut self, now: Instant) -> bool {
        let had_room = self.has_room();
        self.write(now);
        !had_room && self.has_room()
    }

    fn write(&mut self, now: Instant) {
        while !self.output.is_empty() {
            match self.stream.write(&self.output) {
                Ok(count @ 1..) => {
                    self.output.drain(..count);
                    self.moved = now;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                _ => return self.fail(),
            }
        }
    }

    /// Reads what was said, as far as there is room.
    pub(super) fn fill(&mut self, now: Instant) {
        let mut piece = [0; LINE_BYTES];
        let room = LINE_BYTES - self.input.len();
        if room == 0 || self.is_ended {
            return;
        }
        match self.stream.read(&mut piece[..room]) {
            Ok(0) => self.end(),
            Ok(count) => {
                // There is room for them.
                let _ = self.input.extend_from_slice(&piece[..count]);
                self.moved = now;
            }
            Err(error) if is_later(&error) => {}
            Err(_) => self.fail(),
        }
    }

    /// A last line needs no newline.
    fn end(&mut self) {
        self.is_ended = true;
        if !self.input.is_empty() && !self.input.ends_with(b"\n") {
            // A line that fills the room is too long, with or without it.
            let _ = self.input.push(b'\n');
        }
    }

    fn fail(&mut self) {
        self.output.clear();
        self.input.clear();
        (self.is_ended, self.is_broken) = (true, true);
    }

    /// Hands on the next whole line that was said, if there is one and the answer to it can begin.
    /// `done` answers whether the line is done: if not, it comes again.
    pub(super) fn with_line(
        &mut self,
        begin: impl FnOnce(Result<&str, LineError>, &mut heapless::Vec<u8, OUTPUT>) -> bool,
    ) -> bool {
        if self.is_broken || !self.has_room() {
            return false;
        }
        let before = self.cutter;
        let cut = self.cutter.cut(&self.input);
        let consumed = cut.consumed;
        let is_done = cut.line.is_none_or(|line| begin(line, &mut self.output));
        if is_done {
            self.input.drain(..consumed);
            consumed > 0
        } else {
            self.cutter = before;
            false
        }
    }

    /// Adds a line to what is to be written.
    pub(super) fn say(&mut self, line: &[u8]) {
        say(&mut self.output, line);
    }

    /// Whether another line fits, whatever its length.
    pub(super) fn has_room(&self) -> bool {
        has_room(&self.output)
    }

    /// Whether an answer waits to be read.
    pub(super) fn is_unread(&self) -> bool {
        !self.output.is_empty()
    }

    /// Whether all was said, and all answers are written.
    pub(super) fn is_over(&self) -> bool {
        self.is_ended && self.output.is_empty() && self.input.is_empty()
    }

    /// Whether the connection does not work any more.
    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }
}

/// Adds a line and its ending.
pub(super) fn say(output: &mut heapless::Vec<u8, OUTPUT>, line: &[u8]) {
    let is_whole = output.extend_from_slice(line).is_ok() && output.push(b'\n').is_ok();
    debug_assert!(is_whole, "nobody looked for room");
}

/// Whether a line of any length fits.
pub(super) fn has_room(output: &heapless::Vec<u8, OUTPUT>) -> bool {
    output.capacity() - output.len() > LINE_MAX
}

fn is_later(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Visitor, UnixStream) {
        let (ours, theirs) = UnixStream::pair().unwrap();
        for end in [&ours, &theirs] {
            end.set_nonblocking(true).unwrap();
        }
        (Visitor::new(ours, Instant::START), theirs)
    }

    fn lines(visitor: &mut Visitor) -> Vec<String> {
        let mut lines = Vec::new();
        while visitor.with_line(|line, _| {
            lines.push(line.map_or("wrong", |line| line).to_owned());
            true
        }) {}
        lines
    }

    #[test]
    fn orders_come_line_by_line_and_the_last_needs_no_newline() {
        let (mut visitor, mut theirs) = pair();
        theirs.write_all(b"kick hans\r\nsta").unwrap();
        visitor.fill(Instant::START);
        assert_eq!(lines(&mut visitor), ["kick hans"]);
        theirs.write_all(b"tus").unwrap();
        drop(theirs);
        visitor.fill(Instant::START);
        assert!(!visitor.is_over());
        visitor.fill(Instant::START);
        assert_eq!(lines(&mut visitor), ["status"]);
        assert!(visitor.is_over());
    }

    #[test]
    fn a_line_that_is_too_long_is_answered_once_and_the_next_one_counts() {
        let (mut visitor, mut theirs) = pair();
        theirs.write_all(&[b'a'; 3 * LINE_BYTES]).unwrap();
        theirs.write_all(b"\nbans\n").unwrap();
        let mut heard = Vec::new();
        for _ in 0..5 {
            visitor.fill(Instant::START);
            heard.extend(lines(&mut visitor));
        }
        assert_eq!(heard, ["wrong", "bans"]);
    }

    #[test]
    fn a_line_that_is_not_done_comes_again() {
        let (mut visitor, mut theirs) = pair();
        theirs.write_all(b"reload\n").unwrap();
        visitor.fill(Instant::START);
        for _ in 0..2 {
            assert!(!visitor.with_line(|line, _| {
                assert_eq!(line, Ok("reload"));
                false
            }));
        }
        assert_eq!(lines(&mut visitor), ["reload"]);
    }

    #[test]
    fn nothing_begins_while_nobody_reads_the_answers() {
        let (mut visitor, mut theirs) = pair();
        theirs.write_all(b"status\n").unwrap();
        while visitor.has_room() {
            visitor.say(&[b'x'; LINE_MAX]);
        }
        visitor.fill(Instant::START);
        assert!(!visitor.with_line(|_, _| panic!("it began")));
        assert!(visitor.flush(Instant::from_millis(5)), "the order can go on at once");
        assert!(!visitor.flush(Instant::from_millis(5)));
        assert_eq!(
            (visitor.moved, lines(&mut visitor)),
            (Instant::from_millis(5), vec!["status".into()])
        );
    }
}
