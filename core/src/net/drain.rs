//! The first step of a round: every waiting frame goes to its socket. The server hears of nothing
//! yet.

use core::mem::take;

use smoltcp::phy::{ChecksumCapabilities, Device, PacketMeta, RxToken, TxToken};
use smoltcp::socket::tcp::State;

use super::acceptance::{Standing, Verdict};
use super::clock::moment;
use super::driver::Driver;
use super::frame::{Frame, Ours, Segment, classify};
use super::port::{Arrival, Framed, HEADER_LEN, Link, Received};
use super::slot::Phase;
use crate::time::Instant;

/// A round takes two frames for each place, and this many more. The bound must exceed the number of
/// places. With a lower bound a broadcast's acknowledgements would come in many small rounds, and
/// every round has its price.
const EXTRA_FRAMES: usize = 64;

impl<C> Driver<'_, C> {
    /// Takes the waiting frames; false if there may be more.
    pub(super) fn drain<D: Device>(&mut self, now: Instant, device: &mut D) -> bool {
        self.chat.poll_maintenance(moment(now));
        self.link_interface.poll_maintenance(moment(now));
        for _ in 0..2 * self.slots.len() + EXTRA_FRAMES {
            let Some((received, token)) = device.receive(moment(now)) else { return true };
            let meta = received.meta();
            self.counters.frames_in += 1;
            received.consume(|frame| self.dispatch(now, Arrival { frame, meta, token }));
        }
        false
    }

    fn dispatch<T: TxToken>(&mut self, now: Instant, arrival: Arrival<'_, T>) {
        let ours = Ours {
            mac: self.mac,
            addresses: self.chat.ip_addrs(),
            services: self.slots.services.as_slice(),
            checksum: &self.link_capabilities.checksum,
        };
        match classify(arrival.frame, &ours) {
            Frame::Chat(segment) => self.dispatch_segment(now, &segment, arrival),
            Frame::Fragment => self.collect(now, arrival),
            Frame::Unsound => self.counters.refused += 1,
            Frame::Other => self.dispatch_other(now, arrival),
        }
    }

    /// Inlined: the way of a frame that is whole must not pay for the way of fragments.
    #[inline(always)]
    fn dispatch_segment<T: TxToken>(
        &mut self,
        now: Instant,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        match self.slots.find(&segment.tuple) {
            Some(id) => self.deliver(now, id, segment, arrival),
            None if segment.opens && self.listening => self.open(now, segment, arrival),
            None => self.finish(now, segment, arrival),
        }
    }

    /// A fragment waits for the others of its packet. The packet then goes the way of any other;
    /// nobody has looked at its checksum.
    #[cold]
    #[inline(never)]
    fn collect<T: TxToken>(&mut self, now: Instant, arrival: Arrival<'_, T>) {
        let Arrival { frame, meta, token } = arrival;
        let checksum = &ChecksumCapabilities::default();
        let ours = Ours {
            mac: self.mac,
            addresses: self.chat.ip_addrs(),
            services: self.slots.services.as_slice(),
            checksum,
        };
        let Some(len) = self.fragments.take(now, frame, &ours, &mut self.counters) else { return };
        // The frame borrows from `fragments`, so `fragments` is taken out of the driver until the
        // frame is dispatched.
        let fragments = take(&mut self.fragments);
        let frame = fragments.frame(len);
        match classify(frame, &ours) {
            Frame::Chat(segment) => {
                self.dispatch_segment(now, &segment, Arrival { frame, meta, token })
            }
            _ => self.counters.refused += 1,
        }
        self.fragments = fragments;
    }

    /// Takes a segment of a connection: only a segment that TCP will accept moves anything.
    fn deliver<T: TxToken>(
        &mut self,
        now: Instant,
        id: usize,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        let slot = &mut self.slots[id];
        let standing = Standing::of(slot.socket());
        match slot.numbers.judge(&standing, segment) {
            Verdict::Accept => {
                slot.mac = segment.mac;
                self.hand_over(now, id, arrival);
            }
            Verdict::Challenge => self.challenge(now, id, arrival.token),
            Verdict::Opens => self.open_anew(now, id, segment, arrival),
            Verdict::Unknown => self.finish(now, segment, arrival),
            Verdict::Drop => self.counters.refused += 1,
        }
    }

    /// Hands a segment to the connection's TCP. An answer that TCP gives at once goes to the known
    /// peer.
    pub(super) fn hand_over<T: TxToken>(
        &mut self,
        now: Instant,
        id: usize,
        arrival: Arrival<'_, T>,
    ) {
        let slot = &mut self.slots[id];
        slot.hear(now);
        let before = Standing::of(slot.socket());
        let link = Link { own: self.mac, peer: slot.mac };
        let token = Framed::new(arrival.token, Some(link), &self.sent);
        let packet = packet(arrival.frame);
        let mut port = Received::new(packet, arrival.meta, token, &self.chat_capabilities);
        self.chat.poll_ingress_single(moment(now), &mut port, &mut slot.sockets);
        let after = Standing::of(slot.socket());
        slot.numbers.follow(&before, &after);
        match (slot.phase, after.state) {
            // Its SYN-ACK may have to go out.
            (Phase::HalfOpen | Phase::HalfOpenByCookie, State::SynReceived) => {
                _ = self.output.push(id)
            }
            // A reset puts the socket back to listening, and a broken SYN never moved it.
            (Phase::HalfOpen | Phase::HalfOpenByCookie, State::Listen | State::Closed) => {
                self.release(id);
            }
            (phase @ (Phase::HalfOpen | Phase::HalfOpenByCookie), _) => {
                if phase == Phase::HalfOpenByCookie {
                    // Nothing is sent yet but the SYN with the cookie.
                    self.cookies.spend(slot.numbers.unacknowledged.wrapping_sub(1));
                }
                self.slots.arrive(id);
                self.input.push(id);
            }
            _ => _ = self.input.push(id),
        }
    }

    /// Tells the known peer our numbers (RFC 5961, 3 to 5). Our TCP gets a probe, and answers it
    /// with an acknowledgement, at most once a second for each connection. A limit for all
    /// connections would tell one peer of another (RFC 5961, 7).
    #[inline(never)]
    fn challenge<T: TxToken>(&mut self, now: Instant, id: usize, token: T) {
        self.counters.challenged += 1;
        let port = self.slots.port(id);
        let slot = &mut self.slots[id];
        let Some(probe) = slot.probe(self.chat.ip_addrs(), port) else { return };
        let link = Link { own: self.mac, peer: slot.mac };
        let token = Framed::new(token, Some(link), &self.sent);
        let meta = PacketMeta::default();
        let mut port = Received::new(probe.packet(), meta, token, &self.chat_capabilities);
        self.chat.poll_ingress_single(moment(now), &mut port, &mut slot.sockets);
    }

    /// Answers a segment of no connection with a reset, at a limited rate: forged senders must not
    /// make us a source of floods.
    pub(super) fn reject<T: TxToken>(
        &mut self,
        now: Instant,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        self.counters.strays += 1;
        if segment.resets {
            return;
        }
        if !self.resets.allow(now) {
            self.counters.strays_ignored += 1;
            return;
        }
        self.reset(now, segment, arrival);
    }

    /// Resets the sender of a segment.
    pub(super) fn reset<T: TxToken>(
        &mut self,
        now: Instant,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        let link = Link { own: self.mac, peer: segment.mac };
        let token = Framed::new(arrival.token, Some(link), &self.sent);
        let packet = packet(arrival.frame);
        let mut port = Received::new(packet, arrival.meta, token, &self.chat_capabilities);
        self.chat.poll_ingress_single(moment(now), &mut port, &mut self.no_sockets);
    }

    /// The connection is over, and its slot serves the next. If the server knows the connection, it
    /// hears of that in the next relay, before anything else of the slot.
    pub(super) fn end(&mut self, id: usize) {
        let slot = &mut self.slots[id];
        slot.unheard |= matches!(slot.phase, Phase::Open | Phase::Closing);
        self.release(id);
        self.input.push(id);
    }

    /// The connection is over, and its slot serves the next. The server does not know it, or has
    /// heard.
    pub(super) fn release(&mut self, id: usize) {
        self.timers.disarm(id);
        self.slots.release(id);
    }
}

/// The IP packet of a frame.
pub(super) fn packet(frame: &[u8]) -> &[u8] {
    frame.get(HEADER_LEN..).unwrap_or_default()
}
