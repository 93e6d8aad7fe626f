//! How wide the terminal is: it is asked, and its answer is found among the keys.
//! Knows no key.

use smolchat_core::time::{Duration, Instant};

/// Keeps the cursor, moves it as far to the right as it goes, asks where it is, and puts it back
/// (DECSC, CUF, DSR 6, DECRC). SSH tells a server the width, but `sunset` does not hand it on.
pub(crate) const QUESTION: &str = "\x1b7\x1b[999C\x1b[6n\x1b8";
/// A terminal that has not answered in this time is asked anew.
const PATIENCE: Duration = Duration::from_secs(5);
/// For a terminal that does not answer.
const COLUMNS: u16 = 80;

/// Bytes of the longest answer: `ESC [ row ; column R` (ECMA-48, CPR).
const ANSWER: usize = 16;

/// The width, and how much of an answer has come. The bytes of an answer are held back until it is
/// whole, since it may come between two bytes of a letter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Width {
    columns: u16,
    /// The row in which the cursor was when the terminal told the width last.
    row: u16,
    /// The terminal has told it.
    pub(crate) is_told: bool,
    asked_at: Option<Instant>,
    held: [u8; ANSWER],
    len: usize,
}

/// What a byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sifted {
    /// A key, or a part of one.
    Key,
    /// Perhaps part of an answer.
    Held,
    /// The last byte of an answer.
    Answer,
    /// No answer after all: [`Width::release`] has the bytes that were held, of which this is the
    /// last.
    Keys,
}

impl Default for Width {
    fn default() -> Self {
        Width {
            columns: COLUMNS,
            row: 1,
            is_told: false,
            asked_at: None,
            held: [0; ANSWER],
            len: 0,
        }
    }
}

impl Width {
    /// Columns of the terminal.
    pub(crate) fn columns(&self) -> usize {
        self.columns.into()
    }

    /// So many rows above that of the cursor the terminal has at least, as far as it has told. A
    /// terminal has more than one row.
    pub(crate) fn rows_above(&self) -> u32 {
        u32::from(self.row.saturating_sub(1)).max(1)
    }

    /// Whether the question is to go out now. If so, it is noted.
    pub(crate) fn ask(&mut self, now: Instant) -> bool {
        let waits = self.asked_at.is_some_and(|at| now.saturating_since(at) < PATIENCE);
        if !waits {
            self.asked_at = Some(now);
        }
        !waits
    }

    /// Whether bytes are held back.
    pub(crate) fn is_holding(&self) -> bool {
        self.len > 0
    }

    /// Takes the bytes that were held back.
    pub(crate) fn release(&mut self) -> ([u8; ANSWER], usize) {
        (self.held, core::mem::take(&mut self.len))
    }

    /// Looks at a byte that came.
    pub(crate) fn sift(&mut self, byte: u8) -> Sifted {
        // What comes unasked is Shift-F3, or part of a paste.
        if self.len == 0 && (byte != ESCAPE || self.asked_at.is_none()) {
            return Sifted::Key;
        }
        self.held[self.len] = byte;
        self.len += 1;
        let held = &self.held[..self.len];
        if let Some((row, columns)) = answer(held) {
            (self.len, self.asked_at) = (0, None);
            (self.row, self.columns, self.is_told) = (row, columns, true);
            return Sifted::Answer;
        }
        if is_beginning(held) && self.len < ANSWER { Sifted::Held } else { Sifted::Keys }
    }
}

const ESCAPE: u8 = 0x1b;

/// Row and column of an answer that is whole. A terminal has more than one column.
fn answer(bytes: &[u8]) -> Option<(u16, u16)> {
    let numbers = bytes.strip_prefix(b"\x1b[")?.strip_suffix(b"R")?;
    let (row, column) = core::str::from_utf8(numbers).ok()?.split_once(';')?;
    // A row that is no number moves nothing.
    let row = row.parse().unwrap_or(1);
    column.parse().ok().filter(|columns| *columns > 1).map(|columns| (row, columns))
}

fn is_beginning(bytes: &[u8]) -> bool {
    match bytes {
        [ESCAPE] => true,
        [ESCAPE, b'[', numbers @ ..] => {
            let is_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b';');
            numbers.iter().all(is_number)
                && numbers.iter().filter(|byte| **byte == b';').count() <= 1
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of the bytes without answers.
    fn feed(width: &mut Width, bytes: &str) -> String {
        let mut keys = Vec::new();
        for byte in bytes.bytes() {
            match width.sift(byte) {
                Sifted::Key => keys.push(byte),
                Sifted::Keys => {
                    let (held, len) = width.release();
                    keys.extend(&held[..len]);
                }
                Sifted::Held | Sifted::Answer => {}
            }
        }
        String::from_utf8(keys).unwrap()
    }

    #[test]
    fn an_answer_counts_once_and_only_if_it_was_asked_for() {
        let mut width = Width::default();
        assert_eq!(feed(&mut width, "\x1b[24;100R"), "\x1b[24;100R");
        assert!(width.ask(Instant::START) && !width.ask(Instant::START));
        assert_eq!(feed(&mut width, "ab\x1b[A\x1b[1;5Cc\x1b[24;10"), "ab\x1b[A\x1b[1;5Cc");
        assert_eq!(feed(&mut width, "0Rd\x1b[1;2R"), "d\x1b[1;2R", "Shift-F3");
        assert_eq!(width.columns(), 100);
    }

    #[test]
    fn what_is_no_answer_is_a_key() {
        for keys in [
            "\x1b\x1b[A",
            "\x1bb",
            "\x1b[1;2;3R",
            "\x1b[;R",
            "\x1b[1;1R",
            "\x1b[24;65536R",
            "\x1b[201~",
            "\x1b[123456789012345678901234567890R",
        ] {
            let mut width = Width::default();
            assert!(width.ask(Instant::START));
            assert_eq!((feed(&mut width, keys), width.columns()), (keys.to_owned(), 80));
        }
    }

    #[test]
    fn a_terminal_that_is_silent_is_asked_again_later() {
        let mut width = Width::default();
        assert!(width.ask(Instant::START));
        assert!(!width.ask(Instant::START + Duration::from_secs(4)));
        assert!(width.ask(Instant::START + Duration::from_secs(5)));
    }
}
