//! Frames made by hand, and frames taken apart, for what no stock host would send.
//! Touches smoltcp's wire types.

use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol,
    EthernetRepr, Icmpv4Packet, Icmpv4Repr, IpAddress, IpProtocol, Ipv4Address, Ipv4Packet,
    Ipv4Repr, TcpControl, TcpPacket, TcpRepr, TcpSeqNumber,
};

use super::world::{PORT, SERVER_MAC};

pub(super) const STRANGER_MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 9, 9]);
pub(super) const STRANGER: Ipv4Address = Ipv4Address::new(10, 0, 0, 99);
const SERVER_V4: Ipv4Address = Ipv4Address::new(10, 0, 0, 1);

fn ethernet(ethertype: EthernetProtocol, payload_len: usize) -> Vec<u8> {
    let mut bytes = vec![0; 14 + payload_len];
    let repr = EthernetRepr { src_addr: STRANGER_MAC, dst_addr: SERVER_MAC, ethertype };
    repr.emit(&mut EthernetFrame::new_unchecked(&mut bytes[..]));
    bytes
}

fn ipv4(src_addr: Ipv4Address, next_header: IpProtocol, payload: &[u8]) -> Vec<u8> {
    let repr = Ipv4Repr {
        src_addr,
        dst_addr: SERVER_V4,
        next_header,
        payload_len: payload.len(),
        hop_limit: 64,
    };
    let mut bytes = ethernet(EthernetProtocol::Ipv4, 20 + payload.len());
    let mut packet = Ipv4Packet::new_unchecked(&mut bytes[14..]);
    repr.emit(&mut packet, &ChecksumCapabilities::default());
    packet.payload_mut().copy_from_slice(payload);
    bytes
}

/// A TCP segment from the stranger's `port`, without data.
pub(super) fn segment(port: u16, control: TcpControl, seq: i32, ack: Option<i32>) -> Vec<u8> {
    segment_between(STRANGER, PORT, port, control, seq, ack)
}

/// The same, from any address to any port.
pub(super) fn segment_between(
    from: Ipv4Address,
    to: u16,
    port: u16,
    control: TcpControl,
    seq: i32,
    ack: Option<i32>,
) -> Vec<u8> {
    let repr = TcpRepr {
        src_port: port,
        dst_port: to,
        control,
        seq_number: TcpSeqNumber(seq),
        ack_number: ack.map(TcpSeqNumber),
        window_len: 4096,
        window_scale: None,
        max_seg_size: None,
        sack_permitted: false,
        sack_ranges: [None; 3],
        timestamp: None,
        payload: &[],
    };
    let mut bytes = vec![0; repr.buffer_len()];
    let addresses = (IpAddress::Ipv4(from), IpAddress::Ipv4(SERVER_V4));
    let mut packet = TcpPacket::new_unchecked(&mut bytes[..]);
    repr.emit(&mut packet, &addresses.0, &addresses.1, &ChecksumCapabilities::default());
    ipv4(from, IpProtocol::Tcp, &bytes)
}

/// A request to connect from the stranger's `port`.
pub(super) fn syn(port: u16) -> Vec<u8> {
    segment(port, TcpControl::Syn, 1000, None)
}

/// What the server says in a TCP segment: to which port, its flags, its sequence number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) port: u16,
    pub(super) syn: bool,
    pub(super) rst: bool,
    pub(super) seq: i32,
}

/// The TCP segments among the frames.
pub(super) fn segments(frames: &[Vec<u8>]) -> Vec<Said> {
    let said = |frame: &Vec<u8>| {
        let ethernet = EthernetFrame::new_checked(&frame[..]).unwrap();
        assert_eq!((ethernet.src_addr(), ethernet.dst_addr()), (SERVER_MAC, STRANGER_MAC));
        let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
        assert!(packet.verify_checksum());
        let tcp = TcpPacket::new_checked(packet.payload()).unwrap();
        Some(Said { port: tcp.dst_port(), syn: tcp.syn(), rst: tcp.rst(), seq: tcp.seq_number().0 })
    };
    frames.iter().filter_map(said).collect()
}

/// The same IPv4 packet, said to be a piece of a larger one.
pub(super) fn fragment(mut frame: Vec<u8>, offset: u16, more: bool) -> Vec<u8> {
    let mut packet = Ipv4Packet::new_unchecked(&mut frame[14..]);
    packet.set_dont_frag(false);
    packet.set_more_frags(more);
    packet.set_frag_offset(offset);
    packet.fill_checksum();
    frame
}

/// An ARP request for the server's address, from the stranger to everybody.
pub(super) fn arp_request() -> Vec<u8> {
    let repr = ArpRepr::EthernetIpv4 {
        operation: ArpOperation::Request,
        source_hardware_addr: STRANGER_MAC,
        source_protocol_addr: STRANGER,
        target_hardware_addr: EthernetAddress([0; 6]),
        target_protocol_addr: SERVER_V4,
    };
    let mut bytes = ethernet(EthernetProtocol::Arp, repr.buffer_len());
    EthernetFrame::new_unchecked(&mut bytes[..]).set_dst_addr(EthernetAddress::BROADCAST);
    repr.emit(&mut ArpPacket::new_unchecked(&mut bytes[14..]));
    bytes
}

/// A ping from the stranger.
pub(super) fn ping() -> Vec<u8> {
    let repr = Icmpv4Repr::EchoRequest { ident: 7, seq_no: 8, data: b"are you there" };
    let mut bytes = vec![0; repr.buffer_len()];
    let mut packet = Icmpv4Packet::new_unchecked(&mut bytes[..]);
    repr.emit(&mut packet, &ChecksumCapabilities::default());
    ipv4(STRANGER, IpProtocol::Icmp, &bytes)
}
