//! The row as it was before its last changes, in lent memory.
//! Knows no key and no history.

use crate::buffer::Buffer;
use crate::entries;

/// Where in an entry the cursor stood. No line holds it.
const CURSOR: &str = "\t";
/// What ends each entry, as a piece of text.
const END: &str = "\n";

/// Rows of the past, the newest last.
pub(crate) struct Undo<'a> {
    memory: &'a mut [u8],
    used: usize,
}

impl<'a> Undo<'a> {
    pub(crate) const fn new(memory: &'a mut [u8]) -> Self {
        Undo { memory, used: 0 }
    }

    /// Keeps the row as it is; the oldest give way. If it does not fit, all are forgotten: a way
    /// back would leave it out.
    pub(crate) fn push(&mut self, row: &Buffer<'_>) {
        let (before, behind) = row.text().split_at(row.cursor());
        let pieces = [before, CURSOR, behind, END];
        let bytes = pieces.iter().map(|piece| piece.len()).sum();
        if bytes > self.memory.len() {
            return self.clear();
        }
        self.used -= entries::make_room(self.memory, self.used, self.used, bytes);
        for piece in pieces {
            self.memory[self.used..self.used + piece.len()].copy_from_slice(piece.as_bytes());
            self.used += piece.len();
        }
    }

    /// Takes the newest row back, as what stood before its cursor and behind it.
    pub(crate) fn pop(&mut self) -> Option<(&str, &str)> {
        let bytes = entries::iter(&self.memory[..self.used]).next_back()?.len() + END.len();
        self.used -= bytes;
        let entry = &self.memory[self.used..self.used + bytes - END.len()];
        core::str::from_utf8(entry).ok()?.split_once(CURSOR)
    }

    /// Forgets the newest row if it is the same as `text`: nothing has changed since.
    pub(crate) fn forget_unchanged(&mut self, text: &str) {
        let used = self.used;
        let is_unchanged = self.pop().is_some_and(|(before, behind)| {
            text.strip_prefix(before).is_some_and(|rest| rest == behind)
        });
        if !is_unchanged {
            self.used = used;
        }
    }

    pub(crate) const fn clear(&mut self) {
        self.used = 0;
    }

    /// Forgets all rows, and leaves none of them in the memory.
    pub(crate) fn wipe(&mut self) {
        self.memory.fill(0);
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, cursor: usize) -> Buffer<'static> {
        let mut row = Buffer::new(Vec::leak(vec![0; 16]));
        row.set(text);
        row.move_to(cursor);
        row
    }

    #[test]
    fn rows_come_back_newest_first_and_the_oldest_give_way() {
        let mut memory = [0; 9];
        let mut undo = Undo::new(&mut memory);
        for text in ["one", "two", "3"] {
            undo.push(&row(text, 1));
        }
        assert_eq!(undo.pop(), Some(("3", "")));
        assert_eq!(undo.pop(), Some(("t", "wo")));
        assert_eq!(undo.pop(), None);
    }

    #[test]
    fn no_row_is_left_out_on_the_way_back() {
        let mut memory = [0; 9];
        let mut undo = Undo::new(&mut memory);
        undo.push(&row("one", 3));
        undo.push(&row("12345678", 0));
        undo.push(&row("two", 0));
        assert_eq!(undo.pop(), Some(("", "two")));
        assert_eq!(undo.pop(), None);
    }

    #[test]
    fn a_change_that_was_none_is_forgotten() {
        let mut memory = [0; 32];
        let mut undo = Undo::new(&mut memory);
        undo.push(&row("one", 3));
        undo.forget_unchanged("two");
        undo.push(&row("two", 1));
        undo.forget_unchanged("two");
        assert_eq!(undo.pop(), Some(("one", "")));
    }
}
