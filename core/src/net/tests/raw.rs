//! Frames made by hand, and frames taken apart, for what no stock host would send.

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
    speech_between(from, to, port, control, seq, ack, &[])
}

/// A TCP segment from the stranger's `port` that says something.
pub(super) fn speech(port: u16, seq: i32, ack: i32, payload: &[u8]) -> Vec<u8> {
    speech_between(STRANGER, PORT, port, TcpControl::Psh, seq, Some(ack), payload)
}

fn speech_between(
    from: Ipv4Address,
    to: u16,
    port: u16,
    control: TcpControl,
    seq: i32,
    ack: Option<i32>,
    payload: &[u8],
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
        payload,
    };
    let mut bytes = vec![0; repr.buffer_len()];
    let addresses = (IpAddress::Ipv4(from), IpAddress::Ipv4(SERVER_V4));
    let mut packet = TcpPacket::new_unchecked(&mut bytes[..]);
    repr.emit(&mut packet, &addresses.0, &addresses.1, &ChecksumCapabilities::default());
    ipv4(from, IpProtocol::Tcp, &bytes)
}

/// The same frame from another Ethernet address.
pub(super) fn sent_by(mac: EthernetAddress, mut frame: Vec<u8>) -> Vec<u8> {
    EthernetFrame::new_unchecked(&mut frame[..]).set_src_addr(mac);
    frame
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
        if ethernet.ethertype() == EthernetProtocol::Arp {
            return None;
        }
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

/// An IPv4 packet as a hop hands it on that carries packets of so many bytes: in fragments, where
/// it is longer.
pub(super) fn cut(frame: Vec<u8>, number: u16, carries: usize) -> Vec<Vec<u8>> {
    let is_plain = frame[12..15] == [8, 0, 0x45];
    if !is_plain || frame.len() <= 14 + carries {
        return vec![frame];
    }
    let (header, payload) = frame.split_at(34);
    let most = (carries - 20) / 8 * 8;
    let piece = |(at, piece): (usize, &[u8])| {
        let mut frame = [header, piece].concat();
        let mut packet = Ipv4Packet::new_unchecked(&mut frame[14..]);
        packet.set_ident(number);
        packet.set_total_len(20 + piece.len() as u16);
        let offset = at * most;
        fragment(frame, offset as u16, offset + piece.len() < payload.len())
    };
    payload.chunks(most).enumerate().map(piece).collect()
}

/// An ARP request for the server's address, from the stranger to everybody.
pub(super) fn arp_request() -> Vec<u8> {
    arp(ArpOperation::Request, (STRANGER, STRANGER_MAC), SERVER_V4)
}

/// An ARP packet to everybody.
pub(super) fn arp(
    operation: ArpOperation,
    from: (Ipv4Address, EthernetAddress),
    about: Ipv4Address,
) -> Vec<u8> {
    let repr = ArpRepr::EthernetIpv4 {
        operation,
        source_hardware_addr: from.1,
        source_protocol_addr: from.0,
        target_hardware_addr: EthernetAddress([0; 6]),
        target_protocol_addr: about,
    };
    let mut bytes = ethernet(EthernetProtocol::Arp, repr.buffer_len());
    let mut frame = EthernetFrame::new_unchecked(&mut bytes[..]);
    frame.set_src_addr(from.1);
    frame.set_dst_addr(EthernetAddress::BROADCAST);
    repr.emit(&mut ArpPacket::new_unchecked(&mut bytes[14..]));
    bytes
}

/// What the server says in an ARP packet: in whose name, about which address, and to which Ethernet
/// address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ArpSaid {
    pub(super) operation: ArpOperation,
    pub(super) from: Ipv4Address,
    pub(super) about: Ipv4Address,
    pub(super) mac: EthernetAddress,
}

/// The ARP packets among the frames.
pub(super) fn arps(frames: &[Vec<u8>]) -> Vec<ArpSaid> {
    let said = |frame: &Vec<u8>| {
        let ethernet = EthernetFrame::new_checked(&frame[..]).unwrap();
        let packet = match ethernet.ethertype() {
            EthernetProtocol::Arp => ArpPacket::new_checked(ethernet.payload()).unwrap(),
            _ => return None,
        };
        assert_eq!(
            (ethernet.src_addr(), packet.source_hardware_addr()),
            (SERVER_MAC, SERVER_MAC.as_bytes())
        );
        let ArpRepr::EthernetIpv4 { operation, source_protocol_addr, target_protocol_addr, .. } =
            ArpRepr::parse(&packet).unwrap()
        else {
            return None;
        };
        let mac = ethernet.dst_addr();
        Some(ArpSaid { operation, from: source_protocol_addr, about: target_protocol_addr, mac })
    };
    frames.iter().filter_map(said).collect()
}

