//! The line that is being typed: characters, corrections, the end of a line. A terminal shows what
//! we send back, and nothing else.
//! Knows no order.

use heapless::Vec;
use smolchat_core::dialect::lines::LINE_MAX;

use super::output::Output;

const BELL: u8 = 0x07;
const BACKSPACE: u8 = 0x08;
const DELETE: u8 = 0x7f;
/// Ctrl-C and Ctrl-U forget the line.
const INTERRUPT: u8 = 0x03;
const KILL: u8 = 0x15;

/// Why a line is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is longer than any order.
    TooLong,
    /// Bytes of it are no text.
    NoText,
}

/// What was typed since the last line.
#[derive(Default)]
pub(super) struct Typed {
    bytes: Vec<u8, LINE_MAX>,
    is_too_long: bool,
    /// A byte that belongs to no text came.
    is_garbled: bool,
    /// The last byte ended a line by a carriage return, so a newline behind it says nothing.
    is_returned: bool,
}

impl Typed {
    /// Takes a byte. Answers whether it ends a line.
    pub(super) fn take(&mut self, byte: u8, echo: &mut Output) -> bool {
        let was_returned = core::mem::replace(&mut self.is_returned, byte == b'\r');
        match byte {
            b'\n' if was_returned => return false,
            b'\r' | b'\n' => {
                echo.echo(b"\r\n");
                return true;
            }
            BACKSPACE | DELETE => self.rub_out(echo),
            INTERRUPT | KILL => {
                self.clear();
                echo.echo(b"\r\n");
            }
            0..b' ' => {
                self.is_garbled = true;
                echo.echo(&[BELL]);
            }
            _ if self.bytes.push(byte).is_err() => self.is_too_long = true,
            _ => echo.echo(&[byte]),
        }
        false
    }

    fn rub_out(&mut self, echo: &mut Output) {
        // The bytes of a character behind its first one are 10xxxxxx.
        while let Some(byte) = self.bytes.pop() {
            if byte & 0xc0 != 0x80 {
                echo.echo(&[BACKSPACE, b' ', BACKSPACE]);
                return;
            }
        }
    }

    /// The line, or why it is none.
    pub(super) fn line(&self) -> Result<&str, Fault> {
        match str::from_utf8(&self.bytes) {
            _ if self.is_too_long => Err(Fault::TooLong),
            Ok(line) if !self.is_garbled => Ok(line.trim_matches(' ')),
            _ => Err(Fault::NoText),
        }
    }

    /// What of it is shown.
    pub(super) fn shown(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets it.
    pub(super) fn clear(&mut self) {
        *self = Typed { is_returned: self.is_returned, ..Typed::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that these bytes are.
    fn lines(bytes: &[u8]) -> Vec<Result<heapless::String<LINE_MAX>, Fault>, 8> {
        let (mut typed, mut lines) = (Typed::default(), Vec::new());
        for byte in bytes {
            let mut output = Output::default();
            if typed.take(*byte, &mut output) {
                let line = typed.line().map(|line| line.try_into().unwrap());
                lines.push(line).unwrap();
                typed.clear();
            }
        }
        lines
    }

    fn texts(bytes: &[u8]) -> Vec<heapless::String<LINE_MAX>, 8> {
        lines(bytes).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn every_ending_of_a_line_ends_one_line() {
        assert_eq!(
            texts(b"bans\r\n top \rstatus\n\nbans\n\r\n"),
            ["bans", "top", "status", "", "bans", "",]
        );
    }

    #[test]
    fn a_mistake_is_rubbed_out_letter_by_letter() {
        assert_eq!(texts("bä\u{8}an\u{7f}\u{7f}ans\r".as_bytes()), ["bans"]);
        assert_eq!(texts(b"\x08\x08x\x03bans\rxyz\x15top\r"), ["bans", "top"]);
    }

    #[test]
    fn a_line_that_is_none_is_told_and_the_next_one_counts() {
        let long = [&[b'x'; LINE_MAX + 1][..], b"\rbans\r"].concat();
        assert_eq!(lines(&long), [Err(Fault::TooLong), Ok("bans".try_into().unwrap())]);
        let fits = [&[b'x'; LINE_MAX][..], b"\r"].concat();
        assert_eq!(lines(&fits)[0].as_ref().map(|line| line.len()), Ok(LINE_MAX));
        for garbled in [&b"ba\xff\r"[..], b"ba\xc3\r", b"b\x1ba\r", b"b\0a\r"] {
            assert_eq!(lines(garbled), [Err(Fault::NoText)], "{garbled:?}");
        }
    }
}
