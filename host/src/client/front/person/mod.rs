//! A person at a terminal: rows above the line that is being typed.

mod attention;
mod progress;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use jiff::ZonedDateTime;
use rustix::event::PollFlags;
use smolchat_words::{is_secret, without_password};

use super::begun::Begun;
use super::look::Look;
use super::script::is_for_lines;
use super::sent::{SentLines, Standing};
use super::taste::Taste;
use super::{Question, Typed};
use crate::client::home::History;
use crate::client::rows::{NARROW, painted};
use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;
use crate::client::terminal::{self, Terminal};

/// Lines that were typed or pasted, and are not wanted yet.
const LINES: usize = 1000;
/// Words of a list of completions.
const WORDS: usize = 100;

/// The person and the terminal.
#[derive(Debug)]
pub(crate) struct Person {
    terminal: Terminal,
    taste: Taste,
    look: Look,
    sent: SentLines,
    /// Each with the moment at which it was begun.
    lines: VecDeque<(String, Option<Instant>)>,
    begun: Begun,
    /// Where typed lines are kept.
    history: Option<History>,
    /// No more lines come. That is to be told behind those that wait.
    is_ended: bool,
    /// Messages that came since a key was pressed.
    unread: usize,
    /// A question stands in the last row.
    is_asked: bool,
    /// The rows of files that were shown last, by the file's number.
    progress: BTreeMap<u64, Instant>,
}

impl Person {
    /// Nothing typed and nothing shown.
    pub(crate) fn new(terminal: Terminal, taste: Taste) -> Self {
        Person {
            terminal,
            look: Look::new(taste.has_colours, taste.has_unicode),
            taste,
            sent: SentLines::default(),
            lines: VecDeque::new(),
            begun: Begun::default(),
            history: None,
            is_ended: false,
            unread: 0,
            is_asked: false,
            progress: BTreeMap::new(),
        }
    }

    pub(in crate::client::front) fn begin(&mut self) -> io::Result<()> {
        if self.terminal.take_dropped() {
            let text = "what you typed before you were logged in was not taken";
            self.show(&Shown::Note(text.to_owned()));
        }
        self.terminal.edit()
    }

    pub(in crate::client::front) fn keep_history(&mut self, history: Option<History>) {
        self.history = history;
        let (lines, told) = self.history.as_mut().map(History::lines).unwrap_or_default();
        lines.iter().for_each(|line| self.terminal.remember(line));
        if let Some(told) = told {
            self.show(&Shown::Note(told));
        }
    }

    pub(in crate::client::front) fn set_prompt(&mut self, prompt: &str) {
        self.terminal.set_prompt(prompt);
    }

    pub(in crate::client::front) fn fall_back(&mut self, now: Instant, prompt: &str) {
        self.begun.fall_back(now);
        self.terminal.set_prompt(prompt);
    }

    pub(in crate::client::front) fn ask(&mut self, question: Question) -> io::Result<()> {
        self.sent.forget();
        self.is_asked = true;
        self.terminal.ask(question)
    }

    pub(in crate::client::front) fn show(&mut self, shown: &Shown) {
        if let Shown::Said(said) = shown {
            self.attend(said);
        }
        if self.taste.is_plain {
            return self.append(shown);
        }
        if let Shown::Ticks { numbers, progress, .. } = shown
            && self.tick(numbers, *progress)
        {
            return;
        }
        match shown {
            Shown::Listed(_) => return,
            Shown::FileProgress(progress) => return self.show_progress(progress),
            _ => {}
        }
        let columns = self.terminal.columns();
        let (mut end, mut is_plain) = (0, true);
        for line in self.look.lines(shown, &ZonedDateTime::now()) {
            self.terminal.show(&self.look.rows(&line, columns));
            let (column, rows) = line.extent(columns);
            self.sent.note_rows(rows);
            if line.is_copied() {
                self.sent.forget();
            }
            end = column;
            is_plain = line.is_plain();
        }
        if let Shown::Sent { number, .. } = shown
            && columns >= NARROW
            && is_plain
        {
            self.sent.note(Standing::Sent(*number), end);
        }
    }

    /// Shows something in rows of its own, with its age in words. What was typed stands there.
    fn append(&mut self, shown: &Shown) {
        if !is_for_lines(shown) {
            return;
        }
        let text = sanitize(&shown.text()).into_owned();
        let text = match shown {
            Shown::Ticks { .. } => self.look.tick(&text),
            _ => text,
        };
        let is_copied = matches!(shown, Shown::Command(_));
        let columns = if is_copied { 0 } else { self.terminal.columns() };
        self.terminal.show(&painted(&text, &[], columns));
    }

    pub(in crate::client::front) fn is_full(&self) -> bool {
        self.terminal.is_full()
    }

    pub(in crate::client::front) fn mark(&self) -> u64 {
        self.terminal.outlet().mark()
    }

