//! Frames made by hand, and frames taken apart.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol,
    Icmpv4Packet, Icmpv4Repr, IpProtocol, Ipv4Address, Ipv4Packet, Ipv4Repr, TcpPacket,
};

pub(super) const SERVER_MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 1]);
pub(super) const SERVER: Ipv4Address = Ipv4Address::new(10, 0, 0, 1);
pub(super) const PORT: u16 = 4000;
/// Belongs to nobody who chats.
pub(super) const FORGER: EthernetAddress = EthernetAddress([2, 0, 0, 0, 6, 6]);
const STRANGER: Ipv4Address = Ipv4Address::new(10, 0, 0, 99);

pub(super) const FIN: u8 = 1;
pub(super) const SYN: u8 = 2;
pub(super) const RST: u8 = 4;
pub(super) const PSH: u8 = 8;
pub(super) const ACK: u8 = 16;

/// A segment to the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    pub(super) mac: EthernetAddress,
    pub(super) from: Ipv4Address,
    pub(super) port: u16,
    pub(super) flags: u8,
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) payload: &'a [u8],
}

impl Segment<'_> {
    pub(super) fn frame(&self) -> Vec<u8> {
        let mut bytes = vec![0; 20 + self.payload.len()];
        bytes[20..].copy_from_slice(self.payload);
        bytes[12] = 5 << 4;
        bytes[13] = self.flags;
        let mut packet = TcpPacket::new_unchecked(&mut bytes[..]);
        packet.set_src_port(self.port);
        packet.set_dst_port(PORT);
        packet.set_seq_number(smoltcp::wire::TcpSeqNumber(self.seq as i32));
        packet.set_ack_number(smoltcp::wire::TcpSeqNumber(self.ack as i32));
        packet.set_window_len(8192);
        packet.fill_checksum(&self.from.into(), &SERVER.into());
        ipv4(self.mac, self.from, IpProtocol::Tcp, &bytes)
    }
}

fn ethernet(mac: EthernetAddress, kind: EthernetProtocol, payload_len: usize) -> Vec<u8> {
    let mut bytes = vec![0; 14 + payload_len];
    let mut frame = EthernetFrame::new_unchecked(&mut bytes[..]);
    frame.set_src_addr(mac);
    frame.set_dst_addr(SERVER_MAC);
    frame.set_ethertype(kind);
    bytes
}

fn ipv4(mac: EthernetAddress, from: Ipv4Address, next: IpProtocol, payload: &[u8]) -> Vec<u8> {
    let repr = Ipv4Repr {
        src_addr: from,
        dst_addr: SERVER,
        next_header: next,
        payload_len: payload.len(),
        hop_limit: 64,
    };
    let mut bytes = ethernet(mac, EthernetProtocol::Ipv4, 20 + payload.len());
    let mut packet = Ipv4Packet::new_unchecked(&mut bytes[14..]);
    repr.emit(&mut packet, &ChecksumCapabilities::default());
    packet.payload_mut().copy_from_slice(payload);
    bytes
}

/// The packet's fragments, as a hop makes them that carries so many bytes of payload.
pub(super) fn cut(frame: &[u8], number: u16, carries: usize) -> Vec<Vec<u8>> {
    let (header, payload) = frame.split_at(34);
    let most = carries / 8 * 8;
    let piece = |(at, piece): (usize, &[u8])| {
        let mut frame = [header, piece].concat();
        let mut packet = Ipv4Packet::new_unchecked(&mut frame[14..]);
        let offset = at * most;
        packet.set_ident(number);
        packet.set_total_len(20 + piece.len() as u16);
        packet.set_dont_frag(false);
        packet.set_more_frags(offset + piece.len() < payload.len());
        packet.set_frag_offset(offset as u16);
        packet.fill_checksum();
        frame
    };
    payload.chunks(most).enumerate().map(piece).collect()
}

