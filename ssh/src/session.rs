//! One session: how its bytes move between the transport below, its runner, and the plain bytes
//! that the server reads and writes. Knows no other session.

use smolchat_core::carrier::{Attempt, End, Receipt, Ring, Verdict};
use smolchat_core::time::Instant;
use smolchat_core::transport::Transport;
use sunset::{ChanData, Runner, Server};

use crate::dispatch::{Answers, Asked, PRELUDE, Peer, drain};
use crate::guard::{Guard, Limits};
use crate::reclaim::Reclaimed;
use crate::round::{Progress, Round};
use crate::sizes::{Sizes, TooSmall};

/// Bytes that a runner is given at once. They pass over the stack.
const PIECE: usize = 256;

/// Pieces that one call gives to a runner. So a busy peer does not keep the loop.
const PIECES_MAX: usize = 32;

/// One SSH session in lent memory. As a [`Transport`] it has the plain bytes of its channel.
///
/// A caller opens it, calls [`progress`](Session::progress) whenever the transport below has news
/// and after the server has read or written, and closes it when its TCP connection is over. The
/// server hears of the connection once [`asked`](Session::asked) tells what the peer wants.
#[derive(Debug, Default)]
pub struct Session<'s> {
    runner: Reclaimed<'s>,
    pub(crate) received: Ring<'s>,
    pub(crate) sending: Ring<'s>,
    peer: Peer,
    /// Bytes of [`PRELUDE`] that the server has not read.
    pub(crate) unread_prelude: usize,
    /// Nothing more comes on the channel.
    pub(crate) has_ended: bool,
    pub(crate) receipt: Receipt,
    /// Bytes that the runner has of the packet that it waits for.
    partial: usize,
    /// Since when requests and replies wait for each other.
    stuck_since: Option<Instant>,
    end: Option<End>,
}

impl<'s> Session<'s> {
    /// A session that is closed, over the memory of its buffers. What `memory` has beyond
    /// [`Sizes::total`] is not used.
    pub fn new(memory: &'s mut [u8], sizes: &Sizes) -> Result<Self, TooSmall> {
        sizes.check()?;
        let (input, memory) = memory.split_at_mut_checked(sizes.input).ok_or(TooSmall)?;
        let (output, memory) = memory.split_at_mut_checked(sizes.output).ok_or(TooSmall)?;
        let (received, memory) = memory.split_at_mut_checked(sizes.received).ok_or(TooSmall)?;
        let sending = memory.get_mut(..sizes.sending).ok_or(TooSmall)?;
        Ok(Session {
            runner: Reclaimed::new(input, output),
            received: Ring::new(received),
            sending: Ring::new(sending),
            ..Session::default()
        })
    }

    /// A connection begins. Nothing of an earlier connection is left.
    pub fn open(&mut self, now: Instant) {
        self.close();
        self.peer.guard = Guard::new(now);
        self.runner.start();
    }

    /// The connection is over. Its keys and its bytes are overwritten.
    pub fn close(&mut self) {
        self.runner.stop();
        self.received.clear();
        self.sending.clear();
        self.peer = Peer::default();
        self.receipt = Receipt::default();
        (self.unread_prelude, self.has_ended, self.end) = (0, false, None);
        (self.partial, self.stuck_since) = (0, None);
    }

    /// The user that the peer has proved to be, by the number of [`Verdict::Admit`]; `None` for a
    /// peer that has not logged in, and for a guest.
    pub fn user(&self) -> Option<u16> {
        self.peer.user
    }

    /// Whether the user's session may begin: everything that comes before it was read.
    pub fn is_prepared(&self) -> bool {
        self.peer.asked.is_some() && self.unread_prelude == 0
    }

    /// The name of the user that the peer has proved to be.
    pub fn name(&self) -> Option<&str> {
        self.peer.user.map(|_| self.peer.name.as_str())
    }

    /// Whether the peer has exchanged keys.
    pub(crate) fn has_keys(&self) -> bool {
        self.peer.guard.has_keys()
    }

    /// Whether the peer's window may have another size since the last call.
    pub(crate) fn take_resized(&mut self) -> bool {
        core::mem::take(&mut self.peer.has_resized)
    }

    /// Whether plain bytes wait to be put into packets.
    pub(crate) fn has_plain(&self) -> bool {
        !self.sending.is_empty()
    }

    /// What the peer asked for, once it may read and write plain bytes.
    pub fn asked(&self) -> Option<Asked> {
        self.peer.asked
    }

    /// Whether plain bytes may be written.
    pub(crate) fn is_open(&self) -> bool {
        self.end.is_none() && self.peer.asked.is_some()
    }

