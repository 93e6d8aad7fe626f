//! The tables of messages: mailboxes, texts, their pieces, deliveries, and what one sender may have waiting.
//! Touches the front door only. Everybody here acknowledges by itself, so nothing is released before a test says so.

use smolchat_core::chat::Capacities;

use super::arrive;
use super::door::{PLENTY, open};

const FULL: &str = "451 the server holds as many messages as it can, try again later";

#[test]
fn a_full_mailbox_refuses_and_takes_again_once_something_was_acknowledged() {
    open(Capacities { texts: 32, ..PLENTY }, 3, |door| {
        let a = arrive(door, 1)[0];
        for number in 1..=4 {
            let stored = format!("251 {number} stored until b logs in");
            assert_eq!(door.reply(a, &format!("message b text {number}")), stored);
        }
        let full = "450 b has a full mailbox, try again later";
        assert_eq!(door.reply(a, "message b text 5"), full);
        assert_eq!(door.code(a, "message c to another"), 251, "one full mailbox fills no other");
        let b = door.arrive("b");
        door.hear(a);
        assert_eq!(door.reply(a, "message b text 5"), full, "to be sent is not to be had");
        assert_eq!(door.reply(b, "ack 1"), "201 1 acknowledged");
        assert_eq!(door.reply(a, "message b text 5"), "250 6 delivered");
        assert_eq!(door.reply(a, "message b text 6"), full);
        assert_eq!(door.hear(b), ["* message 6 a 0 text 5"]);
        door.leave(b);
        let b = door.connect();
        door.say(b, "acks on");
        let heard = door.say(b, "login b b");
        let again = [2, 3, 4].map(|number| format!("* message {number} a 0 text {number}"));
        assert_eq!(heard[1..4], again, "what was accepted comes again, in order");
        assert_eq!(heard[4..], ["* message 6 a 0 text 5"]);
        assert_eq!(door.code(b, "ack 6"), 201);
        assert_eq!(door.texts(), 1, "the one for c");
        assert_eq!(
            door.server.chat().mailboxes.len(door.server.chat().users.find("b").unwrap()),
            0
        );
    });
}

#[test]
fn the_last_text_fits_one_more_is_refused_and_an_acknowledged_one_makes_room() {
    open(Capacities { texts: 8, ..PLENTY }, 10, |door| {
        let users = arrive(door, 10);
        // Each mailbox holds one and each sender may have two: eight texts take four senders.
        for (number, sender) in [0, 0, 1, 1, 2, 2, 3].into_iter().enumerate() {
            let receiver = super::ACCOUNTS[number + 1];
            let text = format!("message {receiver} hi");
            assert_eq!(
                door.say(users[sender], &text).iter().filter(|l| l.starts_with("250")).count(),
                1
            );
        }
        assert_eq!(door.texts(), 7);
        assert!(door.say(users[3], "message i hi").iter().any(|line| line.starts_with("250 8")));
        assert_eq!(door.texts(), 8);
        door.hear(users[9]);
        assert_eq!(door.reply(users[9], "message a hi"), FULL);
        assert_eq!(door.reply(users[9], "broadcast hi"), FULL);
        assert_eq!((door.texts(), door.hear(users[0])), (8, vec![]));
        assert!(door.say(users[1], "ack 1").contains(&"201 1 acknowledged".to_owned()));
        assert_eq!(door.reply(users[9], "message a hi"), "250 9 delivered");
        assert_eq!(door.reply(users[9], "message b hi"), FULL);
        for (number, &user) in users.iter().enumerate() {
            door.hear(user);
            assert_eq!(door.code(user, &format!("ack {}", 9 + number)), 201);
        }
        assert_eq!(door.texts(), 0);
    });
}

#[test]
fn long_texts_take_the_pieces_and_short_ones_the_rest() {
    // Two texts of full length take 12 pieces each; one piece of 36 bytes is left.
    open(Capacities { chunks: 25, ..PLENTY }, 3, |door| {
        let a = arrive(door, 1)[0];
        let long = "x".repeat(432);
        assert_eq!(door.code(a, &format!("message b {long}")), 251);
        assert_eq!(door.code(a, &format!("message b {long}")), 251);
        assert_eq!(door.reply(a, &format!("message b {}", "y".repeat(37))), FULL);
        assert_eq!(door.code(a, &format!("message b {}", "y".repeat(36))), 251);
        assert_eq!(door.reply(a, "message b z"), FULL);
        assert_eq!(door.reply(a, "message c z"), FULL);
        let b = door.arrive("b");
        door.hear(a);
        assert_eq!(door.code(b, "ack 1"), 201);
        assert_eq!(door.reply(a, &format!("message b {long}")), "250 4 delivered");
        assert_eq!(door.reply(a, "message b z"), FULL);
        assert_eq!(door.hear(b), [format!("* message 4 a 0 {long}")]);
        assert_eq!(door.code(b, "ack 4"), 201);
        assert_eq!(door.texts(), 0);
    });
}

