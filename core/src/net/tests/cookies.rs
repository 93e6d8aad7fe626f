//! Requests to connect in a flood: nothing is kept of them, and whoever has an address of its own
//! gets in, however far away.

use smoltcp::wire::{Ipv4Address, TcpControl};

use super::chance::Chance;
use super::known::{SentSegment, heard};
use super::raw::{Said, segment, segment_between, segments, speech, syn};
use super::world::{PORT, World};
use crate::net::Buffers;

/// Fills the share of the places that handshakes may take.
fn flood(world: &mut World) {
    let places = world.driver.free_places() as u16;
    world.inject((1..=places).map(syn));
    assert!(world.driver.counters().cookies > 0);
}

/// Asks to connect and answers with the number that was told, moved by this.
fn finish(world: &mut World, port: u16, moved: i32) -> Vec<SentSegment> {
    let said = segments(&world.inject([syn(port)]));
    assert!(said.len() == 1 && said[0].syn, "{said:?}");
    let ack = said[0].seq.wrapping_add(1).wrapping_add(moved);
    heard(&world.inject([segment(port, TcpControl::None, 1001, Some(ack))]))
}

#[test]
fn a_request_that_is_answered_by_a_cookie_takes_no_place_and_its_sender_gets_one() {
    let mut world = World::new(8);
    flood(&mut world);
    let (free, half_open) = (world.driver.free_places(), world.driver.half_open());
    let said = heard(&world.inject([syn(5000)]));
    assert_eq!((said.len(), &*said[0].flags, said[0].ack), (1, "SA", 1001));
    assert_eq!((world.driver.free_places(), world.driver.half_open()), (free, half_open));
    let said = finish(&mut world, 5000, 0);
    assert!(said[0].text.starts_with("220 "), "{said:?}");
    assert_eq!((world.driver.free_places(), world.driver.half_open()), (free - 1, half_open));
    assert_eq!(world.driver.counters().cookies_honoured, 1);
}

#[test]
fn a_cookie_that_comes_back_with_a_line_is_a_connection_that_said_it() {
    let mut world = World::new(8);
    flood(&mut world);
    let said = segments(&world.inject([syn(5000)]));
    let line = b"login user0 secret0\n";
    let ack = said[0].seq.wrapping_add(1);
    let said = heard(&world.inject([speech(5000, 1001, ack, line)]));
    let text: String = said.iter().map(|heard| &*heard.text).collect();
    assert!(text.contains("Welcome"), "{said:?}");
    assert!(said.iter().all(|heard| heard.ack == 1001 + line.len() as i32), "{said:?}");
    // And the connection goes on from there.
    let next = said.last().map(|heard| heard.seq.wrapping_add(heard.text.len() as i32)).unwrap();
    let said = heard(&world.inject([speech(5000, 1001 + line.len() as i32, next, b"ping\n")]));
    assert!(said[0].text.starts_with("202"), "{said:?}");
}

#[test]
fn what_is_no_cookie_is_a_stray_and_gets_a_reset() {
    let mut world = World::new(8);
    flood(&mut world);
    for moved in [8, -8, 1 << 20] {
        let said = finish(&mut world, 5000, moved);
        assert!(said.len() == 1 && said[0].flags == "R", "{moved}: {said:?}");
    }
    assert_eq!(world.server.connections(), 0);
    // One that is too old.
    let said = segments(&world.inject([syn(5001)]));
    world.pass(33_000);
    flood(&mut world);
    let ack = Some(said[0].seq.wrapping_add(1));
    let said = heard(&world.inject([segment(5001, TcpControl::None, 1001, ack)]));
    assert!(said.len() == 1 && said[0].flags == "R", "{said:?}");
}

/// Somebody comes by a cookie, and the connection ends with a reset. A network delivers a copy of
/// the acknowledgement after that. What the copy is answered with.
fn answer_to_a_copy(world: &mut World, said: &Said) -> Vec<SentSegment> {
    let acknowledges =
        || segment(said.port, TcpControl::None, 1001, Some(said.seq.wrapping_add(1)));
    let greeted = heard(&world.inject([acknowledges()]));
    assert!(greeted[0].text.starts_with("220 "), "{greeted:?}");
    world.inject([segment(said.port, TcpControl::Rst, 1001, None)]);
    assert_eq!(world.server.connections(), 0);
    heard(&world.inject([acknowledges()]))
}

