//! The signals that ask the server to stop, as bytes on a descriptor, so that one `poll` waits for
//! frames and for signals. Also the signals that must not end the server. At the end it takes the
//! handlers that stop the process away again.

use std::fs;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ};
use signal_hook::low_level::{pipe, unregister};

/// An ear for the wish that the server stop.
#[derive(Debug)]
pub(super) struct Stop {
    /// Readable once a signal has come.
    receiver: UnixStream,
    handlers: Vec<SigId>,
}

impl Stop {
    /// Listens from now on: to SIGTERM, SIGINT and SIGQUIT, and to SIGHUP unless whoever started
    /// the server shields it from that, as `nohup` does.
    ///
    /// # Errors
    /// The system refuses a descriptor or a handler.
    pub(super) fn listen() -> io::Result<Self> {
        let (receiver, sender) = UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        let mut stop = Stop { receiver, handlers: Vec::new() };
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        for signal in [SIGTERM, SIGINT, SIGQUIT, SIGHUP] {
            if signal != SIGHUP || !is_ignored(&status, signal) {
                stop.handlers.push(pipe::register(signal, sender.try_clone()?)?);
            }
        }
        Ok(stop)
    }

    /// Whether a signal has come since the last time.
    pub(super) fn take(&mut self) -> bool {
        let mut signals = [0; 64];
        self.receiver.read(&mut signals).is_ok_and(|count| count > 0)
    }
}

impl AsFd for Stop {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.receiver.as_fd()
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            unregister(handler);
        }
    }
}

/// From now on a file that may not become longer is an error of the write, and no signal that ends
/// the process. A stream whose reader is gone is one already: Rust's runtime ignores SIGPIPE.
///
/// # Errors
/// The system refuses a handler.
pub(super) fn outlive_file_limits() -> io::Result<()> {
    // Nobody looks whether it has come: the write says so.
    signal_hook::flag::register(SIGXFSZ, Arc::default()).map(drop)
}

/// Whether the process was started with `signal` ignored, by what the kernel tells of it
/// (proc_pid_status(5)).
fn is_ignored(status: &str, signal: i32) -> bool {
    let mut masks = status.lines().filter_map(|line| line.strip_prefix("SigIgn:"));
    let mask = masks.next().and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_tells_of_ignored_signals_is_understood() {
        let status = "Name:\tsmolchatd\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001001\n";
        assert!(is_ignored(status, SIGHUP));
        assert!(!is_ignored(status, SIGINT) && !is_ignored(status, SIGQUIT));
        for nothing in ["", "SigIgn:\t\n", "SigIgn:\t0000000000001000\n", "SigBlk:\t1\n"] {
            assert!(!is_ignored(nothing, SIGHUP), "{nothing}");
        }
        let own = fs::read_to_string("/proc/self/status").unwrap();
        assert!(is_ignored(&own, signal_hook::consts::SIGPIPE), "as Rust's runtime has it");
    }
}