/// A router's report that a packet from the server to the stranger's `port` was too long: 1200
/// bytes fit.
pub(super) fn too_big(port: u16) -> Vec<u8> {
    // The quoted packet is said to be longer than the quotation.
    let mut quoted = ipv4(STRANGER, IpProtocol::Tcp, &[0; 1400])[14..].to_vec();
    quoted.truncate(28);
    quoted[12..16].copy_from_slice(&SERVER_V4.octets());
    quoted[16..20].copy_from_slice(&STRANGER.octets());
    quoted[20..22].copy_from_slice(&PORT.to_be_bytes());
    quoted[22..24].copy_from_slice(&port.to_be_bytes());
    let mut message = vec![3, 4, 0, 0, 0, 0];
    message.extend(1200_u16.to_be_bytes());
    message.extend(quoted);
    Icmpv4Packet::new_unchecked(&mut message[..]).fill_checksum();
    ipv4(Ipv4Address::new(10, 0, 0, 254), IpProtocol::Icmp, &message)
}

/// A ping from the stranger.
pub(super) fn ping() -> Vec<u8> {
    let repr = Icmpv4Repr::EchoRequest { ident: 7, seq_no: 8, data: b"are you there" };
    let mut bytes = vec![0; repr.buffer_len()];
    let mut packet = Icmpv4Packet::new_unchecked(&mut bytes[..]);
    repr.emit(&mut packet, &ChecksumCapabilities::default());
    ipv4(STRANGER, IpProtocol::Icmp, &bytes)
}

#[cfg(feature = "ipv6")]
pub(super) use ipv6::{STRANGER6, advertised, solicitation};

#[cfg(feature = "ipv6")]
mod ipv6 {
    use core::net::Ipv6Addr;

    use smoltcp::wire::{
        Icmpv6Packet, Icmpv6Repr, Ipv6Packet, Ipv6Repr, NdiscNeighborFlags, NdiscRepr,
        RawHardwareAddress,
    };

    use super::*;

    pub(in super::super) const STRANGER6: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 9, 9);

    /// A neighbour solicitation for `about`, perhaps with the sender's Ethernet address in it.
    pub(in super::super) fn solicitation(
        from: (Ipv6Addr, Option<EthernetAddress>),
        to: Ipv6Addr,
        about: Ipv6Addr,
    ) -> Vec<u8> {
        let lladdr = from.1.map(|mac| RawHardwareAddress::from_bytes(mac.as_bytes()));
        let said = Icmpv6Repr::Ndisc(NdiscRepr::NeighborSolicit { target_addr: about, lladdr });
        let header = Ipv6Repr {
            src_addr: from.0,
            dst_addr: to,
            next_header: IpProtocol::Icmpv6,
            payload_len: said.buffer_len(),
            hop_limit: 255,
        };
        let mut bytes = ethernet(EthernetProtocol::Ipv6, 40 + header.payload_len);
        let mut packet = Ipv6Packet::new_unchecked(&mut bytes[14..]);
        header.emit(&mut packet);
        let mut icmp = Icmpv6Packet::new_unchecked(packet.payload_mut());
        said.emit(&from.0, &to, &mut icmp, &ChecksumCapabilities::default());
        bytes
    }

    /// The advertisements among the frames: about which address, to whom, and whether that was an
    /// answer.
    pub(in super::super) fn advertised(frames: &[Vec<u8>]) -> Vec<(Ipv6Addr, Ipv6Addr, bool)> {
        let said = |frame: &Vec<u8>| {
            let ethernet = EthernetFrame::new_checked(&frame[..]).unwrap();
            let packet = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            let (from, to) = (packet.src_addr(), packet.dst_addr());
            assert_eq!(packet.hop_limit(), 255);
            let icmp = Icmpv6Packet::new_checked(packet.payload()).unwrap();
            let said = Icmpv6Repr::parse(&from, &to, &icmp, &ChecksumCapabilities::default());
            let Ok(Icmpv6Repr::Ndisc(NdiscRepr::NeighborAdvert { flags, target_addr, lladdr })) =
                said
            else {
                return None;
            };
            assert_eq!(lladdr.unwrap().as_bytes(), SERVER_MAC.as_bytes());
            Some((target_addr, to, flags.contains(NdiscNeighborFlags::SOLICITED)))
        };
        frames.iter().filter_map(said).collect()
    }
}
