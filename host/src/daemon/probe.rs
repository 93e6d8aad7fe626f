//! A look around before the server takes its addresses, where its TAP device is on a bridge: has
//! another host one of them? Works at the start only. An ARP probe (RFC 5227, 2.1.1) asks for the
//! IPv4 address. Duplicate address detection (RFC 4862) asks for the link-local one, which follows
//! from the Ethernet address: another server of the same name has the same.

use std::net::Ipv6Addr;
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use smoltcp::phy::{ChecksumCapabilities, Device, RxToken, TxToken};
use smoltcp::time::Instant;
use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol,
    Icmpv6Packet, Icmpv6Repr, IpProtocol, Ipv4Address, Ipv6Packet, Ipv6Repr, NdiscRepr,
};

use super::tap::Tap;

/// Questions, and milliseconds between them: a bridge forwards nothing for a moment after the
/// device is there.
const QUESTIONS: usize = 3;
const PAUSE: i64 = 350;
/// More frames than wait at the start of a server; a busy network must not keep it from starting.
const FRAMES: usize = 1_000;

/// What other hosts have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Conflicts {
    /// Who has the server's IPv4 address.
    pub(super) address: Option<EthernetAddress>,
    /// Somebody has the server's Ethernet address.
    pub(super) mac: bool,
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct AddressProbe {
    /// None if a DHCP server is to say which.
    pub(super) address: Option<Ipv4Address>,
    pub(super) mac: EthernetAddress,
    /// The sender's address in the questions, so that switches do not take us for the other host.
    pub(super) own: EthernetAddress,
}

impl AddressProbe {
    /// Asks, and waits for answers: for a second in all.
    pub(super) fn run(&self, tap: &mut Tap) -> Conflicts {
        let mut found = Conflicts::default();
        for _ in 0..QUESTIONS {
            let arp = self.address.map(|address| self.arp(address));
            for question in arp.into_iter().chain([self.solicitation()]) {
                if let Some(token) = tap.transmit(Instant::ZERO) {
                    token.consume(question.len(), |buffer| buffer.copy_from_slice(&question));
                }
            }
            let pause = Timespec { tv_sec: 0, tv_nsec: PAUSE * 1_000_000 };
            for _ in 0..FRAMES {
                let mut descriptor = [PollFd::from_borrowed_fd(tap.as_fd(), PollFlags::IN)];
                if poll(&mut descriptor, Some(&pause)).is_ok_and(|ready| ready == 0) {
                    break;
                }
                let Some((frame, _)) = tap.receive(Instant::ZERO) else { break };
                frame.consume(|frame| self.hear(frame, &mut found));
            }
        }
        found
    }

    fn hear(&self, frame: &[u8], found: &mut Conflicts) {
        let Ok(ethernet) = EthernetFrame::new_checked(frame) else { return };
        if ethernet.src_addr() == self.mac {
            found.mac = true;
        }
        match ethernet.ethertype() {
            EthernetProtocol::Arp => {
                let said =
                    ArpPacket::new_checked(ethernet.payload()).and_then(|p| ArpRepr::parse(&p));
                if let Ok(ArpRepr::EthernetIpv4 {
                    source_protocol_addr, source_hardware_addr, ..
                }) = said
                    && Some(source_protocol_addr) == self.address
                    && source_hardware_addr != self.own
                {
                    found.address = Some(source_hardware_addr);
                }
            }
            EthernetProtocol::Ipv6 => found.mac |= self.is_advertised(ethernet.payload()),
            _ => {}
        }
    }

    /// Whether somebody says that the link-local address of our Ethernet address is its own.
    fn is_advertised(&self, packet: &[u8]) -> bool {
        let Ok(packet) = Ipv6Packet::new_checked(packet) else { return false };
        let (from, to) = (packet.src_addr(), packet.dst_addr());
        let Ok(icmp) = Icmpv6Packet::new_checked(packet.payload()) else { return false };
        packet.next_header() == IpProtocol::Icmpv6
            && matches!(
                Icmpv6Repr::parse(&from, &to, &icmp, &ChecksumCapabilities::default()),
                Ok(Icmpv6Repr::Ndisc(NdiscRepr::NeighborAdvert { target_addr, .. }))
                    if target_addr == link_local(self.mac)
            )
    }

    fn arp(&self, address: Ipv4Address) -> Vec<u8> {
        let repr = ArpRepr::EthernetIpv4 {
            operation: ArpOperation::Request,
            source_hardware_addr: self.own,
            source_protocol_addr: Ipv4Address::UNSPECIFIED,
            target_hardware_addr: EthernetAddress([0; 6]),
            target_protocol_addr: address,
        };
        let everybody = EthernetAddress::BROADCAST;
        let mut bytes = self.frame(everybody, EthernetProtocol::Arp, repr.buffer_len());
        repr.emit(&mut ArpPacket::new_unchecked(&mut bytes[14..]));
        bytes
    }

