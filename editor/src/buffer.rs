//! A row's text in lent memory, and the cursor in it.
//! Knows no key and no other row.

use core::ops::Range;

use crate::characters::is_text;
use crate::graphemes;

/// Text and a cursor. A change that does not fit is refused whole.
pub(crate) struct Buffer<'a> {
    memory: &'a mut [u8],
    len: usize,
    /// Where the next character goes. It may lie within a cluster while its characters arrive.
    insertion: usize,
}

impl<'a> Buffer<'a> {
    pub(crate) const fn new(memory: &'a mut [u8]) -> Self {
        Buffer { memory, len: 0, insertion: 0 }
    }

    pub(crate) const fn capacity(&self) -> usize {
        self.memory.len()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text. Only whole characters are ever written, so that it is always UTF-8.
    pub(crate) fn text(&self) -> &str {
        core::str::from_utf8(&self.memory[..self.len]).unwrap_or_default()
    }

    /// The cursor, a boundary of clusters.
    pub(crate) fn cursor(&self) -> usize {
        graphemes::at_or_after(self.text(), self.insertion)
    }

    /// Puts the cursor at `offset`, where a character begins.
    pub(crate) const fn move_to(&mut self, offset: usize) {
        self.insertion = offset;
    }

    /// Inserts `c`, the cursor behind it.
    pub(crate) fn insert(&mut self, c: char) -> bool {
        let at = self.insertion;
        self.splice(at..at, c.encode_utf8(&mut [0; 4]))
    }

    /// Replaces `range` by `text`, the cursor behind it. Characters that no line may hold are left
    /// out.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: &str) -> bool {
        let bytes: usize = text.chars().filter(|&c| is_text(c)).map(char::len_utf8).sum();
        if self.len - range.len() + bytes > self.capacity() {
            return false;
        }
        self.remove(range);
        if bytes == text.len() {
            let at = self.insertion;
            return self.splice(at..at, text);
        }
        text.chars().filter(|&c| is_text(c)).all(|c| self.insert(c))
    }

    /// Removes `range`, the cursor at its place.
    pub(crate) fn remove(&mut self, range: Range<usize>) {
        self.splice(range, "");
    }

    /// The whole text becomes `text`, cut at a cluster if it does not fit, the cursor behind it.
    /// Returns whether it did.
    pub(crate) fn set(&mut self, text: &str) -> bool {
        self.clear();
        if self.replace(0..0, text) {
            return true;
        }
        // What is left out makes room; what is cut is at most too short by that.
        self.replace(0..0, graphemes::beginning(text, self.capacity()));
        false
    }

    /// The first `len` bytes of the memory are text again, as they were before it was cleared.
    /// Returns whether there were any.
    pub(crate) const fn recall(&mut self, len: usize) -> bool {
        (self.len, self.insertion) = (len, len);
        len > 0
    }

    pub(crate) const fn clear(&mut self) {
        (self.len, self.insertion) = (0, 0);
    }

    /// Empties the text and leaves none of it in the memory.
    pub(crate) fn wipe(&mut self) {
        self.memory.fill(0);
        self.clear();
    }

    /// Writes each character of `range` anew as `written` says, which is told where in `range` it
    /// stands; the cursor goes behind them. Takes time for the text's length once.
    pub(crate) fn rewrite<I: Iterator<Item = char>>(
        &mut self,
        range: Range<usize>,
        written: impl Fn(usize, char) -> I,
    ) -> bool {
        // While it goes on, a letter may already be longer and another not yet shorter.
        let longest = |(at, c): (usize, char)| {
            written(at, c).map(char::len_utf8).sum::<usize>().max(c.len_utf8())
        };
        let longest: usize = self.text()[range.clone()].char_indices().map(longest).sum();
        if self.len - range.len() + longest > self.capacity() {
            return false;
        }
        // What is read stands at the memory's end, and what is written does not reach it.
        let free = self.capacity() - self.len;
        self.memory.copy_within(range.start..self.len, range.start + free);
        let (mut read, mut write, end) = (range.start + free, range.start, range.end + free);
        while let Some(c) = first_char(&self.memory[read..end]) {
            for c in written(read - free - range.start, c) {
                write += c.encode_utf8(&mut self.memory[write..]).len();
            }
            read += c.len_utf8();
        }
        self.memory.copy_within(end.., write);
        (self.len, self.insertion) = (write + self.memory.len() - end, write);
        true
    }

    /// Exchanges the neighbours `start..middle` and `middle..end`.
    pub(crate) fn exchange(&mut self, start: usize, middle: usize, end: usize) {
        self.memory[start..end].rotate_left(middle - start);
    }

    fn splice(&mut self, range: Range<usize>, text: &str) -> bool {
        let len = self.len - range.len() + text.len();
        if len > self.capacity() {
            return false;
        }
        let behind = range.start + text.len();
        self.memory.copy_within(range.end..self.len, behind);
        self.memory[range.start..behind].copy_from_slice(text.as_bytes());
        (self.len, self.insertion) = (len, behind);
        true
    }
}

fn first_char(text: &[u8]) -> Option<char> {
    let letter = &text[..text.len().min(4)];
    letter.utf8_chunks().next()?.valid().chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(buffer: &Buffer<'_>) -> (String, usize) {
        (buffer.text().to_owned(), buffer.cursor())
    }

    #[test]
    fn text_fills_the_memory_to_its_last_byte() {
        let mut memory = [0; 4];
        let mut buffer = Buffer::new(&mut memory);
        assert!(buffer.insert('a') && buffer.insert('ß') && !buffer.insert('ß'));
        assert_eq!(state(&buffer), ("aß".to_owned(), 3));
        assert!(buffer.insert('b') && !buffer.insert('c'));
        assert_eq!(state(&buffer), ("aßb".to_owned(), 4));
        buffer.remove(1..3);
        assert_eq!(state(&buffer), ("ab".to_owned(), 1));
        assert!(buffer.insert('x'));
        assert_eq!(state(&buffer), ("axb".to_owned(), 2));
    }

    #[test]
    fn a_replacement_that_does_not_fit_changes_nothing() {
        let mut memory = [0; 6];
        let mut buffer = Buffer::new(&mut memory);
        assert!(buffer.set("abcdef"));
        assert!(!buffer.replace(0..2, "xyz"));
        assert_eq!(state(&buffer), ("abcdef".to_owned(), 6));
        assert!(buffer.replace(0..2, "x\ny"));
        assert_eq!(state(&buffer), ("xycdef".to_owned(), 2));
    }

    #[test]
    fn a_text_that_is_too_long_is_cut_at_a_letter() {
        let mut memory = [0; 4];
        let mut buffer = Buffer::new(&mut memory);
        assert!(!buffer.set("abe\u{301}f"));
        assert_eq!(state(&buffer), ("ab".to_owned(), 2));
    }

    #[test]
    fn letters_that_join_what_follows_stay_in_order() {
        let mut memory = [0; 64];
        let mut buffer = Buffer::new(&mut memory);
        buffer.set("👧");
        buffer.move_to(0);
        for c in "👨\u{200d}".chars() {
            assert!(buffer.insert(c));
        }
        assert_eq!(buffer.cursor(), buffer.text().len());
        assert!(buffer.insert('👩'));
        assert_eq!(buffer.text(), "👨\u{200d}👩👧");
        assert_eq!(buffer.cursor(), buffer.text().len() - 4);
    }
}