#[test]
fn one_sender_may_have_a_quarter_of_the_texts_waiting_and_no_more() {
    open(Capacities { texts: 16, ..PLENTY }, 6, |door| {
        let users = arrive(door, 2);
        for receiver in ["c", "c", "d", "d"] {
            assert_eq!(door.code(users[0], &format!("message {receiver} hi")), 251);
        }
        let quota = "452 4 of your messages are waiting to be read, which is all one user may have, try again later";
        assert_eq!(door.reply(users[0], "message e hi"), quota);
        assert_eq!(door.reply(users[0], "broadcast hi"), quota);
        assert_eq!(door.hear(users[1]), Vec::<String>::new());
        assert_eq!(door.code(users[1], "message e hi"), 251, "others are not concerned");
        let c = door.arrive("c");
        door.hear(users[0]);
        assert_eq!(door.code(c, "ack 1"), 201);
        assert_eq!(door.code(users[0], "message e hi"), 251);
        assert_eq!(
            door.reply(users[0], "message e hi"),
            "450 e has a full mailbox, try again later"
        );
        assert_eq!(door.reply(users[0], "message f hi"), quota);
        assert_eq!(door.texts(), 5);
    });
}

#[test]
fn a_broadcast_without_room_for_all_reaches_nobody() {
    open(Capacities { deliveries: 8, ..PLENTY }, 5, |door| {
        let users = arrive(door, 4);
        let all = |door: &mut super::Door<'_>| {
            users[1..].iter().map(|&user| door.hear(user).len()).collect::<Vec<_>>()
        };
        assert_eq!(door.reply(users[0], "broadcast one"), "252 1 3 recipients");
        assert_eq!(door.reply(users[0], "broadcast two"), "252 2 3 recipients");
        assert_eq!(all(door), [2, 2, 2]);
        assert_eq!(door.reply(users[0], "broadcast three"), FULL);
        assert_eq!((all(door), door.texts()), (vec![0, 0, 0], 2));
        assert_eq!(door.code(users[0], "message e six"), 251, "two deliveries are free");
        assert_eq!(door.code(users[0], "message e seven"), 251);
        assert_eq!(door.reply(users[0], "message e eight"), FULL);
        for &user in &users[1..] {
            assert_eq!(door.code(user, "ack 1"), 201);
        }
        assert_eq!(door.reply(users[0], "broadcast four"), "252 5 3 recipients");
        assert_eq!(all(door), [1, 1, 1]);
        assert_eq!(door.reply(users[0], "message e nine"), FULL);
        for &user in &users[1..] {
            assert_eq!(door.code(user, "ack 5"), 201);
        }
        assert_eq!(door.texts(), 2, "the two for e");
    });
}

#[test]
fn a_broadcast_passes_over_full_mailboxes_and_says_how_many() {
    open(Capacities { texts: 16, ..PLENTY }, 4, |door| {
        let users = arrive(door, 4);
        assert_eq!(door.code(users[0], "message b one"), 250);
        assert_eq!(door.reply(users[0], "broadcast two"), "252 2 3 recipients");
        let partly = "254 3 2 1 online users did not get it, their mailboxes are full";
        assert_eq!(door.reply(users[0], "broadcast three"), partly);
        assert_eq!(door.hear(users[1]), ["* message 1 a 0 one", "* broadcast 2 a 0 two"]);
        assert_eq!(door.hear(users[2]), ["* broadcast 2 a 0 two", "* broadcast 3 a 0 three"]);
        assert_eq!(door.code(users[2], "ack 3"), 201);
        door.hear(users[3]);
        assert_eq!(door.code(users[3], "ack 3"), 201);
        assert_eq!(door.code(users[3], "block a"), 240);
        let both = "255 4 1 1 mailboxes are full. Your broadcast cannot be received by all online users because someone blocked you";
        assert_eq!(door.reply(users[0], "broadcast four"), both);
        assert_eq!(door.hear(users[2]), ["* broadcast 4 a 0 four"]);
        assert_eq!((door.hear(users[1]), door.hear(users[3])), (vec![], vec![]));
        assert_eq!(door.code(users[1], "ack 2"), 201);
        let blocked = "253 5 2 Your broadcast cannot be received by all online users because someone blocked you";
        assert_eq!(door.reply(users[0], "broadcast five"), blocked);
        for &user in &users[1..3] {
            door.hear(user);
            assert_eq!(door.code(user, "ack 5"), 201);
        }
        assert_eq!(door.texts(), 0);
    });
}
