//! What each command does to the row.
//! Knows no bytes and no columns.

use core::mem;

use super::{Editor, Overflow};
use crate::action::Action;
use crate::command::{Command, Walk};
use crate::edit;
use crate::words::Motion;

impl Editor<'_> {
    /// Runs a command. Returns what it asks of the caller.
    pub(super) fn run(&mut self, command: Command) -> Option<Action> {
        if self.search.is_active()
            && let Some(is_done) = self.run_in_search(command)
        {
            return refused_unless(is_done);
        }
        let was_killing = mem::take(&mut self.is_killing);
        let last = self.last.replace(command);
        match command {
            Command::Insert(c) => return self.insert(c, last),
            Command::Accept => return self.accept(),
            Command::Cancel => return self.finish(Action::Cancelled),
            Command::DeleteOrEnd if self.buffer.is_empty() => return Some(Action::End),
            Command::Suspend => return Some(Action::Suspend),
            Command::Quit => return Some(Action::Quit),
            Command::Redraw => return Some(Action::Redraw),
            Command::Refuse | Command::Abort => return Some(Action::Refused),
            Command::Complete if !self.may_complete() => return Some(Action::Refused),
            Command::Complete => return Some(Action::Complete),
            Command::Paste | Command::Leave => return None,
            _ => {}
        }
        self.overflow = Overflow::None;
        if command == Command::Undo {
            return refused_unless(self.take_back());
        }
        let is_recorded = command.is_change() && last != Some(command);
        if is_recorded {
            self.record();
        }
        let is_done = self.edit(command, was_killing);
        if is_recorded {
            self.undo.forget_unchanged(self.buffer.text());
        }
        refused_unless(is_done)
    }

    /// Changes the row, or moves in it; `false` if there is nothing to do.
    fn edit(&mut self, command: Command, was_killing: bool) -> bool {
        match command {
            Command::Move(motion) => self.go(motion),
            Command::Delete(motion) => self.delete(motion),
            Command::DeleteOrEnd => self.delete(Motion::Right),
            Command::Kill(motion) => self.kill(motion, was_killing),
            Command::Yank => self.yank(),
            Command::TransposeLetters => edit::transpose_letters(&mut self.buffer),
            Command::TransposeWords => edit::transpose_words(&mut self.buffer),
            Command::Change(case) => edit::change_case(&mut self.buffer, case),
            Command::Walk(walk) => self.walk(walk),
            Command::Search(direction) => self.begin_search(direction),
            _ => false,
        }
    }

    /// A text that follows on a line that was too long begins a row of its own.
    fn insert(&mut self, c: char, last: Option<Command>) -> Option<Action> {
        if self.overflow == Overflow::Ended {
            if !self.was_hidden {
                self.killed.keep(self.buffer.text());
            }
            self.begin_row();
            self.last = Some(Command::Insert(c));
        }
        if self.overflow == Overflow::Dropping {
            return None;
        }
        if !matches!(last, Some(Command::Insert(_))) {
            self.record();
        }
        if self.buffer.insert(c) {
            return None;
        }
        self.undo.forget_unchanged(self.buffer.text());
        self.overflow = Overflow::Dropping;
        Some(Action::Full { capacity: self.buffer.capacity() })
    }

    fn accept(&mut self) -> Option<Action> {
        if self.overflow == Overflow::None {
            return self.finish(Action::Line);
        }
        self.overflow = Overflow::Ended;
        // A paste goes on behind its line ends, and `Full` has told of this one.
        Some(if self.decoder.is_pasting() { Action::Refused } else { Action::Unsent })
    }

    fn may_complete(&self) -> bool {
        !self.was_hidden && self.overflow == Overflow::None
    }

    fn go(&mut self, motion: Motion) -> bool {
        let from = self.cursor();
        let to = motion.target(self.line(), from);
        self.buffer.move_to(to);
        to != from || matches!(motion, Motion::Start | Motion::End)
    }

    fn delete(&mut self, motion: Motion) -> bool {
        let (from, to) = (self.cursor(), motion.target(self.line(), self.cursor()));
        self.buffer.remove(from.min(to)..from.max(to));
        from != to
    }

    /// Deletes text and keeps it for a yank. What was killed right before stays beside it.
    fn kill(&mut self, motion: Motion, was_killing: bool) -> bool {
        let (from, to) = (self.cursor(), motion.target(self.line(), self.cursor()));
        let text = &self.buffer.text()[from.min(to)..from.max(to)];
        let is_kept = match (was_killing, to < from) {
            _ if from == to => false,
            _ if self.was_hidden => true,
            (false, _) => self.killed.keep(text),
            (true, true) => self.killed.prepend(text),
            (true, false) => self.killed.append(text),
        };
        self.buffer.remove(from.min(to)..from.max(to));
        self.is_killing = from != to;
        is_kept
    }

    fn yank(&mut self) -> bool {
        let cursor = self.cursor();
        let text = self.killed.text();
        !text.is_empty() && self.buffer.replace(cursor..cursor, text)
    }

    /// Keeps the row, so that it can be taken back.
    pub(super) fn record(&mut self) {
        if !self.was_hidden {
            self.undo.push(&self.buffer);
        }
    }

    fn take_back(&mut self) -> bool {
        let Some((before, behind)) = self.undo.pop() else { return false };
        self.buffer.set(before);
        let cursor = before.len();
        self.buffer.replace(cursor..cursor, behind);
        self.buffer.move_to(cursor);
        self.history.end_at(self.buffer.text());
        true
    }

    fn walk(&mut self, walk: Walk) -> bool {
        if self.was_hidden {
            return false;
        }
        let back = self.history.back();
        let row = self.buffer.text();
        let line = match walk {
            Walk::Older => self.history.go(back + 1, row),
            Walk::Oldest => self.history.go(self.history.iter().count(), row),
            Walk::Newer if back > 1 => self.history.go(back - 1, row),
            Walk::Newer | Walk::Back => self.history.go_back(),
        };
        line.inspect(|line| _ = self.buffer.set(line)).is_some()
    }
}

fn refused_unless(is_done: bool) -> Option<Action> {
    (!is_done).then_some(Action::Refused)
}
