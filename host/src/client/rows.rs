//! A line as rows of a terminal. Rows after the first are indented, so that no text begins a row at
//! the left edge.
//! Knows widths of characters only. Everything at the left edge comes from the client.

use std::ops::Range;

use smolchat_core::protocol::Class;
use unicode_width::UnicodeWidthChar;

/// Every row but the first begins with this many spaces.
const INDENT: usize = 4;
/// Between two rows of a line.
const BREAK: &str = "\n    ";
/// Below this many columns lines stay whole: nobody reads such rows, and a window is so narrow only
/// while it is resized.
pub(crate) const NARROW: usize = 20;

/// How a part of a line is drawn: what a terminal is told before and behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Before the part.
    pub(crate) on: &'static str,
    /// Behind the part.
    pub(crate) off: &'static str,
}

/// Cuts `line`, which is sanitized already, into rows for a terminal of `columns` columns, with
/// newlines between. The last column stays free: terminals differ in what they do once it is taken.
#[cfg(test)]
fn rows(line: &str, columns: usize) -> String {
    painted(line, &[], columns)
}

/// The same, with each of these parts of the line drawn in its style: the bytes before and behind
/// it. Parts do not overlap, and come in order.
pub(crate) fn painted(line: &str, parts: &[(Range<usize>, Style)], columns: usize) -> String {
    let mut edges: Vec<(usize, &str)> = Vec::new();
    for at in breaks(line, columns) {
        edges.push((at, BREAK));
    }
    for (part, style) in parts.iter().filter(|(part, _)| !part.is_empty()) {
        edges.push((part.start, style.on));
        edges.push((part.end, style.off));
    }
    edges.sort_by_key(|(at, _)| *at);
    let (mut shown, mut done) = (String::with_capacity(line.len()), 0);
    for (at, edge) in edges {
        shown.push_str(&line[done..at]);
        shown.push_str(edge);
        done = at;
    }
    shown.push_str(&line[done..]);
    shown
}

/// Where each row but the first begins.
fn breaks(line: &str, columns: usize) -> Vec<usize> {
    let mut breaks = Vec::new();
    if columns < NARROW {
        return breaks;
    }
    let room = columns - 1;
    // Columns taken in this row, and where its last space ends, with the columns up to there.
    let (mut taken, mut space, mut at): (usize, Option<(usize, usize)>, usize) = (0, None, 0);
    for cell in cells(line) {
        let width = width(cell);
        if taken + width > room {
            // Behind the last space where that leaves a row at least half full, else here.
            let end = space.take().filter(|(_, before)| *before > room / 2);
            let (end, before) = end.unwrap_or((at, taken));
            breaks.push(end);
            taken = INDENT + taken - before;
        }
        at += cell.len();
        taken += width;
        if cell == " " {
            space = Some((at, taken));
        }
    }
    breaks
}

/// Columns of the last row of a line, and how many rows it takes.
pub(crate) fn extent(line: &str, columns: usize) -> (usize, usize) {
    let breaks = breaks(line, columns);
    let last = breaks.last().copied().unwrap_or_default();
    let indent = if breaks.is_empty() { 0 } else { INDENT };
    (indent + columns_of(&line[last..]), breaks.len() + 1)
}

/// Columns of a text in one row.
pub(crate) fn columns_of(text: &str) -> usize {
    cells(text).map(width).sum()
}

/// The pieces of a line that stay in one row: a character with all that stands on it.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let mut characters = rest.char_indices().skip(1);
        let end = characters.find(|&(_, c)| !stands_on_another(c)).map_or(rest.len(), |(at, _)| at);
        let (cell, after) = rest.split_at(end);
        rest = after;
        (!cell.is_empty()).then_some(cell)
    })
}

fn stands_on_another(c: char) -> bool {
    Class::of(c).is_some_and(Class::is_stacked)
}

