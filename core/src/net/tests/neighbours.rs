//! Hosts that look for us, hosts that claim what is ours, and floods of what is not the chat's.

use smoltcp::wire::{ArpOperation, EthernetAddress, EthernetFrame, Ipv4Address, TcpControl};

use super::raw::{
    ArpSaid, STRANGER, STRANGER_MAC, arp, arp_request, arps, ping, segment_between, segments, syn,
    too_big,
};
use super::world::{SERVER_MAC, World};

const OURS: Ipv4Address = Ipv4Address::new(10, 0, 0, 1);
const NOBODY: Ipv4Address = Ipv4Address::UNSPECIFIED;
const ELSEWHERE: Ipv4Address = Ipv4Address::new(192, 168, 70, 5);

fn request(from: Ipv4Address, about: Ipv4Address) -> Vec<u8> {
    arp(ArpOperation::Request, (from, STRANGER_MAC), about)
}

fn reply(to: Ipv4Address) -> ArpSaid {
    ArpSaid { operation: ArpOperation::Reply, from: OURS, about: to, mac: STRANGER_MAC }
}

#[test]
fn whoever_looks_for_our_address_finds_it_with_an_address_of_its_own_or_without() {
    let mut world = World::new(4);
    for from in [STRANGER, NOBODY, ELSEWHERE] {
        assert_eq!(arps(&world.inject([request(from, OURS)])), [reply(from)], "{from}");
    }
    for from in [STRANGER, NOBODY, ELSEWHERE] {
        let other = Ipv4Address::new(10, 0, 0, 77);
        assert!(world.inject([request(from, other)]).is_empty(), "{from}");
    }
    let group = Ipv4Address::new(224, 0, 0, 5);
    assert!(world.inject([request(group, OURS), request(Ipv4Address::BROADCAST, OURS)]).is_empty());
}

#[test]
fn a_host_with_a_wider_network_can_chat() {
    let mut world = World::new(4);
    let host = world.host_with("10.7.7.7/8".parse().unwrap());
    world.log_in(host, 0);
}

#[test]
fn a_claim_to_our_address_is_told_once_and_contradicted_every_ten_seconds_at_most() {
    let mut world = World::new(4);
    let claim = || arp(ArpOperation::Reply, (OURS, STRANGER_MAC), OURS);
    let everybody = EthernetAddress::BROADCAST;
    let ours =
        ArpSaid { operation: ArpOperation::Request, from: OURS, about: OURS, mac: everybody };
    assert_eq!(arps(&world.inject([claim(), claim(), claim()])), [ours]);
    assert_eq!(world.environment.warnings, ["10.0.0.1 is claimed by 02-00-00-00-09-09"]);
    world.pass(9_999);
    assert!(world.inject([claim()]).is_empty());
    world.pass(1);
    assert_eq!(world.inject([claim()]).len(), 1);
    assert_eq!(world.environment.warnings.len(), 1);
    assert_eq!(world.driver.counters().conflicts, 5);
}

#[test]
fn frames_from_our_own_ethernet_address_are_told_once_and_get_no_answer() {
    let mut world = World::new(4);
    let twin = || arp(ArpOperation::Request, (STRANGER, SERVER_MAC), OURS);
    assert!(world.inject([twin(), twin()]).is_empty());
    assert_eq!(world.environment.warnings, ["our Ethernet address is not ours alone"]);
}

#[test]
fn floods_get_fifty_answers_at_once_and_leave_the_other_kind_its_own() {
    let mut world = World::new(4);
    let stray = |port| segment_between(STRANGER, 22, port, TcpControl::Syn, 1, None);
    // So that the link interface knows to whom its answers go.
    world.inject([arp_request()]);
    world.pass(1_000);
    let mut others: Vec<_> = (0..1_000).map(|_| ping()).collect();
    others.extend((0..1_000).map(|port| stray(5000 + port)));
    assert_eq!(world.inject(others).len(), 50);
    assert_eq!(world.driver.counters().unanswered, 1_950);
    let seekers = (0..1_000).map(|number| request([STRANGER, NOBODY, ELSEWHERE][number % 3], OURS));
    assert_eq!(world.inject(seekers).len(), 50);
    assert_eq!(world.driver.counters().unanswered, 2_900);
    assert_eq!(segments(&world.inject([syn(5)])).len(), 1);
    world.pass(10);
    assert_eq!(world.inject([request(NOBODY, OURS), ping(), ping()]).len(), 2);
}

