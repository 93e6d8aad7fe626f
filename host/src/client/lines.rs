//! Reads lines from anything that can be read: the server, a peer, the standard input. No sender
//! can make it hold more than one line and one read.

use std::io::{self, BufRead, BufReader, Read};

use smolchat_core::dialect::lines::{LINE_BYTES, LineCutter, LineError};

/// A line, or what is wrong with it.
pub(crate) type Line = Result<String, LineError>;

/// Bytes of a peer or the server cut into lines, each no longer than the protocol's.
#[derive(Debug)]
pub(crate) struct LineBuffer {
    /// Received and not yet a line; never more than the longest line.
    received: Vec<u8>,
    cutter: LineCutter,
}

impl LineBuffer {
    /// Nothing received yet.
    pub(crate) fn new() -> Self {
        LineBuffer { received: Vec::with_capacity(LINE_BYTES), cutter: LineCutter::new() }
    }

    /// Takes bytes as far as there is room. Answers how many; ask for lines before the next.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(LINE_BYTES - self.received.len());
        self.received.extend_from_slice(&bytes[..count]);
        count
    }

    /// The next line of what was received.
    pub(crate) fn next_line(&mut self) -> Option<Line> {
        loop {
            let cut = self.cutter.cut(&self.received);
            let (line, consumed) = (cut.line.map(|line| line.map(str::to_owned)), cut.consumed);
            self.received.drain(..consumed);
            if line.is_some() || consumed == 0 {
                return line;
            }
        }
    }
}

/// A reader cut into lines. What follows the last line's end was cut off, and says nothing.
#[derive(Debug)]
pub(crate) struct LineReader<R> {
    reader: BufReader<R>,
    lines: LineBuffer,
}

impl<R: Read> LineReader<R> {
    /// Nothing read yet.
    pub(crate) fn new(reader: R) -> Self {
        LineReader { reader: BufReader::new(reader), lines: LineBuffer::new() }
    }

    /// What is read from.
    pub(crate) fn get_mut(&mut self) -> &mut R {
        self.reader.get_mut()
    }

    /// The next line, waited for; `None` at the end.
    pub(crate) fn read_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(line) = self.lines.next_line() {
                return Ok(Some(line));
            }
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
    }

    /// The next lines: one is waited for, further ones only if they are here already. Empty at the
    /// end.
    pub(crate) fn read_burst(&mut self) -> io::Result<Vec<Line>> {
        let Some(first) = self.read_line()? else { return Ok(Vec::new()) };
        let mut lines = vec![first];
        loop {
            if let Some(line) = self.lines.next_line() {
                lines.push(line);
            } else if self.reader.buffer().is_empty() {
                return Ok(lines);
            } else {
                self.fill()?;
            }
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let available = loop {
            match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                available => break available?,
            }
        };
        let count = self.lines.push(available);
        self.reader.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out its pieces one read at a time.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            to[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    #[test]
    fn a_burst_is_what_one_read_brought() {
        let mut lines = LineReader::new(Pieces(vec![b"one\ntwo\nth", b"ree\n", b"half"]));
        assert_eq!(lines.read_burst().unwrap(), [Ok("one".to_owned()), Ok("two".to_owned())]);
        assert_eq!(lines.read_burst().unwrap(), [Ok("three".to_owned())]);
        assert_eq!(lines.read_burst().unwrap(), []);
    }

    #[test]
    fn bad_lines_are_told_of_and_the_next_one_is_read() {
        let mut input = vec![b'x'; 100_000];
        input.extend_from_slice(b"\n\xff\n\x1b[2J\nok\n");
        let mut lines = LineReader::new(&input[..]);
        for expected in [LineError::TooLong, LineError::NotUtf8, LineError::ControlCharacter] {
            assert_eq!(lines.read_line().unwrap(), Some(Err(expected)));
        }
        assert_eq!(lines.read_line().unwrap(), Some(Ok("ok".to_owned())));
    }
}
