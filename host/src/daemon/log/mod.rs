//! All that the server says to people: its announcement on standard output, its log on standard
//! error or in the system's journal. Knows no stream itself: each has an [`Outlet`], so that the
//! loop never waits for a reader.

mod events;
mod flood;
mod journal;
mod level;
mod line;
mod notices;
mod outlet;
mod ring;

use std::env;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use smolchat_core::time::Duration;

pub use events::{EVENTS, EventForm};
pub(crate) use events::{EventKind, Field};
use flood::{Floods, More};
use journal::Journal;
pub(crate) use level::Level;
pub(crate) use line::Value;
use outlet::{Outlet, Style};

/// Bytes that wait for somebody to read them: of the log, and of the announcement.
const LOG: usize = 64 * 1024;
const ANNOUNCEMENT: usize = 16 * 1024;
/// Where the system's journal is, if not in its usual place.
const JOURNAL_SOCKET: &str = "SMOLCHAT_JOURNAL_SOCKET";

/// The log.
#[derive(Debug)]
pub(super) struct Log {
    outlet: Outlet,
    level: Level,
    is_journal: bool,
    floods: Floods,
    /// The names of the server's doors, in the order of its services.
    pub(super) doors: &'static [&'static str],
}

impl Log {
    /// The log: in the journal if the standard error leads there, and otherwise on the standard
    /// error. `named` is the level that somebody asked for, and `verbose` how often somebody asked
    /// for more.
    ///
    /// # Errors
    /// The system refuses a thread or a descriptor.
    pub(super) fn open(named: Option<Level>, verbose: u8) -> io::Result<Self> {
        let stream = io::stderr().as_fd().try_clone_to_owned()?;
        let is_journal = leads_to_journal(&stream);
        let style = match is_journal {
            true => Style::Journal(Journal::at(&journal_socket())?),
            false => Style::Lines,
        };
        Ok(Log {
            outlet: Outlet::open(stream, LOG, style)?,
            level: Level::chosen(named, verbose, is_journal),
            is_journal,
            floods: Floods::new(flood::ROWS),
            doors: &[],
        })
    }

    /// Tells an event, if somebody wants to read it, and if its source has not told too much.
    pub(super) fn event(&mut self, kind: EventKind, values: &[Value<'_>]) {
        self.event_from(kind, None, values);
    }

    /// The same of an event that somebody at an address has caused.
    fn event_from(&mut self, kind: EventKind, from: Option<IpAddr>, values: &[Value<'_>]) {
        let form = kind.form();
        debug_assert!(is_of(values, form.fields), "{kind:?} tells what its row does not have");
        if form.level > self.level {
            return;
        }
        self.tell_floods();
        if self.floods.admit(kind, from, uptime()) {
            self.say(form.level, kind, values);
        }
    }

    /// Whether it goes to the journal.
    pub(super) fn is_journal(&self) -> bool {
        self.is_journal
    }

    /// A warning of another kind.
    pub(super) fn warn(&mut self, reason: fmt::Arguments<'_>) {
        self.event(EventKind::Warning, &[(Field::Reason, &reason)]);
    }

    /// Tells how many events were not told one by one, once their minute is over. Answers in how
    /// long to come back.
    pub(super) fn tell_floods(&mut self) -> Option<Duration> {
        let now = uptime();
        while let Some(more) = self.floods.next(now) {
            self.say_more(&more);
        }
        self.floods.due().map(|due| Duration::from_millis(due.saturating_sub(now)))
    }

    fn say_more(&mut self, &More { kind, source, count }: &More) {
        let (event, count) = ((Field::Event, &kind.form().name as _), (Field::Count, &count as _));
        let level = kind.form().level;
        match &source {
            Some(from) => self.say(level, EventKind::More, &[event, (Field::From, from), count]),
            None => self.say(level, EventKind::More, &[event, count]),
        }
    }

    fn say(&mut self, level: Level, kind: EventKind, values: &[Value<'_>]) {
        let form = kind.form();
        if self.is_journal {
            self.outlet.say(&[line::record(level, form, values).as_bytes()]);
        } else {
            self.outlet.say(&[line::timed(Timestamp::now(), level, form, values).as_bytes()]);
        }
    }

    /// How it went, at the end, for whoever asked for a log.
    pub(super) fn sum_up(&mut self, text: &str) {
        for line in text.lines() {
            self.event(EventKind::Counters, &[(Field::Reason, &line)]);
        }
    }
}

impl Drop for Log {
    /// Tells what was counted and not told.
    fn drop(&mut self) {
        while let Some(more) = self.floods.next(u64::MAX) {
            self.say_more(&more);
        }
    }
}

/// Whether values are those of an event, in its order. Some may be missing.
fn is_of(values: &[Value<'_>], mut fields: &[Field]) -> bool {
    values.iter().all(|(field, _)| {
        let at = fields.iter().position(|other| other == field);
        at.is_some_and(|at| {
            fields = &fields[at + 1..];
            true
        })
    })
}

fn leads_to_journal(stream: &OwnedFd) -> bool {
    journal::is_journal(env::var_os("JOURNAL_STREAM").as_deref(), stream.as_fd())
}

fn journal_socket() -> PathBuf {
    env::var_os(JOURNAL_SOCKET).map_or_else(|| journal::SOCKET.into(), PathBuf::from)
}

/// Milliseconds of a clock that nobody sets.
fn uptime() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1000 + now.tv_nsec.cast_unsigned() / 1_000_000
}

/// The standard output.
#[derive(Debug)]
pub(super) struct Output(Outlet);

impl Output {
    /// The standard output, at the start only, so printing to it may allocate.
    ///
    /// # Errors
    /// The system refuses a thread or a descriptor.
    pub(super) fn open() -> io::Result<Self> {
        let stream = io::stdout().as_fd().try_clone_to_owned()?;
        Ok(Output(Outlet::open(stream, ANNOUNCEMENT, Style::Plain)?))
    }

    /// Says whole lines.
    pub(super) fn say(&self, text: &str) {
        self.0.say(&[text.as_bytes()]);
    }
}

/// Says on standard error why the server ended, and waits a second at most for somebody to read it.
/// The journal is told that it is an error.
pub fn complain(error: &dyn fmt::Display) {
    let mut text = format!("smolchatd: {error}\n");
    let stream = io::stderr().as_fd().try_clone_to_owned();
    if stream.as_ref().is_ok_and(leads_to_journal) {
        let priority = Level::Error.priority();
        text = text.lines().map(|line| format!("<{priority}>{line}\n")).collect();
    }
    match stream.and_then(|stream| Outlet::open(stream, text.len(), Style::Plain)) {
        Ok(outlet) => outlet.say(&[text.as_bytes()]),
        // Without a thread somebody may have to wait, and only the process's end does.
        Err(_) => drop(io::Write::write_all(&mut io::stderr(), text.as_bytes())),
    }
}
