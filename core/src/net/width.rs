//! How long the segments of a connection are: short ones from the moment on at which a long one had to be sent again.
//! Touches the chat's interface and the slots. No report of a router is needed for that, and none that is forged does anything.
//!
//! A way that carries only shorter packets than ours swallows the long ones, and often without a word (RFC 2923, 2.1). What was sent in
//! vain goes out again in packets that every network carries, and so does all else on that connection (in the manner of RFC 4821, 7.7).

use smoltcp::wire::HardwareAddress;

use super::driver::{Driver, IP_MTU_MIN, interface};
use super::handshake::copy_addresses;
use crate::time::Instant;

/// Bytes that a short segment holds at most: with IPv4 and without options.
const SHORT: usize = IP_MTU_MIN - 40;

impl Driver<'_> {
    /// Something of the connection is sent again. If long segments may be why, there are short ones from now on.
    pub(super) fn shorten(&mut self, id: usize) {
        let slot = &mut self.slots[id];
        if !slot.narrow && slot.socket().send_queue() > SHORT {
            slot.narrow = true;
            self.counters.shortened += 1;
        }
    }

    /// Has the chat's interface make segments as long as the connection's may be.
    pub(super) fn fit(&mut self, now: Instant, id: usize) {
        if self.slots[id].narrow != self.narrow {
            self.refit(now);
        }
    }

    /// smoltcp takes the length of packets from an interface, which takes it from its device once and for all.
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
