//! The length of a connection's segments: short once a long one had to be sent again. It needs no
//! report of a router, and a forged one does nothing.
//!
//! A path that carries only shorter packets loses the long ones, often without a report (RFC 2923,
//! 2.1). Lost bytes go out again in packets that every network carries, and so does everything else
//! on that connection (in the manner of RFC 4821, 7.7).

use smoltcp::wire::HardwareAddress;

use super::driver::{Driver, IP_MTU_MIN, interface};
use super::handshake::copy_addresses;
use crate::time::Instant;

/// The most bytes in a short segment, with IPv4 and without options.
const SHORT: usize = IP_MTU_MIN - 40;

impl<C> Driver<'_, C> {
    /// Notes that something of the connection is sent again. If long segments may be the reason,
    /// the connection uses short ones from now on.
    pub(super) fn shorten(&mut self, id: usize) {
        let slot = &mut self.slots[id];
        if !slot.narrow && slot.socket().send_queue() > SHORT {
            slot.narrow = true;
            self.counters.shortened += 1;
        }
    }

    /// Has the chat's interface make segments of the connection's length.
    pub(super) fn fit(&mut self, now: Instant, id: usize) {
        if self.slots[id].narrow != self.narrow {
            self.refit(now);
        }
    }

    /// smoltcp takes the length of packets from an interface, and an interface takes it from its
    /// device once and for all.
    #[inline(never)]
    fn refit(&mut self, now: Instant) {
        self.narrow = !self.narrow;
        let mut capabilities = self.chat_capabilities.clone();
        if self.narrow {
            capabilities.max_transmission_unit = IP_MTU_MIN;
        }
        let mut chat = interface(HardwareAddress::Ip, &capabilities, now, 0);
        copy_addresses(&mut chat, &self.chat);
        self.chat = chat;
    }
}
