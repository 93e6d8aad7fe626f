//! Signals as values. A handler only sets a flag and rings; the event loop asks what came.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::{flag, low_level};

use super::wake::{bell, drain};

/// What somebody outside wants of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// SIGTERM: end, as asked.
    End,
    /// SIGHUP: the terminal is gone.
    Hangup,
    /// SIGINT or SIGQUIT: end, interrupted.
    Interrupt,
    /// SIGTSTP: stop until SIGCONT.
    Suspend,
    /// SIGCONT: go on. Whoever had the terminal meanwhile may have left it in other modes.
    Continue,
    /// SIGWINCH: the window has another size.
    Resized,
}

const SIGNALS: [(i32, Signal); 7] = [
    (SIGTERM, Signal::End),
    (SIGHUP, Signal::Hangup),
    (SIGINT, Signal::Interrupt),
    (SIGQUIT, Signal::Interrupt),
    (SIGTSTP, Signal::Suspend),
    (SIGCONT, Signal::Continue),
    (SIGWINCH, Signal::Resized),
];

/// The signals that came and were not asked for yet.
#[derive(Debug)]
pub(crate) struct Signals {
    flags: [Arc<AtomicBool>; SIGNALS.len()],
    bell: UnixStream,
}

impl Signals {
    /// Catches signals from now on.
    pub(crate) fn catch() -> io::Result<Self> {
        let (rings, bell) = bell()?;
        let flags: [Arc<AtomicBool>; SIGNALS.len()] = Default::default();
        for ((number, _), caught) in SIGNALS.iter().zip(&flags) {
            // The flag stands before the bell rings.
            flag::register(*number, caught.clone())?;
            low_level::pipe::register(*number, rings.try_clone()?)?;
        }
        Ok(Signals { flags, bell })
    }

    /// The next signal that came. Many of one kind are one.
    pub(crate) fn next(&mut self) -> Option<Signal> {
        drain(&self.bell);
        let mut caught = SIGNALS.iter().zip(&self.flags);
        let (signal, _) = caught.find(|(_, flag)| flag.swap(false, Ordering::SeqCst))?;
        Some(signal.1)
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}

/// Stops this process as SIGTSTP would if nobody caught it, until SIGCONT comes. An error where it
/// cannot be stopped.
pub(crate) fn stop() -> io::Result<()> {
    low_level::emulate_default_handler(SIGTSTP)
}
