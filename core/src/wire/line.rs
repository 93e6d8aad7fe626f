//! Cuts a stream of bytes into lines: `\n` or `\r\n`, UTF-8, no control characters, at most [`LINE_MAX`] bytes.
//! Touches only `limits`. A bad line is one error, and the stream goes on at the next line.

use super::limits::LINE_MAX;

/// Why a line is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LineError {
    /// More than [`LINE_MAX`] bytes before the line's end.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// A control character in it.
    ControlCharacter,
}

/// Room for the longest line and its `\r\n`.
const SIZE: usize = LINE_MAX + 2;

/// Bytes received and not yet handed out as lines.
#[derive(Debug)]
pub struct LineBuffer {
    bytes: [u8; SIZE],
    /// Where the next line begins.
    start: u16,
    /// Where the received bytes end.
    end: u16,
    /// How far a line ending was looked for, so that no byte is looked at twice.
    scanned: u16,
    /// Inside a line whose length was complained of: skip to its end.
    skipping: bool,
}

impl LineBuffer {
    /// An empty buffer.
    pub const fn new() -> Self {
        LineBuffer { bytes: [0; SIZE], start: 0, end: 0, scanned: 0, skipping: false }
    }

    /// Forgets everything, for the next connection.
    pub fn clear(&mut self) {
        (self.start, self.end, self.scanned, self.skipping) = (0, 0, 0, false);
    }

    /// The room into which the next bytes are to be read; tell how many with [`filled`](Self::filled). Never empty once
    /// [`next_line`](Self::next_line) has answered `None`.
    pub fn spare(&mut self) -> &mut [u8] {
        if self.start > 0 {
            self.bytes.copy_within(self.start as usize..self.end as usize, 0);
            self.end -= self.start;
            self.scanned -= self.start;
            self.start = 0;
        }
        &mut self.bytes[self.end as usize..]
    }

    /// `count` bytes were read into [`spare`](Self::spare).
    pub fn filled(&mut self, count: usize) {
        self.end = (self.end as usize + count).min(SIZE) as u16;
    }

    /// The next line without its ending, or what is wrong with it; `None` until more bytes come.
    pub fn next_line(&mut self) -> Option<Result<&str, LineError>> {
        loop {
            let unscanned = &self.bytes[self.scanned as usize..self.end as usize];
            let Some(offset) = unscanned.iter().position(|&byte| byte == b'\n') else {
                return self.without_ending();
            };
            let (from, newline) = (self.start as usize, self.scanned as usize + offset);
            self.start = newline as u16 + 1;
            self.scanned = self.start;
            if core::mem::take(&mut self.skipping) {
                continue;
            }
            return Some(checked(&self.bytes[from..newline]));
        }
    }

    /// No line ending in sight: wait for one, unless the line is too long already.
    fn without_ending(&mut self) -> Option<Result<&str, LineError>> {
        self.scanned = self.end;
        if self.skipping {
            self.start = self.end;
            return None;
        }
        if (self.end - self.start) as usize == SIZE {
            self.start = self.end;
            self.skipping = true;
            return Some(Err(LineError::TooLong));
        }
        None
    }
}

impl Default for LineBuffer {
    fn default() -> Self {
        Self::new()
    }
}

fn checked(line: &[u8]) -> Result<&str, LineError> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > LINE_MAX {
        return Err(LineError::TooLong);
    }
    let text = core::str::from_utf8(line).map_err(|_| LineError::NotUtf8)?;
    match text.chars().any(char::is_control) {
        true => Err(LineError::ControlCharacter),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `input` in pieces of `piece` bytes and collects what comes out.
    fn lines(input: &[u8], piece: usize) -> Vec<Result<String, LineError>> {
        let (mut buffer, mut out) = (LineBuffer::new(), Vec::new());
        for mut bytes in input.chunks(piece) {
            while !bytes.is_empty() {
                let spare = buffer.spare();
                assert!(!spare.is_empty());
                let count = spare.len().min(bytes.len());
                spare[..count].copy_from_slice(&bytes[..count]);
                buffer.filled(count);
                bytes = &bytes[count..];
                while let Some(line) = buffer.next_line() {
                    out.push(line.map(str::to_owned));
                }
            }
        }
        out
    }

    #[test]
    fn lines_come_out_the_same_however_the_bytes_are_split() {
        let mut input = b"whoelse\r\nmessage yoda h\xc3\xa4\n\n".to_vec();
        input.extend([b'x'; 700]);
        input.extend(b"\nbad \xff\nbell \x07\nlast\n");
        let whole = lines(&input, input.len());
        let text = |line: &str| Ok(line.to_owned());
        assert_eq!(
            whole,
            [
                text("whoelse"),
                text("message yoda hä"),
                text(""),
                Err(LineError::TooLong),
                Err(LineError::NotUtf8),
                Err(LineError::ControlCharacter),
                text("last")
            ]
        );
        for piece in 1..=input.len() {
            assert_eq!(lines(&input, piece), whole, "split every {piece} bytes");
        }
    }

    #[test]
    fn the_longest_line_passes_with_either_ending_and_one_byte_more_does_not() {
        for ending in ["\n", "\r\n"] {
            let fits = "x".repeat(LINE_MAX) + ending;
            assert_eq!(lines(fits.as_bytes(), 100), [Ok("x".repeat(LINE_MAX))]);
            let over = "x".repeat(LINE_MAX + 1) + ending + "ok\n";
            assert_eq!(lines(over.as_bytes(), 100), [Err(LineError::TooLong), Ok("ok".to_owned())]);
        }
    }

    #[test]
    fn a_megabyte_without_a_line_ending_is_one_error() {
        assert_eq!(lines(&vec![b'x'; 1 << 20], 1460), [Err(LineError::TooLong)]);
    }
}
