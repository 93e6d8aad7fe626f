//! The tables of messages: mailboxes, texts, their pieces, deliveries, and what one sender may have
//! of each. Everybody here acknowledges by itself, so nothing is released before a test says so.

use smolchat_core::chat::Capacities;

use super::door::{Door, PLENTY, open};
use super::{ACCOUNTS, arrive};

const FULL: &str = "451 the server holds as many messages as it can, try again later";
const SHARE: &str =
    "452 your unread messages take as much room as one user's may now, try again later";
const AWAY: &str = "455 the server holds as many messages as it can for users who do not read them now, try again later";

fn no_room(user: &str) -> String {
    format!(
        "450 {user} has no room for another message of yours until some are read, try again later"
    )
}

#[test]
fn a_full_mailbox_refuses_and_takes_again_once_something_was_acknowledged() {
    open(Capacities { texts: 8, ..PLENTY }, 8, |door| {
        let users = arrive(door, 6);
        for (number, &user) in users[..4].iter().enumerate() {
            let stored = format!("251 {} stored until g logs in", number + 1);
            assert_eq!(door.reply(user, &format!("message g text {number}")), stored);
        }
        let last = users[4];
        assert_eq!(door.reply(last, "message g text 4"), no_room("g"));
        assert_eq!(
            door.code(users[5], "message h to another"),
            251,
            "one full mailbox fills no other"
        );
        let g = door.arrive("g");
        users.iter().for_each(|&user| drop(door.hear(user)));
        assert_eq!(door.reply(last, "message g text 4"), no_room("g"), "sent is not had");
        assert_eq!(door.reply(g, "ack 1"), "201 1 acknowledged");
        assert_eq!(door.reply(last, "message g text 4"), "250 6 accepted");
        assert_eq!(door.reply(users[0], "message g text 5"), no_room("g"));
        assert_eq!(door.hear(g), ["* message 6 e 0 text 4"]);
        door.leave(g);
        let g = door.connect();
        door.say(g, "acks on");
        let heard = door.say(g, "login g g");
        let again = [(2, "b", 1), (3, "c", 2), (4, "d", 3), (6, "e", 4)];
        let again = again.map(|(id, from, text)| format!("* message {id} {from} 0 text {text}"));
        assert_eq!(heard[1..], again, "what was accepted comes again, in order");
        assert_eq!(door.code(g, "ack 6"), 201);
        assert_eq!(door.texts(), 1, "the one for h");
        let id = door.server.chat().find("g").unwrap();
        assert_eq!(door.server.chat().waiting_for(id), 0);
    });
}

#[test]
fn one_sender_has_a_quarter_of_a_mailbox_and_gets_more_in_once_some_was_acknowledged() {
    open(Capacities { texts: 32, ..PLENTY }, 3, |door| {
        let users = arrive(door, 2);
        for _ in 0..4 {
            assert_eq!(door.code(users[0], "message c hi"), 251);
        }
        assert_eq!(door.reply(users[0], "message c hi"), no_room("c"));
        assert_eq!(door.code(users[1], "message c please call home"), 251);
        let c = door.arrive("c");
        door.hear(users[0]);
        assert_eq!(door.reply(users[0], "message c hi"), no_room("c"));
        assert_eq!(door.code(c, "ack 2"), 201);
        assert_eq!(door.code(users[0], "message c hi"), 250);
        assert_eq!(door.reply(users[0], "message c hi"), no_room("c"), "less is free for a");
    });
}

#[test]
fn the_last_eighth_of_a_mailbox_is_for_senders_who_have_nothing_in_it() {
    // The mailbox holds 80, and 10 of them are kept.
    open(Capacities { texts: 160, ..PLENTY }, 10, |door| {
        let users = arrive(door, 9);
        let j = door.server.chat().find("j").unwrap();
        for &user in &users[..8] {
            let sent = (0..80).take_while(|_| door.code(user, "message j hi") == 251).count();
            assert!(sent > 0);
        }
        assert_eq!(door.server.chat().waiting_for(j), 70);
        assert_eq!(door.reply(users[0], "message j hi"), no_room("j"));
        assert_eq!(door.code(users[8], "message j please call home"), 251);
        assert_eq!(door.reply(users[8], "message j hi"), no_room("j"));
        let j = door.arrive("j");
        users.iter().for_each(|&user| drop(door.hear(user)));
        assert_eq!(door.code(j, "ack 2"), 201);
        assert_eq!(door.code(users[8], "message j thank you"), 250);
    });
}

