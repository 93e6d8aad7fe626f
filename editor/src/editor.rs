//! The editor: a row that is being edited, and what each command does to it.
//! Knows no bytes and no columns.

use core::mem;

use crate::action::Action;
use crate::buffer::Buffer;
use crate::command::{Command, Direction, Walk};
use crate::decoder::Decoder;
use crate::edit;
use crate::history::History;
use crate::killed::Killed;
use crate::row::{Prompt, Row};
use crate::search::Search;
use crate::words::Motion;

/// Memory that the caller lends. Each slice's length is a capacity in bytes, and may be 0.
#[derive(Debug, Default)]
pub struct Storage<'a> {
    /// The line that is being edited.
    pub line: &'a mut [u8],
    /// What Ctrl-K and the like removed, for Ctrl-Y. A longer text is removed and not kept.
    pub killed: &'a mut [u8],
    /// Lines of the past, one byte more than its text each, and the row that waits while they are
    /// looked at.
    pub history: &'a mut [u8],
    /// The pattern of a search through the history.
    pub search: &'a mut [u8],
}

/// A line editor. Bytes go in, [`Action`]s and a [`Row`] to draw come out.
pub struct Editor<'a> {
    decoder: Decoder,
    buffer: Buffer<'a>,
    killed: Killed<'a>,
    history: History<'a>,
    search: Search<'a>,
    overflow: Overflow,
    /// The next byte begins a new row.
    is_finished: bool,
    /// The last key killed text: a further one adds to it.
    is_killing: bool,
    is_hidden: bool,
    /// The memory may hold a password.
    was_hidden: bool,
}

/// Whether the line is longer than the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overflow {
    No,
    /// Yes, and what comes is dropped.
    Going,
    /// Yes, and its end has come.
    Over,
}

impl<'a> Editor<'a> {
    /// How long half a key waits for its other half before
    /// [`handle_pause`](Editor::handle_pause), in milliseconds.
    pub const PAUSE_MS: u32 = 50;

    /// An editor with an empty row and an empty history.
    pub const fn new(storage: Storage<'a>) -> Self {
        Editor {
            decoder: Decoder::new(),
            buffer: Buffer::new(storage.line),
            killed: Killed::new(storage.killed),
            history: History::new(storage.history),
            search: Search::new(storage.search),
            overflow: Overflow::No,
            is_finished: false,
            is_killing: false,
            is_hidden: false,
            was_hidden: false,
        }
    }

    /// Takes bytes until one of them asks something of the caller. Returns how many it took and
    /// what is asked. `None`: all were taken. Half a key or half a letter is kept for the next
    /// call; the bytes may be cut anywhere.
    pub fn handle(&mut self, input: &[u8]) -> (usize, Option<Action>) {
        if self.is_finished && !input.is_empty() {
            self.begin_row();
        }
        let mut taken = 0;
        loop {
            let (bytes, key) = self.decoder.take(&input[taken..]);
            taken += bytes;
            let Some(key) = key else { return (taken, None) };
            if let Some(action) = Command::of(key).and_then(|command| self.obey(command)) {
                return (taken, Some(action));
            }
        }
    }

    /// No byte followed for [`PAUSE_MS`](Editor::PAUSE_MS): a lone Esc or half a key is given up,
    /// and what comes later is a key of its own.
    pub fn handle_pause(&mut self) {
        if let Some(command) = self.decoder.handle_pause().and_then(Command::of) {
            self.obey(command);
        }
    }

    /// Whether [`handle_pause`](Editor::handle_pause) is to be called if nothing follows.
    pub const fn is_mid_key(&self) -> bool {
        self.decoder.is_mid_key()
    }

    /// The line as it was edited so far, or the one that was finished.
    pub fn line(&self) -> &str {
        self.buffer.text()
    }

    /// The cursor: an offset into [`line`](Editor::line) in bytes, between two letters.
    pub fn cursor(&self) -> usize {
        self.buffer.cursor()
    }

    /// The row becomes `text`, the cursor at its end. Characters that no line may hold are left
    /// out. A text that does not fit is cut at a letter; returns whether it fit.
    pub fn set_line(&mut self, text: &str) -> bool {
        self.begin_row();
        self.buffer.set(text)
    }

    /// Replaces `line()[start..cursor()]` by `text`, the cursor behind it. Returns `false`, and
    /// changes nothing, if that does not fit or `start` is no place before the cursor.
    pub fn complete(&mut self, start: usize, text: &str) -> bool {
        if self.is_finished {
            self.begin_row();
        }
        let cursor = self.cursor();
        start <= cursor
            && self.line().is_char_boundary(start)
            && self.buffer.replace(start..cursor, text)
    }

