//! Orders of admins: each as it succeeds and as it is refused. The table of bans when it is full.

use smolchat_core::carrier::{Attempt, Proof, Verdict};
use smolchat_core::chat::Capacities;
use smolchat_core::server::ConnectionId;
use smolchat_core::time::Instant;
use smolchat_tests::model::Pipe;

use crate::door::{Door, PLENTY, open};

/// Users `a` to `d`; `a` is an admin and online, as are `b` and `c`: their places.
fn with_admin(test: impl FnOnce(&mut Door<'_>, [usize; 3])) {
    let capacities = Capacities { users: 5, ..PLENTY };
    open(capacities, 4, |door| {
        assert!(door.server.set_admin("a", true) && !door.server.set_admin("x", true));
        let places = ["a", "b", "c"].map(|name| door.arrive(name));
        for place in places {
            door.hear(place);
        }
        test(door, places);
    });
}

#[test]
fn only_admins_give_orders() {
    with_admin(|door, [a, b, _]| {
        assert_eq!(door.reply(b, "admin kick a"), "580 only admins give orders");
        assert_eq!(door.code(b, "admin"), 501);
        assert_eq!(door.code(a, "admin dance"), 581);
        assert_eq!(door.reply(a, "admin kick"), "582 wrong order, the form is: kick <name>");
        assert!(door.server.set_admin("a", false));
        assert_eq!(door.code(a, "admin bans"), 580);
    });
}

#[test]
fn an_account_is_added_changed_and_removed() {
    with_admin(|door, [a, b, _]| {
        assert_eq!(door.reply(a, "admin user add luke force"), "280 luke has an account");
        assert_eq!(door.code(a, "admin user add LUKE x"), 535);
        assert_eq!(door.code(a, "admin user add more x"), 432);
        assert_eq!(door.code(a, "admin user add -x y"), 536);
        assert_eq!(door.code(a, "admin user passwd luke a\u{a0}b"), 537);
        let luke = door.connect();
        door.hear(luke);
        assert_eq!(door.code(luke, "login luke force"), 230);
        door.hear(a);
        assert_eq!(door.reply(a, "admin user passwd luke jedi"), "281 luke has another password");
        assert_eq!(door.code(a, "admin user passwd nobody x"), 583);
        door.hear(b);
        let heard = door.say(a, "admin user remove luke");
        assert!(heard.contains(&"282 luke has no account any more".to_owned()), "{heard:?}");
        assert_eq!(door.hear(b), ["* logout luke"]);
        assert_eq!(door.hear(luke).last().unwrap(), "* bye 539 your account was removed");
        assert!(door.is_closed(luke));
        assert_eq!(door.code(a, "admin user remove luke"), 583);
        assert_eq!(door.code(a, "admin user remove a"), 584);
    });
}

#[test]
fn the_accounts_are_told_with_their_marks() {
    with_admin(|door, [a, ..]| {
        let listed = door.say(a, "admin user list");
        let wanted = [
            "287-a online given admin",
            "287-b online given",
            "287-c online given",
            "287-d offline given",
            "287 4 users",
        ];
        assert_eq!(listed, wanted);
        assert_eq!(door.say(a, "admin user list c"), ["287-c online given", "287 1 user"]);
        assert_eq!(door.say(a, "admin user list x"), ["287 0 users"]);
    });
}

#[test]
fn who_is_kicked_may_come_back_and_who_is_banned_may_not() {
    with_admin(|door, [a, b, c]| {
        assert_eq!(door.code(a, "admin kick a"), 584);
        assert_eq!(door.code(a, "admin kick x"), 583);
        assert_eq!(door.reply(a, "admin kick d"), "460 d is offline");
        let heard = door.say(a, "admin kick b");
        assert!(heard.contains(&"283 b is logged out".to_owned()), "{heard:?}");
        assert_eq!(door.hear(b), ["* bye 427 an operator logged you out"]);
        let b = door.arrive("b");
        door.hear(a);
        assert_eq!(door.code(a, "admin ban a"), 584);
        assert_eq!(door.code(a, "admin ban x"), 583);
        let heard = door.say(a, "admin ban b 2h");
        assert!(heard.contains(&"284 banned".to_owned()), "{heard:?}");
        assert_eq!(door.hear(b).last().unwrap(), "* bye 428 an operator banned you");
        let b = door.connect();
        door.hear(b);
        assert_eq!(door.code(b, "login b wrong"), 533);
        assert_eq!(
            door.reply(b, "login b b"),
            "420 7200 seconds until you may come back, you are banned"
        );
        door.hear(a);
        assert_eq!(door.say(a, "admin bans"), ["288-b 7200", "288 1 ban"]);
        assert_eq!(door.code(a, "admin unban c"), 585);
        assert_eq!(door.reply(a, "admin unban b"), "285 banned no more");
        assert_eq!(door.code(b, "login b b"), 230);
        door.hear(c);
    });
}

#[test]
fn a_banned_address_is_told_and_closed_and_its_sessions_end() {
    with_admin(|door, [a, b, c]| {
        assert_eq!(door.code(a, "admin ban 192.168.69.0/24"), 584, "it comes from there itself");
        let heard = door.say(a, "admin ban 192.168.69.101 for good");
        assert!(heard.contains(&"284 banned".to_owned()), "{heard:?}");
        assert_eq!(door.hear(b).last().unwrap(), "* bye 428 an operator banned you");
        assert!(door.is_closed(b));
        let again = door.connect();
        assert_eq!(door.hear(again), ["538 you are banned from this server"]);
        assert!(door.is_closed(again));
        door.hear(a);
        assert_eq!(door.say(a, "admin bans"), ["288-192.168.69.101/32 for good", "288 1 ban"]);
        assert_eq!(door.code(a, "admin unban 192.168.69.101/32"), 285);
        let again = door.connect();
        assert!(door.hear(again)[0].starts_with("220 "));
        assert!(!door.is_closed(c));
    });
}

#[test]
fn the_table_of_bans_takes_as_many_as_there_are_and_one_more_after_an_unban() {
    with_admin(|door, [a, ..]| {
        for number in 0..PLENTY.bans {
            assert_eq!(door.code(a, &format!("admin ban 10.0.0.{number}")), 284);
        }
        assert_eq!(door.code(a, "admin ban 10.0.0.200"), 480);
        assert_eq!(door.code(a, "admin ban 10.0.0.0 2h"), 284, "it takes its own place");
        assert_eq!(door.code(a, "admin unban 10.0.0.0"), 285);
        assert_eq!(door.code(a, "admin ban 10.0.0.200"), 284);
    });
    open(Capacities { bans: 0, ..PLENTY }, 1, |door| {
        door.server.set_admin("a", true);
        let a = door.arrive("a");
        assert_eq!(door.code(a, "admin ban 10.0.0.1"), 586);
        assert_eq!(door.say(a, "admin bans"), ["288 0 bans"]);
    });
}

#[test]
fn a_word_of_the_operators_reaches_everybody_and_is_kept_until_each_has_it() {
    with_admin(|door, [a, b, c]| {
        door.say(b, "block a");
        door.stall(c);
        let heard = door.say(a, "admin say  tea  at five");
        assert_eq!(heard, ["286 3 users hear it", "* say 1 0 tea  at five"]);
        assert_eq!(door.hear(b), ["* say 1 0 tea  at five"]);
        assert_eq!(door.unstall(c), ["* say 1 0 tea  at five"]);
        assert_eq!(door.texts(), 1);
        for place in [a, b, c] {
            door.say(place, "ack 1");
        }
        assert_eq!(door.texts(), 0);
        assert_eq!(door.code(a, "admin say"), 582);
        assert_eq!(door.say(b, "history"), ["218 0 broadcasts"]);
    });
}

#[test]
fn the_operators_words_take_one_senders_part_of_a_mailbox() {
    with_admin(|door, [a, b, c]| {
        for place in [a, b, c] {
            door.say(place, "acks on");
        }
        let quota = door.server.chat().mailbox_quota();
        let share = door.server.chat().mailbox_share();
        assert!(1 < share && share < quota, "{share} of {quota}");
        for number in 1..=share {
            assert_eq!(door.say(a, "admin say tea")[0], "286 3 users hear it");
            door.say(a, &format!("ack {number}"));
            door.say(c, &format!("ack {number}"));
        }
        let told = door.say(a, "admin say tea")[0].clone();
        assert_eq!(told, "291 2 users hear it, 1 have too much unread for it");
        // Another sender has a part of its own, and room comes with an acknowledgement.
        let told = door.say(c, "message b hi");
        assert!(told.iter().any(|line| line.starts_with("250 ")), "{told:?}");
        door.say(b, "ack 4");
        assert_eq!(door.say(a, "admin say tea")[0], "286 3 users hear it");
    });
}

#[test]
fn whoever_takes_most_of_a_table_is_told() {
    with_admin(|door, [a, b, c]| {
        for _ in 0..3 {
            door.say(b, "message d hi");
        }
        door.say(c, "message d hi");
        door.say(c, "block b");
        let top = door.say(a, "admin top");
        for wanted in ["289-messages-waiting b 3", "289-messages-waiting c 1", "289-blocks c 1"] {
            assert!(top.iter().any(|line| line == wanted), "{wanted}: {top:?}");
        }
        assert!(top.last().unwrap().starts_with("289 "), "{top:?}");
        let status = door.say(a, "admin status");
        assert!(status.iter().any(|line| line == "213-users 4 of 5"), "{status:?}");
    });
}

#[test]
fn what_was_said_to_a_removed_user_expires_and_what_it_said_is_delivered() {
    with_admin(|door, [a, b, c]| {
        door.say(b, "receipts on");
        door.say(b, "message d hi");
        door.say(c, "message d ho");
        door.stall(b);
        door.say(c, "message b still here");
        door.say(a, "admin user remove c");
        door.say(a, "admin user remove d");
        assert_eq!(door.code(a, "admin user add d d"), 280);
        assert_eq!(door.code(a, "admin user add c c"), 280);
        let heard = door.unstall(b);
        assert!(heard.contains(&"* expired 1".to_owned()), "{heard:?}");
        assert!(heard.contains(&"* message 3 c 0 still here".to_owned()), "{heard:?}");
        for name in ["c", "d"] {
            let new = door.connect();
            door.hear(new);
            assert_eq!(door.say(new, &format!("login {name} {name}")).len(), 1, "no mail");
            assert_eq!(door.say(new, "blocks"), ["212 Users you block: "]);
        }
    });
}

#[test]
fn who_has_proved_to_be_a_user_by_its_carrier_is_nobody_once_the_account_is_gone() {
    with_admin(|door, [a, ..]| {
        let peer = door.connect();
        door.hear(peer);
        let proof = Attempt { name: "d", proof: Proof::Password("d") };
        let (now, id) = (Instant::START, ConnectionId(peer as u16));
        let verdict = door.server.handle_attempt(now, id, &proof, &mut door.environment);
        let Verdict::Admit(row) = verdict else { panic!("{verdict:?}") };
        // The accounts are so many that the next one gets the same row.
        assert_eq!(door.code(a, "admin user add more more"), 280);
        assert_eq!(door.code(a, "admin user remove d"), 282);
        assert_eq!(door.code(a, "admin user add luke luke"), 280);
        let mut pipe = Pipe::new(1 << 12);
        door.server.handle_proven(now, id, row, &mut pipe, &mut door.environment);
        assert!(pipe.receive(usize::MAX).is_empty());
        let luke = door.server.account_of("luke").unwrap();
        assert!(!luke.is_online, "nobody is luke by a proof of being d");
    });
}

#[test]
fn a_login_that_claims_the_session_of_a_removed_user_is_refused() {
    with_admin(|door, [a, b, _]| {
        let newcomer = door.connect();
        door.hear(newcomer);
        assert_eq!(door.say(newcomer, "login b b"), [""; 0], "b is asked for a sign of life");
        door.say(a, "admin user remove b");
        assert_eq!(door.hear(b).last().unwrap(), "* bye 539 your account was removed");
        assert_eq!(door.hear(newcomer), ["532 Invalid username, try again!"]);
    });
}