#[test]
fn whoever_asks_again_a_second_later_is_answered_beside_a_flood() {
    let mut world = World::new(4);
    let flood = |world: &mut World| {
        world.pass(10);
        world.inject((0..3).map(|_| request(STRANGER, OURS))).len()
    };
    // Three hundred requests a second. A third of all are answered at every moment of a second.
    (0..100).for_each(|_| _ = flood(&mut world));
    assert!((0..100).all(|_| flood(&mut world) == 1));
}

#[test]
fn frames_for_others_and_frames_with_a_tag_are_dropped_and_counted() {
    let mut world = World::new(4);
    let mut other = ping();
    EthernetFrame::new_unchecked(&mut other[..]).set_dst_addr(EthernetAddress([2, 0, 0, 0, 0, 3]));
    let mut group = ping();
    EthernetFrame::new_unchecked(&mut group[..])
        .set_dst_addr(EthernetAddress([0x01, 0, 0x5e, 0, 0, 0xfb]));
    let mut tagged = ping();
    tagged.splice(12..12, [0x81, 0, 0, 0]);
    assert!(world.inject([other, group, tagged]).is_empty());
    let counters = world.driver.counters();
    assert_eq!((counters.for_others, counters.tagged), (2, 1));
}

#[test]
fn a_report_of_a_narrow_way_is_counted_and_told_once_if_it_is_about_a_connection() {
    let mut world = World::new(4);
    world.inject([syn(5000), too_big(5000), too_big(5000), too_big(5001)]);
    assert_eq!(world.driver.counters().too_big, 2);
    assert_eq!(world.environment.warnings, ["packets to 10.0.0.99 may have 1200 bytes"]);
    for len in 0..too_big(5000).len() {
        world.inject([too_big(5000)[..len].to_vec()]);
    }
    assert_eq!(world.driver.counters().too_big, 2);
}

#[cfg(feature = "ipv6")]
mod ipv6 {
    use core::net::Ipv6Addr;

    use super::super::raw::{STRANGER6, advertised, solicitation};
    use super::*;
    use smoltcp::wire::IpCidr;

    const GROUP: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00, 2);

    /// Our link-local address, and a solicitation for it in its group.
    fn own(world: &World) -> Ipv6Addr {
        let own = world.driver.addresses().iter().find_map(|own| match own {
            IpCidr::Ipv6(own) => Some(own.address()),
            IpCidr::Ipv4(_) => None,
        });
        own.unwrap()
    }

    #[test]
    fn whoever_wants_our_address_for_itself_hears_that_it_is_ours_and_so_does_everybody() {
        let mut world = World::new(4);
        let own = own(&world);
        let nobody = Ipv6Addr::UNSPECIFIED;
        let said = advertised(&world.inject([solicitation((nobody, None), GROUP, own)]));
        let everybody = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
        assert_eq!(said, [(own, everybody, false)]);
        let other = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 2);
        assert!(world.inject([solicitation((nobody, None), GROUP, other)]).is_empty());
    }

    #[test]
    fn whoever_asks_us_alone_or_from_another_network_is_answered() {
        let mut world = World::new(4);
        let own = own(&world);
        let far = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9);
        for (from, mac) in [(STRANGER6, None), (STRANGER6, Some(STRANGER_MAC)), (far, None)] {
            for to in [own, GROUP] {
                let said = advertised(&world.inject([solicitation((from, mac), to, own)]));
                assert_eq!(said, [(own, from, true)], "{from} {mac:?} {to}");
            }
        }
    }
}
