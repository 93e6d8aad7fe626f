//! Bytes on their way out to a terminal, a pipe or a file: a queue, written as far as it goes
//! without waiting. So whoever stops reading stops nothing but the queue.

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, write};

/// The caller brings no more while so many bytes wait.
const FULL: usize = 16 * 1024;
/// A descriptor that may wait takes at least so many bytes once it is ready: the least `PIPE_BUF`
/// that POSIX allows.
const CAREFUL: usize = 512;

/// A queue of bytes and where they go.
#[derive(Debug)]
pub(crate) struct Outlet {
    fd: OwnedFd,
    /// Writes never wait. Otherwise each is small, and made only when it is known to go.
    is_nonblocking: bool,
    queue: VecDeque<u8>,
    /// Bytes that went out, in all.
    written: u64,
}

impl Outlet {
    /// An outlet to what `fd` leads to.
    ///
    /// It is opened anew where that is possible: whether writes wait is a property of the open
    /// file, which others share, such as the shell.
    pub(crate) fn to(fd: impl AsFd) -> io::Result<Self> {
        let own = fd.as_fd().try_clone_to_owned()?;
        let (fd, is_nonblocking) = match reopen(&own, OFlags::WRONLY) {
            Some(fd) => (fd, true),
            None => (own, false),
        };
        Ok(Outlet { fd, is_nonblocking, queue: VecDeque::new(), written: 0 })
    }

    /// Queues bytes behind all others.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.queue.extend(bytes);
    }

    /// Drops what waits: nobody reads it.
    pub(crate) fn clear(&mut self) {
        self.written += self.queue.len() as u64;
        self.queue.clear();
    }

    /// Whether so much waits that nothing more should be brought.
    pub(crate) fn is_full(&self) -> bool {
        self.queue.len() >= FULL
    }

    /// Whether something waits.
    pub(crate) fn is_pending(&self) -> bool {
        !self.queue.is_empty()
    }

    /// The end of what was queued so far, for [`has_written`](Self::has_written).
    pub(crate) fn mark(&self) -> u64 {
        self.written + self.queue.len() as u64
    }

    /// Whether everything before `mark` is out.
    pub(crate) fn has_written(&self, mark: u64) -> bool {
        self.written >= mark
    }

    /// Writes as much as goes without waiting. An error means that nobody will read any more.
    pub(crate) fn write(&mut self) -> io::Result<()> {
        while self.is_pending() && (self.is_nonblocking || self.is_ready()) {
            let (first, _) = self.queue.as_slices();
            let most = if self.is_nonblocking { first.len() } else { CAREFUL.min(first.len()) };
            match write(&self.fd, &first[..most]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.queue.drain(..count);
                    self.written += count as u64;
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Writes everything, but waits no longer than until `deadline`.
    pub(crate) fn finish(&mut self, deadline: Instant) -> io::Result<()> {
        loop {
            self.write()?;
            let left = deadline.saturating_duration_since(Instant::now());
            if !self.is_pending() || left.is_zero() {
                return Ok(());
            }
            self.wait(left);
        }
    }

    fn is_ready(&self) -> bool {
        self.wait(Duration::ZERO)
    }

    fn wait(&self, longest: Duration) -> bool {
        let longest = Timespec {
            tv_sec: longest.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: longest.subsec_nanos().into(),
        };
        let mut fds = [PollFd::new(&self.fd, PollFlags::OUT)];
        poll(&mut fds, Some(&longest)).is_ok_and(|count| count > 0)
    }
}

impl AsFd for Outlet {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

/// What `fd` leads to, opened anew so that neither reads nor writes wait. `None` where that is not
/// allowed, or where it is no terminal and no pipe.
pub(crate) fn reopen(fd: impl AsFd, how: OFlags) -> Option<OwnedFd> {
    use std::os::fd::AsRawFd;
    let fd = fd.as_fd();
    let kind = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(fd).ok()?.st_mode);
    let is_stream = kind.is_fifo() || rustix::termios::isatty(fd);
    let path = format!("/dev/fd/{}", fd.as_raw_fd());
    let how = how | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    is_stream.then(|| open(path, how, Mode::empty()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_pipe_that_nobody_reads_takes_what_it_can_and_the_rest_waits() {
        let (mut reader, writer) = io::pipe().unwrap();
        for is_nonblocking in [true, false] {
            let mut outlet = Outlet::to(&writer).unwrap();
            outlet.is_nonblocking &= is_nonblocking;
            outlet.push(&[7; 200_000]);
            let mark = outlet.mark();
            outlet.write().unwrap();
            assert!(outlet.is_pending() && outlet.is_full() && !outlet.has_written(mark));
            let mut taken = 0;
            let mut bytes = [0; 4096];
            while taken < 200_000 {
                taken += reader.read(&mut bytes).unwrap();
                outlet.write().unwrap();
            }
            assert!(!outlet.is_pending() && outlet.has_written(mark));
            assert_eq!(taken, 200_000);
        }
    }

    #[test]
    fn a_pipe_that_is_closed_is_an_error_and_so_is_a_full_disk() {
        let (reader, writer) = io::pipe().unwrap();
        let mut outlet = Outlet::to(&writer).unwrap();
        drop(reader);
        outlet.push(b"hi");
        assert!(outlet.write().is_err());
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut outlet = Outlet::to(&full).unwrap();
        outlet.push(b"hi");
        assert!(outlet.write().is_err());
    }

    #[test]
    fn the_last_words_wait_no_longer_than_they_may() {
        let (_reader, writer) = io::pipe().unwrap();
        let mut outlet = Outlet::to(&writer).unwrap();
        outlet.push(&[7; 200_000]);
        outlet.finish(Instant::now() + Duration::from_millis(1)).unwrap();
        assert!(outlet.is_pending());
    }
}