/// Columns of a cell. If terminals differ, it is the greater width: a row that ends early does no
/// harm, and a row that runs over begins another at the left edge.
fn width(cell: &str) -> usize {
    const EMOJI: char = '\u{fe0f}';
    match cell.chars().next() {
        Some('\u{1f000}'..='\u{1faff}') => 2,
        _ if cell.contains(EMOJI) => 2,
        first => first.and_then(char::width).unwrap_or(1).max(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows that a terminal of `columns` columns shows. Asserts that nothing reaches its last
    /// column.
    fn shown(line: &str, columns: usize) -> Vec<String> {
        let rows: Vec<_> = rows(line, columns).split('\n').map(str::to_owned).collect();
        for row in &rows {
            let taken: usize = cells(row).map(width).sum();
            assert!(taken < columns || columns < NARROW, "{row:?} takes {taken} of {columns}");
        }
        rows
    }

    #[test]
    fn a_line_that_fits_is_one_row() {
        assert_eq!(shown("yoda: do or do not", 80), ["yoda: do or do not"]);
        assert_eq!(shown("", 80), [""]);
        let longest = "x".repeat(79);
        assert_eq!(shown(&longest, 80), [longest.as_str()]);
    }

    #[test]
    fn no_text_begins_a_row_at_the_left_edge() {
        let text = format!("vader: hi{}hans (private): the word?", " ".repeat(31));
        assert_eq!(
            shown(&text, 40),
            [format!("vader: hi{}", " ".repeat(30)).as_str(), "     hans (private): the word?"]
        );
        for columns in NARROW..100 {
            let rows = shown(&text, columns);
            assert_eq!(rows.iter().filter(|row| !row.starts_with(' ')).count(), 1, "{columns}");
        }
    }

    #[test]
    fn a_window_that_nobody_reads_gets_whole_lines() {
        let text = "yoda: do or do not, there is no try";
        for columns in 0..NARROW {
            assert_eq!(shown(text, columns), [text]);
        }
        assert_eq!(shown(text, NARROW).len(), 3);
    }

    #[test]
    fn a_row_ends_behind_a_word_and_a_word_longer_than_half_a_row_is_cut() {
        assert_eq!(
            shown("yoda: do or do not, there is no try", 24),
            ["yoda: do or do not, ", "    there is no try"]
        );
        assert_eq!(
            shown("yoda: https://example.org/a/long/way/home", 24),
            ["yoda: https://example.o", "    rg/a/long/way/home"]
        );
    }

    #[test]
    fn wide_characters_and_marks_stay_whole() {
        assert_eq!(shown("尤达: 做或不做没有尝试可言", 21), ["尤达: 做或不做没有尝", "    试可言"]);
        let marked = "e\u{301}".repeat(30);
        assert_eq!(
            shown(&marked, 24),
            ["e\u{301}".repeat(23), format!("    {}", "e\u{301}".repeat(7))]
        );
        assert_eq!(shown(&"❤\u{fe0f}".repeat(12), 24).len(), 2);
    }

    #[test]
    fn nothing_is_lost_at_any_width() {
        let text = "hans (to all): ab  尤达 e\u{301}e👩 https://example.org/a/long/way/home  end ";
        for columns in 1..120 {
            let whole: String = shown(text, columns).join("\n");
            assert_eq!(whole.replace("\n    ", ""), text, "{columns}");
        }
    }

    #[test]
    fn parts_keep_their_style_across_rows() {
        let style = Style { on: "<", off: ">" };
        let line = "yoda: do or do not, there is no try";
        assert_eq!(
            painted(line, &[(0..4, style), (20..25, style)], 24),
            "<yoda>: do or do not, \n    <there> is no try"
        );
        assert_eq!(painted(line, &[(0..35, style)], 80), format!("<{line}>"));
    }

    #[test]
    fn the_extent_is_that_of_the_last_row() {
        assert_eq!(extent("yoda: do or do not, there is no try", 24), (19, 2));
        assert_eq!(extent("yoda: hi", 24), (8, 1));
        assert_eq!(extent("", 24), (0, 1));
    }
}
