//! What is promised, and what the store has when it is: through the driver, with a store that tells
//! what it was told.

use super::world::{Client, World};
use crate::chat::STRICT_ACK_TIMEOUT;
use crate::store::{Durability, StoreError};

/// A world with `user0` and `user1` online; what they heard of each other is read.
fn two(durability: Durability) -> (World, Client, Client) {
    let mut world = World::with_durability(4, durability);
    let (here, there) = (world.host(), world.host());
    let first = world.log_in(here, 0);
    let second = world.log_in(there, 1);
    world.read(first);
    (world, first, second)
}

fn say(world: &mut World, client: Client, line: &str) -> String {
    world.write(client, &format!("{line}\n"));
    world.settle();
    world.read(client)
}

/// Longer than a strict server waits for an acknowledgement, shorter than a TCP may take with one.
const AFTER_TIMEOUT: u64 = STRICT_ACK_TIMEOUT.as_millis() + 1;

#[test]
fn strict_stores_what_nobody_has_acknowledged_before_the_ok() {
    let (mut world, first, second) = two(Durability::Strict);
    assert_eq!(say(&mut world, first, "message user1 hi"), "");
    assert_eq!(world.read(second), "* message 1 user0 0 hi\n", "it does not wait");
    assert_eq!(world.environment.stored, [""; 0]);
    world.pass(AFTER_TIMEOUT);
    assert_eq!(world.environment.stored, ["1 user1 hi"]);
    assert_eq!(world.read(first), "250 1 accepted\n");
    world.pass(100);
    assert_eq!(world.environment.stored, ["1 user1 hi", "user1 has 1"]);
}

#[test]
fn strict_stores_nothing_that_its_receiver_acknowledges_at_once() {
    let (mut world, first, second) = two(Durability::Strict);
    for (client, peer) in [(first, 1), (second, 0)] {
        say(&mut world, client, "acks on");
        say(&mut world, client, &format!("message user{peer} hi"));
    }
    // Each acknowledges behind a message of its own, which waits for the other's word.
    world.write(first, "message user1 there\nack 2\n");
    world.write(second, "message user0 there\nack 1\n");
    world.settle();
    let heard = [first, second].map(|client| world.read(client));
    assert!(heard[0].contains("250 1 accepted\n"), "{heard:?}");
    assert!(heard[1].contains("250 2 accepted\n"), "{heard:?}");
    assert_eq!(world.environment.stored, [""; 0]);
}

#[test]
fn an_ack_whose_reply_waits_releases_only_what_was_sent_before_it_was_read() {
    let (mut world, first, second) = two(Durability::Strict);
    say(&mut world, first, "acks on");
    say(&mut world, second, "acks on");
    // Nobody acknowledges the first message, so its OK waits, and the reply to `ack` behind it.
    world.write(first, "message user1 hi\nack 18446744073709551615\n");
    world.settle();
    assert_eq!(say(&mut world, second, "message user0 there"), "* message 1 user0 0 hi\n");
    assert_eq!(world.read(first), "* message 2 user1 0 there\n");
    world.pass(AFTER_TIMEOUT);
    let late = "250 1 accepted\n201 18446744073709551615 acknowledged\n";
    assert_eq!(world.read(first), late);
    assert_eq!(world.environment.stored, ["1 user1 hi", "2 user0 there"], "not acknowledged");
}

#[test]
fn replies_keep_their_order_behind_an_ok_that_waits() {
    let (mut world, first, second) = two(Durability::Strict);
    world.hosts[second.host].plugged = false;
    let lines =
        "message user1 a\nmessage user1 b\nbroadcast c\nmessage user2 d\nmessage user9 e\nping\n";
    world.write(first, lines);
    world.settle();
    assert_eq!(world.read(first), "");
    assert_eq!(world.server.chat().figures().texts.used, 3, "what waits is said meanwhile");
    world.pass(AFTER_TIMEOUT);
    assert_eq!(world.environment.stored, ["1 user1 a", "2 user1 b", "3 user1 c", "4 user2 d"]);
    let replies = "250 1 accepted\n250 2 accepted\n252 3 1 recipients\n251 4 stored until user2 logs in\n550 Invalid receiver!\n202 pong\n";
    assert_eq!(world.read(first), replies);
}

