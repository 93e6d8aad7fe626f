//! The frames of multicast DNS: what comes in for port 5353, and what goes out.

use core::net::IpAddr;

use smoltcp::phy::{ChecksumCapabilities, Device, TxToken};
#[cfg(feature = "ipv6")]
use smoltcp::wire::Ipv6Packet;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, IpAddress, IpCidr, IpProtocol, IpRepr,
    Ipv4Packet, UdpPacket, UdpRepr,
};

use super::super::clock::moment;
use super::super::driver::Driver;
use super::super::port::{Arrival, Framed, HEADER_LEN, Link};
use super::super::round::Sent;
use super::lane::Saying;
#[cfg(feature = "ipv6")]
use super::mld;
use super::responder::Heard;
use super::set::Set;
use super::{Family, PORT, igmp};
use crate::environment::Environment;
use crate::time::{Duration, Instant};

/// The header of UDP.
const UDP_HEADER_LEN: usize = 8;
/// Whoever gets an answer may see that no router has forwarded it (RFC 6762, 11).
const HOP_LIMIT: u8 = 255;

/// A datagram for the port of multicast DNS.
struct Datagram<'f> {
    from: IpAddress,
    to: IpAddress,
    port: u16,
    payload: &'f [u8],
}

/// What a frame has for the responder.
enum News<'f> {
    Message(Datagram<'f>),
    /// Somebody asks who is in the group.
    Query(Family, Duration),
}

impl<C> Driver<'_, C> {
    /// Whether frames to this address are for the responder.
    pub(in super::super) fn is_name_group(&self, to: EthernetAddress) -> bool {
        self.names.is_some() && Family::ALL.iter().any(|family| family.group().1 == to)
    }

    /// Takes a frame, if it is for the responder, and gives back any other.
    pub(in super::super) fn hear_of_names<'f, T: TxToken>(
        &mut self,
        now: Instant,
        arrival: Arrival<'f, T>,
    ) -> Option<Arrival<'f, T>> {
        let Some(names) = &mut self.names else { return Some(arrival) };
        let checksums = &self.link_capabilities.checksum;
        let datagram = match news(arrival.frame, checksums) {
            None => return Some(arrival),
            Some(News::Query(family, within)) => {
                names.hear_membership_query(now, family, within);
                // The link interface says nothing to it.
                return Some(arrival);
            }
            Some(News::Message(datagram)) => datagram,
        };
        self.hear_datagram(now, &datagram, arrival);
        None
    }

    fn hear_datagram<T: TxToken>(
        &mut self,
        now: Instant,
        datagram: &Datagram<'_>,
        arrival: Arrival<'_, T>,
    ) {
        let Datagram { from, to, port, payload } = *datagram;
        let family = Family::of(from);
        let is_to_all = to == family.group().0;
        let own = self.chat.ip_addrs();
        let is_for_us = is_to_all || own.iter().any(|own| own.address() == to);
        if !is_for_us || port == 0 || !from.is_unicast() || !self.is_on_link(from) {
            self.counters.for_others += 1;
            return;
        }
        let Ok(ethernet) = EthernetFrame::new_checked(arrival.frame) else { return };
        let host = ethernet.src_addr();
        let longest = self.longest_message(family);
        let heard = Heard { bytes: payload, family, host, from, port, is_to_all, longest };
        let (Some(names), addresses) = (&mut self.names, self.chat.ip_addrs()) else { return };
        match names.hear(now, heard, addresses) {
            Err(_) => self.counters.unanswered += 1,
            Ok(None) => {}
            Ok(Some(text)) => {
                let Some(own) = (if is_to_all { self.own_address(family) } else { Some(to) })
                else {
                    return;
                };
                let link = Link { own: self.mac, peer: host };
                let token = Framed::new(arrival.token, Some(link), &self.sent);
                send_datagram(token, (own, from), port, &text);
            }
        }
    }

    /// Whether the address is one of this link: of a network of ours, or link-local.
    fn is_on_link(&self, address: IpAddress) -> bool {
        let is_link_local = match IpAddr::from(address) {
            IpAddr::V4(address) => address.is_link_local(),
            IpAddr::V6(address) => address.is_unicast_link_local(),
        };
        is_link_local || self.chat.ip_addrs().iter().any(|own| own.contains_addr(&address))
    }

    /// The address from which we speak to everybody.
    fn own_address(&self, family: Family) -> Option<IpAddress> {
        let own = self.chat.ip_addrs().iter().map(IpCidr::address);
        let mut own = own.filter(|address| Family::of(*address) == family);
        let is_link_local = |address: &IpAddress| match IpAddr::from(*address) {
            IpAddr::V4(_) => false,
            IpAddr::V6(address) => address.is_unicast_link_local(),
        };
        own.clone().find(is_link_local).or_else(|| own.next())
    }

    /// The longest message that a packet holds.
    fn longest_message(&self, family: Family) -> usize {
        let header = if family == Family::V4 { 20 } else { 40 };
        let packet = self.link_capabilities.max_transmission_unit - HEADER_LEN;
        packet.saturating_sub(header + UDP_HEADER_LEN)
    }

    /// Says what is due.
    pub(in super::super) fn tend_names<D: Device>(
        &mut self,
        now: Instant,
        device: &mut D,
        environment: &mut impl Environment,
    ) -> Sent {
        loop {
            let (Some(names), addresses) = (&mut self.names, self.chat.ip_addrs()) else {
                return Sent::All;
            };
            let saying = names.next(now, addresses);
            names.tell(environment);
            let Some((family, saying)) = saying else { return Sent::All };
            let Some(token) = device.transmit(moment(now)) else {
                self.counters.device_exhausted += 1;
                return Sent::Exhausted;
            };
            let told = self.utter_name(family, saying, token);
            if let Some(names) = &mut self.names {
                names.note_said(now, family, saying, told);
            }
        }
    }

    fn utter_name<T: TxToken>(&self, family: Family, saying: Saying, token: T) -> Set {
        let (Some(names), Some(own)) = (&self.names, self.own_address(family)) else {
            return Set::EMPTY;
        };
        let (group, mac) = family.group();
        let link = Link { own: self.mac, peer: mac };
        let token = Framed::new(token, Some(link), &self.sent);
        let longest = self.longest_message(family);
        match (names.write(saying, self.chat.ip_addrs(), longest), own) {
            (Some((text, told)), _) => {
                send_datagram(token, (own, group), PORT, &text);
                return told;
            }
            (None, IpAddress::Ipv4(own)) => send(token, &igmp::report(own)),
            #[cfg(feature = "ipv6")]
            (None, IpAddress::Ipv6(own)) => send(token, &mld::report(own)),
        }
        Set::EMPTY
    }
}

