//! Probes: the server asks whether a connection's peer is there. A keep-alive probe goes out at
//! once, and again each second if it may be lost. Every peer answers it, also one that reads
//! nothing. smoltcp's own keep-alive waits for its time, and while bytes are on their way it waits
//! for them.

use smoltcp::phy::{Device, TxToken};

use super::clock::moment;
use super::crafted::{emit, header};
use super::driver::Driver;
use super::port::{Framed, Link};
use super::slot::{Phase, Slot};
use crate::time::{Duration, Instant};

/// How many probes are sent.
const PROBES: u8 = 3;
/// The time between two of them.
const PAUSE: Duration = Duration::from_secs(1);
/// When to try again on a device that took no frame.
const RETRY: Duration = Duration::from_millis(1);

impl Slot<'_> {
    /// Whether a probe went unanswered for a whole pause. The peer may have moved to another
    /// Ethernet address.
    pub(super) fn has_unanswered_probe(&self) -> bool {
        self.phase == Phase::Open && self.probed && self.probes + 1 < PROBES
    }
}

impl<C> Driver<'_, C> {
    /// The server waits for a sign of life of this connection's peer. The connection's timer fires
    /// in the next round, and that round sends the first probe.
    #[cold]
    pub(super) fn begin_probes(&mut self, now: Instant, id: usize) {
        let slot = &mut self.slots[id];
        (slot.probed, slot.probes) = (true, PROBES);
        self.timers.arm_earlier(id, now);
    }

    /// Sends the connection's next probe, if there is one to send.
    pub(super) fn probe<D: Device>(&mut self, now: Instant, device: &mut D, id: usize) {
        if self.slots[id].probes > 0 && self.slots[id].phase == Phase::Open {
            self.send_probe(now, device, id);
        }
    }

    #[cold]
    #[inline(never)]
    fn send_probe<D: Device>(&mut self, now: Instant, device: &mut D, id: usize) {
        let port = self.slots.port(id);
        let slot = &mut self.slots[id];
        let own = self.chat.ip_addrs().get(usize::from(slot.tuple.local));
        let Some(from) = own.map(|own| own.address()) else { return };
        let Some(token) = device.transmit(moment(now)) else {
            return self.timers.arm_earlier(id, now + RETRY);
        };
        let probe = slot.keep_alive(port);
        let ip = header(from, slot.tuple.peer, &probe);
        let link = Link { own: self.mac, peer: slot.mac };
        let checksums = &self.chat_capabilities.checksum;
        Framed::new(token, Some(link), &self.sent)
            .consume(ip.buffer_len(), |buffer| emit(buffer, &ip, &probe, checksums));
        slot.probes -= 1;
        if slot.probes > 0 {
            self.timers.arm_earlier(id, now + PAUSE);
        }
    }
}
