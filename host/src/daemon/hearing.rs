//! What the loop waits for in one `poll`: signals, frames, answers of helper threads, operators.

use std::os::fd::AsFd;

use heapless::Vec;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::control::VISITORS;
use super::environment::HostEnvironment;
use super::tap::Tap;

/// Four descriptors that are there from the start, the control socket, and whoever has come to it.
const WATCHED: usize = 4 + 1 + VISITORS;

/// What has happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) signal: bool,
    /// The accounts file was read.
    pub(super) reading: bool,
    pub(super) hashes: bool,
    pub(super) tap: PollFlags,
    pub(super) control: bool,
}

impl HostEnvironment {
    /// Waits until something happens, for so long at most. What is gone is not waited for: it would
    /// say so at once, each time.
    pub(super) fn hear(
        &self,
        tap: &Tap,
        timeout: Option<&Timespec>,
    ) -> (Result<usize, Errno>, Heard) {
        let (has_hashes, has_tap) = (!self.hashing.is_lost(), self.lost.is_none());
        let own = [
            Some(self.signals.as_fd()),
            Some(self.keeper.as_fd()),
            has_hashes.then(|| self.hashing.as_fd()),
            has_tap.then(|| tap.as_fd()),
        ];
        let own = own.into_iter().flatten();
        let own = own.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN));
        let operators = self.control.iter().flat_map(|control| control.watched());
        let mut watched: Vec<PollFd<'_>, WATCHED> = own.chain(operators).collect();
        let polled = poll(&mut watched, timeout);
        let mut told = watched.iter().map(PollFd::revents);
        let mut next = |is_watched: bool| match is_watched {
            true => told.next().unwrap_or(PollFlags::empty()),
            false => PollFlags::empty(),
        };
        let heard = Heard {
            signal: !next(true).is_empty(),
            reading: !next(true).is_empty(),
            hashes: !next(has_hashes).is_empty(),
            tap: next(has_tap),
            control: told.any(|events| !events.is_empty()),
        };
        (polled, heard)
    }
}
