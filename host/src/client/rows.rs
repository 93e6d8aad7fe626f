//! A line as rows of a terminal. Rows after the first are indented, so that no text begins a row at
//! the left edge.
//! Knows widths of characters only. Everything at the left edge comes from the client.

use smolchat_core::protocol::Class;
use unicode_width::UnicodeWidthChar;

/// Every row but the first begins with this many spaces.
const INDENT: usize = 4;
/// Below this many columns lines stay whole: nobody reads such rows, and a window is so narrow only
/// while it is resized.
const NARROW: usize = 20;

/// Cuts `line`, which is sanitized already, into rows for a terminal of `columns` columns, with
/// newlines between. The last column stays free: terminals differ in what they do once it is taken.
pub(crate) fn rows(line: &str, columns: usize) -> String {
    if columns < NARROW {
        return line.to_owned();
    }
    let room = columns - 1;
    let mut shown = String::with_capacity(line.len());
    // Columns taken in this row, and where its last space stands, with the columns up to and with
    // it.
    let (mut taken, mut space) = (0, None);
    for cell in cells(line) {
        let width = width(cell);
        if taken + width > room {
            taken = break_row(&mut shown, taken, space.take(), room);
        }
        shown.push_str(cell);
        taken += width;
        if cell == " " {
            space = Some((shown.len(), taken));
        }
    }
    shown
}

/// Ends the row: behind its last space where that leaves a row at least half full, else here.
/// Answers how many columns the new row takes.
fn break_row(
    shown: &mut String,
    taken: usize,
    space: Option<(usize, usize)>,
    room: usize,
) -> usize {
    let (at, before) =
        space.filter(|(_, before)| *before > room / 2).unwrap_or((shown.len(), taken));
    shown.insert_str(at, &format!("\n{:INDENT$}", ""));
    INDENT + taken - before
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
}
