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
        ring(&self.bell);
        Ok(())
    }
}

/// So much is taken before the loop looks at the keys again ([`Input::weight`]).
const TURN: usize = 64;

/// What one turn of the loop may still take. Whoever floods the loop is heard a turn at a time.
#[derive(Debug)]
pub(crate) struct Turn {
    left: usize,
}

impl Turn {
    /// A turn that begins.
    pub(crate) fn new() -> Self {
        Turn { left: TURN }
    }
}

/// The loop's end: it takes what was told.
#[derive(Debug)]
pub(crate) struct Inputs {
    inputs: Receiver<Input>,
    bell: UnixStream,
    rings: Arc<UnixStream>,
}

impl Inputs {
    /// The next thing that was told, as far as the turn goes; what is left wakes again. Bytes on
    /// the bell are taken first, so a later one wakes, too.
    pub(crate) fn next(&mut self, turn: &mut Turn) -> Option<Input> {
        drain(&self.bell);
        if turn.left == 0 {
            ring(&self.rings);
            return None;
        }
        let input = self.inputs.try_recv().ok()?;
        turn.left = turn.left.saturating_sub(input.weight());
        Some(input)
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
    let rings = Arc::new(rings);
    let (sender, inputs) = channel();
    Ok((Events { inputs: sender, bell: rings.clone() }, Inputs { inputs, bell, rings }))
}

/// A socket that is written to in order to wake who polls the other one. Neither end ever waits.
pub(crate) fn bell() -> io::Result<(UnixStream, UnixStream)> {
    let (rings, bell) = UnixStream::pair()?;
    rings.set_nonblocking(true)?;
    bell.set_nonblocking(true)?;
    Ok((rings, bell))
}

/// Wakes who polls the other end.
fn ring(mut bell: &UnixStream) {
    // A full socket means that the other end is to wake already.
    let _ = bell.write(&[0]);
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
    use crate::client::peer::{BURST, LinkId, PeerEvent};

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
        assert_eq!(turn(&mut inputs), 3);
        assert!(!is_ringing(&inputs));
    }

    /// So much is taken in one turn.
    fn turn(inputs: &mut Inputs) -> usize {
        let mut turn = Turn::new();
        std::iter::from_fn(|| inputs.next(&mut turn)).map(|input| input.weight()).sum()
    }

    #[test]
    fn a_flood_is_taken_a_turn_at_a_time_and_what_is_left_wakes_at_once() {
        let (events, mut inputs) = events().unwrap();
        let lines = || {
            let (link, lines) = (LinkId(1), vec!["ping".to_owned(); BURST]);
            Input::Peer(PeerEvent::Lines { link, lines })
        };
        let (mut told, mut taken) = (0, 0);
        for number in 0..500 {
            let input = if number % 3 == 0 { lines() } else { unreachable_again() };
            told += input.weight();
            events.send(input).unwrap();
        }
        let mut turns = 0;
        while taken < told {
            assert!(is_ringing(&inputs), "{taken} of {told} were taken");
            let now = turn(&mut inputs);
            assert!((1..TURN + BURST).contains(&now), "{now} were taken at once");
            (taken, turns) = (taken + now, turns + 1);
        }
        assert!(turns >= told / (TURN + BURST));
        assert_eq!(turn(&mut inputs), 0);
        assert!(!is_ringing(&inputs));
    }

    fn unreachable_again() -> Input {
        Input::Unreachable { why: String::new(), is_refused: false }
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
