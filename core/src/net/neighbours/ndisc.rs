//! Neighbour discovery (RFC 4861): hosts that look for an IPv6 address of ours, hosts that want one
//! for themselves (RFC 4862, 5.4), answers to our question. The link interface answers ordinary
//! solicitations.

use core::net::Ipv6Addr;

use smoltcp::phy::{ChecksumCapabilities, TxToken};
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, EthernetProtocol, Icmpv6Packet, Icmpv6Repr, IpAddress,
    IpProtocol, Ipv6Packet, Ipv6Repr, NdiscNeighborFlags, NdiscRepr, RawHardwareAddress,
};

use super::super::driver::Driver;
use super::super::port::{Arrival, Framed};
use super::{ALL_NODES, send_frame, too_big};
use crate::time::Instant;

const EVERYBODY: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
/// No router has forwarded the packet (RFC 4861, 7.1).
const FROM_THIS_LINK: u8 = 255;

/// A packet of neighbour discovery, and where it came from.
#[derive(Clone, Copy)]
struct Addresses {
    from: Ipv6Addr,
    to: Ipv6Addr,
    /// The frame's sender.
    mac: EthernetAddress,
}

impl<C> Driver<'_, C> {
    pub(super) fn on_ipv6<T: TxToken>(&mut self, now: Instant, arrival: Arrival<'_, T>) {
        let Ok(ethernet) = EthernetFrame::new_checked(arrival.frame) else { return };
        let Ok(packet) = Ipv6Packet::new_checked(ethernet.payload()) else { return };
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        if packet.next_header() == IpProtocol::Icmpv6 {
            let Ok(icmp) = Icmpv6Packet::new_checked(packet.payload()) else { return };
            let checksum = &self.link_capabilities.checksum;
            match Icmpv6Repr::parse(&from, &to, &icmp, checksum) {
                Ok(Icmpv6Repr::Ndisc(said)) => {
                    if packet.hop_limit() == FROM_THIS_LINK {
                        let addresses = Addresses { from, to, mac: ethernet.src_addr() };
                        self.on_ndisc(now, addresses, said, arrival);
                    }
                    return;
                }
                Ok(Icmpv6Repr::PktTooBig { mtu, header, data }) => {
                    if let Some(report) = too_big::of_ipv6(mtu, &header, data) {
                        self.on_too_big(&report);
                    }
                    return;
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
        self.ask_link_interface(now, arrival, false);
    }

    fn on_ndisc<T: TxToken>(
        &mut self,
        now: Instant,
        addresses: Addresses,
        said: NdiscRepr<'_>,
        arrival: Arrival<'_, T>,
    ) {
        match said {
            NdiscRepr::NeighborSolicit { target_addr, lladdr } => {
                let Ok(mac) = sender(lladdr, addresses.mac) else { return };
                let addresses = Addresses { mac, ..addresses };
                self.on_solicitation(now, addresses, target_addr, lladdr.is_some(), arrival);
            }
            NdiscRepr::NeighborAdvert { target_addr, lladdr, flags } => {
                let Ok(mac) = sender(lladdr, addresses.mac) else { return };
                if self.chat.has_ip_addr(target_addr) {
                    if mac != self.mac && self.on_claim(now, target_addr.into(), mac) {
                        self.advertise(target_addr, None, arrival.token);
                    }
                    return;
                }
                if flags.contains(NdiscNeighborFlags::SOLICITED) {
                    self.on_answer(target_addr.into(), mac);
                }
                self.ask_link_interface(now, arrival, true);
            }
            _ => {}
        }
    }

    fn on_solicitation<T: TxToken>(
        &mut self,
        now: Instant,
        addresses: Addresses,
        target: Ipv6Addr,
        tells_mac: bool,
        arrival: Arrival<'_, T>,
    ) {
        let Addresses { from, to, mac } = addresses;
        if !self.chat.has_ip_addr(target) {
            return;
        }
        if self.chat.has_ip_addr(from) {
            if mac != self.mac && self.on_claim(now, from.into(), mac) {
                self.advertise(from, None, arrival.token);
            }
        } else if from.is_unspecified() {
            // A host wants the address for itself. It has no address to which an answer could go.
            if to.is_multicast() && !tells_mac && self.may_answer_seeker(now) {
                self.advertise(target, None, arrival.token);
            }
        } else if from.is_multicast() {
        } else if to.is_multicast() && tells_mac && self.is_near(IpAddress::Ipv6(from)) {
            self.ask_link_interface(now, arrival, true);
        } else if self.may_answer_seeker(now) {
            self.advertise(target, Some((from, mac)), arrival.token);
        }
    }

    /// Says that an address is ours, to the host that asked or to everybody.
    fn advertise<T: TxToken>(
        &mut self,
        own: Ipv6Addr,
        to: Option<(Ipv6Addr, EthernetAddress)>,
        token: T,
    ) {
        let solicited = if to.is_some() { NdiscNeighborFlags::SOLICITED } else { none() };
        let said = NdiscRepr::NeighborAdvert {
            flags: NdiscNeighborFlags::OVERRIDE | solicited,
            target_addr: own,
            lladdr: Some(RawHardwareAddress::from_bytes(self.mac.as_bytes())),
        };
        self.utter(own, to.unwrap_or((EVERYBODY, ALL_NODES)), said, token);
    }

    /// Asks everybody who has an address.
    pub(super) fn ask_by_ndisc<T: TxToken>(&mut self, own: Ipv6Addr, about: Ipv6Addr, token: T) {
        let said = NdiscRepr::NeighborSolicit {
            target_addr: about,
            lladdr: Some(RawHardwareAddress::from_bytes(self.mac.as_bytes())),
        };
        let [.., a, b, c] = about.octets();
        let group =
            Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(a), u16::from_be_bytes([b, c]));
        let mac = EthernetAddress([0x33, 0x33, 0xff, a, b, c]);
        self.utter(own, (group, mac), said, token);
    }

    fn utter<T: TxToken>(
        &mut self,
        own: Ipv6Addr,
        (to, mac): (Ipv6Addr, EthernetAddress),
        said: NdiscRepr<'_>,
        token: T,
    ) {
        let said = Icmpv6Repr::Ndisc(said);
        let header = Ipv6Repr {
            src_addr: own,
            dst_addr: to,
            next_header: IpProtocol::Icmpv6,
            payload_len: said.buffer_len(),
            hop_limit: FROM_THIS_LINK,
        };
        let len = header.buffer_len() + header.payload_len;
        let token = Framed::new(token, None, &self.sent);
        send_frame(token, (self.mac, mac), EthernetProtocol::Ipv6, len, |buffer| {
            let mut packet = Ipv6Packet::new_unchecked(buffer);
            header.emit(&mut packet);
            let mut icmp = Icmpv6Packet::new_unchecked(packet.payload_mut());
            said.emit(&own, &to, &mut icmp, &ChecksumCapabilities::default());
        });
    }
}

fn none() -> NdiscNeighborFlags {
    NdiscNeighborFlags::empty()
}

/// The sender of a packet: the Ethernet address that it names, or else the frame's.
fn sender(
    named: Option<RawHardwareAddress>,
    frame: EthernetAddress,
) -> Result<EthernetAddress, ()> {
    let Some(named) = named else { return Ok(frame) };
    let bytes = named.as_bytes().first_chunk::<6>().ok_or(())?;
    let mac = EthernetAddress(*bytes);
    if mac.is_unicast() { Ok(mac) } else { Err(()) }
}
