//! Every table at one less than full, full, one more, and after something was freed. The server
//! gives the stated answer, loses nothing, and grows nothing.

mod door;
mod messages;
mod operators;

use door::{ACCOUNTS, Door, PLENTY, open};
use smolchat_core::chat::Capacities;
use smolchat_core::server::AddAccountError;
use smolchat_tests::stage::KEY;

const GREETING: &str = "220 smolchat ready: login <user> <password>, or help";

/// Users `a`, `b`, ... up to `count` of them, all online. Lines about each other are left out.
fn arrive(door: &mut Door<'_>, count: usize) -> Vec<usize> {
    let places: Vec<usize> = ACCOUNTS[..count].iter().map(|name| door.arrive(name)).collect();
    for &place in &places {
        door.hear(place);
    }
    places
}

#[test]
fn the_last_account_fits_one_more_is_refused_and_the_others_go_on() {
    open(Capacities { users: 3, ..PLENTY }, 1, |door| {
        let stranger = door.connect();
        assert_eq!(door.say(stranger, "register b b"), [GREETING, "231 b registered, now log in"]);
        assert_eq!(door.reply(stranger, "register c c"), "231 c registered, now log in");
        let full = "432 no further account fits, ask whoever runs this server";
        assert_eq!(door.reply(stranger, "register d d"), full);
        assert_eq!(
            door.code(stranger, "register c c"),
            535,
            "a name that is taken is told as such"
        );
        assert_eq!(door.server.add_account("d", "d"), Err(AddAccountError::Full));
        assert_eq!(door.environment.stored, ["b", "c"], "what is refused is not stored");
        assert_eq!(door.server.chat().accounts(), 3);
        assert_eq!(door.code(stranger, "login d d"), 532);
        assert_eq!(door.code(stranger, "login c c"), 230);
    });
}

#[test]
fn where_all_connections_are_users_the_next_hears_that_the_server_is_full() {
    open(Capacities { connections: 3, ..PLENTY }, 4, |door| {
        let users = arrive(door, 2);
        let last = door.arrive("c");
        for _ in 0..3 {
            let over = door.connect();
            assert_eq!(door.hear(over), ["421 server full, try again later"]);
            assert!(door.is_closed(over));
            assert_eq!(door.server.connections(), 3);
        }
        assert_eq!(door.hear(users[0]), ["* login c"], "nobody was disturbed");
        assert_eq!(door.reply(last, "logout"), "221 You just logged out");
        assert!(door.is_closed(last));
        door.arrive("d");
        assert_eq!(door.hear(users[0]), ["* logout c", "* login d"]);
        assert_eq!(door.server.connections(), 3);
    });
}

#[test]
fn where_a_stranger_waits_the_oldest_makes_room_and_no_user_does() {
    open(Capacities { connections: 3, ..PLENTY }, 4, |door| {
        let user = door.arrive("a");
        let (older, newer) = (door.connect(), door.connect());
        assert!(!door.is_closed(older), "up to the capacity nobody has to go");
        let next = door.connect();
        let bye = "* bye 424 server full, others were waiting and you had not logged in";
        assert_eq!(door.hear(older), [GREETING, bye]);
        assert!(door.is_closed(older));
        assert_eq!(
            (door.hear(newer), door.hear(next)),
            (vec![GREETING.into()], vec![GREETING.into()])
        );
        assert_eq!(door.reply(user, "ping"), "202 pong");
        assert_eq!(door.server.connections(), 3);
    });
}

#[test]
fn a_stranger_who_does_not_read_its_goodbye_keeps_nobody_out() {
    open(Capacities { connections: 1, spare: 1, ..PLENTY }, 2, |door| {
        let silent = door.connect();
        door.stall(silent);
        let user = door.connect();
        assert_eq!(door.hear(user), [GREETING]);
        assert_eq!(door.code(user, "login a a"), 230);
        assert_eq!(door.server.connections(), 2);
        assert_eq!(door.unstall(silent).last().map(|line| &line[..9]), Some("* bye 424"));
        assert_eq!(door.server.connections(), 1);
    });
}

#[test]
fn a_full_table_of_blocks_is_told_and_an_unblock_makes_room() {
    open(Capacities { blocks: 4, ..PLENTY }, 6, |door| {
        let users = arrive(door, 5);
        for &user in &users[..4] {
            assert_eq!(door.reply(user, "block f"), "240 f is blocked");
        }
        let full = "440 the table of blocks is full, unblock somebody first or try again later";
        assert_eq!(door.reply(users[4], "block f"), full);
        assert_eq!(door.server.chat().figures().blocks.used, 4);
        assert_eq!(door.code(users[0], "block f"), 241, "a block that stands needs no room");
        assert_eq!(door.code(users[1], "unblock f"), 242);
        assert_eq!(door.code(users[4], "block f"), 240);
        assert_eq!(door.reply(users[1], "block f"), full);
        assert_eq!(door.server.chat().figures().blocks.used, 4);
    });
}