    /// Whether something is still to be handed to the transport below.
    pub fn is_sending(&self) -> bool {
        !self.sending.is_empty() || self.has_outgoing()
    }

    /// When [`progress`](Self::progress) must be called even without news.
    pub fn poll_at(&self, now: Instant, limits: &Limits) -> Option<Instant> {
        if self.end.is_some() || !self.runner.runs() {
            None
        } else if self.peer.asked.is_none() {
            let deadline = self.peer.guard.deadline(limits);
            Some(self.peer.refusal.map_or(deadline, |refusal| refusal.min(deadline)))
        } else {
            let rest = Some(self.peer.guard.rests_until(limits)).filter(|until| *until > now);
            let stuck = self.stuck_since.map(|since| since + limits.stuck_timeout);
            [rest, stuck].into_iter().flatten().min()
        }
    }

    /// Moves everything that can move: packets in, events to their answers, plain bytes to both
    /// sides, packets out. `login` answers each [`Attempt`]. An error is the end, and comes again
    /// at every further call.
    ///
    /// Work is bounded: a few kilobytes, and as many packets of a peer without the chat as
    /// [`Round::steps`] has left.
    pub fn progress<T: Transport>(
        &mut self,
        round: &mut Round<'_>,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Progress, End> {
        let closed = if self.runner.runs() { None } else { Some(End::Closed) };
        if let Some(end) = self.end.or(closed) {
            return Err(end);
        }
        let outcome = self.run(round, below, login);
        let outcome = self.watch(round, below).and(outcome);
        if let Err(end) = outcome {
            // The refusal of a last attempt is still told.
            _ = self.flush(below);
            self.end = Some(end);
        }
        let outgoing = self.runner.with(|runner| runner.output_buf().len()).unwrap_or(0);
        self.receipt.update(outgoing, below.unacknowledged());
        outcome
    }

    fn run<T: Transport>(
        &mut self,
        round: &mut Round<'_>,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Progress, End> {
        if self.peer.asked.is_none() && round.now >= self.peer.guard.deadline(round.limits) {
            return Err(End::LoginTimeout);
        }
        let Round { now, host_key, limits, .. } = *round;
        let mut answers = Answers { now, host_key, limits, login };
        for _ in 0..PIECES_MAX {
            let peer = &mut self.peer;
            let had_asked = peer.asked.is_some();
            self.runner
                .with(|runner| drain(runner, peer, &mut answers))
                .ok_or(End::Closed)
                .flatten()?;
            if !had_asked && self.peer.asked == Some(Asked::Client) {
                // The peer's own bytes come behind it. A peer whose bytes came before it asked for
                // anything does not keep to the protocol.
                if !self.received.is_empty() {
                    return Err(End::Protocol);
                }
                self.unread_prelude = self.received.push(PRELUDE);
            }
            self.move_plain()?;
            self.flush(below)?;
            if let Some(progress) = self.feed(round, below)? {
                return Ok(progress);
            }
        }
        Ok(Progress::Again)
    }

    /// Moves plain bytes between the channel and the two rings. What finds no room stays where it
    /// is, and so its sender waits.
    fn move_plain(&mut self) -> Result<(), End> {
        let Session { runner, received, sending, peer, receipt, has_ended, .. } = self;
        let Some(channel) = &peer.channel else { return Ok(()) };
        let moved = runner.with(|runner| -> sunset::Result<bool> {
            while received.room() > 0 && !runner.is_channel_eof(channel) {
                let count = runner.read_channel(channel, ChanData::Normal, received.tail())?;
                if count == 0 {
                    break;
                }
                received.append(count);
            }
            if runner.is_channel_closed(channel) {
                // The peer hears no more. Its receipt still lacks these bytes.
                sending.clear();
            }
            while !sending.is_empty() {
                let count = runner.write_channel(channel, ChanData::Normal, sending.first())?;
                if count == 0 {
                    break;
                }
                sending.consume(count);
                receipt.pack(count);
            }
            Ok(runner.is_channel_eof(channel))
        });
        match moved {
            Some(Ok(is_eof)) => *has_ended |= is_eof,
            Some(Err(_)) => return Err(End::Protocol),
            None => {}
        }
        Ok(())
    }

    /// Hands packets to the transport below while it has room.
    fn flush<T: Transport>(&mut self, below: &mut T) -> Result<(), End> {
        let Session { runner, receipt, .. } = self;
        let flushed = runner.with(|runner| {
            loop {
                let packets = runner.output_buf();
                let count = packets.len().min(below.room());
                if count == 0 {
                    return Ok(());
                }
                let taken = below.write(&packets[..count]).map_err(|_| End::Closed)?;
                if taken == 0 {
                    return Ok(());
                }
                runner.consume_output(taken);
                receipt.hand(taken);
            }
        });
        flushed.unwrap_or(Ok(()))
    }

