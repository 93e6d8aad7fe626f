//! What each command does while the history is searched.
//! Knows no bytes and no columns.

use super::Editor;
use crate::command::{Command, Direction};
use crate::words::Motion;

impl Editor<'_> {
    pub(super) fn begin_search(&mut self, direction: Direction) -> bool {
        if !self.was_hidden {
            self.search.begin(direction, self.history.back());
        }
        !self.was_hidden
    }

    /// `None`: the command is to run as if there were no search. Most keys leave it with what
    /// it has found. A paste leaves it without: all that is pasted goes into the row.
    pub(super) fn run_in_search(&mut self, command: Command) -> Option<bool> {
        match command {
            Command::Insert(c) => Some(self.search.extend(c, &self.history)),
            Command::Delete(Motion::Left) => Some(self.search.shorten(&self.history)),
            Command::Search(direction) => Some(self.search.go_on(direction, &self.history)),
            Command::Suspend | Command::Quit | Command::Redraw | Command::Refuse => None,
            Command::Abort => {
                self.search.end();
                Some(true)
            }
            Command::Cancel | Command::Paste => {
                self.search.end();
                None
            }
            _ => (!self.take_match()).then_some(false),
        }
    }

    /// Ends the search; the row becomes what it has found. `false` if the history has no room to
    /// keep the row that was being typed.
    fn take_match(&mut self) -> bool {
        self.search.end();
        let Some(back) = self.search.found() else { return true };
        self.record();
        let entry = self.history.go(back, self.buffer.text());
        if let Some(entry) = entry {
            let place = self.search.place(entry);
            self.buffer.set(entry);
            self.buffer.move_to(place.min(self.buffer.text().len()));
        }
        let is_done = entry.is_some();
        self.undo.forget_unchanged(self.buffer.text());
        is_done
    }
}