#[test]
fn one_user_alone_may_hold_a_quarter_of_the_blocks_and_no_more() {
    open(Capacities { blocks: 9, ..PLENTY }, 5, |door| {
        let users = arrive(door, 2);
        assert_eq!(door.code(users[0], "block b"), 240);
        assert_eq!(door.code(users[0], "block c"), 240);
        let quota = "441 2 blocks are all one user may hold now, unblock somebody first";
        assert_eq!(door.reply(users[0], "block d"), quota);
        assert_eq!(door.code(users[1], "block d"), 240, "others are not concerned");
        assert_eq!(door.code(users[0], "unblock c"), 242);
        assert_eq!(door.code(users[0], "block d"), 240);
        assert_eq!(door.server.chat().figures().blocks.used, 3);
    });
}

#[test]
fn nine_users_do_not_fill_the_table_of_blocks_for_the_tenth() {
    open(Capacities { blocks: 52, ..PLENTY }, 10, |door| {
        let users = arrive(door, 10);
        for _ in 0..9 {
            for (&user, name) in users[..9].iter().zip(ACCOUNTS) {
                let next = ACCOUNTS.into_iter().filter(|other| *other != name);
                for other in next {
                    door.code(user, &format!("block {other}"));
                }
            }
        }
        let blocks = door.server.chat().figures().blocks.used;
        assert!((26..50).contains(&blocks), "{blocks} blocks");
        assert_eq!(door.code(users[9], "block a"), 240);
    });
}

/// Connects `name` over the smallest transport there may be, lets it announce itself, and lets it
/// hear nothing more.
fn arrive_deaf(door: &mut Door<'_>, name: &str) -> usize {
    let place = door.connect_with_room(513);
    door.say(place, "acks on");
    door.say(place, &format!("login {name} {name}"));
    assert_eq!(door.code(place, &format!("p2p 5000 {KEY}")), 261);
    door.stall(place);
    place
}

#[test]
fn a_caller_has_one_introduction_on_its_way_and_the_next_once_it_was_heard() {
    open(PLENTY, 4, |door| {
        let callers = arrive(door, 2);
        let deaf = arrive_deaf(door, "c");
        // With these texts in it the deaf one's transport has no room for an introduction.
        for length in [432, 20] {
            door.say(callers[0], &format!("message c {}", "x".repeat(length)));
        }
        for &caller in &callers {
            let introduced = door.say(caller, "startprivate c");
            assert_eq!(introduced.iter().filter(|line| *line == "260 c introduced").count(), 1);
            assert_eq!(door.code(caller, "startprivate c"), 462, "one is on its way");
        }
        let heard = door.unstall(deaf);
        let calls: Vec<&str> =
            heard.iter().filter_map(|line| line.strip_prefix("* private ")).collect();
        assert_eq!(calls.len(), 2, "{heard:?}");
        assert!(calls[0].starts_with("a ") && calls[1].starts_with("b "));
        assert_eq!(door.say(callers[0], "startprivate c")[0], "260 c introduced");
        assert_eq!(door.hear(deaf).len(), 1);
    });
}

#[test]
fn a_reader_who_lags_by_more_than_the_presence_ring_is_told_how_much_it_missed() {
    let capacities = Capacities { connections: 4, spare: 1, ..PLENTY };
    let ring = 2 * capacities.places();
    for over in 0..3 {
        open(capacities, 4, |door| {
            let sender = arrive(door, 1)[0];
            let deaf = arrive_deaf(door, "c");
            door.say(sender, &format!("message c {}", "x".repeat(432)));
            door.say(sender, &format!("message c {}", "y".repeat(432)));
            let events = ring + over;
            for at in 0..events.div_ceil(2) {
                let visitor = door.arrive("b");
                if 2 * at + 1 < events {
                    door.leave(visitor);
                }
            }
            let heard = door.unstall(deaf);
            let told = heard.iter().filter(|line| line.starts_with("* log")).count();
            let missed = heard.iter().filter_map(|line| line.strip_prefix("* missed "));
            assert_eq!(missed.map(|count| count.parse::<usize>().unwrap()).sum::<usize>(), over);
            assert_eq!(told, ring, "{heard:?}");
            let messages = heard.iter().filter(|line| line.starts_with("* message")).count();
            assert_eq!(messages, 2, "messages are never missed");
        });
    }
}
