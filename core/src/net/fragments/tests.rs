//! The room for fragments by itself: what becomes whole, and what does not.

#[cfg(feature = "ipv6")]
mod ipv6;
mod shares;

use std::slice::from_ref;

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{EthernetFrame, EthernetProtocol, IpAddress, IpCidr, IpProtocol, Ipv4Packet};

use super::super::counters::Counters;
use super::super::frame::{Frame, Ours, classify};
use super::super::service::Service;
use super::{Fragments, ROW_BYTES, Row};
use crate::time::Instant;

const NOW: Instant = Instant::from_millis(1_000);
const MAC: smoltcp::wire::EthernetAddress = smoltcp::wire::EthernetAddress([2, 0, 0, 0, 0, 2]);
const SERVER: IpAddress = IpAddress::v4(10, 0, 0, 1);

/// A fragment from 10.0.0.`host`, its packet named `number`.
fn fragment(host: u8, number: u16, offset: usize, more: bool, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 1, host, 8, 0];
    frame.extend([0x45, 0]);
    frame.extend((20 + payload.len() as u16).to_be_bytes());
    frame.extend(number.to_be_bytes());
    frame.extend(((offset as u16 / 8) | (u16::from(more) << 13)).to_be_bytes());
    frame.extend([64, 6, 0, 0, 10, 0, 0, host, 10, 0, 0, 1]);
    frame.extend(payload);
    Ipv4Packet::new_unchecked(&mut frame[14..]).fill_checksum();
    frame
}

/// A segment to the chat's port with so many bytes of data; its checksum is nobody's business here.
fn segment(data: usize) -> Vec<u8> {
    let mut bytes =
        vec![0x13, 0x88, 0x0f, 0xa0, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x10, 4, 0, 0, 0, 0, 0];
    bytes.extend((0..data).map(|at| at as u8));
    bytes
}

/// The segment's fragments, each with so many bytes, in their order.
fn cut(host: u8, number: u16, segment: &[u8], len: usize) -> Vec<Vec<u8>> {
    let piece = |(at, piece): (usize, &[u8])| {
        let more = at * len + piece.len() < segment.len();
        fragment(host, number, at * len, more, piece)
    };
    segment.chunks(len).enumerate().map(piece).collect()
}

struct Room {
    fragments: Fragments<'static>,
    counters: Counters,
    now: Instant,
    addresses: Vec<IpCidr>,
}

impl Room {
    fn new(rows: usize) -> Self {
        let bytes = vec![0; rows * ROW_BYTES].leak();
        let rows = Vec::from_iter((0..rows).map(|_| Row::default())).leak();
        Room {
            fragments: Fragments::new(rows, bytes),
            counters: Counters::default(),
            now: NOW,
            addresses: vec![IpCidr::new(SERVER, 24)],
        }
    }

    /// The frame that is whole with this fragment.
    fn take(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        let checksum = &ChecksumCapabilities::default();
        let ours =
            Ours { mac: MAC, addresses: &self.addresses, services: &[Service::LINES], checksum };
        assert_eq!(classify(frame, &ours), Frame::Fragment);
        let len = self.fragments.take(self.now, frame, &ours, &mut self.counters)?;
        Some(self.fragments.frame(len).to_vec())
    }

    /// The payloads of the packets that these fragments make whole.
    fn take_all<'f>(&mut self, frames: impl IntoIterator<Item = &'f Vec<u8>>) -> Vec<Vec<u8>> {
        let whole = |frame: &Vec<u8>| self.take(frame).map(|frame| frame[34..].to_vec());
        frames.into_iter().filter_map(whole).collect()
    }

    fn counts(&self) -> (u32, u64) {
        (self.counters.reassembled, self.counters.fragments)
    }
}

#[test]
fn a_packet_in_any_order_is_one_frame_with_a_header_of_its_own() {
    let whole = segment(400);
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut room = Room::new(4);
        let frames = cut(9, 7, &whole, 160);
        assert_eq!(frames.len(), 3);
        let [first, second, last] = order.map(|at| room.take(&frames[at]));
        assert_eq!((first, second), (None, None));
        let last = last.unwrap();
        let ethernet = EthernetFrame::new_checked(&last[..]).unwrap();
        assert_eq!(ethernet.dst_addr(), MAC);
        assert_eq!(ethernet.src_addr().0, [2, 0, 0, 0, 1, 9]);
        assert_eq!(ethernet.ethertype(), EthernetProtocol::Ipv4);
        let packet = Ipv4Packet::new_checked(ethernet.payload()).unwrap();
        assert!(packet.verify_checksum() && !packet.more_frags() && packet.frag_offset() == 0);
        let (from, to) = (packet.src_addr().octets(), packet.dst_addr().octets());
        assert_eq!((from, to), ([10, 0, 0, 9], [10, 0, 0, 1]));
        assert_eq!((packet.next_header(), packet.payload()), (IpProtocol::Tcp, &whole[..]));
        assert_eq!(room.counts(), (1, 0));
    }
}

