//! How connections end: by either side, by a reset, in great numbers; and that the place is free at
//! once.

use smoltcp::socket::tcp::State;

use super::raw::syn;
use super::world::World;

#[test]
fn who_hangs_up_is_logged_out_and_everything_written_before_counts() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    let host = world.host();
    let stays = world.log_in(host, 0);
    let leaves = world.log_in(host, 1);
    world.read(stays);
    world.write(leaves, "message user0 last words\n");
    world.socket(leaves).close();
    world.settle();
    let heard = world.read(stays);
    assert!(heard.contains("last words") && heard.contains("* logout user1"), "{heard:?}");
    assert!(world.read(leaves).starts_with('2'));
    world.pass(100);
    assert_eq!((world.driver.free_places(), world.server.connections()), (places - 1, 1));
}

#[test]
fn a_reset_ends_a_session_at_once_and_what_came_with_it_is_still_heard() {
    let mut world = World::new(4);
    let host = world.host();
    let stays = world.log_in(host, 0);
    let leaves = world.log_in(host, 1);
    world.read(stays);
    world.write(leaves, "message user0 last words\n");
    // Both leave the host before the server takes either.
    world.settle_hosts();
    world.socket(leaves).abort();
    world.settle_hosts();
    world.settle();
    let heard = world.read(stays);
    assert!(heard.contains("last words") && heard.contains("* logout user1"), "{heard:?}");
    assert_eq!(world.server.connections(), 1);
}

#[test]
fn what_a_peer_had_not_received_before_its_reset_comes_again() {
    let mut world = World::new(4);
    let (a, b) = (world.host(), world.host());
    let (from, to) = (world.log_in(a, 0), world.log_in(b, 1));
    world.pass(100);
    world.write(from, "message user1 is this lost?\n");
    world.settle_hosts();
    world.poll_driver();
    let mac = world.hosts[b].mac;
    world.cable.outgoing.retain(|frame| frame[..6] != mac.0);
    // The replies to these go nowhere, and must not be taken for the message.
    world.write(to, &"ping\n".repeat(100));
    world.settle_hosts();
    world.socket(to).abort();
    world.settle_hosts();
    world.settle();
    assert_eq!(world.environment.logged_out, ["user1"]);
    let again = world.connect(b);
    world.settle();
    world.write(again, "login user1 secret1\n");
    world.settle();
    assert!(world.read(again).contains("is this lost?"));
}

#[test]
fn who_stays_on_the_line_after_the_goodbye_makes_room_and_the_server_hears_of_it() {
    let mut world = World::new(1);
    let host = world.host();
    world.log_in(host, 0);
    let stays = [world.connect(host), world.connect(host)];
    world.pass(50);
    assert!(stays.iter().all(|client| world.read(*client).starts_with("421 ")));
    assert_eq!((world.driver.free_places(), world.server.connections()), (0, 3));
    world.inject([syn(5000)]);
    assert_eq!((world.driver.half_open(), world.server.connections()), (1, 2));
    assert_eq!(world.driver.counters().evicted, 1);
}

#[test]
fn after_our_close_the_place_is_free_at_once() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    let host = world.host();
    let client = world.log_in(host, 0);
    world.write(client, "logout\n");
    world.settle();
    assert!(world.read(client).contains("You just logged out"));
    assert_eq!(world.socket(client).state(), State::CloseWait);
    world.socket(client).close();
    let before = world.now;
    world.settle();
    assert_eq!((world.driver.free_places(), world.now), (places, before));
    assert_eq!(world.socket(client).state(), State::Closed);
    // The same port again, within what would be the wait.
    world.hosts[host].reuse_port();
    let again = world.connect(host);
    world.settle();
    assert!(world.read(again).starts_with("220 "));
}

#[test]
fn who_does_not_hang_up_when_told_to_is_hung_up_on() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    let host = world.host();
    let client = world.log_in(host, 0);
    world.write(client, "logout\n");
    world.pass(4_000);
    assert_eq!(world.server.connections(), 1);
    world.pass(2_000);
    assert_eq!((world.driver.free_places(), world.server.connections()), (places, 0));
    assert_eq!(world.socket(client).state(), State::Closed);
}

#[test]
fn who_goes_on_writing_after_the_end_is_closed_in_good_order() {
    let mut world = World::new(4);
    let host = world.host();
    let client = world.log_in(host, 0);
    world.write(client, "logout\n");
    world.settle();
    for _ in 0..4 {
        let text = "x".repeat(4096);
        world.write(client, &text);
        world.settle();
    }
    world.socket(client).close();
    world.pass(50);
    assert_eq!(world.server.connections(), 0);
    assert_eq!(world.socket(client).state(), State::Closed);
    assert_eq!(world.driver.counters().strays, 0);
}

#[test]
fn two_thousand_connections_come_and_go_and_every_place_is_free() {
    let mut world = World::new(6);
    let places = world.driver.free_places();
    let host = world.host();
    for cycle in 0..2_000 {
        let client = world.connect(host);
        // Some leave before they are greeted, some after, some in good order, some without a word.
        if cycle % 3 > 0 {
            world.settle();
        }
        match cycle % 2 {
            0 => world.socket(client).abort(),
            _ => world.socket(client).close(),
        }
        world.settle();
        world.forget(client);
    }
    world.pass(100);
    assert_eq!((world.driver.free_places(), world.driver.half_open()), (places, 0));
    assert_eq!(world.server.connections(), 0);
    world.log_in(host, 0);
}