#[test]
fn the_last_text_fits_one_more_is_refused_and_an_acknowledged_one_makes_room() {
    open(Capacities { texts: 8, ..PLENTY }, 10, |door| {
        let users = arrive(door, 10);
        users.iter().for_each(|&user| drop(door.hear(user)));
        // Each mailbox holds one, and whoever has nothing waiting may have the last.
        for sender in 0..7 {
            let text = format!("message {} hi", ACCOUNTS[sender + 1]);
            assert!(door.say(users[sender], &text).iter().any(|line| line.starts_with("250 ")));
        }
        assert_eq!(door.texts(), 7);
        assert!(door.say(users[7], "message i hi").iter().any(|line| line.starts_with("250 8")));
        assert_eq!(door.texts(), 8);
        assert_eq!(door.reply(users[9], "message a hi"), FULL);
        assert_eq!(door.reply(users[9], "broadcast hi"), FULL);
        assert_eq!((door.texts(), door.hear(users[0])), (8, vec![]));
        assert!(door.say(users[1], "ack 1").contains(&"201 1 acknowledged".to_owned()));
        assert_eq!(door.reply(users[9], "message a hi"), "250 9 accepted");
        door.hear(users[8]);
        assert_eq!(door.reply(users[8], "message b hi"), FULL);
        for &user in &users {
            door.hear(user);
            assert_eq!(door.code(user, "ack 9"), 201);
        }
        assert_eq!(door.texts(), 0);
    });
}

#[test]
fn long_texts_take_the_pieces_and_short_ones_the_rest() {
    // Two texts of full length take 12 pieces each; one piece of 36 bytes is left.
    open(Capacities { chunks: 25, ..PLENTY }, 5, |door| {
        let users = arrive(door, 4);
        let long = "x".repeat(432);
        assert_eq!(door.code(users[0], &format!("message d {long}")), 250);
        assert_eq!(door.code(users[1], &format!("message d {long}")), 250);
        let c = users[2];
        assert_eq!(door.reply(c, &format!("message d {}", "y".repeat(37))), FULL);
        assert_eq!(door.reply(c, "message e z"), AWAY);
        assert_eq!(door.code(c, &format!("message d {}", "y".repeat(36))), 250);
        assert_eq!(door.reply(c, "message d z"), FULL);
        door.hear(users[3]);
        assert_eq!(door.reply(users[3], "message e z"), FULL);
        assert_eq!(door.code(users[3], "ack 1"), 201);
        assert_eq!(door.reply(users[0], &format!("message d {long}")), "250 4 accepted");
        assert_eq!(door.reply(users[0], "message d z"), FULL);
        assert_eq!(door.hear(users[3]), [format!("* message 4 a 0 {long}")]);
        assert_eq!(door.code(users[3], "ack 4"), 201);
        assert_eq!(door.texts(), 0);
    });
}

#[test]
fn one_sender_alone_may_have_a_quarter_of_the_texts_waiting_and_no_more() {
    open(Capacities { texts: 16, ..PLENTY }, 7, |door| {
        let users = arrive(door, 2);
        for receiver in ["c", "d", "e"] {
            assert_eq!(door.code(users[0], &format!("message {receiver} hi")), 251);
        }
        assert_eq!(door.reply(users[0], "message f hi"), SHARE, "an eighth is not for the absent");
        assert_eq!(door.reply(users[0], "broadcast hi"), "252 4 1 recipients");
        assert_eq!(door.reply(users[0], "broadcast hi"), SHARE);
        assert_eq!(door.hear(users[1]), ["* broadcast 4 a 0 hi"]);
        assert_eq!(door.code(users[1], "message e hi"), 251, "others are not concerned");
        let c = door.arrive("c");
        door.hear(users[0]);
        for reader in [c, users[1]] {
            assert_eq!(door.reply(users[0], "message f hi"), SHARE);
            door.hear(reader);
            assert_eq!(door.code(reader, "ack 4"), 201);
        }
        assert_eq!(door.code(users[0], "message f hi"), 251);
        assert_eq!(door.reply(users[0], "message g hi"), SHARE);
        assert_eq!(door.texts(), 4);
    });
}

