//! Cuts a stream of bytes into lines, in place: `\n` or `\r\n`, UTF-8, no control characters, at
//! most [`LINE_MAX`] bytes, or another maximum of the dialect's.
//! Knows no request. A bad line gives one error, and the stream goes on at the next line.

use crate::dialect::LINE_MAX;
use crate::protocol::{NAME_MAX, Reply, TEXT_MAX};

const _: () = assert!("* broadcast ".len() + 20 + 1 + NAME_MAX + 1 + 10 + 1 + TEXT_MAX <= LINE_MAX);

/// Why a line is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LineError {
    /// More bytes before the line's end than a line may have.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// A control character in it.
    ControlCharacter,
}

impl From<LineError> for Reply<'static> {
    fn from(error: LineError) -> Self {
        match error {
            LineError::TooLong => Reply::LineTooLong,
            LineError::NotUtf8 => Reply::NotUtf8,
            LineError::ControlCharacter => Reply::ControlCharacter,
        }
    }
}

/// The protocol's longest line and its `\r\n`: [`cut`](LineCutter::cut) must see this many bytes at
/// once.
pub const LINE_BYTES: usize = LINE_MAX + 2;

/// The beginning of a stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut<'b> {
    /// The next line without its ending, or what is wrong with it; `None` until more bytes come.
    pub line: Option<Result<&'b str, LineError>>,
    /// Bytes that are done.
    pub consumed: usize,
}

/// How far one stream is cut into lines of at most `MAX` bytes. The bytes stay where they were
/// received; the cutter keeps only two facts about them.
#[derive(Clone, Copy, Debug, Default)]
pub struct LineCutter<const MAX: usize = LINE_MAX> {
    /// Bytes that were searched for a line ending, so that none is searched twice.
    scanned: u16,
    /// Inside a line that was too long: the rest of it is skipped.
    skipping: bool,
}

impl LineCutter {
    /// At the start of a stream of the protocol's lines.
    pub const fn new() -> Self {
        Self::with_maximum()
    }
}

impl<const MAX: usize> LineCutter<MAX> {
    /// Bytes of the longest line and its `\r\n`.
    const BYTES: usize = {
        assert!(MAX + 2 <= u16::MAX as usize, "the cutter counts in 16 bits");
        MAX + 2
    };

    /// At the start of a stream of lines with this maximum.
    pub const fn with_maximum() -> Self {
        LineCutter { scanned: 0, skipping: false }
    }

    /// Cuts the next line from `bytes`, which are all received and unconsumed bytes, or the first
    /// `MAX + 2` of them: the longest line and its end.
    pub fn cut<'b>(&mut self, bytes: &'b [u8]) -> Cut<'b> {
        let scanned = core::mem::take(&mut self.scanned).into();
        let unscanned = bytes.get(scanned..).unwrap_or_default();
        let Some(offset) = memchr::memchr(b'\n', unscanned) else {
            return self.without_ending(bytes);
        };
        let newline = scanned + offset;
        let line = match core::mem::take(&mut self.skipping) {
            true => None,
            false => Some(checked::<MAX>(&bytes[..newline])),
        };
        Cut { line, consumed: newline + 1 }
    }

    /// No line ending in sight: wait for one, unless the line is too long already.
    fn without_ending<'b>(&mut self, bytes: &'b [u8]) -> Cut<'b> {
        if self.skipping {
            return Cut { line: None, consumed: bytes.len() };
        }
        if bytes.len() >= Self::BYTES {
            self.skipping = true;
            return Cut { line: Some(Err(LineError::TooLong)), consumed: bytes.len() };
        }
        self.scanned = bytes.len() as u16;
        Cut { line: None, consumed: 0 }
    }
}

fn checked<const MAX: usize>(line: &[u8]) -> Result<&str, LineError> {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() > MAX {
        return Err(LineError::TooLong);
    }
    let text = core::str::from_utf8(line).map_err(|_| LineError::NotUtf8)?;
    // Bytes are checked many at a time, characters one by one, and most lines are ASCII.
    let has_control = match text.is_ascii() {
        true => line.iter().fold(false, |any, byte| any | byte.is_ascii_control()),
        false => text.chars().any(char::is_control),
    };
    match has_control {
        true => Err(LineError::ControlCharacter),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `input` in pieces of `piece` bytes and collects what comes out.
    fn lines(input: &[u8], piece: usize) -> Vec<Result<String, LineError>> {
        let (mut cutter, mut out) = (LineCutter::new(), Vec::new());
        let (mut received, mut consumed) = (0, 0);
        loop {
            let seen = received.min(consumed + LINE_BYTES);
            let cut = cutter.cut(&input[consumed..seen]);
            consumed += cut.consumed;
            out.extend(cut.line.map(|line| line.map(str::to_owned)));
            if cut.consumed == 0 {
                assert!(received < consumed + LINE_BYTES, "a full window is never waited with");
                if received == input.len() {
                    return out;
                }
                received = (received + piece).min(input.len());
            }
        }
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
    fn a_dialect_may_have_longer_lines() {
        let (longest, over) = ("x".repeat(1000) + "\r\n", "x".repeat(1002));
        let cut = |bytes| LineCutter::<1000>::with_maximum().cut(bytes);
        let whole = Cut { line: Some(Ok(&longest[..1000])), consumed: 1002 };
        assert_eq!(cut(longest.as_bytes()), whole);
        assert_eq!(cut(&over.as_bytes()[..1001]), Cut { line: None, consumed: 0 });
        let too_long = Cut { line: Some(Err(LineError::TooLong)), consumed: 1002 };
        assert_eq!(cut(over.as_bytes()), too_long);
    }

    #[test]
    fn a_megabyte_without_a_line_ending_is_one_error() {
        assert_eq!(lines(&vec![b'x'; 1 << 20], 1460), [Err(LineError::TooLong)]);
    }
}