/// What a frame has for the responder, if it is sound.
fn news<'f>(frame: &'f [u8], checksums: &ChecksumCapabilities) -> Option<News<'f>> {
    let ethernet = EthernetFrame::new_checked(frame).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Ipv4 => {
            let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
            if packet.version() != 4 || checksums.ipv4.rx() && !packet.verify_checksum() {
                return None;
            }
            let payload = packet.payload();
            match packet.next_header() {
                IpProtocol::Udp => {
                    let ends = (packet.src_addr().into(), packet.dst_addr().into());
                    datagram(ends, payload, checksums).map(News::Message)
                }
                IpProtocol::Igmp => {
                    igmp::asked(payload).map(|within| News::Query(Family::V4, within))
                }
                _ => None,
            }
        }
        #[cfg(feature = "ipv6")]
        EthernetProtocol::Ipv6 => {
            let packet = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            match packet.next_header() {
                IpProtocol::Udp => {
                    let ends = (packet.src_addr().into(), packet.dst_addr().into());
                    datagram(ends, packet.payload(), checksums).map(News::Message)
                }
                IpProtocol::HopByHop => {
                    mld::asked(packet.payload()).map(|within| News::Query(Family::V6, within))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn datagram<'f>(
    (from, to): (IpAddress, IpAddress),
    payload: &'f [u8],
    checksums: &ChecksumCapabilities,
) -> Option<Datagram<'f>> {
    let packet = UdpPacket::new_checked(payload).ok()?;
    if packet.dst_port() != PORT {
        return None;
    }
    let repr = UdpRepr::parse(&packet, &from, &to, checksums).ok()?;
    Some(Datagram { from, to, port: repr.src_port, payload: packet.payload() })
}

/// Sends a datagram from our port.
fn send_datagram<T: TxToken>(
    token: Framed<'_, T>,
    (from, to): (IpAddress, IpAddress),
    port: u16,
    text: &[u8],
) {
    let checksums = ChecksumCapabilities::default();
    let ip = IpRepr::new(from, to, IpProtocol::Udp, UDP_HEADER_LEN + text.len(), HOP_LIMIT);
    token.consume(ip.buffer_len(), |buffer| {
        ip.emit(&mut *buffer, &checksums);
        let mut packet = UdpPacket::new_unchecked(&mut buffer[ip.header_len()..]);
        let udp = UdpRepr { src_port: PORT, dst_port: port };
        let fill = |payload: &mut [u8]| payload.copy_from_slice(text);
        udp.emit(&mut packet, &from, &to, text.len(), fill, &checksums);
    });
}

/// Sends a whole packet.
fn send<T: TxToken>(token: Framed<'_, T>, packet: &[u8]) {
    token.consume(packet.len(), |buffer| buffer.copy_from_slice(packet));
}
