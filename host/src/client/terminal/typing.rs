//! What is typed: bytes into the editor, and what the person did out of it.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::io::{Errno, read};
use smolchat_editor::{Action, Editor};

use super::showing::WHOLE;
use super::{Terminal, Typed};

/// Bytes of one read.
const READ: usize = 4096;

/// How often it is looked at whether the terminal was given back.
const LOOK: Duration = Duration::from_millis(300);
/// What these keys send while the terminal makes no signals of them.
const CTRL_C: u8 = 0x03;
const CTRL_Z: u8 = 0x1a;
const CTRL_BACKSLASH: u8 = 0x1c;

impl Terminal {
    /// What is to be waited for. `is_wanted` says whether what is typed is wanted now.
    pub(crate) fn waits_for(&self, is_wanted: bool) -> Vec<(BorrowedFd<'_>, PollFlags)> {
        if self.is_gone || !self.modes.is_ours() {
            return Vec::new();
        }
        let is_read = is_wanted && self.modes.is_raw() && self.bytes.is_empty();
        let input = if is_read { PollFlags::IN } else { PollFlags::empty() };
        let output = if self.outlet.is_pending() { PollFlags::OUT } else { PollFlags::empty() };
        vec![(self.input.as_fd(), input), (self.outlet.as_fd(), output)]
    }

    /// What of [`waits_for`](Self::waits_for) has come, in its order. Whether something was typed.
    pub(crate) fn handle_ready(&mut self, now: Instant, ready: &[PollFlags]) -> bool {
        let Some(input) = ready.first() else { return false };
        let is_hung_up = input.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        if input.contains(PollFlags::IN) || is_hung_up {
            self.read(now, is_hung_up);
        }
        !self.bytes.is_empty()
    }

    fn read(&mut self, now: Instant, is_gone: bool) {
        let mut bytes = [0; READ];
        match read(&self.input, &mut bytes) {
            Ok(0) | Err(Errno::INTR | Errno::AGAIN) if !is_gone => {}
            Ok(count) if count > 0 => {
                self.bytes.extend(&bytes[..count]);
                self.pause_at = Some(now + Duration::from_millis(Editor::PAUSE_MS.into()));
            }
            Ok(_) | Err(_) => self.is_gone = true,
        }
    }

    /// The next thing that the person did. `expansion` says what a row becomes as soon as it is
    /// typed.
    pub(crate) fn next(&mut self, expansion: impl Fn(&str) -> Option<String>) -> Option<Typed> {
        if self.is_waiting {
            return self.next_while_waiting();
        }
        while !self.bytes.is_empty() {
            let (taken, action) = self.editor.handle(self.bytes.as_slices().0);
            self.bytes.drain(..taken);
            self.row.set_dirty();
            if self.asking.is_none()
                && let Some(text) = expansion(self.before_cursor())
            {
                self.editor.complete(0, &text);
            }
            if let Some(typed) = action.and_then(|action| self.typed(action)) {
                return Some(typed);
            }
        }
        if self.is_gone && !std::mem::replace(&mut self.is_end_told, true) {
            return Some(if self.asking.take().is_some() {
                Typed::Answered(None)
            } else {
                Typed::End
            });
        }
        None
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        let half_key = self.pause_at.filter(|_| self.editor.is_mid_key());
        let look = self.is_taken_away().then(|| self.looked_at + LOOK);
        half_key.into_iter().chain(look).min()
    }

