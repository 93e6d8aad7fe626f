//! Peers that move to another Ethernet address, and forgers who say that they did.

use smoltcp::wire::{ArpOperation, EthernetAddress, Ipv4Address};

use super::raw::{STRANGER_MAC, arp, arps};
use super::world::{Client, World};

const OURS: Ipv4Address = Ipv4Address::new(10, 0, 0, 1);
const PEER: Ipv4Address = Ipv4Address::new(10, 0, 0, 10);
const ROUTER: Ipv4Address = Ipv4Address::new(10, 0, 0, 254);
const NEW_MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 1, 200]);

/// Two users: the first, who will be told something, and who tells it.
fn world() -> (World, Client, Client) {
    let mut world = World::new(4);
    let (a, b) = (world.host(), world.host());
    let (listens, talks) = (world.log_in(a, 0), world.log_in(b, 1));
    world.read(listens);
    world.read(talks);
    world.pass(2_000);
    (world, listens, talks)
}

fn tell(world: &mut World, talks: Client) {
    world.write(talks, "message user0 where are you\n");
    world.settle();
}

#[test]
fn a_peer_that_moved_and_only_listens_is_found_when_something_is_sent_again() {
    let (mut world, listens, talks) = world();
    world.move_host(listens.host, NEW_MAC);
    tell(&mut world, talks);
    assert_eq!(world.read(listens), "");
    world.pass(4_000);
    assert!(world.read(listens).contains("where are you"));
    let counters = world.driver.counters();
    // What is sent again the second time goes to the new address, but nothing was heard from there
    // yet.
    assert_eq!((counters.moved, counters.inquiries), (1, 2));
}

#[test]
fn a_peer_that_moved_and_is_told_nothing_is_found_when_it_is_asked_whether_it_is_there() {
    let (mut world, listens, _) = world();
    world.move_host(listens.host, NEW_MAC);
    world.pass(300_000);
    assert_eq!((world.server.connections(), world.driver.counters().moved), (2, 1));
    world.write(listens, "ping\n");
    world.settle();
    assert_eq!(world.read(listens), "202 pong\n");
}

#[test]
fn peers_that_answer_are_not_asked_about() {
    let (mut world, ..) = world();
    world.pass(300_000);
    assert_eq!(world.driver.counters().inquiries, 0);
}

#[test]
fn an_announcement_alone_moves_nobody() {
    let (mut world, listens, talks) = world();
    let claims = || {
        [ArpOperation::Request, ArpOperation::Reply]
            .map(|operation| arp(operation, (PEER, STRANGER_MAC), PEER))
            .into_iter()
            .chain([arp(ArpOperation::Reply, (PEER, STRANGER_MAC), OURS)])
    };
    world.inject(claims());
    tell(&mut world, talks);
    assert!(world.read(listens).contains("where are you"));
    // Nor while the peer is silent, as long as we did not ask.
    world.hosts[listens.host].plugged = false;
    tell(&mut world, talks);
    world.inject(claims());
    world.hosts[listens.host].plugged = true;
    world.pass(4_000);
    assert!(world.read(listens).contains("where are you"));
    assert_eq!(world.driver.counters().moved, 0);
}

/// The link is dead until something was sent again and we have asked.
fn ask(world: &mut World, listens: Client, talks: Client) {
    world.hosts[listens.host].plugged = false;
    tell(world, talks);
    for _ in 0..300 {
        if world.driver.counters().inquiries > 0 {
            return;
        }
        world.pass(10);
    }
    panic!("nobody asks");
}

#[test]
fn a_forger_who_answers_beside_the_peer_moves_nobody() {
    let (mut world, listens, talks) = world();
    ask(&mut world, listens, talks);
    let mac = world.hosts[listens.host].mac;
    let answer = |mac| arp(ArpOperation::Reply, (PEER, mac), OURS);
    world.inject([answer(STRANGER_MAC), answer(mac), answer(STRANGER_MAC)]);
    world.hosts[listens.host].plugged = true;
    world.pass(4_000);
    assert!(world.read(listens).contains("where are you"));
    assert_eq!(world.driver.counters().moved, 0);
}

#[test]
fn an_answer_about_another_host_moves_nobody_and_one_that_comes_late_neither() {
    let (mut world, listens, talks) = world();
    ask(&mut world, listens, talks);
    let other = Ipv4Address::new(10, 0, 0, 77);
    world.inject([arp(ArpOperation::Reply, (other, STRANGER_MAC), OURS)]);
    world.pass(100);
    world.inject([arp(ArpOperation::Reply, (PEER, STRANGER_MAC), OURS)]);
    world.hosts[listens.host].plugged = true;
    world.pass(4_000);
    assert!(world.read(listens).contains("where are you"));
    assert_eq!(world.driver.counters().moved, 0);
}

#[test]
fn peers_behind_a_router_move_with_it_and_those_who_are_heard_do_not() {
    let mut world = World::behind(4, ROUTER);
    let host = |world: &mut World, address: &str| world.host_with(address.parse().unwrap());
    let (a, b, c) = (
        host(&mut world, "10.7.0.7/8"),
        host(&mut world, "10.7.0.8/8"),
        host(&mut world, "10.7.0.9/8"),
    );
    let (first, second, talks) = (world.log_in(a, 0), world.log_in(b, 1), world.log_in(c, 2));
    world.pass(2_000);
    world.read(first);
    world.move_host(a, NEW_MAC);
    world.move_host(b, EthernetAddress([2, 0, 0, 0, 1, 201]));
    world.hosts[b].plugged = false;
    tell(&mut world, talks);
    let mut asked = Vec::new();
    for _ in 0..300 {
        asked.extend(arps(&std::mem::take(&mut world.seen)));
        if !asked.is_empty() {
            break;
        }
        world.pass(10);
    }
    assert_eq!((asked[0].about, asked[0].mac), (ROUTER, EthernetAddress::BROADCAST));
    world.inject([arp(ArpOperation::Reply, (ROUTER, NEW_MAC), OURS)]);
    world.pass(4_000);
    assert!(world.read(first).contains("where are you"));
    assert_eq!(world.driver.counters().moved, 1);
    let _ = second;
}

#[test]
fn however_many_are_silent_ten_questions_a_second_are_asked() {
    let mut world = World::new(30);
    let hosts: Vec<_> = (0..30).map(|_| world.host()).collect();
    for (number, host) in hosts.iter().enumerate() {
        world.log_in(*host, number);
    }
    world.pass(2_000);
    for host in hosts {
        world.hosts[host].plugged = false;
    }
    world.pass(50_000);
    let inquiries = world.driver.counters().inquiries;
    assert!((30..=500).contains(&inquiries), "{inquiries}");
}
