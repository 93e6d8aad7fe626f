//! What the terminal shows: its rows with those that have scrolled away, and every byte that was
//! written. Knows no program.

use std::fmt;
use std::num::NonZeroU16;

use vt100::Parser;

/// Rows that have scrolled away and are kept.
const HISTORY: usize = 25_000;

/// Asks a terminal where its cursor is (ECMA-48, DSR 6).
const CURSOR_QUESTION: &[u8] = b"\x1b[6n";

/// A terminal's screen.
pub struct Screen {
    parser: Parser,
    written: Vec<u8>,
}

impl Screen {
    /// An empty one.
    pub fn new(columns: u16, rows: u16) -> Self {
        let parser = Parser::new(at_least_one(rows), at_least_one(columns), HISTORY);
        Screen { parser, written: Vec::new() }
    }

    /// Shows what a program wrote. What a terminal answers to it: where its cursor was, each time
    /// that it was asked.
    pub fn take(&mut self, bytes: &[u8]) -> String {
        let mut answers = String::new();
        for byte in bytes {
            self.written.push(*byte);
            self.parser.process(&[*byte]);
            if *byte == b'n' && self.written.ends_with(CURSOR_QUESTION) {
                let (row, column) = self.parser.screen().cursor_position();
                answers += &format!("\x1b[{};{}R", row + 1, column + 1);
            }
        }
        answers
    }

    /// The window has another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.parser.set_size(at_least_one(rows), at_least_one(columns));
    }

    /// Every byte that was written.
    pub fn written(&self) -> &[u8] {
        &self.written
    }

    /// All rows, the oldest first, without empty ones at the end.
    pub fn rows(&mut self) -> Vec<String> {
        let screen = self.parser.screen_mut();
        let (height, width) = screen.size();
        let (height, mut back) = (usize::from(height.get()), screen.scrollback_len());
        let mut rows = Vec::new();
        while back > 0 {
            screen.set_scrollback(back);
            rows.extend(screen.rows(0, width.get()).take(back.min(height)));
            back = back.saturating_sub(height);
        }
        screen.set_scrollback(0);
        rows.extend(screen.rows(0, width.get()));
        while rows.last().is_some_and(|row| row.trim_end().is_empty()) {
            rows.pop();
        }
        rows
    }

    /// How many columns the window has.
    pub fn columns(&self) -> usize {
        self.parser.screen().size().1.get().into()
    }

    /// How many rows the window has.
    pub fn height(&self) -> usize {
        self.parser.screen().size().0.get().into()
    }

    /// A cell of the window.
    pub fn cell(&self, row: usize, column: usize) -> Option<&vt100::Cell> {
        self.parser.screen().cell(row.try_into().ok()?, column.try_into().ok()?)
    }

    /// The row in which the cursor is.
    pub fn cursor_row(&self) -> String {
        let screen = self.parser.screen();
        let (row, _) = screen.cursor_position();
        screen.rows(0, screen.size().1.get()).nth(row.into()).unwrap_or_default()
    }

    /// Whether the program asked for marks around what is pasted.
    pub fn marks_pastes(&self) -> bool {
        self.parser.screen().bracketed_paste()
    }

    /// The last rows, for whoever reads why a test failed.
    pub fn last_rows(&mut self) -> String {
        let rows = self.rows();
        let rows = &rows[rows.len().saturating_sub(24)..];
        rows.iter().map(|row| format!("\n  | {row}")).collect()
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Screen").field("written", &self.written.len()).finish_non_exhaustive()
    }
}

fn at_least_one(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap_or(NonZeroU16::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_for_the_cursor_is_answered_where_it_was_asked() {
        let mut screen = Screen::new(20, 4);
        assert_eq!(screen.take(b"ab\x1b[6"), "");
        assert_eq!(screen.take(b"n\r\ncde\x1b[6nfg"), "\x1b[1;3R\x1b[2;4R");
        assert_eq!(screen.rows(), ["ab", "cdefg"]);
    }

    #[test]
    fn rows_that_have_scrolled_away_are_kept_in_order() {
        let mut screen = Screen::new(20, 4);
        for i in 0..23 {
            _ = screen.take(format!("row {i}\r\n").as_bytes());
        }
        _ = screen.take(b"> typed");
        let expected: Vec<_> = (0..23).map(|i| format!("row {i}")).collect();
        assert_eq!(screen.rows(), [&expected[..], &["> typed".to_owned()]].concat());
        assert_eq!(screen.cursor_row(), "> typed");
    }
}