    pub(in crate::client::front) fn has_shown(&self, mark: u64) -> bool {
        self.terminal.outlet().has_written(mark)
    }

    pub(in crate::client::front) fn waits_for(&self, _: bool) -> Vec<(BorrowedFd<'_>, PollFlags)> {
        self.terminal.waits_for(self.lines.len() < LINES)
    }

    pub(in crate::client::front) fn handle_ready(
        &mut self,
        now: Instant,
        ready: &[PollFlags],
    ) -> bool {
        let is_row_empty = self.terminal.is_row_empty();
        let has_typed = self.terminal.handle_ready(now, ready);
        if has_typed {
            self.begun.handle_keys(now, is_row_empty);
        }
        if has_typed && std::mem::take(&mut self.unread) > 0 {
            self.tell_unread();
        }
        has_typed
    }

    /// The next thing that was typed. `expansion` says what a row becomes as soon as it is typed.
    pub(in crate::client::front) fn next(
        &mut self,
        is_wanted: bool,
        expansion: impl Fn(&str) -> Option<String>,
    ) -> Option<Typed> {
        while self.lines.len() < LINES
            && let Some(typed) = self.terminal.next(&expansion)
        {
            match typed {
                terminal::Typed::Line(line) => self.handle_line(line),
                terminal::Typed::Answered(answer) => {
                    // The answers stand in rows that nobody has counted.
                    self.sent.forget();
                    self.is_asked = false;
                    return Some(Typed::Answered(answer));
                }
                terminal::Typed::Complete => {
                    return Some(Typed::Complete(self.terminal.before_cursor().to_owned()));
                }
                terminal::Typed::Cancelled { has_line: true } => {}
                terminal::Typed::Cancelled { has_line: false } => {
                    self.give_up_lines();
                    return Some(Typed::Cancelled);
                }
                terminal::Typed::Interrupted => return Some(Typed::Interrupted),
                terminal::Typed::End => self.is_ended = true,
                terminal::Typed::Suspend => self.suspend(),
                terminal::Typed::Cleared => self.sent.forget(),
                terminal::Typed::TooLong => {
                    let text = "this line is too long, the rest of it was not taken";
                    self.show(&Shown::Refused(text.to_owned()));
                }
                terminal::Typed::Unsent => {
                    let text = "not sent: the line was cut at 16 KiB. An arrow key and Enter send \
                                what is in the row, Ctrl-U clears it";
                    self.show(&Shown::Refused(text.to_owned()));
                }
            }
        }
        if is_wanted && let Some((line, begun)) = self.lines.pop_front() {
            let is_overtaken = self.begun.is_overtaken(begun);
            return Some(if is_overtaken { Typed::Overtaken(line) } else { Typed::Line(Ok(line)) });
        }
        // Behind everything that was typed.
        let is_over = self.lines.is_empty() && std::mem::take(&mut self.is_ended);
        is_over.then_some(Typed::End)
    }

    pub(in crate::client::front) fn flush(&mut self) -> io::Result<()> {
        self.terminal.flush()
    }

    pub(in crate::client::front) fn poll_at(&self) -> Option<Instant> {
        self.terminal.poll_at()
    }

    pub(in crate::client::front) fn handle_timeout(&mut self, now: Instant) {
        self.terminal.handle_timeout(now);
    }

    pub(in crate::client::front) fn stop(&mut self) {
        self.sent.forget();
        self.terminal.stop();
    }

    pub(in crate::client::front) fn handle_continue(&mut self) {
        self.sent.forget();
        self.terminal.handle_continue();
    }

    /// A terminal may have wrapped its lines anew, so nothing is where it was.
    pub(in crate::client::front) fn handle_resize(&mut self) {
        self.sent.forget();
        self.terminal.handle_resize();
    }

    /// One word is written; of several, what they have in common, and otherwise a list is shown.
    pub(in crate::client::front) fn complete(&mut self, start: usize, words: &[String]) {
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

    pub(in crate::client::front) fn finish(&mut self) {
        self.give_up_lines();
        self.terminal.finish();
    }

    fn handle_line(&mut self, line: String) {
        if !line.trim().is_empty() && !is_secret(&line) {
            self.terminal.remember(&line);
            if let Some(told) = self.history.as_mut().and_then(|history| history.add(&line)) {
                self.show(&Shown::Note(told));
            }
        }
        self.lines.push_back((line, self.begun.take_line()));
    }

    /// Lines that were typed ahead are given up, and told, so that nobody takes them for said.
    fn give_up_lines(&mut self) {
        while let Some((line, _)) = self.lines.pop_front() {
            self.show(&Shown::Refused(format!("not sent: {}", without_password(&line))));
        }
    }

    fn suspend(&mut self) {
        self.sent.forget();
        if !self.terminal.suspend() {
            let text = "no shell is here that could continue this program";
            self.show(&Shown::Refused(text.to_owned()));
        }
    }
}