    /// Adds a line to the history as the newest. The oldest give way. A line that is empty, equal
    /// to the newest or longer than the memory is not added. The caller decides which lines are
    /// worth it: passwords never are.
    pub fn add_history(&mut self, line: &str) {
        self.history.add(line);
    }

    /// Adds [`line`](Editor::line) to the history, unless it was hidden.
    pub fn keep_line(&mut self) {
        if !self.was_hidden {
            self.history.add(self.buffer.text());
        }
    }

    /// The history, oldest first, so that the caller can save it.
    pub fn history(&self) -> impl Iterator<Item = &str> {
        self.history.iter()
    }

    /// Whether what is typed is hidden, as a password is. It never enters the history, the killed
    /// text or the search, and it does not stay in memory once the next row has begun.
    pub const fn set_hidden(&mut self, is_hidden: bool) {
        self.is_hidden = is_hidden;
        self.was_hidden |= is_hidden;
    }

    /// The row as it is to be drawn in `columns` columns, behind `prompt`. It leaves the last
    /// column free. A terminal that does not tell its width has 0 columns; 80 are taken. After
    /// [`Action::Line`] the row is empty.
    pub fn row<'e>(&'e self, prompt: &'e str, columns: usize) -> Row<'e> {
        if self.is_finished || self.is_hidden {
            return Row::new(Prompt::plain(prompt), "", 0, columns);
        }
        let (text, cursor) = (self.line(), self.cursor());
        if !self.search.is_active() {
            return Row::new(Prompt::plain(prompt), text, cursor, columns);
        }
        let prompt = Prompt::search(self.search.pattern(), self.search.is_failed());
        match self.search.found().and_then(|back| self.history.entry(back)) {
            Some(entry) => Row::new(prompt, entry, self.search.place(entry), columns),
            None => Row::new(prompt, text, cursor, columns),
        }
    }

    fn begin_row(&mut self) {
        self.is_finished = false;
        self.overflow = Overflow::No;
        self.history.end();
        self.search.end();
        if mem::replace(&mut self.was_hidden, self.is_hidden) {
            self.buffer.wipe();
        }
        self.buffer.clear();
    }

    fn finish(&mut self, action: Action) -> Option<Action> {
        self.history.end();
        self.search.end();
        self.overflow = Overflow::No;
        self.is_finished = true;
        Some(action)
    }

    fn obey(&mut self, command: Command) -> Option<Action> {
        if self.search.is_active()
            && let Some(is_done) = self.obey_in_search(command)
        {
            return refused_unless(is_done);
        }
        let was_killing = mem::take(&mut self.is_killing);
        match command {
            Command::Insert(c) => return self.insert(c),
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
        self.overflow = Overflow::No;
        refused_unless(self.edit(command, was_killing))
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
    fn insert(&mut self, c: char) -> Option<Action> {
        if self.overflow == Overflow::Over {
            if !self.was_hidden {
                self.killed.keep(self.buffer.text());
            }
            self.begin_row();
        }
        if self.overflow == Overflow::Going || self.buffer.insert(c) {
            return None;
        }
        self.overflow = Overflow::Going;
        Some(Action::Full { capacity: self.buffer.capacity() })
    }

    fn accept(&mut self) -> Option<Action> {
        if self.overflow == Overflow::No {
            return self.finish(Action::Line);
        }
        self.overflow = Overflow::Over;
        Some(Action::Refused)
    }

    fn may_complete(&self) -> bool {
        !self.is_hidden && self.overflow == Overflow::No
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

    fn walk(&mut self, walk: Walk) -> bool {
        if self.is_hidden {
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

    fn begin_search(&mut self, direction: Direction) -> bool {
        if !self.is_hidden {
            self.search.begin(direction, self.history.back());
        }
        !self.is_hidden
    }

    /// `None`: the command is to be obeyed as if there were no search. Most keys leave it with what
    /// it has found. A paste leaves it without: all that is pasted goes into the row.
    fn obey_in_search(&mut self, command: Command) -> Option<bool> {
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
        let Some(entry) = self.history.go(back, self.buffer.text()) else { return false };
        let place = self.search.place(entry);
        self.buffer.set(entry);
        self.buffer.move_to(place.min(self.buffer.text().len()));
        true
    }
}

fn refused_unless(is_done: bool) -> Option<Action> {
    (!is_done).then_some(Action::Refused)
}
