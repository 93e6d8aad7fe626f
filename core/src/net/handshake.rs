//! The part of ingress that opens connections: a place for a newcomer, and the number that its connection begins with.
//! Touches the slots, the chat's interface and the secret; the server hears of nothing yet.

use smoltcp::iface::Interface;
use smoltcp::phy::TxToken;
use smoltcp::socket::tcp::State;
use smoltcp::wire::HardwareAddress;

use super::acceptance::Numbers;
use super::driver::{Driver, interface};
use super::frame::Segment;
use super::ingress::Arrival;
use super::secret::seed_that_draws;
use super::slot::Phase;
use super::slots::Opened;
use crate::time::Instant;

impl Driver<'_> {
    /// Somebody wants to connect. Without a place for it the request is dropped: its sender will ask again.
    pub(super) fn open<T: TxToken>(
        &mut self,
        now: Instant,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        let Ok(Opened { slot, evicted }) = self.slots.open(now, segment) else {
            self.counters.syns_dropped += 1;
            return;
        };
        if let Some(evicted) = evicted {
            self.timers.disarm(evicted);
            self.input.push(evicted);
            self.counters.evicted += 1;
        }
        let half_open = self.slots.half_open() as u64;
        self.counters.half_open_peak = self.counters.half_open_peak.max(half_open);
        let number = self.secret.begin(now, &segment.tuple);
        self.begin(now, slot, segment, number);
        self.hand_over(now, slot, arrival);
    }

    /// The connection that the segment opens is to begin with that number.
    fn begin(&mut self, now: Instant, id: usize, segment: &Segment, number: u32) {
        self.renew_interface(now, number);
        self.slots[id].numbers = Numbers::new(segment.seq, number);
        self.slots[id].mac = segment.mac;
    }

    /// The only way to tell smoltcp a number is the seed that an interface is made with; nothing else that it draws is seen.
    #[inline(never)]
    fn renew_interface(&mut self, now: Instant, number: u32) {
        let seed = seed_that_draws(number);
        let mut chat = interface(HardwareAddress::Ip, &self.chat_capabilities, now, seed);
        copy_addresses(&mut chat, &self.chat);
        self.chat = chat;
    }

    /// Somebody wants to connect under the name of a connection that is over, and of which the server may not have heard all.
    pub(super) fn open_anew<T: TxToken>(
        &mut self,
        now: Instant,
        id: usize,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        if !self.listening {
            return self.turn_away(now, segment, arrival);
        }
        let is_reset = self.slots[id].socket().state() == State::Closed;
        if is_reset && self.slots.free() > 0 {
            self.slots.forget(id);
        } else {
            let slot = &mut self.slots[id];
            slot.unheard = matches!(slot.phase, Phase::Open | Phase::Closing);
            self.release(id);
            self.input.push(id);
        }
        self.open(now, segment, arrival);
    }
}

fn copy_addresses(to: &mut Interface, from: &Interface) {
    // Cannot fail: the lists are equally long.
    to.update_ip_addrs(|list| _ = list.extend_from_slice(from.ip_addrs()));
}
