//! Where on the screen the lines stand that change in place: what was sent, whose ticks change, and
//! how far a file is.
//! Knows only how many rows were shown since.

use std::collections::VecDeque;

/// Lines whose place is remembered.
const LINES: usize = 256;

/// A line that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// What was sent, by its number in this run.
    Sent(u64),
    /// How far a file is, by the file's number in this run.
    File(u64),
}

/// Where a line ended: a row, counted from the first that was shown, and a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    line: Standing,
    row: u64,
    column: usize,
}

/// The lines that may still be on the screen, oldest first.
#[derive(Debug, Default)]
pub(super) struct SentLines {
    places: VecDeque<Place>,
    /// Rows shown so far.
    rows: u64,
}

impl SentLines {
    /// So many rows were shown.
    pub(super) fn note_rows(&mut self, rows: usize) {
        self.rows += rows as u64;
    }

    /// The last row that was shown is the end of this line; it ends in this column. Where the same
    /// line stood before, it changes no more.
    pub(super) fn note(&mut self, line: Standing, column: usize) {
        self.places.retain(|place| place.line != line);
        if self.places.len() == LINES {
            self.places.pop_front();
        }
        self.places.push_back(Place { line, row: self.rows, column });
    }

    /// How many rows above the row being typed a line ends, and in which column. `None` where it is
    /// not on a screen of so many rows any more.
    pub(super) fn place(&self, line: Standing, screen: usize) -> Option<(usize, usize)> {
        let place = self.places.iter().find(|place| place.line == line)?;
        let above = usize::try_from(self.rows - place.row).ok()? + 1;
        (above < screen).then_some((above, place.column))
    }

    /// The screen is not as it was: nothing is where it was.
    pub(super) fn forget(&mut self) {
        self.places.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Standing = Standing::Sent(1);

    #[test]
    fn a_line_moves_up_with_every_row_behind_it_until_it_leaves_the_screen() {
        let mut lines = SentLines::default();
        lines.note_rows(5);
        lines.note(SENT, 12);
        assert_eq!(lines.place(SENT, 24), Some((1, 12)));
        lines.note_rows(22);
        assert_eq!(lines.place(SENT, 24), Some((23, 12)));
        assert_eq!(lines.place(SENT, 23), None);
        lines.note_rows(1);
        assert_eq!((lines.place(SENT, 24), lines.place(Standing::File(1), 24)), (None, None));
    }

    #[test]
    fn a_screen_that_changed_has_no_places_and_what_is_kept_is_bounded() {
        let mut lines = SentLines::default();
        for number in 0..=LINES as u64 {
            lines.note(Standing::Sent(number), 1);
        }
        assert_eq!(
            (lines.place(Standing::Sent(0), 24), lines.place(SENT, 24)),
            (None, Some((1, 1)))
        );
        lines.note_rows(3);
        lines.note(SENT, 2);
        assert_eq!(lines.place(SENT, 24), Some((1, 2)), "it stands lower now");
        lines.forget();
        assert_eq!(lines.place(SENT, 24), None);
    }
}
