//! One fragment of an IP packet: its packet, and its place there. Any bytes get an answer; none
//! makes it panic.

use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, IpAddress, IpProtocol, Ipv4Packet, TcpPacket,
};
use smoltcp::wire::{IPV4_HEADER_LEN, IpVersion};
#[cfg(feature = "ipv6")]
use smoltcp::wire::{IPV6_HEADER_LEN, Ipv6Packet};

use super::super::frame::Ours;
use super::super::service::{Service, position};

/// Offsets count units of this many bytes (RFC 791, 3.1; RFC 8200, 4.5).
pub(super) const UNIT: usize = 8;

/// The common fields of one packet's fragments (RFC 791, 3.2; RFC 8200, 4.5), and the Ethernet
/// address that sent them. So another host that guesses the number spoils nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) mac: EthernetAddress,
    pub(super) from: IpAddress,
    pub(super) to: IpAddress,
    pub(super) number: u32,
}

impl Name {
    /// The length of the IP header that the whole packet gets: without options.
    pub(super) fn header_len(&self) -> usize {
        match self.from.version() {
            IpVersion::Ipv4 => IPV4_HEADER_LEN,
            #[cfg(feature = "ipv6")]
            IpVersion::Ipv6 => IPV6_HEADER_LEN,
        }
    }
}

/// A fragment of a packet that may be the chat's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment<'f> {
    pub(super) name: Name,
    /// The place in the packet's payload where it begins; a multiple of [`UNIT`].
    pub(super) offset: usize,
    /// It is not the last.
    pub(super) more: bool,
    /// At least one byte; whole units, if it is not the last.
    pub(super) payload: &'f [u8],
}

impl<'f> Fragment<'f> {
    /// The fragment in a frame, if it may be of a TCP segment from one host to one of our ports at
    /// one of our addresses. The first one must hold the whole TCP header, which every network
    /// carries in one piece (RFC 1858; RFC 7112).
    pub(super) fn parse(frame: &'f [u8], ours: &Ours<'_>) -> Option<Self> {
        let ethernet = EthernetFrame::new_checked(frame).ok()?;
        let mac = ethernet.src_addr();
        if ethernet.dst_addr() != ours.mac || !mac.is_unicast() {
            return None;
        }
        let fragment = match ethernet.ethertype() {
            EthernetProtocol::Ipv4 => Self::parse_ipv4(mac, ethernet.payload()),
            #[cfg(feature = "ipv6")]
            EthernetProtocol::Ipv6 => Self::parse_ipv6(mac, ethernet.payload()),
            _ => None,
        }?;
        let is_ours = ours.position(fragment.name.to).is_some();
        (is_ours && fragment.name.from.is_unicast() && fragment.is_sound(ours.services))
            .then_some(fragment)
    }

    fn parse_ipv4(mac: EthernetAddress, packet: &'f [u8]) -> Option<Self> {
        let packet = Ipv4Packet::new_checked(packet).ok()?;
        let is_tcp = packet.version() == 4 && packet.next_header() == IpProtocol::Tcp;
        (is_tcp && packet.verify_checksum()).then(|| Fragment {
            name: Name {
                mac,
                from: packet.src_addr().into(),
                to: packet.dst_addr().into(),
                number: packet.ident().into(),
            },
            offset: packet.frag_offset().into(),
            more: packet.more_frags(),
            payload: packet.payload(),
        })
    }

    /// Only right behind the IPv6 header: behind other headers TCP is not looked at, whole or not.
    #[cfg(feature = "ipv6")]
    fn parse_ipv6(mac: EthernetAddress, packet: &'f [u8]) -> Option<Self> {
        let packet = Ipv6Packet::new_checked(packet).ok()?;
        if packet.version() != 6 || packet.next_header() != IpProtocol::Ipv6Frag {
            return None;
        }
        let (&[next, _, high, low, a, b, c, d], payload) = packet.payload().split_first_chunk()?;
        let place = u16::from_be_bytes([high, low]);
        (IpProtocol::from(next) == IpProtocol::Tcp).then(|| Fragment {
            name: Name {
                mac,
                from: packet.src_addr().into(),
                to: packet.dst_addr().into(),
                number: u32::from_be_bytes([a, b, c, d]),
            },
            offset: (place & !7).into(),
            more: place & 1 != 0,
            payload,
        })
    }

    /// Whether it is the only one (RFC 6946).
    pub(super) fn is_all(&self) -> bool {
        self.offset == 0 && !self.more
    }

    /// The place in the packet's payload where it ends.
    pub(super) fn end(&self) -> usize {
        self.offset + self.payload.len()
    }

    fn is_sound(&self, services: &[Service]) -> bool {
        if self.payload.is_empty() || (self.more && !self.payload.len().is_multiple_of(UNIT)) {
            return false;
        }
        self.offset != 0
            || TcpPacket::new_checked(self.payload)
                .is_ok_and(|tcp| position(services, tcp.dst_port()).is_some())
    }
}
