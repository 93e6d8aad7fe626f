//! All that the server says to people: its announcement on standard output, its log and its
//! warnings on standard error. Knows no stream itself: each has an [`Outlet`], so that the loop
//! never waits for a reader.

mod outlet;
mod ring;

use std::fmt::{self, Write};
use std::io;
use std::os::fd::AsFd;

use smolchat_core::time::Duration;

use outlet::Outlet;

/// The longest line of the log.
const LINE: usize = 256;
/// The longest warning: it may name a file.
const WARNING: usize = 1024;
/// Bytes that wait for somebody to read them: of the log, and of the announcement.
const LOG: usize = 64 * 1024;
const ANNOUNCEMENT: usize = 16 * 1024;

/// The standard error.
#[derive(Debug)]
pub(super) struct Log {
    outlet: Outlet,
    is_verbose: bool,
}

impl Log {
    /// The log; nothing but warnings is in it unless it is to be verbose.
    ///
    /// # Errors
    /// The system refuses a thread or a descriptor.
    pub(super) fn open(is_verbose: bool) -> io::Result<Self> {
        Ok(Log {
            outlet: Outlet::open(io::stderr().as_fd().try_clone_to_owned()?, LOG)?,
            is_verbose,
        })
    }

    /// Prints an event with the time since the start, if the log is verbose.
    pub(super) fn note(&self, elapsed: Duration, message: fmt::Arguments<'_>) {
        if self.is_verbose {
            let millis = elapsed.as_millis();
            self.line::<LINE>(format_args!("{:6}.{:03} {message}", millis / 1000, millis % 1000));
        }
    }

    /// Prints a warning, verbose or not: something is not as it should be.
    pub(super) fn warn(&self, message: fmt::Arguments<'_>) {
        self.line::<WARNING>(format_args!("smolchatd: {message}"));
    }

    fn line<const MAX: usize>(&self, message: fmt::Arguments<'_>) {
        let mut line = heapless::String::<MAX>::new();
        // A line that is too long is cut; the newline is said on its own.
        let _ = line.write_fmt(message);
        self.outlet.say(&[line.as_bytes(), b"\n"]);
    }

    /// How it went, at the end, for whoever asked for a log.
    pub(super) fn sum_up(&self, text: &str) {
        if self.is_verbose {
            self.outlet.say(&[text.as_bytes(), b"\n"]);
        }
    }
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
        Ok(Output(Outlet::open(io::stdout().as_fd().try_clone_to_owned()?, ANNOUNCEMENT)?))
    }

    /// Says whole lines.
    pub(super) fn say(&self, text: &str) {
        self.0.say(&[text.as_bytes()]);
    }
}

/// Says on standard error why the server ended, and waits a second at most for somebody to read it.
pub fn complain(error: &dyn fmt::Display) {
    let line = format!("smolchatd: {error}\n");
    let stream = io::stderr().as_fd().try_clone_to_owned();
    match stream.and_then(|stream| Outlet::open(stream, line.len())) {
        Ok(outlet) => outlet.say(&[line.as_bytes()]),
        // Without a thread somebody may have to wait, and only the process's end does.
        Err(_) => drop(io::Write::write_all(&mut io::stderr(), line.as_bytes())),
    }
}
