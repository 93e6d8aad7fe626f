//! Peers that moved to another Ethernet address: for a silent connection the driver asks who has
//! the peer's address now. An announcement moves nobody. An answer to our question moves only
//! silent peers.

use smoltcp::phy::Device;
use smoltcp::wire::IpAddress;

use super::super::clock::{instant, moment};
use super::super::driver::Driver;
use super::super::slot::{Phase, ticks};
use super::known::{Answer, Question};
use crate::time::{Duration, Instant};

/// How long to wait for answers to a question. There is one question at a time, so at most ten in a
/// second.
const PATIENCE: Duration = Duration::from_millis(100);
/// Connections that cannot ask at once spread over the time of this many questions.
const SPREAD: usize = 32;
/// How long a peer may take to answer whether it is still there before we ask who has its address.
const PROBE_PATIENCE: Duration = Duration::from_secs(1);

impl<C> Driver<'_, C> {
    /// A timer of the connection fired. If the peer is silent, asks who has the peer's address now.
    pub(in super::super) fn watch<D: Device>(&mut self, now: Instant, device: &mut D, id: usize) {
        if self.is_silent(now, id) {
            self.slots[id].silent = true;
            self.shorten(id);
            self.ask(now, device, id);
        }
    }

    /// Whether something is due to be sent again, or a probe went unanswered. A timer that fires
    /// early is neither.
    fn is_silent(&mut self, now: Instant, id: usize) -> bool {
        let slot = &mut self.slots[id];
        let quiet = slot.quiet(now);
        if slot.silent && slot.phase != Phase::Free || slot.has_unanswered_probe() {
            return true;
        }
        if quiet < ticks(Duration::from_millis(300))
            || slot.phase == Phase::Free
            || slot.phase.is_half_open()
        {
            return false;
        }
        let due = self.chat.poll_at(moment(now), &slot.sockets).map(instant);
        let is_due = due.is_some_and(|due| due <= now);
        if slot.socket().send_queue() > 0 {
            return is_due;
        }
        let keep_alive = slot.socket().keep_alive().map_or(0, |span| span.total_millis());
        if is_due {
            // It is probably the first probe, and the peer has some time to answer it.
            self.timers.arm_earlier(id, now + PROBE_PATIENCE);
            return false;
        }
        quiet >= ticks(Duration::from_millis(keep_alive) + PROBE_PATIENCE) - 2
    }

    /// Asks who has the address of the peer, or of the router on the way to it. If another question
    /// is open, asks later, and not all connections at once.
    fn ask<D: Device>(&mut self, now: Instant, device: &mut D, id: usize) {
        if let Some(Question { until, .. }) = self.neighbours.question {
            let delay = Duration::from_millis(PATIENCE.as_millis() * (id % SPREAD) as u64);
            self.timers.arm_earlier(id, until + delay);
            return;
        }
        let tuple = self.slots[id].tuple;
        let own = self.chat.ip_addrs().get(usize::from(tuple.local)).map(|own| own.address());
        let (Some(own), Some(about)) = (own, self.next_hop(tuple.peer)) else { return };
        let Some(token) = device.transmit(moment(now)) else { return };
        match (own, about) {
            (IpAddress::Ipv4(own), IpAddress::Ipv4(about)) => self.ask_by_arp(own, about, token),
            #[cfg(feature = "ipv6")]
            (IpAddress::Ipv6(own), IpAddress::Ipv6(about)) => self.ask_by_ndisc(own, about, token),
            #[cfg(feature = "ipv6")]
            _ => return,
        }
        self.counters.inquiries += 1;
        self.neighbours.question =
            Some(Question { about, until: now + PATIENCE, answer: Answer::Nobody });
    }

    /// The next hop to the peer: the peer itself, or the router, if we were told of one.
    fn next_hop(&self, peer: IpAddress) -> Option<IpAddress> {
        if self.is_near(peer) {
            return Some(peer);
        }
        let routes = self.link_interface.routes();
        let route = match peer {
            IpAddress::Ipv4(_) => routes.get_default_ipv4_route(),
            #[cfg(feature = "ipv6")]
            IpAddress::Ipv6(_) => routes.get_default_ipv6_route(),
        };
        route.map(|route| route.via_router)
    }

    /// Closes a question that was open long enough. If exactly one host has the address, silent
    /// connections over it go there from now on.
    pub(in super::super) fn conclude(&mut self, now: Instant) {
        let Some(Question { about, answer, .. }) =
            self.neighbours.question.take_if(|question| question.until <= now)
        else {
            return;
        };
        let Answer::One(mac) = answer else { return };
        for id in 0..self.slots.len() {
            let slot = &self.slots[id];
            let waits = slot.silent && slot.phase != Phase::Free && slot.mac != mac;
            if waits && self.next_hop(slot.tuple.peer) == Some(about) {
                self.slots[id].mac = mac;
                self.counters.moved += 1;
            }
        }
    }
}
