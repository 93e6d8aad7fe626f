//! One Ethernet frame, classified without copying: the chat's TCP, a fragment, or a frame for the
//! link interface. Any bytes get an answer; none makes it panic.

use smoltcp::phy::ChecksumCapabilities;
#[cfg(feature = "ipv6")]
use smoltcp::wire::Ipv6Packet;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, IpAddress, IpCidr, IpProtocol, Ipv4Packet,
    TcpPacket,
};

use super::service::{Service, position};
use crate::chat::Source;

/// A connection's name: the peer, and the address and service of ours that it talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tuple {
    /// The peer's address. It takes four bytes if smoltcp speaks IPv4 only; core's own type always
    /// has room for IPv6.
    pub peer: IpAddress,
    /// The peer's port.
    pub port: u16,
    /// The position of our address in the list of our addresses. A peer may use one port towards
    /// two of them.
    pub local: u8,
    /// The position of the service in the list of services. A peer may use one port towards two of
    /// them.
    pub service: u8,
}

impl Tuple {
    /// The peer's source.
    pub(super) fn source(&self) -> Source {
        Source::of(self.peer.into())
    }

    /// Everything but the peer's address, for a hash.
    pub(super) fn rest(&self) -> u64 {
        u64::from(self.service) << 24 | u64::from(self.port) << 8 | u64::from(self.local)
    }
}

/// A TCP segment for the chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The connection it belongs to or wants to open.
    pub tuple: Tuple,
    /// The Ethernet address to answer to.
    pub mac: EthernetAddress,
    /// It asks for a connection: SYN, and neither ACK nor RST nor FIN.
    pub opens: bool,
    /// It ends a connection: RST.
    pub resets: bool,
    /// It has a SYN, perhaps with other flags.
    pub syn: bool,
    /// The number of its first byte.
    pub seq: u32,
    /// The number it acknowledges, if it does.
    pub ack: Option<u32>,
}

/// The kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// TCP over unfragmented IP, to one of our addresses and a service's port.
    Chat(Segment),
    /// A fragment of an IP packet.
    Fragment,
    /// TCP for the chat that is ignored: its checksum is wrong, or it comes behind extension
    /// headers of IPv6.
    Unsound,
    /// Anything else, broken frames included.
    Other,
}

/// Our side: the addresses of frames for the chat.
#[derive(Clone, Copy, Debug)]
pub struct Ours<'a> {
    /// Our Ethernet address.
    pub mac: EthernetAddress,
    /// Our IP addresses; at most 256 are looked at.
    pub addresses: &'a [IpCidr],
    /// What answers at our ports.
    pub services: &'a [Service],
    /// Which checksums the device has not looked at.
    pub checksum: &'a ChecksumCapabilities,
}

impl Ours<'_> {
    pub(super) fn position(&self, address: IpAddress) -> Option<u8> {
        let position = self.addresses.iter().position(|own| own.address() == address)?;
        u8::try_from(position).ok()
    }
}

/// Tells the kind of a frame. Inlined, as every frame passes here.
#[inline(always)]
pub fn classify(frame: &[u8], ours: &Ours<'_>) -> Frame {
    let Ok(ethernet) = EthernetFrame::new_checked(frame) else { return Frame::Other };
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => classify_ipv4(&ethernet, ours),
        #[cfg(feature = "ipv6")]
        EthernetProtocol::Ipv6 => classify_ipv6(&ethernet, ours),
        _ => Frame::Other,
    }
}

fn classify_ipv4(ethernet: &EthernetFrame<&[u8]>, ours: &Ours<'_>) -> Frame {
    let Ok(packet) = Ipv4Packet::new_checked(ethernet.payload()) else { return Frame::Other };
    if packet.more_frags() || packet.frag_offset() != 0 {
        return Frame::Fragment;
    }
    if packet.version() != 4 || packet.next_header() != IpProtocol::Tcp {
        return Frame::Other;
    }
    let (from, to) = (packet.src_addr().into(), packet.dst_addr().into());
    if ours.checksum.ipv4.rx() && !packet.verify_checksum() {
        return Frame::Unsound;
    }
    classify_tcp(ethernet, from, to, packet.payload(), ours)
}

#[cfg(feature = "ipv6")]
fn classify_ipv6(ethernet: &EthernetFrame<&[u8]>, ours: &Ours<'_>) -> Frame {
    let Ok(packet) = Ipv6Packet::new_checked(ethernet.payload()) else { return Frame::Other };
    if packet.version() != 6 {
        return Frame::Other;
    }
    let (from, to) = (packet.src_addr().into(), packet.dst_addr().into());
    match packet.next_header() {
        IpProtocol::Tcp => classify_tcp(ethernet, from, to, packet.payload(), ours),
        next => match behind_extensions(next, packet.payload()) {
            Behind::Tcp(payload) => match classify_tcp(ethernet, from, to, payload, ours) {
                Frame::Other => Frame::Other,
                _ => Frame::Unsound,
            },
            Behind::Fragment => Frame::Fragment,
            Behind::Other => Frame::Other,
        },
    }
}

/// The packet behind the extension headers of IPv6.
#[cfg(feature = "ipv6")]
enum Behind<'f> {
    Tcp(&'f [u8]),
    Fragment,
    Other,
}

/// Walks over hop-by-hop options, destination options and routing headers (RFC 8200, 4). No common
/// stack puts any before TCP, and smoltcp serves only the first. So TCP behind them is ignored, as
/// by a firewall, and nothing is sent for it.
#[cfg(feature = "ipv6")]
fn behind_extensions(mut next: IpProtocol, mut rest: &[u8]) -> Behind<'_> {
    loop {
        match next {
            IpProtocol::Tcp => return Behind::Tcp(rest),
            IpProtocol::Ipv6Frag => return Behind::Fragment,
            IpProtocol::HopByHop | IpProtocol::Ipv6Opts | IpProtocol::Ipv6Route => {}
            _ => return Behind::Other,
        }
        let [following, eights, ..] = *rest else { return Behind::Other };
        let Some(behind) = rest.get(8 * (usize::from(eights) + 1)..) else { return Behind::Other };
        (next, rest) = (following.into(), behind);
    }
}

fn classify_tcp(
    ethernet: &EthernetFrame<&[u8]>,
    from: IpAddress,
    to: IpAddress,
    payload: &[u8],
    ours: &Ours<'_>,
) -> Frame {
    let mac = ethernet.src_addr();
    // A switch also floods frames for others, and an answer to a group address would go to
    // everybody.
    if ethernet.dst_addr() != ours.mac || !mac.is_unicast() {
        return Frame::Other;
    }
    let (Ok(tcp), Some(local)) = (TcpPacket::new_checked(payload), ours.position(to)) else {
        return Frame::Other;
    };
    let Some(service) = position(ours.services, tcp.dst_port()) else { return Frame::Other };
    if ours.checksum.tcp.rx() && !tcp.verify_checksum(&from, &to) {
        return Frame::Unsound;
    }
    Frame::Chat(Segment {
        tuple: Tuple { peer: from, port: tcp.src_port(), local, service },
        mac,
        opens: tcp.syn() && !tcp.ack() && !tcp.rst() && !tcp.fin(),
        resets: tcp.rst(),
        syn: tcp.syn(),
        seq: tcp.seq_number().0 as u32,
        ack: tcp.ack().then(|| tcp.ack_number().0 as u32),
    })
}
