//! A person at a terminal: rows above the line that is being typed.

use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use rustix::event::PollFlags;

use super::{Question, Typed};
use crate::client::rows::rows;
use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;
use crate::client::terminal::{self, Terminal};

/// Stands before the line being typed.
const PROMPT: &str = "> ";
/// Text after this is drawn fainter (ECMA-48, SGR 2), if the terminal can.
const DIM: &str = "\x1b[2m";
/// Text after this is drawn as usual (ECMA-48, SGR 0).
const NORMAL: &str = "\x1b[0m";
/// Lines that were typed or pasted, and are not wanted yet.
const LINES: usize = 1000;
/// Words of a list of completions.
const WORDS: usize = 100;

/// The person and the terminal.
#[derive(Debug)]
pub(crate) struct Person {
    terminal: Terminal,
    lines: VecDeque<String>,
    /// No more lines come. That is to be told behind those that wait.
    is_ended: bool,
}

impl Person {
    /// Nothing typed and nothing shown.
    pub(crate) fn new(terminal: Terminal) -> Self {
        Person { terminal, lines: VecDeque::new(), is_ended: false }
    }

    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.terminal.edit(PROMPT)
    }

    pub(super) fn ask(&mut self, question: Question) -> io::Result<()> {
        self.terminal.ask(question)
    }

    pub(super) fn show(&mut self, shown: &Shown) {
        let rows = rows(&sanitize(&shown.text()), self.terminal.columns());
        match shown {
            Shown::Note(_) => self.terminal.show(&format!("{DIM}{rows}{NORMAL}")),
            _ => self.terminal.show(&rows),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.terminal.is_full()
    }

    pub(super) fn mark(&self) -> u64 {
        self.terminal.outlet().mark()
    }

    pub(super) fn has_shown(&self, mark: u64) -> bool {
        self.terminal.outlet().has_written(mark)
    }

    pub(super) fn waits_for(&self, _: bool) -> Vec<(BorrowedFd<'_>, PollFlags)> {
        let is_room = self.lines.len() < LINES;
        self.terminal.waits_for(is_room)
    }

    pub(super) fn handle_ready(&mut self, now: Instant, ready: &[PollFlags]) -> bool {
        self.terminal.handle_ready(now, ready)
    }

    pub(super) fn next(&mut self, is_wanted: bool) -> Option<Typed> {
        while self.lines.len() < LINES
            && let Some(typed) = self.terminal.next()
        {
            match typed {
                terminal::Typed::Line(line) => self.handle_line(line),
                terminal::Typed::Answered(answer) => return Some(Typed::Answered(answer)),
                terminal::Typed::Complete => {
                    return Some(Typed::Complete(self.terminal.before_cursor().to_owned()));
                }
                terminal::Typed::Cancelled => return Some(Typed::Cancelled),
                terminal::Typed::End => self.is_ended = true,
                terminal::Typed::Suspend => self.suspend(),
                terminal::Typed::TooLong => {
                    let text = "this line is too long, the rest of it was not taken";
                    self.show(&Shown::Refused(text.to_owned()));
                }
            }
        }
        if is_wanted && let Some(line) = self.lines.pop_front() {
            return Some(Typed::Line(Ok(line)));
        }
        // Behind everything that was typed.
        let is_over = self.lines.is_empty() && std::mem::take(&mut self.is_ended);
        is_over.then_some(Typed::End)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.terminal.flush()
    }

    pub(super) fn poll_at(&self) -> Option<Instant> {
        self.terminal.poll_at()
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        self.terminal.handle_timeout(now);
    }

    pub(super) fn stop(&mut self) {
        self.terminal.stop();
    }

    pub(super) fn handle_continue(&mut self) {
        self.terminal.handle_continue();
    }

    pub(super) fn handle_resize(&mut self) {
        self.terminal.handle_resize();
    }

    /// One word is written; of several, what they have in common, and otherwise a list is shown.
    pub(super) fn complete(&mut self, start: usize, words: &[String]) {
        let Some((first, others)) = words.split_first() else { return };
        let common = others.iter().fold(first.len(), |length, word| {
            let same = first.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
            length.min(same)
        });
        let common = first.floor_char_boundary(common);
        let typed = self.terminal.before_cursor().len() - start;
        if others.is_empty() || common > typed {
            return self.terminal.complete(start, &first[..common]);
        }
        let listed: Vec<_> = words.iter().take(WORDS).map(|word| word.trim_end()).collect();
        let more = match words.len().saturating_sub(WORDS) {
            0 => String::new(),
            more => format!("  and {more} more"),
        };
        self.show(&Shown::Note(listed.join("  ") + &more));
    }

    pub(super) fn finish(&mut self) {
        self.terminal.finish();
    }

    /// The line stays on the screen, whole, as if it had been shown.
    fn handle_line(&mut self, line: String) {
        let rows = rows(&format!("{PROMPT}{}", sanitize(&line)), self.terminal.columns());
        self.terminal.show(&rows);
        if !line.trim().is_empty() && !line.trim_start().starts_with("register ") {
            self.terminal.remember(&line);
        }
        self.lines.push_back(line);
    }

    fn suspend(&mut self) {
        if !self.terminal.suspend() {
            let text = "no shell is here that could continue this program";
            self.show(&Shown::Refused(text.to_owned()));
        }
    }
}
