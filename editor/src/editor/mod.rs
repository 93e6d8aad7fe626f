//! The editor as its caller sees it.
//! Knows no terminal.

mod commands;
mod search;

use core::{fmt, mem};

use crate::action::Action;
use crate::buffer::Buffer;
use crate::command::Command;
use crate::decoder::Decoder;
use crate::history::History;
use crate::killed::Killed;
use crate::row::{Prompt, Row};
use crate::search::Search;
use crate::undo::Undo;

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
    /// The row as it was before its last changes, two bytes more than its text each.
    pub undo: &'a mut [u8],
}

/// A line editor. Bytes go in, [`Action`]s and a [`Row`] to draw come out.
pub struct Editor<'a> {
    decoder: Decoder,
    buffer: Buffer<'a>,
    killed: Killed<'a>,
    history: History<'a>,
    search: Search<'a>,
    undo: Undo<'a>,
    overflow: Overflow,
    /// The next byte begins a new row.
    is_finished: bool,
    /// The last key killed text: a further one adds to it.
    is_killing: bool,
    /// The command before: letters that are typed one after the other are one change.
    last: Option<Command>,
    is_hidden: bool,
    /// The row, or the memory behind it, may hold a password.
    was_hidden: bool,
}

/// Whether the line is longer than the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overflow {
    None,
    /// The rest of the line is dropped.
    Dropping,
    /// The line's end has come.
    Ended,
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
            undo: Undo::new(storage.undo),
            overflow: Overflow::None,
            is_finished: false,
            is_killing: false,
            last: None,
            is_hidden: false,
            was_hidden: false,
        }
    }

    /// Takes bytes until one of them asks something of the caller. Returns how many it took and
    /// what is asked. `None`: all were taken. Half a key or half a character is kept for the next
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
            if let Some(action) = Command::of(key).and_then(|command| self.run(command)) {
                return (taken, Some(action));
            }
        }
    }

    /// No byte followed for [`PAUSE_MS`](Editor::PAUSE_MS): a lone Esc or half a key is given up,
    /// and what comes later is a key of its own.
    pub fn handle_pause(&mut self) {
        if let Some(command) = self.decoder.handle_pause().and_then(Command::of) {
            self.run(command);
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
        if start > cursor || !self.line().is_char_boundary(start) {
            return false;
        }
        self.record();
        let is_done = self.buffer.replace(start..cursor, text);
        self.undo.forget_unchanged(self.buffer.text());
        is_done
    }

    /// Adds a line to the history as the newest. The oldest give way. A line that is empty, equal
    /// to the newest or longer than the memory is not added. The caller decides which lines are
    /// worth it: passwords never are.
    pub fn add_history(&mut self, line: &str) {
        if self.history.add(line) {
            self.search.handle_added(&self.history);
        }
    }

    /// Adds [`line`](Editor::line) to the history, unless it was hidden.
    pub fn keep_line(&mut self) {
        if !self.was_hidden && self.history.add(self.buffer.text()) {
            self.search.handle_added(&self.history);
        }
    }

    /// The history, oldest first, so that the caller can save it.
    pub fn history(&self) -> impl Iterator<Item = &str> {
        self.history.iter()
    }

    /// Whether what is typed is hidden, as a password is. It never enters the history, the killed
    /// text, the search or the undo, and it does not stay in memory once the next row has begun.
    pub fn set_hidden(&mut self, is_hidden: bool) {
        if is_hidden {
            self.history.end();
            self.search.end();
            self.undo.clear();
        } else if self.was_hidden && self.buffer.is_empty() {
            self.buffer.wipe();
            self.was_hidden = false;
        }
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

    /// Forgets everything and overwrites all memory that was lent: somebody else types from now on.
    pub fn reset(&mut self) {
        self.buffer.wipe();
        self.killed.wipe();
        self.history.wipe();
        self.search.wipe();
        self.undo.wipe();
        self.decoder = Decoder::new();
        self.overflow = Overflow::None;
        self.last = None;
        (self.is_finished, self.is_killing) = (false, false);
        (self.is_hidden, self.was_hidden) = (false, false);
    }

    fn begin_row(&mut self) {
        self.is_finished = false;
        self.overflow = Overflow::None;
        self.history.end();
        self.search.end();
        self.undo.clear();
        self.last = None;
        if mem::replace(&mut self.was_hidden, self.is_hidden) {
            self.buffer.wipe();
        }
        self.buffer.clear();
    }

    fn finish(&mut self, action: Action) -> Option<Action> {
        self.history.end();
        self.search.end();
        self.overflow = Overflow::None;
        self.is_finished = true;
        Some(action)
    }
}

impl Default for Editor<'_> {
    /// An editor without memory, which refuses all text.
    fn default() -> Self {
        Editor::new(Storage::default())
    }
}

impl fmt::Debug for Editor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is typed may be a password.
        f.debug_struct("Editor").field("line_bytes", &self.line().len()).finish_non_exhaustive()
    }
}