#[test]
fn a_sender_that_writes_nothing_more_hears_the_oks_that_wait_and_is_then_gone() {
    for (lines, replies) in [
        ("message user1 a\n", "250 1 accepted\n"),
        ("message user1 a\nmessage user1 b\nhalf a l", "250 1 accepted\n250 2 accepted\n"),
        ("broadcast a\nping\n", "252 1 1 recipients\n202 pong\n"),
    ] {
        let (mut world, first, second) = two(Durability::Strict);
        world.hosts[second.host].plugged = false;
        world.write(first, lines);
        world.socket(first).close();
        world.settle();
        assert_eq!(world.read(first), "", "{lines}");
        world.pass(AFTER_TIMEOUT);
        assert_eq!(world.read(first), replies, "{lines}");
        world.pass(10);
        assert!(!world.socket(first).may_recv(), "{lines}");
        assert_eq!(world.server.chat().present(), 1);
    }
}

#[test]
fn a_slow_receiver_costs_a_strict_sender_no_more_than_the_patience() {
    let (mut world, first, second) = two(Durability::Strict);
    say(&mut world, second, "acks on");
    for number in 1..=3 {
        say(&mut world, first, "message user1 hi");
        world.pass(AFTER_TIMEOUT);
        assert_eq!(world.read(first), format!("250 {number} accepted\n"));
    }
    assert_eq!(world.environment.stored.len(), 3);
}

#[test]
fn strict_stores_what_waits_when_its_receiver_leaves_and_says_ok() {
    let (mut world, first, second) = two(Durability::Strict);
    say(&mut world, second, "acks on");
    say(&mut world, first, "message user1 hi");
    say(&mut world, second, "logout");
    assert_eq!(world.environment.stored, ["1 user1 hi"]);
    assert_eq!(world.read(first), "250 1 accepted\n* logout user1\n");
}

#[test]
fn off_stores_nothing() {
    let (mut world, first, _) = two(Durability::Off);
    say(&mut world, first, "message user1 hi");
    say(&mut world, first, "message user2 hi");
    say(&mut world, first, "broadcast hi");
    say(&mut world, first, "block user1");
    world.pass(2_000);
    assert_eq!(world.environment.stored, [""; 0]);
}

#[test]
fn relaxed_stores_for_whoever_is_offline_and_not_for_whoever_acknowledges() {
    let (mut world, first, second) = two(Durability::Relaxed);
    assert_eq!(say(&mut world, first, "message user1 hi"), "250 1 accepted\n");
    assert_eq!(world.read(second), "* message 1 user0 0 hi\n");
    world.pass(5_000);
    assert_eq!(world.environment.stored, [""; 0]);
    assert_eq!(say(&mut world, first, "message user2 hi"), "251 2 stored until user2 logs in\n");
    assert_eq!(world.environment.stored, ["2 user2 hi"]);
}

#[test]
fn relaxed_stores_what_is_not_acknowledged_within_the_grace() {
    let (mut world, first, second) = two(Durability::Relaxed);
    say(&mut world, first, "receipts on");
    world.hosts[second.host].plugged = false;
    assert_eq!(say(&mut world, first, "message user1 one"), "250 1 accepted\n");
    world.pass(600);
    assert_eq!(say(&mut world, first, "message user1 two"), "250 2 accepted\n");
    world.pass(300);
    assert_eq!(world.environment.stored, [""; 0]);
    world.pass(200);
    assert_eq!(world.environment.stored, ["1 user1 one", "2 user1 two"]);
    assert_eq!(world.read(first), "* stored 1\n* stored 2\n");
    world.hosts[second.host].plugged = true;
    world.pass(10_000);
    assert_eq!(world.environment.stored.last().map(String::as_str), Some("user1 has 2"));
    assert_eq!(world.read(first), "* delivered 1\n* delivered 2\n");
}

#[test]
fn relaxed_stores_what_waits_when_its_receiver_leaves() {
    let (mut world, first, second) = two(Durability::Relaxed);
    say(&mut world, second, "acks on");
    say(&mut world, first, "message user1 hi");
    assert_eq!(world.environment.stored, [""; 0]);
    say(&mut world, second, "logout");
    assert_eq!(world.environment.stored, ["1 user1 hi"]);
}

#[test]
fn relaxed_asks_a_store_that_refuses_again_and_not_without_a_pause() {
    let (mut world, first, second) = two(Durability::Relaxed);
    say(&mut world, first, "receipts on");
    world.hosts[second.host].plugged = false;
    say(&mut world, first, "message user1 hi");
    world.environment.refuses = Some(StoreError::Full);
    world.pass(3_500);
    assert!(world.polls < 200, "{}", world.polls);
    world.environment.refuses = None;
    world.pass(1_000);
    assert_eq!(world.environment.stored, ["1 user1 hi"]);
    assert_eq!(world.read(first), "* stored 1\n");
}

