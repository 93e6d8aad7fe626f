//! What kind of frame is what, and that no bytes at all break the classifier or the driver.

use proptest::prelude::*;
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::wire::{EthernetAddress, IpCidr, Ipv4Packet, TcpControl};

use super::super::{Frame, Ours, Segment, Service, Tuple, classify};
use super::raw::{
    STRANGER, STRANGER_MAC, arp_request, cut, fragment, ping, segment, segment_between, speech, syn,
};
use super::world::{SERVER, SERVER_MAC, World};

fn look(frame: &[u8]) -> Frame {
    let addresses = [IpCidr::new(SERVER, 24)];
    let checksum = &ChecksumCapabilities::default();
    classify(
        frame,
        &Ours { mac: SERVER_MAC, addresses: &addresses, services: &[Service::LINES], checksum },
    )
}

fn chat(port: u16, flags: &str, seq: u32, ack: Option<u32>) -> Frame {
    let tuple = Tuple { peer: STRANGER.into(), port, local: 0, service: 0 };
    let opens = flags == "S" && ack.is_none();
    let (syn, resets) = (flags == "S", flags == "R");
    Frame::Chat(Segment { tuple, mac: STRANGER_MAC, opens, resets, syn, seq, ack })
}

#[test]
fn tcp_to_our_port_is_the_chats() {
    assert_eq!(look(&syn(5000)), chat(5000, "S", 1000, None));
    let numbers = |control| segment(5001, control, 1, Some(-2));
    assert_eq!(look(&numbers(TcpControl::None)), chat(5001, "", 1, Some(u32::MAX - 1)));
    assert_eq!(look(&numbers(TcpControl::Syn)), chat(5001, "S", 1, Some(u32::MAX - 1)));
    assert_eq!(look(&segment(5003, TcpControl::Rst, 1, None)), chat(5003, "R", 1, None));
}

#[test]
fn everything_else_is_not() {
    assert_eq!(look(&[]), Frame::Other);
    assert_eq!(look(&arp_request()), Frame::Other);
    assert_eq!(look(&ping()), Frame::Other);
    assert_eq!(look(&segment_between(STRANGER, 22, 5000, TcpControl::Syn, 1, None)), Frame::Other);
}

#[test]
fn frames_for_others_and_from_groups_are_not_the_chats() {
    let with = |at: usize, mac: EthernetAddress| {
        let mut frame = syn(5000);
        frame[at..at + 6].copy_from_slice(&mac.0);
        look(&frame)
    };
    assert_eq!(with(0, EthernetAddress([2, 0, 0, 0, 0, 3])), Frame::Other);
    assert_eq!(with(0, EthernetAddress::BROADCAST), Frame::Other);
    assert_eq!(with(6, EthernetAddress::BROADCAST), Frame::Other);
    assert_eq!(with(0, SERVER_MAC), chat(5000, "S", 1000, None));
}

#[test]
fn packets_for_other_addresses_are_not_the_chats() {
    let mut frame = syn(5000);
    frame[33] = 77;
    Ipv4Packet::new_unchecked(&mut frame[14..]).fill_checksum();
    assert_eq!(look(&frame), Frame::Other);
}

#[test]
fn a_wrong_checksum_is_seen_wherever_the_device_does_not_look() {
    for at in [24, 30, 45, 53] {
        let mut frame = syn(5000);
        frame[at] ^= 1;
        assert_eq!(look(&frame), Frame::Unsound, "byte {at}");
    }
    let mut frame = syn(5000);
    frame[45] ^= 1;
    let addresses = [IpCidr::new(SERVER, 24)];
    let checksum = &ChecksumCapabilities::ignored();
    let ours =
        Ours { mac: SERVER_MAC, addresses: &addresses, services: &[Service::LINES], checksum };
    assert!(matches!(classify(&frame, &ours), Frame::Chat(_)));
}

#[test]
fn every_piece_of_a_packet_is_a_fragment() {
    assert_eq!(look(&fragment(syn(5000), 0, true)), Frame::Fragment);
    assert_eq!(look(&fragment(syn(5000), 8, true)), Frame::Fragment);
    assert_eq!(look(&fragment(syn(5000), 8, false)), Frame::Fragment);
    assert_eq!(look(&fragment(syn(5000), 0, false)), chat(5000, "S", 1000, None));
}

#[test]
fn a_truncated_segment_is_not_the_chats_wherever_it_ends() {
    let frame = syn(5000);
    for len in 0..frame.len() {
        assert_eq!(look(&frame[..len]), Frame::Other, "{len} bytes");
    }
}

#[test]
fn padding_after_the_packet_changes_nothing() {
    let mut frame = syn(5000);
    frame.resize(200, 0xaa);
    assert_eq!(look(&frame), chat(5000, "S", 1000, None));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        look(&bytes);
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn broken_frames_break_nothing_and_keep_no_place(
        frames in proptest::collection::vec(
            (0usize..8, proptest::collection::vec((0usize..80, any::<u8>()), 0..4), 0usize..120),
            1..60,
        ),
    ) {
        let mut world = World::new(4);
        let places = world.driver.free_places();
        world.inject(frames.into_iter().enumerate().flat_map(|(number, (kind, changes, len))| {
            let port = 5000 + number as u16 % 8;
            let mut frame = match kind {
                0 => syn(port),
                1 => segment(port, TcpControl::None, 1001, Some(2)),
                2 => segment(port, TcpControl::Rst, 1001, None),
                3 => arp_request(),
                4 => fragment(syn(port), 8, true),
                5 => speech(port, 1001, 2, &[7; 70]),
                _ => ping(),
            };
            for (at, value) in changes {
                if let Some(byte) = frame.get_mut(at) {
                    *byte = value;
                }
            }
            frame.truncate(len + 40);
            cut(frame, 7, if kind == 5 { 68 } else { 1500 })
        }));
        world.pass(6_000);
        prop_assert_eq!((world.driver.free_places(), world.driver.half_open()), (places, 0));
        prop_assert_eq!(world.server.connections(), 0);
    }
}

#[test]
fn a_syn_with_a_bad_checksum_takes_no_place() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    let mut frame = syn(5000);
    let last = frame.len() - 1;
    frame[last] ^= 1;
    assert!(world.inject([frame]).is_empty());
    assert_eq!((world.driver.free_places(), world.driver.half_open()), (places, 0));
}
