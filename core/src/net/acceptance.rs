//! What TCP will make of a segment, known before TCP sees it: RFC 9293, 3.10.7.4, with RFC 5961's
//! care about forged segments. Knows no slot and no device.

use smoltcp::socket::tcp::{Socket, State};

use super::frame::Segment;

/// Numbers beyond a window: a probe uses the number below it, and a FIN counts as one.
const SLACK: usize = 2;

/// What to do with a segment that belongs to a connection by its addresses and ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is the connection's: its sender knows both numbers.
    Accept,
    /// It may be forged, or its sender forgot the connection. The known peer hears our numbers, at
    /// a limited rate.
    Challenge,
    /// Nothing: it is dropped.
    Drop,
    /// It asks for a connection in the place of this one. This one is over, or is a handshake that
    /// began otherwise.
    Opens,
    /// It does not belong to the handshake that is under way.
    Unknown,
}

/// The facts that a socket shows of itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) state: State,
    /// Bytes received and not yet read.
    pub(super) received: usize,
    pub(super) receives: usize,
    /// Bytes written and not yet acknowledged.
    pub(super) unacknowledged: usize,
    pub(super) sends: usize,
}

impl Standing {
    pub(super) fn of(socket: &Socket<'_>) -> Self {
        Standing {
            state: socket.state(),
            received: socket.recv_queue(),
            receives: socket.recv_capacity(),
            unacknowledged: socket.send_queue(),
            sends: socket.send_capacity(),
        }
    }

    fn has_heard_the_end(&self) -> bool {
        use State::*;
        matches!(self.state, CloseWait | Closing | LastAck | TimeWait)
    }
}

/// The sequence numbers of a connection, in both directions. smoltcp does not tell its numbers, but
/// they follow exactly from a socket's state before and after each segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    /// The next number that the peer has to send: RCV.NXT.
    pub(super) next: u32,
    /// The first number of ours that the peer has not acknowledged: SND.UNA.
    pub(super) unacknowledged: u32,
}

impl Numbers {
    /// The numbers of a new connection, from both initial numbers.
    pub(super) fn new(theirs: u32, ours: u32) -> Self {
        Numbers { next: theirs.wrapping_add(1), unacknowledged: ours.wrapping_add(1) }
    }

    /// Follows TCP after it has processed a segment.
    pub(super) fn follow(&mut self, before: &Standing, after: &Standing) {
        let received = after.received.wrapping_sub(before.received) as u32;
        let acknowledged = before.unacknowledged.wrapping_sub(after.unacknowledged) as u32;
        self.next = self.next.wrapping_add(received);
        self.unacknowledged = self.unacknowledged.wrapping_add(acknowledged);
        if before.state != after.state {
            self.follow_ends(before, after);
        }
    }

    /// The end of a direction counts as one number.
    fn follow_ends(&mut self, before: &Standing, after: &Standing) {
        use State::*;
        let theirs = after.has_heard_the_end() && !before.has_heard_the_end();
        let ours = matches!(
            (before.state, after.state),
            (FinWait1, FinWait2 | TimeWait) | (Closing, TimeWait)
        );
        self.next = self.next.wrapping_add(theirs.into());
        self.unacknowledged = self.unacknowledged.wrapping_add(ours.into());
    }

    /// Decides what to do with the segment.
    pub(super) fn judge(&self, standing: &Standing, segment: &Segment) -> Verdict {
        match standing.state {
            State::Closed | State::Listen | State::TimeWait if segment.opens => Verdict::Opens,
            State::Closed | State::Listen => Verdict::Drop,
            _ if segment.resets => self.judge_reset(standing, segment),
            State::SynReceived => self.judge_handshake(standing, segment),
            _ if segment.syn => Verdict::Challenge,
            _ => match segment.ack {
                None => Verdict::Drop,
                Some(ack) if self.is_near(standing, segment) && self.is_of_ours(standing, ack) => {
                    Verdict::Accept
                }
                Some(_) => Verdict::Challenge,
            },
        }
    }

    /// Only the number that is due ends a connection (RFC 5961, 3.2).
    fn judge_reset(&self, standing: &Standing, segment: &Segment) -> Verdict {
        let ahead = segment.seq.wrapping_sub(self.next) as usize;
        match ahead {
            0 => Verdict::Accept,
            _ if ahead < standing.receives - standing.received => Verdict::Challenge,
            _ => Verdict::Drop,
        }
    }

    fn judge_handshake(&self, standing: &Standing, segment: &Segment) -> Verdict {
        if segment.opens {
            // Our answer is sent again by itself, or is on its way.
            let is_again = segment.seq.wrapping_add(1) == self.next;
            return if is_again { Verdict::Drop } else { Verdict::Opens };
        }
        let finishes = segment.ack == Some(self.unacknowledged) && !segment.syn;
        match finishes && self.is_near(standing, segment) {
            true => Verdict::Accept,
            false => Verdict::Unknown,
        }
    }

    /// Whether it begins in the window, or at most a whole window below it: a peer may have heard
    /// nothing from us for so long.
    fn is_near(&self, standing: &Standing, segment: &Segment) -> bool {
        let below = standing.receives + SLACK;
        let above = standing.receives - standing.received;
        segment.seq.wrapping_sub(self.next).wrapping_add(below as u32) as usize <= below + above
    }

    /// Whether it acknowledges bytes that we sent, or sent lately (RFC 5961, 5.2).
    fn is_of_ours(&self, standing: &Standing, ack: u32) -> bool {
        let below = standing.sends + SLACK;
        let above = standing.unacknowledged + 1;
        ack.wrapping_sub(self.unacknowledged).wrapping_add(below as u32) as usize <= below + above
    }
}