#[test]
fn a_copy_of_what_finished_a_handshake_begins_no_second_connection_with_its_numbers() {
    // Nothing was kept of the request, and a place was.
    for (places, is_kept) in [(8, false), (64, true)] {
        let mut world = World::new(places);
        flood(&mut world);
        if is_kept {
            world.pass(200);
            let forged = (1..=places as u16).map(|port| segment(port, TcpControl::Rst, 1001, None));
            world.inject(forged);
        }
        let before = world.driver.half_open();
        let said = segments(&world.inject([syn(5000)]));
        assert_eq!(world.driver.half_open() > before, is_kept, "{said:?}");
        let answer = answer_to_a_copy(&mut world, &said[0]);
        assert!(answer.len() == 1 && answer[0].flags == "R", "{is_kept}: {answer:?}");
        assert_eq!(world.server.connections(), 0);
    }
}

#[test]
fn where_all_places_are_taken_a_cookie_takes_the_oldest_handshakes() {
    let mut world = World::new(4);
    flood(&mut world);
    let mut port = 5000;
    while world.driver.free_places() > 0 {
        finish(&mut world, port, 0);
        port += 1;
    }
    let half_open = world.driver.half_open();
    finish(&mut world, port, 0);
    assert_eq!(world.driver.half_open(), half_open - 1);
    assert!(world.driver.counters().evicted > 0);
}

#[test]
fn a_handshake_that_somebody_forged_keeps_nobody_out() {
    let mut world = World::new(8);
    // The name of somebody who has not come yet, with another number.
    world.inject([segment(5000, TcpControl::Syn, 4_000_000, None)]);
    let said = finish(&mut world, 5000, 0);
    assert!(said.iter().any(|said| said.text.starts_with("220 ")), "{said:?}");
    // And the other way about: a forged request does not hinder a handshake under way.
    let said = segments(&world.inject([syn(5001)]));
    world.inject([segment(5001, TcpControl::Syn, 4_000_000, None)]);
    let ack = Some(said[0].seq.wrapping_add(1));
    let said = heard(&world.inject([segment(5001, TcpControl::None, 1001, ack)]));
    assert!(said[0].text.starts_with("220 "), "{said:?}");
}

#[test]
fn a_request_in_our_own_name_or_a_groups_is_not_answered() {
    let mut world = World::new(8);
    flood(&mut world);
    let cookies = world.driver.counters().cookies;
    for from in [[10, 0, 0, 1], [224, 0, 0, 1], [255, 255, 255, 255], [0, 0, 0, 0]] {
        let from = Ipv4Address::from(from);
        let frame = segment_between(from, PORT, 5000, TcpControl::Syn, 1000, None);
        assert!(world.inject([frame]).is_empty(), "{from}");
    }
    assert_eq!(world.driver.counters().cookies, cookies);
}

/// How many of twenty newcomers, one after the other, get in at their first try while forged
/// requests come in every millisecond. Each newcomer needs some milliseconds to answer.
fn arrivals(world: &mut World, distance: u64, requests: u32) -> usize {
    let mut chance = Chance(distance);
    let mut forge = move |world: &mut World| {
        let frames = (0..requests).map(|_| {
            let from = Ipv4Address::from(0x0b00_0000 | chance.next_u32() >> 8);
            let port = chance.next_u32() as u16 | 1024;
            segment_between(from, PORT, port, TcpControl::Syn, 1000, None)
        });
        world.inject(frames);
        world.pass(1);
    };
    let mut arrived = 0;
    for port in 5000..5020 {
        forge(world);
        let said = segments(&world.inject([syn(port)]));
        for _ in 0..distance {
            forge(world);
        }
        let Some(said) = said.iter().find(|said| said.syn && said.port == port) else { continue };
        let ack = said.seq.wrapping_add(1);
        let frames = world.inject([segment(port, TcpControl::None, 1001, Some(ack))]);
        arrived += usize::from(heard(&frames).iter().any(|heard| heard.text.starts_with("220 ")));
        let _ = world.inject([segment(port, TcpControl::Rst, 1001, None)]);
    }
    arrived
}

#[test]
fn everybody_gets_in_at_the_first_try_from_any_distance_at_12_000_forged_requests_a_second() {
    // A small board's places and buffers, and a small host's.
    let board = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
    for (users, buffers) in [(16, board), (128, Buffers { rx: 2048, tx: 4096, fragments: 8 })] {
        for distance in [0, 50, 150] {
            let mut world = World::with_buffers(users, buffers);
            assert_eq!(arrivals(&mut world, distance, 12), 20, "{users} users, {distance} ms");
            assert_eq!(world.driver.counters().syns_dropped, 0);
        }
    }
}
