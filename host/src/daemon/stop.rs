//! SIGTERM and SIGINT as bytes on a descriptor, so that one `poll` waits for frames and for them.
//! Touches the process's signal handlers, and takes its own away again at the end.

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use signal_hook::SigId;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::{pipe, unregister};

/// An ear for the wish that the server stop.
#[derive(Debug)]
pub(super) struct Stop {
    /// Readable once a signal has come.
    receiver: UnixStream,
    handlers: [SigId; 2],
}

impl Stop {
    pub(super) fn listen() -> io::Result<Self> {
        let (receiver, sender) = UnixStream::pair()?;
        receiver.set_nonblocking(true)?;
        let interrupt = pipe::register(SIGINT, sender.try_clone()?)?;
        let terminate = pipe::register(SIGTERM, sender)?;
        Ok(Stop { receiver, handlers: [interrupt, terminate] })
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
        for handler in self.handlers {
            unregister(handler);
        }
    }
}
