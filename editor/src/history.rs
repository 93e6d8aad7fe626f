//! Lines of the past in lent memory, oldest first, and the row that waits while they are looked at.
//! Knows no key and no row.

use crate::characters::is_text;
use crate::entries;

/// Lines, and a place among them.
pub(crate) struct History<'a> {
    /// The entries, each with its end, then the draft.
    memory: &'a mut [u8],
    /// The bytes of the entries.
    used: usize,
    /// The bytes of the draft: the row that was being typed when a line of the past took its place.
    draft: Option<usize>,
    /// How many entries back the row is from; 0 for a row that is being typed.
    back: usize,
}

impl<'a> History<'a> {
    pub(crate) const fn new(memory: &'a mut [u8]) -> Self {
        History { memory, used: 0, draft: None, back: 0 }
    }

    /// The entries, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + Clone {
        entries::iter(&self.memory[..self.used])
    }

    /// How many entries back the row is from.
    pub(crate) const fn back(&self) -> usize {
        self.back
    }

    /// The entry so many back; 1 is the newest.
    pub(crate) fn entry(&self, back: usize) -> Option<&str> {
        self.iter().rev().nth(back.checked_sub(1)?)
    }

    /// Adds a line as the newest entry. The oldest give way. What is empty, equal to the newest or
    /// larger than the memory is not added. Characters that no line may hold are left out. Returns
    /// whether it was added.
    pub(crate) fn add(&mut self, line: &str) -> bool {
        let text = || line.chars().filter(|&c| is_text(c));
        let bytes = text().map(char::len_utf8).sum::<usize>() + 1;
        let is_known = self.entry(1).is_some_and(|newest| newest.chars().eq(text()));
        let draft = self.draft.unwrap_or(0);
        if bytes == 1 || is_known || bytes + draft > self.memory.len() {
            return false;
        }
        self.make_room(bytes);
        self.memory.copy_within(self.used..self.used + draft, self.used + bytes);
        for c in text().chain([entries::END]) {
            self.used += c.encode_utf8(&mut self.memory[self.used..]).len();
        }
        if self.back > 0 {
            self.back = (self.back + 1).min(self.iter().count());
        }
        true
    }

    /// Goes to the entry so many back, and keeps `row` if it is the one that was being typed.
    /// `None` if there is no such entry, or no room to keep the row beside it.
    pub(crate) fn go(&mut self, back: usize, row: &str) -> Option<&str> {
        self.entry(back)?;
        if self.draft.is_none() {
            self.keep_draft(back, row)?;
        }
        self.back = back;
        self.entry(back)
    }

    /// Goes back to the row that was being typed.
    pub(crate) fn go_back(&mut self) -> Option<&str> {
        let draft = self.draft?;
        self.end();
        core::str::from_utf8(&self.memory[self.used..self.used + draft]).ok()
    }

    /// The row is `row` again: if that is the one that was being typed, the walk is over.
    pub(crate) fn end_at(&mut self, row: &str) {
        let draft = self.used..self.used + self.draft.unwrap_or(0);
        if self.memory[draft] == *row.as_bytes() {
            self.end();
        }
    }

    /// Forgets the row that was being typed: another has taken its place.
    pub(crate) const fn end(&mut self) {
        (self.draft, self.back) = (None, 0);
    }

    /// Forgets all lines, and leaves none of them in the memory.
    pub(crate) fn wipe(&mut self) {
        self.memory.fill(0);
        self.used = 0;
        self.end();
    }

    /// Oldest entries give way to the row, but none that is as new as the one asked for.
    fn keep_draft(&mut self, back: usize, row: &str) -> Option<()> {
        let newer: usize = self.iter().rev().take(back).map(|entry| entry.len() + 1).sum();
        if newer + row.len() > self.memory.len() {
            return None;
        }
        self.make_room(row.len());
        self.memory[self.used..self.used + row.len()].copy_from_slice(row.as_bytes());
        self.draft = Some(row.len());
        Some(())
    }

    /// Removes oldest entries until `bytes` more fit.
    fn make_room(&mut self, bytes: usize) {
        let end = self.used + self.draft.unwrap_or(0);
        self.used -= entries::make_room(self.memory, self.used, end, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(history: &History<'_>) -> Vec<String> {
        history.iter().map(str::to_owned).collect()
    }

    #[test]
    fn the_oldest_entries_give_way_to_a_new_one() {
        let mut memory = [0; 9];
        let mut history = History::new(&mut memory);
        for line in ["one", "two", "two", ""] {
            history.add(line);
        }
        assert_eq!(entries(&history), ["one", "two"]);
        history.add("3");
        assert_eq!(entries(&history), ["two", "3"]);
        history.add("12345678");
        assert_eq!(entries(&history), ["12345678"]);
        history.add("123456789");
        assert_eq!(entries(&history), ["12345678"]);
    }

    #[test]
    fn the_row_that_was_being_typed_comes_back() {
        let mut memory = [0; 16];
        let mut history = History::new(&mut memory);
        history.add("one");
        history.add("two");
        assert_eq!(history.go(1, "half"), Some("two"));
        assert_eq!(history.go(2, "two, edited"), Some("one"));
        assert_eq!(history.go(3, ""), None);
        assert_eq!(history.go_back(), Some("half"));
        assert_eq!(entries(&history), ["one", "two"]);
    }

    #[test]
    fn old_entries_give_way_to_the_row_that_waits_but_not_the_one_asked_for() {
        let mut memory = [0; 10];
        let mut history = History::new(&mut memory);
        history.add("one");
        history.add("two");
        assert_eq!(history.go(1, "1234567"), None);
        assert_eq!(history.go(1, "123456"), Some("two"));
        assert_eq!(history.go_back(), Some("123456"));
        assert_eq!(entries(&history), ["two"]);
    }

    #[test]
    fn a_line_that_is_added_meanwhile_leaves_the_row_where_it_is() {
        let mut memory = [0; 16];
        let mut history = History::new(&mut memory);
        history.add("one");
        assert_eq!(history.go(1, "half"), Some("one"));
        history.add("two");
        assert_eq!((history.back(), history.entry(2)), (2, Some("one")));
        assert_eq!(history.go_back(), Some("half"));
    }

    #[test]
    fn control_characters_of_a_file_do_not_become_entries() {
        let mut memory = [0; 16];
        let mut history = History::new(&mut memory);
        history.add("a\nb\u{1b}");
        history.add("ab");
        assert_eq!(entries(&history), ["ab"]);
    }
}