    /// Gives the runner one piece of what came. `None` if it took something; otherwise what the
    /// session waits for.
    fn feed<T: Transport>(
        &mut self,
        round: &mut Round<'_>,
        below: &mut T,
    ) -> Result<Option<Progress>, End> {
        let is_stranger = self.peer.asked.is_none();
        self.has_ended |= below.has_ended() && below.received() == 0 && self.held() == 0;
        if self.peer.is_undecided {
            // Until the server comes back. Whoever hangs up meanwhile keeps neither its place nor
            // its turn.
            return if below.has_ended() { Err(End::Closed) } else { Ok(Some(Progress::Rest)) };
        }
        if self.has_outgoing() || round.now < self.peer.guard.rests_until(round.limits) {
            // While something waits to go out, nothing is read. `sunset` has room for ten answers
            // that wait, and gives the session up at the next.
            return Ok(Some(Progress::Rest));
        }
        let mut piece = [0; PIECE];
        let seen = below.peek(&mut piece);
        if seen == 0 {
            // Nobody can log in any more.
            let is_over = is_stranger && below.has_ended();
            return if is_over { Err(End::Closed) } else { Ok(Some(Progress::Rest)) };
        }
        if is_stranger && *round.steps == 0 {
            return Ok(Some(Progress::Again));
        }
        let fed = self.runner.with(|runner| input(runner, &piece[..seen]));
        let (taken, is_packet) = fed.unwrap_or(Err(End::Closed))?;
        below.consume(taken);
        self.partial += taken;
        if is_packet {
            self.peer.packet = core::mem::take(&mut self.partial);
        }
        if is_stranger {
            *round.steps -= u32::from(is_packet);
            self.peer.guard.spend(round.limits, taken, is_packet)?;
        }
        Ok(if taken > 0 { None } else { Some(Progress::Rest) })
    }

    /// Whether the peer has hung up while plain bytes wait for its window. All that it sent was
    /// read, so nothing will open the window.
    fn is_left(&self, below: &impl Transport) -> bool {
        let has_left = below.has_ended() && below.received() == 0;
        has_left && !self.sending.is_empty() && !self.has_outgoing() && self.window() == 0
    }

    /// Looks whether nothing can move any more: at once if the peer has left, and after a while if
    /// requests and replies wait for each other.
    fn watch(&mut self, round: &Round<'_>, below: &impl Transport) -> Result<(), End> {
        if self.is_left(below) {
            return Err(End::Closed);
        }
        if !self.is_stuck() {
            self.stuck_since = None;
            return Ok(());
        }
        let since = *self.stuck_since.get_or_insert(round.now);
        if round.now < since + round.limits.stuck_timeout { Ok(()) } else { Err(End::Stuck) }
    }

    /// Whether the runner holds requests for which there is no room, while replies wait for the
    /// peer's window. `sunset` lets a peer send more as soon as its bytes are out of the runner, so
    /// no ring holds all that may come. What opens the window comes behind it.
    fn is_stuck(&self) -> bool {
        let is_full = self.received.room() == 0 && !self.sending.is_empty();
        is_full && self.held() > 0 && !self.has_outgoing() && self.window() == 0
    }

    /// Plain bytes that the peer lets us send.
    fn window(&self) -> usize {
        let Some(channel) = &self.peer.channel else { return 0 };
        let ready = |runner: &Runner<'_, Server>| {
            runner.write_channel_ready(channel, ChanData::Normal).ok().flatten()
        };
        self.runner.look(ready).flatten().unwrap_or(0)
    }

    /// Whether the transport below has not taken all packets yet.
    fn has_outgoing(&self) -> bool {
        self.runner.look(|runner| runner.is_output_pending()).unwrap_or(false)
    }

    /// Plain bytes that came and did not fit in the ring.
    fn held(&self) -> usize {
        let ready = self.runner.look(|runner| runner.read_channel_ready()).flatten();
        ready.map_or(0, |(_, _, count)| count)
    }
}

/// Bytes that the runner took, and whether they completed a packet.
fn input(runner: &mut Runner<'_, Server>, bytes: &[u8]) -> Result<(usize, bool), End> {
    if !runner.is_input_ready() {
        return Ok((0, false));
    }
    let taken = runner.input(bytes).map_err(|_| End::Protocol)?;
    Ok((taken, !runner.is_input_ready()))
}