#[test]
fn a_broadcast_without_room_for_all_reaches_nobody() {
    open(Capacities { deliveries: 8, ..PLENTY }, 5, |door| {
        let users = arrive(door, 4);
        let all = |door: &mut Door<'_>| {
            users.iter().map(|&user| door.hear(user).len()).collect::<Vec<_>>()
        };
        all(door);
        assert_eq!(door.reply(users[0], "broadcast one"), "252 1 3 recipients");
        assert_eq!(door.reply(users[0], "broadcast two"), SHARE);
        assert!(door.say(users[1], "broadcast two").contains(&"252 2 3 recipients".to_owned()));
        assert_eq!(all(door), [1, 0, 2, 2]);
        assert_eq!(door.reply(users[2], "broadcast three"), FULL);
        assert_eq!((all(door), door.texts()), (vec![0; 4], 2));
        assert_eq!(door.code(users[2], "message e six"), 251, "two deliveries are free");
        assert_eq!(door.reply(users[3], "message e seven"), AWAY);
        assert_eq!(door.code(users[3], "message a seven"), 250);
        assert_eq!(door.reply(users[2], "message b eight"), FULL);
        all(door);
        for &user in &users {
            assert_eq!(door.code(user, "ack 4"), 201);
        }
        assert_eq!(door.texts(), 1, "the one for e");
        assert_eq!(door.reply(users[0], "broadcast four"), "252 5 3 recipients");
        assert_eq!(all(door), [0, 1, 1, 1]);
    });
}

#[test]
fn a_broadcast_passes_over_mailboxes_without_room_and_says_how_many() {
    open(Capacities { texts: 8, ..PLENTY }, 4, |door| {
        let users = arrive(door, 4);
        assert_eq!(door.code(users[0], "message b one"), 250);
        let partly = "254 2 2 1 online users did not get it, their mailboxes have no room for it";
        assert_eq!(door.reply(users[0], "broadcast two"), partly);
        assert_eq!(door.hear(users[1]), ["* message 1 a 0 one"]);
        for &user in &users[2..] {
            assert_eq!(door.hear(user).last().unwrap(), "* broadcast 2 a 0 two");
            assert_eq!(door.code(user, "ack 2"), 201);
        }
        assert_eq!(door.code(users[3], "block a"), 240);
        let both = "255 3 1 1 mailboxes have no room for it. Your broadcast cannot be received by all online users because someone blocked you";
        assert_eq!(door.reply(users[0], "broadcast three"), both);
        assert_eq!(door.hear(users[2]), ["* broadcast 3 a 0 three"]);
        assert_eq!((door.hear(users[1]), door.hear(users[3])), (vec![], vec![]));
        for &user in &users[1..3] {
            assert_eq!(door.code(user, "ack 3"), 201);
        }
        let blocked = "253 4 2 Your broadcast cannot be received by all online users because someone blocked you";
        assert_eq!(door.reply(users[0], "broadcast four"), blocked);
        for &user in &users[1..3] {
            door.hear(user);
            assert_eq!(door.code(user, "ack 4"), 201);
        }
        assert_eq!(door.texts(), 0);
    });
}

#[test]
fn however_many_fill_the_store_with_long_texts_the_next_still_has_room() {
    for greedy in [1, 2, 8] {
        open(Capacities::new(10, 10, 1024, 8), 10, |door| {
            let users = arrive(door, 9);
            let long = "x".repeat(432);
            for _ in 0..3 {
                for &user in &users[..greedy] {
                    for receiver in ACCOUNTS {
                        let line = format!("message {receiver} {long}");
                        while matches!(
                            door.say(user, &line).last().map(|line| &line[..3]),
                            Some("250" | "251")
                        ) {}
                    }
                }
            }
            let pieces = door.server.chat().figures().pieces;
            // Each had at most a quarter of what was left then.
            let left = (0..greedy).fold(pieces.of, |left, _| left - left / 4);
            assert!(pieces.of - pieces.used >= left, "{greedy} leave {pieces:?}");
            assert!(pieces.used > pieces.of / 5, "{greedy} took {pieces:?}");
            // So many get what is kept for those who read, since some of those whom they write to
            // read.
            let code = door.code(users[8], "message j hello");
            assert_eq!(code, if greedy < 8 { 251 } else { 455 });
            let j = door.arrive("j");
            door.hear(users[8]);
            assert_eq!(door.code(j, "message i hello"), 250);
        });
    }
}
