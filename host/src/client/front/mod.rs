//! Where the client meets whoever uses it: a person at a terminal, or a script. Both bring what is
//! typed and take what is shown. Nothing here waits.

mod begun;
mod json;
mod look;
mod person;
mod script;
mod sent;
mod taste;

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use rustix::event::PollFlags;

use super::home::History;
use super::lines::Line;
use super::shown::Shown;
pub(crate) use super::terminal::{Answer, Question, Trust};
pub(crate) use person::Person;
pub(crate) use script::Script;
pub(crate) use taste::Taste;

/// Something that was typed, or read from a script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// A line, or something that is none.
    Line(Line),
    /// A line that was begun before the prompt fell back to another.
    Overtaken(String),
    /// The answer to a question; `None` if nobody wants to answer.
    Answered(Option<Answer>),
    /// The word before the cursor is to be completed; the row up to there.
    Complete(String),
    /// Ctrl-C in an empty row: what waits is given up.
    Cancelled,
    /// The program is to end, though nothing was asked.
    Interrupted,
    /// Nothing more comes.
    End,
}

/// Who uses the client.
#[derive(Debug)]
pub(crate) enum Front {
    /// A person, at a terminal that is edited on.
    Person(Box<Person>),
    /// A script, or a person at a terminal that only takes and shows lines.
    Script(Box<Script>),
}

/// Hands a call through to whoever is there.
macro_rules! both {
    ($front:expr, $own:ident => $call:expr) => {
        match $front {
            Front::Person($own) => $call,
            Front::Script($own) => $call,
        }
    };
}

impl Front {
    /// Lines are wanted from now on.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        both!(self, own => own.begin())
    }

    /// Typed lines come from there, and are kept there.
    pub(crate) fn keep_history(&mut self, history: Option<History>) {
        if let Front::Person(person) = self {
            person.keep_history(history);
        }
    }

    /// This stands before the line being typed.
    pub(crate) fn set_prompt(&mut self, prompt: &str) {
        if let Front::Person(person) = self {
            person.set_prompt(prompt);
        }
    }

    /// The same, and not by a command: a line that was begun before comes as [`Typed::Overtaken`].
    pub(crate) fn fall_back(&mut self, now: Instant, prompt: &str) {
        match self {
            Front::Person(person) => person.fall_back(now, prompt),
            Front::Script(script) => script.fall_back(),
        }
    }

    /// Asks a question. Its answer comes as [`Typed::Answered`].
    pub(crate) fn ask(&mut self, question: Question) -> io::Result<()> {
        both!(self, own => own.ask(question))
    }

    /// Shows something.
    pub(crate) fn show(&mut self, shown: &Shown) {
        both!(self, own => own.show(shown));
    }

    /// Whether so much waits to be shown that nothing more should be brought.
    pub(crate) fn is_full(&self) -> bool {
        both!(self, own => own.is_full())
    }

    /// The end of what was shown so far, for [`has_shown`](Self::has_shown).
    pub(crate) fn mark(&self) -> u64 {
        both!(self, own => own.mark())
    }

    /// Whether everything before `mark` is on its way out.
    pub(crate) fn has_shown(&self, mark: u64) -> bool {
        both!(self, own => own.has_shown(mark))
    }

    /// What is to be waited for. `is_wanted` says whether a line is.
    pub(crate) fn waits_for(&self, is_wanted: bool) -> Vec<(BorrowedFd<'_>, PollFlags)> {
        both!(self, own => own.waits_for(is_wanted))
    }

    /// What of [`waits_for`](Self::waits_for) has come, in its order. Whether a person typed.
    pub(crate) fn handle_ready(&mut self, now: Instant, ready: &[PollFlags]) -> bool {
        both!(self, own => own.handle_ready(now, ready))
    }

    /// The next thing that was typed. A line comes only if one `is_wanted`. `expansion` says what a
    /// row becomes as soon as it is typed.
    pub(crate) fn next(
        &mut self,
        is_wanted: bool,
        expansion: impl Fn(&str) -> Option<String>,
    ) -> Option<Typed> {
        match self {
            Front::Person(person) => person.next(is_wanted, expansion),
            Front::Script(script) => script.next(is_wanted),
        }
    }

    /// Writes as much as goes. An error means that nobody is there any more to see it.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        both!(self, own => own.flush())
    }

    /// When [`handle_timeout`](Self::handle_timeout) is due.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        match self {
            Front::Person(person) => person.poll_at(),
            Front::Script(script) => script.poll_at(),
        }
    }

    /// Whatever is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        both!(self, own => own.handle_timeout(now));
    }

    /// The program is to stop until somebody continues it.
    pub(crate) fn stop(&mut self) {
        both!(self, own => own.stop());
    }

    /// The program was continued.
    pub(crate) fn handle_continue(&mut self) {
        both!(self, own => own.handle_continue());
    }

    /// The window has another size.
    pub(crate) fn handle_resize(&mut self) {
        if let Front::Person(person) = self {
            person.handle_resize();
        }
    }

    /// Completes the word that begins at `start` by one of these.
    pub(crate) fn complete(&mut self, start: usize, words: &[String]) {
        if let Front::Person(person) = self {
            person.complete(start, words);
        }
    }

    /// Takes everything out, within a moment, and gives the terminal back.
    pub(crate) fn finish(&mut self) {
        both!(self, own => own.finish());
    }
}
