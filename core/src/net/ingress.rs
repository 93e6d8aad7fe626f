//! The first step of a round: every frame that waits goes to the socket it belongs to.
//! Touches the device, the slots and both interfaces; the server hears of nothing yet.

use smoltcp::phy::{Device, PacketMeta, RxToken, TxToken};
use smoltcp::socket::tcp::State;

use super::clock::moment;
use super::driver::Driver;
use super::frame::{Frame, Ours, Segment, classify};
use super::port::{Framed, HEADER_LEN, Link, Received};
use super::slot::Phase;
use super::slots::Opened;
use crate::time::Instant;

/// Frames beyond two for each place that are taken in one round. The bound must exceed the number of places: with a lower one, a
/// broadcast's acknowledgements come in many small rounds, and every round has its price.
const EXTRA_FRAMES: usize = 64;

/// A received frame, and the token for an answer to it.
pub(super) struct Arrival<'f, T> {
    pub(super) frame: &'f [u8],
    pub(super) meta: PacketMeta,
    pub(super) token: T,
}

impl Driver<'_> {
    /// Takes the frames that wait; false where there may be more.
    pub(super) fn drain<D: Device>(&mut self, now: Instant, device: &mut D) -> bool {
        for _ in 0..2 * self.slots.len() + EXTRA_FRAMES {
            let Some((received, token)) = device.receive(moment(now)) else { return true };
            let meta = received.meta();
            self.counters.frames_in += 1;
            received.consume(|frame| self.take(now, Arrival { frame, meta, token }));
        }
        false
    }

    fn take<T: TxToken>(&mut self, now: Instant, arrival: Arrival<'_, T>) {
        let ours = Ours { mac: self.mac, addresses: self.chat.ip_addrs(), port: self.port };
        match classify(arrival.frame, &ours) {
            Frame::Chat(segment) => match self.slots.find(&segment.tuple) {
                Some(id) => self.deliver(now, id, &segment, arrival),
                None if segment.opens && self.listening => self.open(now, &segment, arrival),
                None => self.turn_away(now, &segment, arrival),
            },
            Frame::Fragment => self.counters.fragments += 1,
            Frame::Other => self.take_other(now, arrival),
        }
    }

    /// Somebody wants to connect. Without a place for it the request is dropped: its sender will ask again.
    fn open<T: TxToken>(&mut self, now: Instant, segment: &Segment, arrival: Arrival<'_, T>) {
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
        self.deliver(now, slot, segment, arrival);
    }

    /// A segment of a connection.
    fn deliver<T: TxToken>(
        &mut self,
        now: Instant,
        id: usize,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        let slot = &mut self.slots[id];
        slot.mac = segment.mac;
        slot.hear(now);
        let link = Link { own: self.mac, peer: segment.mac };
        let token = Framed::new(arrival.token, Some(link), &self.sent);
        let packet = packet(arrival.frame);
        let mut port = Received::new(packet, arrival.meta, token, &self.chat_capabilities);
        self.chat.poll_ingress_single(moment(now), &mut port, &mut slot.sockets);
        let (phase, state) = (slot.phase, slot.socket().state());
        match (phase, state) {
            // Its SYN-ACK may have to go out.
            (Phase::HalfOpen, State::SynReceived) => _ = self.output.push(id),
            // A reset puts the socket back to listening; a broken SYN never moved it from there.
            (Phase::HalfOpen, State::Listen | State::Closed) => self.release(id),
            (Phase::HalfOpen, _) => {
                self.slots.arrive(id);
                self.input.push(id);
            }
            _ => _ = self.input.push(id),
        }
    }

    /// A segment of no connection is answered with a reset, as long as there are few: who forges a sender must not make us a
    /// source of floods.
    fn turn_away<T: TxToken>(&mut self, now: Instant, segment: &Segment, arrival: Arrival<'_, T>) {
        self.counters.strays += 1;
        if segment.resets {
            return;
        }
        if !self.resets.allow(now) {
            self.counters.strays_ignored += 1;
            return;
        }
        let link = Link { own: self.mac, peer: segment.mac };
        let token = Framed::new(arrival.token, Some(link), &self.sent);
        let packet = packet(arrival.frame);
        let mut port = Received::new(packet, arrival.meta, token, &self.chat_capabilities);
        self.chat.poll_ingress_single(moment(now), &mut port, &mut self.nobody);
    }

    /// The connection is over, and its slot serves the next.
    pub(super) fn release(&mut self, id: usize) {
        self.timers.disarm(id);
        self.slots.release(id);
    }
}

/// The IP packet of a frame.
fn packet(frame: &[u8]) -> &[u8] {
    frame.get(HEADER_LEN..).unwrap_or_default()
}