    /// Gives up half a key that was not completed in time. Takes the terminal again if a shell has
    /// given it back: a job that runs in the background hears nothing of that.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.editor.is_mid_key() && self.pause_at.is_some_and(|at| now >= at) {
            self.editor.handle_pause();
            self.row.set_dirty();
        }
        if self.is_wanted() && self.modes.is_ours() && !self.modes.is_raw() {
            self.handle_continue();
        }
        if now >= self.looked_at + LOOK {
            self.looked_at = now;
        }
    }

    fn is_taken_away(&self) -> bool {
        self.is_wanted() && !self.is_gone && !self.modes.is_ours()
    }

    /// The line up to the cursor, for completion.
    pub(crate) fn before_cursor(&self) -> &str {
        &self.editor.line()[..self.editor.cursor()]
    }

    /// Whether nothing is in hand.
    pub(crate) fn is_row_empty(&self) -> bool {
        // The row as it is drawn: the editor holds a finished line until the next key.
        self.editor.row("", self.columns()).to_string().is_empty()
    }

    /// Replaces what stands between `start` and the cursor.
    pub(crate) fn complete(&mut self, start: usize, text: &str) {
        self.editor.complete(start, text);
        self.row.set_dirty();
    }

    /// Keeps a line for the arrow keys.
    pub(crate) fn remember(&mut self, line: &str) {
        self.editor.add_history(line);
    }

    fn typed(&mut self, action: Action) -> Option<Typed> {
        match action {
            Action::Line => return self.take_line(),
            Action::Complete if self.asking.is_none() => return Some(Typed::Complete),
            Action::Cancelled | Action::Quit | Action::End if self.asking.is_some() => {
                self.leave_question();
                return Some(Typed::Answered(None));
            }
            Action::Cancelled | Action::Quit => {
                // The editor holds the line until the next key.
                let has_line = action == Action::Cancelled && !self.editor.line().is_empty();
                if self.row.is_appended() {
                    self.row.leave(&mut self.outlet);
                }
                return Some(Typed::Cancelled { has_line });
            }
            Action::End => return Some(Typed::End),
            Action::Suspend => return Some(Typed::Suspend),
            Action::Full { .. } if self.asking.is_none() => return Some(Typed::TooLong),
            Action::Unsent if self.asking.is_none() => return Some(Typed::Unsent),
            Action::Unsent => {
                self.editor.set_line("");
                self.show("this is too long; type it again");
            }
            Action::Redraw => {
                self.row.clear_screen(&mut self.outlet);
                return Some(Typed::Cleared);
            }
            _ => {}
        }
        None
    }

    fn take_line(&mut self) -> Option<Typed> {
        let line = self.editor.line().to_owned();
        if let Some(asking) = &mut self.asking {
            self.row.leave_with(asking.prompt(), asking.shown(&line), &mut self.outlet);
            match asking.answer(line) {
                Ok(None) => self.editor.set_hidden(asking.is_hidden()),
                Ok(Some(answer)) => {
                    self.leave_question();
                    return Some(Typed::Answered(Some(answer)));
                }
                Err(text) => self.show(&text),
            };
            return None;
        }
        if self.row.is_appended() {
            self.leave_line(&line);
        }
        Some(Typed::Line(line))
    }

    /// What was typed stays in its row, whole, though it may have come with its end in one piece.
    fn leave_line(&mut self, line: &str) {
        self.editor.set_line(line);
        let text = self.editor.row("", WHOLE).to_string();
        self.editor.set_line("");
        self.row.leave_with("", &text, &mut self.outlet);
    }

    fn leave_question(&mut self) {
        self.row.leave(&mut self.outlet);
        self.asking = None;
        self.editor.set_line("");
        self.editor.set_hidden(false);
        self.is_waiting = !self.is_edited;
    }

    /// Only the keys that end or stop the program count.
    fn next_while_waiting(&mut self) -> Option<Typed> {
        while let Some(byte) = self.bytes.pop_front() {
            match byte {
                CTRL_C | CTRL_BACKSLASH => return Some(Typed::Interrupted),
                CTRL_Z => return Some(Typed::Suspend),
                _ => self.has_dropped = true,
            }
        }
        let is_hung_up = self.is_gone && !std::mem::replace(&mut self.is_end_told, true);
        is_hung_up.then_some(Typed::Interrupted)
    }

    /// Whether something was typed that was not wanted, told once.
    pub(crate) fn take_dropped(&mut self) -> bool {
        std::mem::take(&mut self.has_dropped)
    }
}