#[test]
fn the_longest_packet_fits_and_a_longer_one_is_dropped_with_all_its_fragments() {
    let mut room = Room::new(1);
    let longest = segment(1460);
    assert_eq!(room.take_all(&cut(9, 1, &longest, 8 * 80)), [longest]);
    let frames = cut(9, 2, &segment(1461), 8 * 80);
    assert_eq!(room.take_all(&frames), [] as [Vec<u8>; 0]);
    assert_eq!(room.counts(), (1, 3));
    assert_eq!(room.take(&fragment(9, 3, 65_528, false, &[0; 1480])), None);
    assert_eq!(room.counts(), (1, 4));
}

#[test]
fn what_the_network_doubles_counts_once() {
    let mut room = Room::new(4);
    let whole = segment(300);
    let frames = cut(9, 7, &whole, 128);
    let doubled = frames.iter().flat_map(|frame| [frame, frame]).take(5);
    assert_eq!(room.take_all(doubled), from_ref(&whole));
    assert_eq!(room.counts(), (1, 2));
    // A part of what has come says nothing new either.
    let part = fragment(9, 8, 16, true, &whole[16..32]);
    let frames = cut(9, 8, &whole, 128);
    assert_eq!(room.take_all([&frames[0], &part, &frames[1], &frames[2]]), from_ref(&whole));
    assert_eq!(room.counts(), (2, 3));
}

#[test]
fn fragments_that_contradict_each_other_spoil_their_packet_and_no_other() {
    let whole = segment(300);
    let frames = cut(9, 7, &whole, 160);
    let at = |offset: usize, more, payload: &[u8]| fragment(9, 7, offset, more, payload);
    let contradictions = [
        ("other bytes in the same place", at(160, false, &[1; 160])),
        ("an overlap from the front", at(152, true, &whole[152..168])),
        ("another end", at(320, false, &[1; 8])),
        ("an end too early", at(160, false, &whole[160..176])),
        ("more behind the end", at(320, true, &[1; 8])),
        ("more than fits", at(1480, false, &[1; 8])),
    ];
    for (name, contradiction) in contradictions {
        let mut room = Room::new(4);
        assert_eq!(
            room.take_all([&frames[1], &contradiction, &frames[0]]),
            [] as [Vec<u8>; 0],
            "{name}"
        );
        assert_eq!(room.take_all(&frames), [] as [Vec<u8>; 0], "{name}");
        assert_eq!(room.counts(), (0, 5), "{name}");
        assert_eq!(room.take_all(&cut(9, 8, &whole, 160)), from_ref(&whole), "{name}");
    }
}

#[test]
fn an_end_before_what_has_come_spoils_the_packet() {
    let mut room = Room::new(4);
    let whole = segment(300);
    assert_eq!(room.take(&fragment(9, 7, 160, true, &whole[160..240])), None);
    assert_eq!(room.take(&fragment(9, 7, 80, false, &whole[80..160])), None);
    assert_eq!(room.take_all(&cut(9, 7, &whole, 80)), [] as [Vec<u8>; 0]);
    assert_eq!(room.counts(), (0, 6));
}

#[test]
fn only_tcp_from_a_host_to_our_port_at_our_address_waits() {
    let whole = segment(300);
    let first = |change: fn(&mut Vec<u8>)| {
        let mut frame = fragment(9, 7, 0, true, &whole[..160]);
        change(&mut frame);
        Ipv4Packet::new_unchecked(&mut frame[14..]).fill_checksum();
        frame
    };
    let broken = {
        let mut frame = first(|_| ());
        frame[24] ^= 1;
        frame
    };
    let unwanted = [
        ("for another Ethernet address", first(|frame| frame[5] = 3)),
        ("from a group", first(|frame| frame[6] = 3)),
        ("from everybody", first(|frame| frame[26..30].fill(255))),
        ("for another address", first(|frame| frame[33] = 77)),
        ("for another port", first(|frame| frame[37] = 0xa1)),
        ("UDP", first(|frame| frame[23] = 17)),
        ("a wrong checksum", broken),
        ("a header cut short", fragment(9, 7, 0, true, &whole[..16])),
        (
            "a longer header cut short",
            first(|frame| frame[46] = 0xf0).into_iter().take(34 + 56).collect(),
        ),
        ("not whole units", fragment(9, 7, 0, true, &whole[..161])),
        ("nothing", fragment(9, 7, 160, true, &[])),
    ];
    for (name, mut frame) in unwanted {
        let mut room = Room::new(4);
        let len = (frame.len() - 14) as u16;
        frame[16..18].copy_from_slice(&len.to_be_bytes());
        if name != "a wrong checksum" {
            Ipv4Packet::new_unchecked(&mut frame[14..]).fill_checksum();
        }
        assert_eq!(room.take(&frame), None, "{name}");
        assert_eq!(room.counts(), (0, 1), "{name}");
        assert_eq!(room.take_all(&cut(9, 7, &whole, 160)), from_ref(&whole), "{name}");
    }
}

#[test]
fn another_host_number_or_ethernet_address_is_another_packet() {
    let whole = segment(300);
    let mut room = Room::new(16);
    let mut moved = fragment(9, 7, 160, false, &[3; 160]);
    moved[11] = 66;
    for other in
        [fragment(8, 7, 160, false, &[1; 160]), fragment(9, 8, 160, false, &[2; 160]), moved]
    {
        assert_eq!(room.take(&other), None);
    }
    assert_eq!(room.take_all(&cut(9, 7, &whole, 160)), [whole]);
    assert_eq!(room.counts(), (1, 0));
}
