//! Reports of routers that a packet of ours was too long for its path (RFC 1191; RFC 4443, 3.2).
//! They are counted, and told once. A report is easily forged, so nothing follows from it (RFC
//! 5927). A silent connection sends shorter segments instead (`inquiry`).

#[cfg(feature = "ipv6")]
use smoltcp::wire::Ipv6Repr;
use smoltcp::wire::{Icmpv4Message, Icmpv4Packet, IpAddress, IpProtocol, Ipv4Address, Ipv4Packet};

use super::super::driver::Driver;
use super::super::frame::Tuple;
use super::super::service::position;
use super::SegmentNotice;

/// The code of "fragmentation needed and DF set".
const FRAGMENTATION_NEEDED: u8 = 4;

/// The report's part about the packet that was too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Report {
    from: IpAddress,
    to: IpAddress,
    /// The packet's first four bytes: the ports.
    ports: [u8; 4],
    mtu: u32,
}

/// The report in an IPv4 packet, if it is one about TCP. A router quotes only the packet's
/// beginning.
pub(super) fn of_ipv4(packet: &[u8]) -> Option<Report> {
    let packet = Ipv4Packet::new_checked(packet).ok()?;
    if packet.next_header() != IpProtocol::Icmp || packet.frag_offset() != 0 {
        return None;
    }
    let payload = packet.payload();
    let icmp = Icmpv4Packet::new_checked(payload).ok()?;
    let kind = (icmp.msg_type(), icmp.msg_code());
    if kind != (Icmpv4Message::DstUnreachable, FRAGMENTATION_NEEDED) || !icmp.verify_checksum() {
        return None;
    }
    let mtu = u16::from_be_bytes(*payload.get(6..8)?.first_chunk()?);
    let quoted = icmp.data();
    let (first, header) = (quoted.first()?, quoted.get(..20)?);
    if first >> 4 != 4 || IpProtocol::from(header[9]) != IpProtocol::Tcp {
        return None;
    }
    let address =
        |at: usize| Ipv4Address::new(header[at], header[at + 1], header[at + 2], header[at + 3]);
    let ports = *quoted.get(4 * usize::from(first & 0x0f)..)?.first_chunk()?;
    Some(Report { from: address(12).into(), to: address(16).into(), ports, mtu: mtu.into() })
}

/// The report in an ICMPv6 message, if it is one about TCP.
#[cfg(feature = "ipv6")]
pub(super) fn of_ipv6(mtu: u32, header: &Ipv6Repr, quoted: &[u8]) -> Option<Report> {
    if header.next_header != IpProtocol::Tcp {
        return None;
    }
    let ports = *quoted.first_chunk()?;
    Some(Report { from: header.src_addr.into(), to: header.dst_addr.into(), ports, mtu })
}

impl<C> Driver<'_, C> {
    /// Counts a report about a connection of ours.
    pub(super) fn on_too_big(&mut self, report: &Report) {
        let Report { from, to, ports: [a, b, c, d], mtu } = *report;
        let Some(local) = self.chat.ip_addrs().iter().position(|own| own.address() == from) else {
            return;
        };
        let our_port = u16::from_be_bytes([a, b]);
        let Some(service) = position(self.slots.services.as_slice(), our_port) else { return };
        let (port, local) = (u16::from_be_bytes([c, d]), local as u8);
        if self.slots.find(&Tuple { peer: to, port, local, service }).is_some() {
            self.counters.too_big += 1;
            self.neighbours.notices.add(SegmentNotice::TooBig { to: to.into(), mtu });
        }
    }
}