/// A frame such as a real host sends.
pub(super) fn real(number: u8) -> Vec<u8> {
    let stray = |flags, payload| {
        let (seq, ack, port) = (1000, 2000, 40_000);
        Segment { mac: FORGER, from: STRANGER, port, flags, seq, ack, payload }.frame()
    };
    match number % 12 {
        0 => arp_request(),
        1 => ping(),
        2 => stray(SYN, &[]),
        3 => stray(PSH | ACK, b"login user0 secret0\n"),
        4 => stray(FIN | ACK, &[]),
        5 => cut(&stray(PSH | ACK, b"login user0 secret0\n"), 7, 32).swap_remove(0),
        6 => cut(&stray(PSH | ACK, b"login user0 secret0\n"), 7, 32).swap_remove(1),
        8 => of_names(&[0, 0, 0, 1, 0, 0, 0, 0, 0, 0], b"\0\xff\x80\x01"),
        9 => of_names(&[0, 0, 0, 1, 0, 0, 0, 1, 0, 0], CLAIM),
        10 => of_names(&[0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0], &CLAIM[6..]),
        11 => of_names(&[2, 0, 0, 1, 0, 1, 0, 0, 0, 0], CLAIM),
        // As Linux writes it, but for its addresses: a request to connect over IPv6, with all of
        // its options.
        _ => {
            let mut bytes = ethernet(FORGER, EthernetProtocol::Ipv6, 0);
            bytes.extend([0x60, 2, 0x1b, 0x4f, 0, 40, 6, 64]);
            bytes.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
            bytes.extend([0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 1]);
            bytes.extend([0x9c, 0x40, 0x0f, 0xa0, 0x5a, 0x11, 0x22, 0x33, 0, 0, 0, 0]);
            bytes.extend([0xa0, 2, 0xfa, 0xf0, 0, 0, 0, 0, 2, 4, 5, 0xa0, 4, 2, 8, 0x0a]);
            bytes.extend([0x1d, 0x4e, 0x6e, 0x0a, 0, 0, 0, 0, 1, 3, 3, 7]);
            let (from, to) = (address(&bytes, 22), address(&bytes, 38));
            TcpPacket::new_unchecked(&mut bytes[54..]).fill_checksum(&from.into(), &to.into());
            bytes
        }
    }
}

/// Behind a name: a question for any record, and the address of the stranger as a claim or as what
/// is known. Behind the first six bytes it is an answer.
const CLAIM: &[u8] = b"\0\xff\0\x01\xc0\x0c\0\x01\0\x01\0\0\0\x78\0\x04\x0a\0\0\x63";

/// A message of multicast DNS with that header behind its number, about the server's name. Its
/// checksum is left out (RFC 768), so that changed ones are read.
fn of_names(header: &[u8; 10], rest: &[u8]) -> Vec<u8> {
    let message = [&[0, 0], &header[..], b"\x08smolchat\x05local\0", rest].concat();
    let length = 8 + message.len() as u16;
    let ports = [5353_u16.to_be_bytes(), 5353_u16.to_be_bytes()].concat();
    let datagram = [&ports[..], &length.to_be_bytes(), &[0, 0], &message].concat();
    ipv4(FORGER, STRANGER, IpProtocol::Udp, &datagram)
}

fn address(bytes: &[u8], at: usize) -> smoltcp::wire::Ipv6Address {
    let octets: [u8; 16] = bytes[at..at + 16].try_into().expect("sixteen bytes are an address");
    octets.into()
}

fn arp_request() -> Vec<u8> {
    let repr = ArpRepr::EthernetIpv4 {
        operation: ArpOperation::Request,
        source_hardware_addr: FORGER,
        source_protocol_addr: STRANGER,
        target_hardware_addr: EthernetAddress([0; 6]),
        target_protocol_addr: SERVER,
    };
    let mut bytes = ethernet(FORGER, EthernetProtocol::Arp, repr.buffer_len());
    repr.emit(&mut ArpPacket::new_unchecked(&mut bytes[14..]));
    bytes
}

fn ping() -> Vec<u8> {
    let repr = Icmpv4Repr::EchoRequest { ident: 7, seq_no: 8, data: b"are you there" };
    let mut bytes = vec![0; repr.buffer_len()];
    let mut packet = Icmpv4Packet::new_unchecked(&mut bytes[..]);
    repr.emit(&mut packet, &ChecksumCapabilities::default());
    ipv4(FORGER, STRANGER, IpProtocol::Icmp, &bytes)
}

/// A TCP segment from the server over IPv4.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) mac: EthernetAddress,
    pub(super) to: Ipv4Address,
    pub(super) port: u16,
    pub(super) flags: u8,
    pub(super) seq: u32,
    pub(super) ack: u32,
    pub(super) payload: Vec<u8>,
}

/// Takes a frame of the server's apart, if it is such a segment; panics where it is none that a
/// host could read.
pub(super) fn said(frame: &[u8]) -> Option<Said> {
    let ethernet = EthernetFrame::new_checked(frame).expect("a frame has its header");
    assert_eq!(ethernet.src_addr(), SERVER_MAC, "nobody speaks in another's name");
    if ethernet.ethertype() != EthernetProtocol::Ipv4 {
        return None;
    }
    let packet = Ipv4Packet::new_checked(ethernet.payload()).expect("a packet is whole");
    assert!(packet.verify_checksum(), "the header's checksum is right");
    if packet.next_header() != IpProtocol::Tcp {
        return None;
    }
    let tcp = TcpPacket::new_checked(packet.payload()).expect("a segment is whole");
    let (from, to) = (packet.src_addr().into(), packet.dst_addr().into());
    assert!(tcp.verify_checksum(&from, &to), "a segment's checksum is right");
    Some(Said {
        mac: ethernet.dst_addr(),
        to: packet.dst_addr(),
        port: tcp.dst_port(),
        flags: packet.payload()[13],
        seq: tcp.seq_number().0 as u32,
        ack: tcp.ack_number().0 as u32,
        payload: tcp.payload().to_vec(),
    })
}
