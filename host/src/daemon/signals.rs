//! The signals that ask the server for something, as bytes on a descriptor, so that one `poll`
//! waits for frames and for signals. Also the signals that must do no harm. At the end it takes the
//! handlers away again.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::termios::tcgetattr;
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXFSZ};
use signal_hook::flag;
use signal_hook::low_level::{pipe, unregister};

/// What somebody asks for by a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end.
    Stop,
    /// To read the accounts again.
    Reload,
}

/// An ear for signals.
#[derive(Debug)]
pub(super) struct Signals {
    /// Readable once a signal has come.
    receiver: UnixStream,
    stop: Arc<AtomicBool>,
    reload: Arc<AtomicBool>,
    handlers: Vec<SigId>,
    /// The terminal from which the server was started, if there is one.
    terminal: Option<File>,
}

impl Signals {
    /// Listens from now on: to SIGTERM and SIGINT, and to SIGHUP unless whoever started the server
    /// shields it from that, as `nohup` does. SIGQUIT, SIGUSR1 and SIGUSR2 do nothing.
    ///
    /// # Errors
    /// The system refuses a descriptor or a handler.
    pub(super) fn listen() -> io::Result<Self> {
        let (receiver, sender) = UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        let mut signals = Signals {
            receiver,
            stop: Arc::default(),
            reload: Arc::default(),
            handlers: Vec::new(),
            terminal: File::open("/dev/tty").ok(),
        };
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        for (signal, asked) in
            [(SIGTERM, Asked::Stop), (SIGINT, Asked::Stop), (SIGHUP, Asked::Reload)]
        {
            if signal != SIGHUP || !is_ignored(&status, signal) {
                signals.hear(signal, asked, &sender)?;
            }
        }
        for signal in [SIGQUIT, SIGUSR1, SIGUSR2] {
            // Nobody looks whether it has come.
            signals.handlers.push(flag::register(signal, Arc::default())?);
        }
        Ok(signals)
    }

    fn hear(&mut self, signal: i32, asked: Asked, sender: &UnixStream) -> io::Result<()> {
        let flag = match asked {
            Asked::Stop => &self.stop,
            Asked::Reload => &self.reload,
        };
        // The flag is up before the byte comes.
        self.handlers.push(flag::register(signal, flag.clone())?);
        self.handlers.push(pipe::register(signal, sender.try_clone()?)?);
        Ok(())
    }

    /// What was asked for since the last time. To end outweighs all else.
    ///
    /// A terminal that is closed sends SIGHUP to whoever was started from it. Nobody asked for
    /// anything then: the server ends, as its owner has gone.
    pub(super) fn take(&mut self) -> Option<Asked> {
        let mut bytes = [0; 64];
        let _ = self.receiver.read(&mut bytes);
        if self.stop.swap(false, Ordering::SeqCst) {
            return Some(Asked::Stop);
        }
        let hung_up = self.reload.swap(false, Ordering::SeqCst);
        hung_up.then(|| if self.has_lost_terminal() { Asked::Stop } else { Asked::Reload })
    }

    fn has_lost_terminal(&self) -> bool {
        self.terminal.as_ref().is_some_and(|terminal| tcgetattr(terminal).is_err())
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.receiver.as_fd()
    }
}

impl Drop for Signals {
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
    flag::register(SIGXFSZ, Arc::default()).map(drop)
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
