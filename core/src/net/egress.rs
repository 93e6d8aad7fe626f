//! The last step of a round: connections send what they have to send, and arm their timers. Knows
//! no server: the next relay tells the server which connections ended.

use smoltcp::iface::PollResult;
use smoltcp::phy::Device;
use smoltcp::socket::tcp::State;

use super::clock::{instant, moment};
use super::driver::Driver;
use super::port::{Link, Outlet};
use super::round::Sent;
use super::slot::Phase;
use crate::time::{Duration, Instant};

/// Frames that one connection sends before others get their turn.
const FRAMES_AT_ONCE: usize = 64;

impl<C> Driver<'_, C> {
    /// Sends what there is to send.
    pub(super) fn egress<D: Device>(&mut self, now: Instant, device: &mut D) -> Sent {
        let mut sent = Sent::All;
        for _ in 0..self.output.len() {
            let Some(id) = self.output.pop() else { break };
            // The slot was freed since it was queued. Its socket may still hold a reset for a peer
            // that needs none.
            if self.slots[id].phase == Phase::Free {
                continue;
            }
            #[cfg(feature = "dhcp")]
            if self.is_parked(id) {
                self.output.push(id);
                continue;
            }
            let (sent_for, due) = self.send_for(now, device, id);
            match sent_for {
                Sent::All => {}
                Sent::More => {
                    self.output.push(id);
                    sent = Sent::More;
                }
                Sent::Exhausted => {
                    self.output.push(id);
                    self.counters.device_exhausted += 1;
                    return Sent::Exhausted;
                }
            }
            self.settle(now, id, due);
        }
        sent
    }

    /// Sends what one connection has to send, and answers when it has to send more. After most
    /// news, which are acknowledgements, there is nothing to send: asking is cheaper than trying.
    fn send_for<D: Device>(
        &mut self,
        now: Instant,
        device: &mut D,
        id: usize,
    ) -> (Sent, Option<Instant>) {
        self.fit(now, id);
        let slot = &mut self.slots[id];
        let link = Link { own: self.mac, peer: slot.mac };
        let mut outlet = Outlet::new(device, Some(link), &self.sent, &self.chat_capabilities);
        let mut due = self.chat.poll_at(moment(now), &slot.sockets).map(instant);
        for _ in 0..FRAMES_AT_ONCE {
            if due.is_none_or(|due| due > now) {
                return (Sent::All, due);
            }
            let polled = self.chat.poll_egress(moment(now), &mut outlet, &mut slot.sockets);
            due = self.chat.poll_at(moment(now), &slot.sockets).map(instant);
            if outlet.exhausted {
                return (Sent::Exhausted, due);
            }
            if polled == PollResult::None {
                return (Sent::All, due);
            }
        }
        (Sent::More, due)
    }

    /// Arms the connection's timer, or ends a connection that is over.
    fn settle(&mut self, now: Instant, id: usize, due: Option<Instant>) {
        let slot = &mut self.slots[id];
        let over = match slot.socket().state() {
            State::Closed | State::Listen => true,
            // The last acknowledgement is out. Only the wait for strays is left, and it would keep
            // the slot for ten seconds. Without it a stray gets a reset.
            State::TimeWait => due.is_none_or(|due| due > now + self.ack_delay),
            _ => false,
        };
        if over {
            self.end(id);
        } else if let Some(due) = due {
            // A moment in the past would repeat the round although nothing has changed.
            self.timers.arm_earlier(id, due.max(now + Duration::from_millis(1)));
        }
    }
}
