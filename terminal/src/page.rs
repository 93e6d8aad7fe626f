//! One line, written into a ring: cut into rows, and without anything that commands a terminal.
//! Knows no server and no editor.

use smolchat_core::carrier::Ring;
use smolchat_core::protocol::{Class, shown, shown_name};
use unicode_width::UnicodeWidthChar;

use crate::style::Style;

/// Every row but the first begins with this many spaces, so that no text begins a row at the left
/// edge.
const INDENT: usize = 4;
/// Between two rows of a line.
const BREAK: &str = "\r\n    ";
/// Below this many columns lines stay whole: nobody reads such rows.
const NARROW: usize = 20;

/// A line that is being written.
pub(crate) struct Page<'p, 's> {
    ring: &'p mut Ring<'s>,
    /// Columns that a row may take; 0 if lines stay whole and have no style.
    room: usize,
    /// Columns of the last row.
    column: usize,
    rows: usize,
}

impl<'p, 's> Page<'p, 's> {
    /// A line for a terminal of so many columns, of which the last one stays free: terminals differ
    /// in what they do once it is taken. Without columns the line is for no terminal.
    pub(crate) fn new(ring: &'p mut Ring<'s>, columns: usize) -> Self {
        Page { ring, room: columns.saturating_sub(1), column: 0, rows: 1 }
    }

    /// Columns of the last row, and how many rows there are.
    pub(crate) fn extent(&self) -> (usize, usize) {
        (self.column, self.rows)
    }

    /// Writes what somebody said, or what may hold it.
    pub(crate) fn text(&mut self, text: &str) {
        self.put(shown(text));
    }

    /// Writes somebody's name.
    pub(crate) fn name(&mut self, name: &str) {
        self.put(shown_name(name));
    }

    /// Writes a number.
    pub(crate) fn number(&mut self, number: u64) {
        let mut digits = [b'0'; 20];
        let (mut at, mut rest) = (digits.len(), number);
        while at == digits.len() || rest > 0 {
            at -= 1;
            digits[at] += (rest % 10) as u8;
            rest /= 10;
        }
        self.put(digits[at..].iter().map(|digit| char::from(*digit)));
    }

    /// Has `write` write a part in this style.
    pub(crate) fn styled(&mut self, style: Style, write: impl FnOnce(&mut Self)) {
        let has_styles = self.room > 0;
        if has_styles {
            self.raw(style.on);
        }
        write(self);
        if has_styles {
            self.raw(style.off);
        }
    }

    fn put(&mut self, text: impl Iterator<Item = char> + Clone) {
        let (mut rest, mut begins_word) = (text, true);
        while let Some(cell) = Cell::next(&mut rest) {
            let is_space = cell.first == ' ';
            if self.room >= NARROW - 1 && self.breaks(&cell, begins_word, rest.clone()) {
                self.raw(BREAK);
                (self.column, self.rows) = (INDENT, self.rows + 1);
                if is_space {
                    begins_word = true;
                    continue;
                }
            }
            for c in cell.chars.take(cell.count) {
                self.raw(c.encode_utf8(&mut [0; 4]));
            }
            self.column += cell.width;
            begins_word = is_space;
        }
    }

    /// Whether a row ends before this cell: it has no room, or the word that it begins has none and
    /// would have room in a row of its own.
    fn breaks<I>(&self, cell: &Cell<I>, begins_word: bool, rest: I) -> bool
    where
        I: Iterator<Item = char> + Clone,
    {
        if self.column + cell.width > self.room {
            return true;
        }
        if !begins_word || cell.first == ' ' || self.column <= self.room / 2 {
            return false;
        }
        let word = cell.width + self.columns_of_word(rest);
        self.column + word > self.room && word <= self.room - INDENT
    }

    /// Columns up to the next space, or a few more than there are in a row.
    fn columns_of_word(&self, mut rest: impl Iterator<Item = char> + Clone) -> usize {
        let mut columns = 0;
        while columns <= self.room
            && let Some(cell) = Cell::next(&mut rest)
            && cell.first != ' '
        {
            columns += cell.width;
        }
        columns
    }