    fn solicitation(&self) -> Vec<u8> {
        let about = link_local(self.mac);
        let [.., a, b, c] = about.octets();
        let mut group = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0];
        group[13..].copy_from_slice(&[a, b, c]);
        let to = Ipv6Addr::from(group);
        let said =
            Icmpv6Repr::Ndisc(NdiscRepr::NeighborSolicit { target_addr: about, lladdr: None });
        let header = Ipv6Repr {
            src_addr: Ipv6Addr::UNSPECIFIED,
            dst_addr: to,
            next_header: IpProtocol::Icmpv6,
            payload_len: said.buffer_len(),
            hop_limit: 255,
        };
        let mac = EthernetAddress([0x33, 0x33, 0xff, a, b, c]);
        let len = header.buffer_len() + header.payload_len;
        let mut bytes = self.frame(mac, EthernetProtocol::Ipv6, len);
        let mut packet = Ipv6Packet::new_unchecked(&mut bytes[14..]);
        header.emit(&mut packet);
        let mut icmp = Icmpv6Packet::new_unchecked(packet.payload_mut());
        let checksums = ChecksumCapabilities::default();
        said.emit(&Ipv6Addr::UNSPECIFIED, &to, &mut icmp, &checksums);
        bytes
    }

    fn frame(&self, to: EthernetAddress, ethertype: EthernetProtocol, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; 14 + len];
        let mut frame = EthernetFrame::new_unchecked(&mut bytes[..]);
        frame.set_src_addr(self.own);
        frame.set_dst_addr(to);
        frame.set_ethertype(ethertype);
        bytes
    }
}

/// The link-local address that belongs to an Ethernet address.
fn link_local(mac: EthernetAddress) -> Ipv6Addr {
    let [a, b, c, d, e, f] = mac.0;
    Ipv6Addr::from([0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: Ipv4Address = Ipv4Address::new(192, 168, 69, 1);
    const OTHER: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 9]);

    fn search() -> AddressProbe {
        AddressProbe {
            address: Some(ADDRESS),
            mac: EthernetAddress([2, 1, 2, 3, 4, 5]),
            own: EthernetAddress([2, 5, 4, 3, 2, 1]),
        }
    }

    fn hear(frame: &[u8]) -> Conflicts {
        let mut found = Conflicts::default();
        search().hear(frame, &mut found);
        found
    }

    #[test]
    fn questions_of_our_own_are_no_answers() {
        assert_eq!(hear(&search().arp(ADDRESS)), Conflicts::default());
        assert_eq!(hear(&search().solicitation()), Conflicts::default());
    }

    #[test]
    fn whoever_has_the_address_is_found_whatever_else_it_says() {
        let repr = ArpRepr::EthernetIpv4 {
            operation: ArpOperation::Reply,
            source_hardware_addr: OTHER,
            source_protocol_addr: ADDRESS,
            target_hardware_addr: search().own,
            target_protocol_addr: Ipv4Address::UNSPECIFIED,
        };
        let mut frame = search().frame(search().own, EthernetProtocol::Arp, repr.buffer_len());
        repr.emit(&mut ArpPacket::new_unchecked(&mut frame[14..]));
        assert_eq!(hear(&frame), Conflicts { address: Some(OTHER), mac: false });
        for len in 0..frame.len() {
            assert_eq!(hear(&frame[..len]).address, None);
        }
    }

    #[test]
    fn frames_from_our_ethernet_address_and_claims_to_its_link_local_one_show_a_twin() {
        let mut frame = search().arp(ADDRESS);
        EthernetFrame::new_unchecked(&mut frame[..]).set_src_addr(search().mac);
        assert!(hear(&frame).mac);
        let said = NdiscRepr::NeighborAdvert {
            flags: smoltcp::wire::NdiscNeighborFlags::OVERRIDE,
            target_addr: link_local(search().mac),
            lladdr: None,
        };
        let said = Icmpv6Repr::Ndisc(said);
        let (from, to) = (link_local(search().mac), Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1));
        let header = Ipv6Repr {
            src_addr: from,
            dst_addr: to,
            next_header: IpProtocol::Icmpv6,
            payload_len: said.buffer_len(),
            hop_limit: 255,
        };
        let len = header.buffer_len() + header.payload_len;
        let mut frame = search().frame(OTHER, EthernetProtocol::Ipv6, len);
        let mut packet = Ipv6Packet::new_unchecked(&mut frame[14..]);
        header.emit(&mut packet);
        let mut icmp = Icmpv6Packet::new_unchecked(packet.payload_mut());
        said.emit(&from, &to, &mut icmp, &ChecksumCapabilities::default());
        assert!(hear(&frame).mac);
    }
}
