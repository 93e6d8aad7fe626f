//! The search through the history: its pattern, in lent memory, and what it has found.
//! Knows no key and no row.

use crate::buffer::Buffer;
use crate::command::Direction;
use crate::graphemes;
use crate::history::History;

/// An incremental search, as Ctrl-R begins one.
pub(crate) struct Search<'a> {
    pattern: Buffer<'a>,
    /// The bytes of the pattern of the search before; they stay in the memory until others come.
    previous: usize,
    is_active: bool,
    is_failed: bool,
    direction: Direction,
    /// How many entries back it is.
    back: usize,
    /// Whether the pattern stands in that entry.
    is_found: bool,
}

impl<'a> Search<'a> {
    pub(crate) const fn new(memory: &'a mut [u8]) -> Self {
        Search {
            pattern: Buffer::new(memory),
            previous: 0,
            is_active: false,
            is_failed: false,
            direction: Direction::Older,
            back: 0,
            is_found: false,
        }
    }

    pub(crate) const fn is_active(&self) -> bool {
        self.is_active
    }

    pub(crate) const fn is_failed(&self) -> bool {
        self.is_failed
    }

    pub(crate) fn pattern(&self) -> &str {
        self.pattern.text()
    }

    /// How many entries back the match is, if there is one.
    pub(crate) fn found(&self) -> Option<usize> {
        self.is_found.then_some(self.back)
    }

    /// Where in `entry` the pattern stands.
    pub(crate) fn place(&self, entry: &str) -> usize {
        let at = entry.find(self.pattern()).unwrap_or(0);
        graphemes::at_or_after(entry, at)
    }

    /// Forgets the search, and leaves no pattern in the memory.
    pub(crate) fn wipe(&mut self) {
        self.pattern.wipe();
        (self.previous, self.back) = (0, 0);
        (self.is_active, self.is_failed, self.is_found) = (false, false, false);
    }

    /// The history has a newer entry, and perhaps lost its oldest: the match stays the same.
    pub(crate) fn handle_added(&mut self, history: &History<'_>) {
        if self.back > 0 {
            self.back += 1;
            self.is_found &= history.entry(self.back).is_some();
        }
    }

    /// Begins a search among the entries on one side of the one `back`.
    pub(crate) fn begin(&mut self, direction: Direction, back: usize) {
        if !self.pattern.is_empty() {
            self.previous = self.pattern.text().len();
        }
        self.pattern.clear();
        (self.is_active, self.is_failed, self.is_found) = (true, false, false);
        (self.direction, self.back) = (direction, back);
    }

    /// Ends the search; the pattern is kept for the next one.
    pub(crate) const fn end(&mut self) {
        self.is_active = false;
    }

    /// Adds `c` to the pattern. The match stays if it still is one.
    pub(crate) fn extend(&mut self, c: char, history: &History<'_>) -> bool {
        self.previous = 0;
        self.pattern.insert(c) && self.find(history, true)
    }

    /// Takes the pattern's last letter back, and searches anew.
    pub(crate) fn shorten(&mut self, history: &History<'_>) -> bool {
        let end = self.pattern().len();
        if end == 0 {
            return false;
        }
        let start = graphemes::before(self.pattern(), end);
        self.pattern.remove(start..end);
        (self.direction, self.back, self.is_found) = (Direction::Older, 0, false);
        self.find(history, true)
    }

    /// Goes on to the next match, with the pattern of the search before if there is none yet.
    pub(crate) fn go_on(&mut self, direction: Direction, history: &History<'_>) -> bool {
        self.direction = direction;
        let is_recalled = self.pattern.is_empty() && self.pattern.recall(self.previous);
        self.find(history, is_recalled)
    }

    /// Finds the nearest entry with the pattern; the one it stands on only if `may_stay`. Entries
    /// equal to the match are passed over. Without one, the match stays.
    fn find(&mut self, history: &History<'_>, may_stay: bool) -> bool {
        let at = self.back;
        let now = history.entry(at).filter(|_| !may_stay);
        let fits = |entry: &str| entry.contains(self.pattern()) && now != Some(entry);
        let mut entries = history.iter().rev().zip(1..).filter(|(entry, _)| fits(entry));
        let found = match self.direction {
            Direction::Older => entries.find(|&(_, back)| back > at || may_stay && back == at),
            Direction::Newer => {
                entries.take_while(|&(_, back)| back < at || may_stay && back == at).last()
            }
        };
        let found = found.filter(|_| !self.pattern.is_empty()).map(|(_, back)| back);
        self.is_failed = found.is_none() && !self.pattern.is_empty();
        self.is_found |= found.is_some();
        self.back = found.unwrap_or(at);
        !self.is_failed
    }
}