    fn raw(&mut self, text: &str) {
        let taken = self.ring.push(text.as_bytes());
        debug_assert!(taken == text.len(), "the caller looks for room");
    }
}

/// A character with all that stands on it.
struct Cell<I> {
    first: char,
    /// From the first character on.
    chars: I,
    /// Characters.
    count: usize,
    /// Columns. If terminals differ, it is the greater width: a row that ends early does no harm,
    /// and a row that runs over begins another at the left edge.
    width: usize,
}

impl<I: Iterator<Item = char> + Clone> Cell<I> {
    fn next(rest: &mut I) -> Option<Self> {
        const EMOJI: char = '\u{fe0f}';
        let chars = rest.clone();
        let first = rest.next()?;
        let (mut count, mut is_emoji) = (1, matches!(first, '\u{1f000}'..='\u{1faff}'));
        loop {
            let mut ahead = rest.clone();
            let Some(next) = ahead.next().filter(|c| stands_on_another(*c)) else { break };
            is_emoji |= next == EMOJI;
            count += 1;
            *rest = ahead;
        }
        let width = if is_emoji { 2 } else { first.width().unwrap_or(1).max(1) };
        Some(Cell { first, chars, count, width })
    }
}

fn stands_on_another(c: char) -> bool {
    Class::of(c).is_some_and(Class::is_stacked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::BOLD;

    fn written(columns: usize, write: impl FnOnce(&mut Page<'_, '_>)) -> String {
        let mut memory = vec![0; 8192];
        let mut ring = Ring::new(&mut memory);
        write(&mut Page::new(&mut ring, columns));
        String::from_utf8(ring.first().to_vec()).unwrap()
    }

    fn rows(text: &str, columns: usize) -> Vec<String> {
        let written = written(columns, |page| page.text(text));
        written.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn words_stay_whole_and_rows_after_the_first_are_indented() {
        assert_eq!(
            rows("yoda: do or do not, there is no try", 24),
            ["yoda: do or do not, ", "    there is no try"]
        );
        let long = "x".repeat(40);
        assert_eq!(rows(&long, 24), ["x".repeat(23), format!("    {}", "x".repeat(17))]);
        assert_eq!(rows(&long, 19), [long], "nobody reads such rows");
    }

    #[test]
    fn no_row_takes_the_last_column_and_nothing_but_spaces_is_lost() {
        let text =
            "hans (to all): ab  尤达 e\u{301}e👩 ❤\u{fe0f} https://example.org/a/long/way end";
        for columns in 20..120 {
            let rows = rows(text, columns);
            for row in &rows {
                let mut chars = row.chars();
                let cells = std::iter::from_fn(|| Cell::next(&mut chars));
                assert!(cells.map(|cell| cell.width).sum::<usize>() < columns, "{row:?}");
            }
            let signs = |text: &str| text.replace(' ', "");
            assert_eq!(signs(&rows.concat()), signs(text), "{columns}");
            assert!(rows[1..].iter().all(|row| row.starts_with("    ")));
        }
    }

    #[test]
    fn the_extent_is_that_of_the_last_row() {
        written(24, |page| {
            page.text("yoda: do or do not, there is no try");
            assert_eq!(page.extent(), (19, 2));
        });
    }

    #[test]
    fn numbers_and_styles_are_written_and_a_script_has_no_styles() {
        let write = |page: &mut Page<'_, '_>| {
            page.styled(BOLD, |page| page.name("yo\u{1b}da"));
            [0, 7, 10, u64::MAX].into_iter().for_each(|number| page.number(number));
        };
        let told = "yo\u{fffd}da071018446744073709551615";
        assert_eq!(written(0, write), told);
        let styled = told.replace("yo\u{fffd}da", "\x1b[1myo\u{fffd}da\x1b[22m");
        assert_eq!(written(80, write), styled);
    }

    #[test]
    fn a_line_of_the_longest_text_takes_no_more_than_a_step() {
        for text in ["x".repeat(512), "x ".repeat(256), "ü".repeat(256), "你".repeat(170)] {
            for columns in 0..300 {
                let bytes = written(columns, |page| page.text(&text)).len();
                assert!(bytes + 200 < crate::screen::STEP, "{bytes} at {columns}");
            }
        }
    }
}
