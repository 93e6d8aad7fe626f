//! Handshakes that are not finished: reset, flooded, forgotten; and the place they must not keep.

use std::collections::BTreeSet;

use smoltcp::wire::{Ipv4Address, TcpControl};

use super::raw::{segment, segment_between, segments, syn};
use super::world::{PORT, World};

#[test]
fn a_reset_in_the_handshake_frees_the_place() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    let said = segments(&world.inject([syn(5000)]));
    assert!(said[0].syn && !said[0].rst);
    assert_eq!((world.driver.free_places(), world.driver.half_open()), (places - 1, 1));
    world.inject([segment(5000, TcpControl::Rst, 1001, Some(said[0].seq.wrapping_add(1)))]);
    assert_eq!((world.driver.free_places(), world.driver.half_open()), (places, 0));
    assert_eq!(world.server.connections(), 0);

    let said = segments(&world.inject([syn(5000)]));
    world.inject([segment(5000, TcpControl::None, 1001, Some(said[0].seq.wrapping_add(1)))]);
    assert_eq!((world.driver.half_open(), world.server.connections()), (0, 1));
}

#[test]
fn a_flood_of_handshakes_is_capped_and_times_out_and_then_a_client_gets_in() {
    let mut world = World::new(30);
    let places = world.driver.free_places();
    let said = segments(&world.inject((1..=200).map(syn)));
    // The others are answered too, and nothing is kept of them.
    assert_eq!((said.len(), world.driver.half_open()), (200, places / 2));
    let counters = world.driver.counters();
    assert_eq!((counters.cookies, counters.syns_dropped), (200 - places as u64 / 2, 0));
    assert_eq!(counters.half_open_peak as usize, places / 2);

    world.pass(6_000);
    assert_eq!((world.driver.half_open(), world.driver.free_places()), (0, places));
    assert_eq!(world.server.connections(), 0);
    let host = world.host();
    world.log_in(host, 0);
}

#[test]
fn a_client_gets_in_while_the_flood_goes_on() {
    let mut world = World::new(8);
    let host = world.host();
    let mut port = 1;
    let client = world.connect(host);
    for _ in 0..400 {
        world.inject((port..port + 10).map(syn));
        port += 10;
        world.pass(10);
    }
    assert!(world.read(client).starts_with("220 "));
    assert!(world.driver.counters().cookies > 0);
    assert!(world.driver.counters().half_open_peak <= 5);
    world.pass(6_000);
    assert_eq!((world.driver.half_open(), world.server.connections()), (0, 1));
}

#[test]
fn users_keep_their_places_in_a_flood_and_newcomers_hear_that_the_server_is_full() {
    let mut world = World::new(8);
    let host = world.host();
    let users: Vec<_> = (0..8).map(|number| world.log_in(host, number)).collect();
    world.inject((1..=50).map(syn));
    assert_eq!(world.driver.free_places(), 0);
    world.pass(100);
    let late = world.connect(host);
    world.settle();
    assert!(world.read(late).starts_with("421 "));
    for user in users {
        world.read(user);
        world.write(user, "ping\n");
        world.settle();
        assert_eq!(world.read(user).lines().count(), 1);
    }
}

#[test]
fn a_handshake_given_up_says_no_more() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    world.cable.transmits = Some(0);
    world.cable.incoming.extend((1..=4).map(syn));
    world.pass(30);
    assert_eq!(world.driver.half_open(), 4);
    // As many as take the other places, and one more, finish theirs by cookies.
    for port in 5..=places as u16 + 1 {
        let said = segments(&world.inject([syn(port)]));
        let ack = Some(said[0].seq.wrapping_add(1));
        world.inject([segment(port, TcpControl::None, 1001, ack)]);
    }
    assert_eq!((world.driver.half_open(), world.driver.counters().evicted), (3, 1));
    world.lost.clear();
    world.cable.transmits = None;
    world.pass(5);
    let said = segments(&world.lost);
    assert!(said.iter().all(|said| !said.rst), "{said:?}");
    let asked = said.iter().filter(|said| said.syn);
    let ports: BTreeSet<_> = asked.map(|said| said.port).collect();
    assert_eq!(ports, BTreeSet::from([1, 3, 4]));
}

#[test]
fn peers_behind_a_router_are_answered_by_way_of_it() {
    let mut world = World::new(4);
    let far = Ipv4Address::new(203, 0, 113, 7);
    let said = world.inject([segment_between(far, PORT, 5000, TcpControl::Syn, 1000, None)]);
    let said = segments(&said);
    assert!(said.len() == 1 && said[0].syn, "{said:?}");
    let ack = Some(said[0].seq.wrapping_add(1));
    world.inject([segment_between(far, PORT, 5000, TcpControl::None, 1001, ack)]);
    assert_eq!(world.server.connections(), 1);
}

#[test]
fn a_handshake_finished_during_the_goodbye_ends_in_a_reset() {
    let mut world = World::new(4);
    let said = segments(&world.inject([syn(5000)]));
    world.driver.stop_listening();
    let ack = Some(said[0].seq.wrapping_add(1));
    let said = segments(&world.inject([segment(5000, TcpControl::None, 1001, ack)]));
    assert!(said.len() == 1 && said[0].rst, "{said:?}");
    assert_eq!((world.driver.half_open(), world.server.connections()), (0, 0));
    assert_eq!(world.driver.free_places(), 6);
}

#[test]
fn a_lost_acknowledgement_of_the_handshake_is_asked_for_again() {
    let mut world = World::new(4);
    world.inject([syn(5000)]);
    world.lost.clear();
    world.pass(1_100);
    let said = segments(&world.lost);
    assert!(said.len() == 1 && said[0].syn, "{said:?}");
}

#[test]
fn strangers_who_finish_their_handshake_and_stay_keep_nobody_out() {
    let mut world = World::new(6);
    let host = world.host();
    let mut port = 1;
    let mut client = None;
    for round in 0..100 {
        if round == 50 {
            client = Some(world.connect(host));
        }
        let said = segments(&world.inject((port..port + 5).map(syn)));
        port += 5;
        let acks = said
            .iter()
            .filter(|said| said.syn)
            .map(|said| segment(said.port, TcpControl::None, 1001, Some(said.seq.wrapping_add(1))));
        world.inject(acks);
        world.pass(50);
        if round > 50
            && let Some(client) = client
            && world.socket(client).may_send()
        {
            world.write(client, "login user0 secret0\n");
            world.settle();
            assert!(world.read(client).contains("Welcome"), "round {round}");
            break;
        }
    }
    assert_eq!(world.environment.logged_in, 1);
    assert!(world.driver.counters().evicted > 0);
    let taken = world.server.connections() + world.driver.half_open();
    assert_eq!(taken + world.driver.free_places(), 8);
}

#[test]
fn a_request_from_an_address_that_no_host_has_is_not_answered() {
    let mut world = World::new(4);
    let impossible =
        [[127, 0, 0, 1], [10, 0, 0, 1], [0, 0, 0, 1], [240, 0, 0, 1], [224, 0, 0, 1], [255; 4]];
    for (address, counted) in impossible.map(Ipv4Address::from).into_iter().zip(1..) {
        let request = segment_between(address, PORT, 5000, TcpControl::Syn, 1, None);
        assert!(segments(&world.inject([request])).is_empty(), "{address}");
        assert_eq!(world.driver.counters().refused, counted);
    }
    assert_eq!(world.driver.half_open(), 0);
}
