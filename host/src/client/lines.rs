//! Cuts lines of whatever the server or the standard input brings. No sender can make it hold more
//! than one line and one read.

use smolchat_core::dialect::lines::{LINE_BYTES, LineCutter, LineError};

/// A line, or what is wrong with it.
pub(crate) type Line = Result<String, LineError>;

/// Bytes of the server cut into lines, each no longer than the protocol's.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_told_of_and_the_next_one_is_read() {
        let mut input = vec![b'x'; 100_000];
        input.extend_from_slice(b"\n\xff\n\x1b[2J\nok\n");
        let (mut lines, mut heard, mut rest) = (LineBuffer::new(), Vec::new(), &input[..]);
        while !rest.is_empty() {
            let count = lines.push(rest);
            rest = &rest[count..];
            heard.extend(std::iter::from_fn(|| lines.next_line()));
        }
        let expected = [LineError::TooLong, LineError::NotUtf8, LineError::ControlCharacter];
        assert_eq!(heard[..3], expected.map(Err));
        assert_eq!(heard[3..], [Ok("ok".to_owned())]);
    }
}
