//! The part of drain that opens connections: a place for a newcomer, or a cookie, and the initial
//! number of its connection. The server hears of nothing yet.

use smoltcp::iface::Interface;
use smoltcp::phy::{PacketMeta, TxToken};
use smoltcp::socket::tcp::State;
use smoltcp::wire::{HardwareAddress, IpAddress, TcpControl};

use super::acceptance::Numbers;
use super::clock::moment;
use super::crafted::{Crafted, bare, emit, header, longest_segment};
use super::drain::packet;
use super::driver::{Driver, interface};
use super::frame::Segment;
use super::port::{Arrival, Framed, Link, Received};
use super::secret::seed_that_draws;
use super::slot::Phase;
use super::slots::Opened;
use crate::time::Instant;

impl<C> Driver<'_, C> {
    /// Somebody wants to connect. If handshakes have taken their share of the places, nothing is
    /// kept, and the answer is a cookie. If its bearer would get no place either, the request is
    /// dropped, and its sender will ask again.
    pub(super) fn open<T: TxToken>(
        &mut self,
        now: Instant,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        if !self.may_be_peer(segment.tuple.peer) {
            self.counters.refused += 1;
            return;
        }
        // If cookies are out or places are scarce, the number is a cookie: then a handshake that
        // gives up its place can still be finished.
        let by_cookie = self.cookies.are_out(now) || self.slots.are_scarce();
        let phase = if by_cookie { Phase::HalfOpenByCookie } else { Phase::HalfOpen };
        // Without a flood every sender of a request will come, so no place is promised twice. In a
        // flood hardly anybody comes, and whoever does finds a place.
        let is_flooded = self.slots.is_flooded(now);
        if !is_flooded && self.slots.room(now) <= self.cookies.promised(now) {
            return self.contest(now, segment, arrival);
        }
        let Ok(opened) = self.slots.open(now, segment, phase) else {
            if !is_flooded {
                self.cookies.promise(now);
            } else if !self.slots.has_room(now, segment.tuple.source()) {
                self.counters.syns_dropped += 1;
                return;
            }
            return self.offer(segment, now, arrival);
        };
        let number = match by_cookie {
            true => self.cookie(now, segment, arrival.frame),
            false => self.secret.begin(now, &segment.tuple),
        };
        let half_open = self.slots.half_open() as u32;
        self.counters.half_open_peak = self.counters.half_open_peak.max(half_open);
        self.begin(now, &opened, segment, number);
        match by_cookie {
            true => self.ask_by_cookie::<T>(now, opened.slot, arrival.frame),
            false => self.hand_over(now, opened.slot, arrival),
        }
    }

    /// No place is left. If another source holds so many that one of them is the sender's by right,
    /// the answer is a cookie: only its bearer has shown that its address is its own. Otherwise the
    /// request is dropped.
    #[cold]
    #[inline(never)]
    fn contest<T: TxToken>(&mut self, now: Instant, segment: &Segment, arrival: Arrival<'_, T>) {
        match self.slots.yields_to(segment.tuple.source()) {
            true => self.offer(segment, now, arrival),
            false => self.counters.syns_dropped += 1,
        }
    }

    /// The connection's TCP hears no more of the request than a cookie tells. So its peer agrees to
    /// nothing that would be unknown if the connection had to begin once more.
    fn ask_by_cookie<T: TxToken>(&mut self, now: Instant, id: usize, frame: &[u8]) {
        let size = longest_segment(packet(frame));
        let request = self.slots[id].request(self.chat.ip_addrs(), self.slots.port(id), size);
        self.whisper::<T>(now, id, request);
        match self.slots[id].socket().state() {
            State::SynReceived => _ = self.output.push(id),
            _ => self.release(id),
        }
    }

    /// Whether a host can have this address. Nobody has ours, nor one of this host or of a class
    /// that is reserved (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
    fn may_be_peer(&self, theirs: IpAddress) -> bool {
        let is_possible = match theirs {
            IpAddress::Ipv4(address) => !matches!(address.octets()[0], 0 | 127 | 224..),
            #[cfg(feature = "ipv6")]
            IpAddress::Ipv6(address) => !address.is_loopback(),
        };
        is_possible && theirs.is_unicast() && !self.chat.has_ip_addr(theirs)
    }

    /// Answers a request without keeping anything of it (RFC 4987, 3.6). The answer is no longer
    /// than the request.
    #[inline(never)]
    fn offer<T: TxToken>(&mut self, segment: &Segment, now: Instant, arrival: Arrival<'_, T>) {
        let ours = self.chat.ip_addrs().get(usize::from(segment.tuple.local));
        let Some(from) = ours.map(|ours| ours.address()) else { return };
        let theirs = segment.tuple.peer;
        if !self.may_be_peer(theirs) {
            self.counters.refused += 1;
            return;
        }
        let number = self.cookie(now, segment, arrival.frame);
        let port = self.slots.services.get(segment.tuple.service).port;
        let ports = (port, segment.tuple.port);
        let ack = segment.seq.wrapping_add(1);
        let mut answer = bare(ports, TcpControl::Syn, number, Some(ack));
        answer.window_len = self.slots.window();
        let ip = header(from, theirs, &answer);
        let longest = self.chat_capabilities.ip_mtu() - ip.header_len() - answer.header_len();
        answer.max_seg_size = u16::try_from(longest).ok();
        let ip = header(from, theirs, &answer);
        let link = Link { own: self.mac, peer: segment.mac };
        let checksums = &self.chat_capabilities.checksum;
        self.counters.cookies += 1;
        self.cookies.give_out(now);
        Framed::new(arrival.token, Some(link), &self.sent)
            .consume(ip.buffer_len(), |buffer| emit(buffer, &ip, &answer, checksums));
    }

    fn cookie(&self, now: Instant, segment: &Segment, frame: &[u8]) -> u32 {
        let size = longest_segment(packet(frame));
        self.cookies.make(&self.secret, now, &segment.tuple, segment.seq, size)
    }

    /// A segment of no connection, or of none that has begun so. A cookie shows that its bearer's
    /// address is its own, so the bearer gets a place. Everything else is a stray. If there is no
    /// place, a reset tells the bearer to come again; after silence it would wait for our greeting
    /// for ever. So strays do not use up these resets.
    pub(super) fn finish<T: TxToken>(
        &mut self,
        now: Instant,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        let Some(size) = self.honour(now, segment) else {
            return self.reject(now, segment, arrival);
        };
        if let Some(unfinished) = self.slots.find(&segment.tuple) {
            self.release(unfinished);
        }
        let Ok(opened) = self.slots.open_for_sure(now, segment) else {
            self.counters.strays += 1;
            return self.reset(now, segment, arrival);
        };
        if opened.evicted.is_some() {
            // If that was a handshake by cookie, its peer is still to bring it back.
            self.cookies.give_out(now);
        }
        let Some(ours) = segment.ack else { return };
        let request = Segment { seq: segment.seq.wrapping_sub(1), ..*segment };
        self.begin(now, &opened, &request, ours.wrapping_sub(1));
        self.counters.cookies_honoured += 1;
        self.cookies.keep();
        // Its TCP hears the request now, and tells its window, which the peer knows already.
        let (slot, port) = (&self.slots[opened.slot], self.slots.port(opened.slot));
        let request = slot.request(self.chat.ip_addrs(), port, size);
        self.whisper::<T>(now, opened.slot, request);
        let probe = self.slots[opened.slot].probe(self.chat.ip_addrs(), port);
        self.whisper::<T>(now, opened.slot, probe);
        self.hand_over(now, opened.slot, arrival);
    }

    /// The longest segment that the sender takes, if it brings back a cookie.
    fn honour(&self, now: Instant, segment: &Segment) -> Option<u16> {
        if !self.listening || segment.resets || segment.syn {
            return None;
        }
        let (theirs, ours) = (segment.seq.wrapping_sub(1), segment.ack?.wrapping_sub(1));
        self.cookies.honour(&self.secret, now, &segment.tuple, theirs, ours)
    }

    /// Lets a connection's TCP hear a made-up segment; its answer goes nowhere.
    #[inline(never)]
    fn whisper<T: TxToken>(&mut self, now: Instant, id: usize, what: Option<Crafted>) {
        let Some(crafted) = what else { return };
        let token = Framed::<T>::muted(&self.sent);
        let meta = PacketMeta::default();
        let mut port = Received::new(crafted.packet(), meta, token, &self.chat_capabilities);
        self.chat.poll_ingress_single(moment(now), &mut port, &mut self.slots[id].sockets);
    }

    /// Lets the connection that the segment opens begin with this number.
    fn begin(&mut self, now: Instant, opened: &Opened, segment: &Segment, number: u32) {
        if let Some(evicted) = opened.evicted {
            self.timers.disarm(evicted);
            self.input.push(evicted);
            self.counters.evicted += 1;
        }
        self.renew_interface(now, number);
        self.slots[opened.slot].numbers = Numbers::new(segment.seq, number);
        self.slots[opened.slot].mac = segment.mac;
    }

    /// The seed of a new interface is the only way to give smoltcp a number. Nothing else that the
    /// interface draws is seen.
    #[inline(never)]
    fn renew_interface(&mut self, now: Instant, number: u32) {
        let seed = seed_that_draws(number);
        let mut chat = interface(HardwareAddress::Ip, &self.chat_capabilities, now, seed);
        copy_addresses(&mut chat, &self.chat);
        self.chat = chat;
        self.narrow = false;
    }

    /// Takes a request to connect under the name of an earlier connection. That connection is over,
    /// and the server may not have heard all of it. Or it is a handshake that began otherwise: one
    /// of the two may be forged, so the handshake stays and the answer is a cookie.
    pub(super) fn open_anew<T: TxToken>(
        &mut self,
        now: Instant,
        id: usize,
        segment: &Segment,
        arrival: Arrival<'_, T>,
    ) {
        if !self.listening {
            return self.reject(now, segment, arrival);
        }
        match self.slots[id].socket().state() {
            State::SynReceived => return self.offer(segment, now, arrival),
            State::Closed if self.slots.free() > 0 => self.slots.forget(id),
            _ => self.end(id),
        }
        self.open(now, segment, arrival);
    }
}

pub(super) fn copy_addresses(to: &mut Interface, from: &Interface) {
    // Cannot fail: the lists are equally long.
    to.update_ip_addrs(|list| _ = list.extend_from_slice(from.ip_addrs()));
}
