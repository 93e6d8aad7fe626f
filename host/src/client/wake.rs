//! What other threads tell the event loop: a channel, and a socket that wakes the loop's poll. So
//! the loop waits in one place only.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SendError, Sender, channel};

use super::event::Input;

/// A thread's end: it tells what happened.
#[derive(Clone, Debug)]
pub(crate) struct Events {
    inputs: Sender<Input>,
    bell: Arc<UnixStream>,
}

impl Events {
    /// Tells the event loop, and wakes it.
    ///
    /// # Errors
    /// The loop has ended, and nobody is left to tell.
    pub(crate) fn send(&self, input: Input) -> Result<(), SendError<Input>> {
        self.inputs.send(input)?;
        // A full socket means that the loop is to wake already.
        let _ = (&*self.bell).write(&[0]);
        Ok(())
    }
}

/// The loop's end: it takes what was told.
#[derive(Debug)]
pub(crate) struct Inputs {
    inputs: Receiver<Input>,
    bell: UnixStream,
}

impl Inputs {
    /// The next thing that was told. Bytes on the bell are taken first, so a later one wakes again.
    pub(crate) fn next(&mut self) -> Option<Input> {
        drain(&self.bell);
        self.inputs.try_recv().ok()
    }

    /// The next thing that is told within this time.
    #[cfg(test)]
    pub(crate) fn wait(&self, longest: std::time::Duration) -> Option<Input> {
        self.inputs.recv_timeout(longest).ok()
    }
}

impl AsFd for Inputs {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.bell.as_fd()
    }
}

/// Both ends.
pub(crate) fn events() -> io::Result<(Events, Inputs)> {
    let (rings, bell) = bell()?;
    let (sender, inputs) = channel();
    Ok((Events { inputs: sender, bell: Arc::new(rings) }, Inputs { inputs, bell }))
}

/// A socket that is written to in order to wake who polls the other one. Neither end ever waits.
pub(crate) fn bell() -> io::Result<(UnixStream, UnixStream)> {
    let (rings, bell) = UnixStream::pair()?;
    rings.set_nonblocking(true)?;
    bell.set_nonblocking(true)?;
    Ok((rings, bell))
}

/// Takes what rang.
pub(crate) fn drain(mut bell: &UnixStream) {
    let mut bytes = [0; 64];
    // Nothing more to take, or an interruption: both end it.
    while bell.read(&mut bytes).is_ok_and(|count| count == bytes.len()) {}
}

#[cfg(test)]
mod tests {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;

    fn is_ringing(inputs: &Inputs) -> bool {
        let mut fds = [PollFd::new(inputs, PollFlags::IN)];
        poll(&mut fds, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })).unwrap() == 1
    }

    #[test]
    fn whatever_is_told_wakes_and_is_taken_in_order() {
        let (events, mut inputs) = events().unwrap();
        assert!(!is_ringing(&inputs));
        for _ in 0..3 {
            events.send(Input::Unreachable { why: String::new(), is_refused: false }).unwrap();
        }
        assert!(is_ringing(&inputs));
        let taken = std::iter::from_fn(|| inputs.next()).count();
        assert_eq!(taken, 3);
        assert!(!is_ringing(&inputs));
    }

    #[test]
    fn a_bell_that_nobody_hears_stops_nobody() {
        let (events, inputs) = events().unwrap();
        for _ in 0..100_000 {
            events.send(Input::Unreachable { why: String::new(), is_refused: false }).unwrap();
        }
        drop(inputs);
        assert!(events.send(Input::Unreachable { why: String::new(), is_refused: false }).is_err());
    }
}