#[test]
fn relaxed_asks_again_for_those_who_have_left_too_until_the_store_takes_it() {
    let mut world = World::with_durability(4, Durability::Relaxed);
    let hosts = [world.host(), world.host(), world.host()];
    let [first, second, third] = [(0, 0), (1, 2), (2, 1)].map(|(host, user)| {
        let client = world.log_in(hosts[host], user);
        say(&mut world, client, "acks on");
        client
    });
    say(&mut world, first, "message user2 two");
    say(&mut world, first, "message user1 one");
    world.environment.refuses = Some(StoreError::Full);
    // The higher row first, then the lower.
    say(&mut world, second, "logout");
    say(&mut world, third, "logout");
    let polls = world.polls;
    world.pass(5_500);
    assert!(world.polls - polls < 200, "{}", world.polls - polls);
    assert_eq!(world.environment.stored, [""; 0]);
    world.environment.refuses = None;
    world.pass(1_100);
    assert_eq!(world.environment.stored, ["2 user1 one", "1 user2 two"]);
    // Nothing is owed any more.
    assert_eq!(world.server.chat().backlog_due(), None);
}

#[test]
fn what_the_store_refuses_is_refused_with_its_reason_and_reaches_nobody() {
    let (mut world, first, second) = two(Durability::Strict);
    let full = "453 the server's store is full, try again later\n";
    let failed = "454 the server could not store it, try again later\n";
    for (refusal, reply) in [(StoreError::Full, full), (StoreError::Failed, failed)] {
        world.environment.refuses = Some(refusal);
        // Once it has refused, nobody is promised anything that it would have to keep.
        for request in ["message user2 hi", "message user1 hi", "broadcast hi", "block user1"] {
            assert_eq!(say(&mut world, first, request), reply);
        }
    }
    assert_eq!(world.read(second), "");
    assert_eq!(world.server.chat().figures().texts.used, 0);
    world.environment.refuses = None;
    assert_eq!(say(&mut world, first, "broadcast hi"), "252 3 1 recipients\n");
    assert_eq!(world.environment.stored, ["3 user1 hi"]);
    assert_eq!(say(&mut world, first, "block user1"), "240 user1 is blocked\n");
    world.environment.refuses = Some(StoreError::Failed);
    assert_eq!(say(&mut world, first, "unblock user1"), failed);
    world.environment.refuses = None;
    assert_eq!(say(&mut world, first, "unblock user1"), "242 user1 is unblocked\n");
}

#[test]
fn an_ok_that_the_store_refuses_waits_for_the_receiver_or_for_the_store() {
    let (mut world, first, second) = two(Durability::Strict);
    say(&mut world, second, "acks on");
    world.environment.refuses = Some(StoreError::Full);
    world.write(first, "message user1 one\nmessage user1 two\nmessage user2 hi\n");
    world.pass(3_500);
    assert_eq!(world.read(first), "", "nobody has it");
    assert!(world.polls < 300, "{}", world.polls);
    say(&mut world, second, "ack 1");
    assert_eq!(world.read(first), "250 1 accepted\n");
    world.environment.refuses = None;
    world.pass(1_000);
    assert_eq!(world.environment.stored, ["2 user1 two", "3 user2 hi"]);
    assert_eq!(world.read(first), "250 2 accepted\n251 3 stored until user2 logs in\n");
}

#[test]
fn nothing_is_said_where_the_commit_fails_and_nobody_comes_in_any_more() {
    let (mut world, first, second) = two(Durability::Strict);
    world.environment.store_is_broken = true;
    assert_eq!(say(&mut world, first, "message user2 hi"), "");
    world.pass(5_000);
    assert_eq!((world.read(first), world.read(second)), (String::new(), String::new()));
    assert_eq!((world.server.connections(), world.driver.half_open()), (0, 0));
    assert_eq!(world.environment.logged_out.len(), 2);
    let late = world.connect(first.host);
    world.pass(1_000);
    assert_eq!(world.read(late), "");
}

#[test]
fn before_a_strict_server_stops_everything_that_was_read_has_its_ok() {
    let (mut world, first, second) = two(Durability::Strict);
    say(&mut world, second, "acks on");
    assert_eq!(say(&mut world, first, "message user1 hi"), "");
    let now = world.now;
    world.server.prepare_shutdown(now, &mut world.environment);
    assert_eq!(say(&mut world, first, "message user1 late"), "250 1 accepted\n");
    assert_eq!(world.environment.stored, ["1 user1 hi"]);
    world.server.handle_shutdown(now, &mut world.environment);
    world.settle();
    assert_eq!(world.read(first), "* bye 425 the server is stopping\n");
}
