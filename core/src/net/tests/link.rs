//! What the link interface answers beside the chat, and what is dropped.

use smoltcp::wire::{
    ArpOperation, ArpPacket, EthernetFrame, EthernetProtocol, Icmpv4Message, Icmpv4Packet,
    IpProtocol, Ipv4Packet,
};

use super::raw::{STRANGER_MAC, arp_request, fragment, ping, syn};
use super::world::{SERVER_MAC, World};

#[test]
fn arp_and_ping_are_answered() {
    let mut world = World::new(4);
    let answers = world.inject([arp_request()]);
    let frame = EthernetFrame::new_checked(&answers[0][..]).unwrap();
    assert_eq!((frame.dst_addr(), frame.ethertype()), (STRANGER_MAC, EthernetProtocol::Arp));
    let arp = ArpPacket::new_checked(frame.payload()).unwrap();
    assert_eq!(arp.operation(), ArpOperation::Reply);
    assert_eq!(arp.source_hardware_addr(), SERVER_MAC.as_bytes());

    let answers = world.inject([ping()]);
    assert_eq!(answers.len(), 1);
    let frame = EthernetFrame::new_checked(&answers[0][..]).unwrap();
    let packet = Ipv4Packet::new_checked(frame.payload()).unwrap();
    assert_eq!(packet.next_header(), IpProtocol::Icmp);
    let icmp = Icmpv4Packet::new_checked(packet.payload()).unwrap();
    assert_eq!(icmp.msg_type(), Icmpv4Message::EchoReply);
    assert_eq!(icmp.data(), b"are you there");
    assert_eq!(world.driver.counters().frames_out, 2);
}

#[test]
fn fragments_are_dropped_and_counted() {
    let mut world = World::new(4);
    world.inject([arp_request()]);
    let pieces =
        [fragment(ping(), 0, true), fragment(ping(), 24, false), fragment(syn(5), 0, true)];
    assert!(world.inject(pieces).is_empty());
    assert_eq!(world.driver.counters().fragments, 3);
    assert_eq!(world.driver.half_open(), 0);
}
