//! One round of the driver: drain, relay, commit, egress, and when the next round is due.
//! Each step has a file of its own name.

use smoltcp::phy::Device;

use super::clock::{instant, moment};
use super::driver::Driver;
use super::figures::Counted;
use crate::carrier::Carriers;
use crate::environment::Environment;
use crate::server::Server;
use crate::time::{Duration, Instant};

/// When to try again on a device that took no frame. The device may not tell us that it has room.
const RETRY: Duration = Duration::from_millis(1);

/// What every step of a round needs beside the driver.
pub(super) struct Round<'r, 's, E> {
    pub(super) now: Instant,
    pub(super) server: &'r mut Server<'s>,
    pub(super) environment: &'r mut E,
}

/// The result of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// Everything is out.
    All,
    /// There is more to do at once.
    More,
    /// The device took no more.
    Exhausted,
}

#[cfg(feature = "mdns")]
impl Sent {
    /// This result, or a later one if this is all.
    fn and(self, later: Sent) -> Sent {
        if self == Sent::All { later } else { self }
    }
}

impl<C: Carriers> Driver<'_, C> {
    /// One round: takes every waiting frame, has the server answer, commits, and sends. Answers
    /// when to come back if no frame comes before: perhaps early, never late, and `now` if there is
    /// more to do at once.
    ///
    /// All promises of the round are committed at once, before they are sent. If the commit fails,
    /// none of them is sent: every connection ends without a word, nobody new is let in, and the
    /// product must start again.
    ///
    /// The work is bounded by the number of places. It depends on how many places have something to
    /// do, and not on how many there are.
    pub fn poll<D: Device>(
        &mut self,
        now: Instant,
        device: &mut D,
        server: &mut Server<'_>,
        environment: &mut impl Environment,
    ) -> Option<Instant> {
        let drained = self.drain(now, device);
        self.conclude(now);
        let environment = &mut Counted { environment, counters: self.counters() };
        let round = &mut Round { now, server, environment };
        let leased = self.catch_up(round, device);
        let relayed = self.relay(round);
        self.commit(round);
        let sent = self.egress(now, device);
        // A connection that ended waits for the next relay.
        if !drained || !relayed || sent == Sent::More || !self.input.is_empty() {
            return Some(now);
        }
        let retry = [leased, sent].contains(&Sent::Exhausted).then_some(now + RETRY);
        [retry, self.due(now), round.server.poll_at()].into_iter().flatten().min()
    }

    /// Does what is due: the lease is kept, silent peers are looked for, and connections whose
    /// timers fire will send.
    fn catch_up<D: Device, E: Environment>(
        &mut self,
        round: &mut Round<'_, '_, E>,
        device: &mut D,
    ) -> Sent {
        self.neighbours.tell(round.environment);
        self.carriers.begin_round();
        #[cfg(feature = "dhcp")]
        let leased = self.keep_lease(round.now, device, round.environment);
        #[cfg(not(feature = "dhcp"))]
        let leased = Sent::All;
        while let Some(id) = self.timers.pop(round.now) {
            self.probe(round.now, device, id);
            self.watch(round.now, device, id);
            self.output.push(id);
            // Its carrier wanted to come back. Nothing was heard of its peer.
            if self.carriers.has(id) {
                self.service(round, id);
            }
        }
        #[cfg(feature = "mdns")]
        let leased = leased.and(self.tend_names(round.now, device, round.environment));
        leased
    }

    /// When the driver has something to do by itself.
    fn due(&mut self, now: Instant) -> Option<Instant> {
        let (link, asked) = (self.link_due(now), self.neighbours.due());
        #[cfg(feature = "dhcp")]
        let parked = self.parked_until();
        #[cfg(not(feature = "dhcp"))]
        let parked = None;
        #[cfg(feature = "mdns")]
        let names = self.names.as_ref().and_then(|names| names.due());
        #[cfg(not(feature = "mdns"))]
        let names = None;
        [self.timers.poll_at(), link, asked, parked, names].into_iter().flatten().min()
    }

    /// When the link interface has something to say.
    fn link_due(&mut self, now: Instant) -> Option<Instant> {
        let due = self.link_interface.poll_at(moment(now), &self.link_sockets).map(instant)?;
        #[cfg(feature = "dhcp")]
        let due = due.max(self.lease_pause());
        // Work that is due within this millisecond is done in the next.
        Some(due.max(now + RETRY))
    }
}
