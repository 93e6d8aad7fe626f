//! Mailboxes and the message store when they are full, for all or for one sender: who is told what,
//! and that it passes. With two messages a mailbox holds four, and one of each sender's.

use crate::stage::{Client, Stage};

conversations! {
    a_full_mailbox_is_told_and_nothing_is_stored: messages(2);
    a_mailbox_takes_messages_again_once_it_was_read: messages(2);
    one_sender_does_not_fill_a_mailbox_for_others: messages(18);
    a_senders_share_of_unread_messages_is_told: messages(6);
    a_full_message_store_is_told_and_passes: messages(2);
    mail_for_the_absent_leaves_room_for_those_who_are_there: messages(2);
    a_broadcast_passes_over_a_mailbox_without_room_and_says_so: messages(2);
    a_broadcast_tells_of_mailboxes_without_room_and_of_blocks: messages(2);
}

const SENDERS: [&str; 4] = ["hans", "luke", "vader", "leia"];

fn no_room(user: &str) -> String {
    format!("450 {user} has no room for another message of yours until some are read, try again later")
}

fn stored(user: &str) -> String {
    format!("251 {{id}} stored until {user} logs in")
}

/// Each of the senders leaves one message for `yoda`, who is offline.
fn fill(stage: &mut dyn Stage, senders: [Client; 4]) {
    for (sender, name) in senders.into_iter().zip(SENDERS) {
        stage.ask(sender, &format!("message yoda from {name}"), &stored("yoda"));
    }
}

fn a_full_mailbox_is_told_and_nothing_is_stored(stage: &mut dyn Stage) {
    let [hans, luke, vader, leia, lando] =
        stage.company(["hans", "luke", "vader", "leia", "lando"]);
    fill(stage, [hans, luke, vader, leia]);
    for sender in [hans, leia, lando] {
        stage.ask(sender, "message yoda more", &no_room("yoda"));
    }
    stage.ask(lando, "message r2d2 hi", &stored("r2d2"));
    let yoda = stage.arrive("yoda");
    for name in SENDERS {
        stage.hear(yoda, &format!("* message {{id}} {name} {{age}} from {name}"));
    }
    for sender in [hans, luke, vader, leia, lando] {
        stage.hear(sender, "* login yoda");
    }
    stage.hear_nothing();
}

fn a_mailbox_takes_messages_again_once_it_was_read(stage: &mut dyn Stage) {
    let senders = stage.company(SENDERS);
    let hans = senders[0];
    fill(stage, senders);
    stage.ask(hans, "message yoda more", &no_room("yoda"));
    let yoda = stage.arrive_acknowledging("yoda");
    for sender in senders {
        stage.hear(sender, "* login yoda");
    }
    let ids = SENDERS.map(|name| {
        stage.hear(yoda, &format!("* message {{id}} {name} {{age}} from {name}")).number("id")
    });
    stage.ask(hans, "message yoda more", &no_room("yoda"));
    stage.ask(yoda, &format!("ack {}", ids[0]), "201 {id} acknowledged");
    stage.ask(hans, "message yoda more", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} more");
    stage.ask(hans, "message yoda more", &no_room("yoda"));
    stage.hear_nothing();
}

fn one_sender_does_not_fill_a_mailbox_for_others(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    for number in 0..9 {
        stage.ask(hans, &format!("message yoda {number}"), &stored("yoda"));
    }
    stage.ask(hans, "message yoda more", &no_room("yoda"));
    stage.ask(luke, "message yoda please call home", &stored("yoda"));
    stage.ask(hans, "message vader hi", &stored("vader"));
    stage.hear_nothing();
}

fn a_senders_share_of_unread_messages_is_told(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    for user in ["yoda", "vader", "r2d2", "leia", "chewbacca"] {
        stage.ask(hans, &format!("message {user} hi"), &stored(user));
    }
    stage.ask(hans, "message lando hi", SHARE);
    stage.ask(luke, "message lando hi", &stored("lando"));
    let yoda = stage.arrive("yoda");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.ask(yoda, "ping", "202 pong");
    stage.hear(hans, "* login yoda");
    stage.hear(luke, "* login yoda");
    stage.ask(hans, "message lando hi", &stored("lando"));
    stage.hear_nothing();
}

const SHARE: &str = "452 your unread messages take as much room as one user's may now, try again later";
const AWAY: &str =
    "455 the server holds as many messages as it can for users who do not read them now, try again later";

fn a_full_message_store_is_told_and_passes(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    let leia = stage.arrive_acknowledging("leia");
    stage.hear(hans, "* login leia");
    stage.hear(luke, "* login leia");
    let long = "x".repeat(432);
    let full = "451 the server holds as many messages as it can, try again later";
    stage.ask(hans, &format!("message yoda {long}"), &stored("yoda"));
    stage.ask(luke, &format!("message vader {long}"), AWAY);
    stage.ask(luke, &format!("message leia {long}"), "250 {id} accepted");
    let id = stage.hear(leia, &format!("* message {{id}} luke {{age}} {long}")).number("id");
    stage.ask(leia, "message vader hi", full);
    stage.ask(leia, "broadcast hi", full);
    for sender in [hans, luke] {
        stage.ask(sender, "message vader hi", SHARE);
    }
    stage.ask(leia, &format!("ack {id}"), "201 {id} acknowledged");
    stage.ask(leia, "message vader hi", &stored("vader"));
    stage.hear_nothing();
}

fn mail_for_the_absent_leaves_room_for_those_who_are_there(stage: &mut dyn Stage) {
    let [hans, luke, leia, lando] = stage.company(["hans", "luke", "leia", "lando"]);
    stage.ask(hans, &format!("message yoda {}", "x".repeat(432)), &stored("yoda"));
    stage.ask(luke, &format!("message vader {}", "x".repeat(324)), &stored("vader"));
    for number in 0..5 {
        stage.ask(leia, "message r2d2 hi", AWAY);
        stage.ask(leia, &format!("message lando {number}"), "250 {id} accepted");
        stage.hear(lando, &format!("* message {{id}} leia {{age}} {number}"));
        stage.ask(lando, &format!("message leia {number}"), "250 {id} accepted");
        stage.hear(leia, &format!("* message {{id}} lando {{age}} {number}"));
    }
    let yoda = stage.arrive("yoda");
    stage.hear(yoda, "* message {id} hans {age} {any}");
    for client in [hans, luke, leia, lando] {
        stage.hear(client, "* login yoda");
    }
    stage.ask(yoda, "ping", "202 pong");
    stage.ask(leia, "message r2d2 hi", &stored("r2d2"));
    stage.hear_nothing();
}

/// `yoda` is online and does not acknowledge what the sender says.
fn full_online(stage: &mut dyn Stage, sender: Client, name: &str) {
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(sender, "* login yoda");
    stage.ask(sender, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, &format!("* message {{id}} {name} {{age}} hi"));
}

fn a_broadcast_passes_over_a_mailbox_without_room_and_says_so(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    full_online(stage, hans, "hans");
    stage.hear(luke, "* login yoda");
    let told = "254 {id} 1 1 online users did not get it, their mailboxes have no room for it";
    stage.ask(hans, "broadcast hi", told);
    stage.hear(luke, "* broadcast {id} hans {age} hi");
    stage.hear_nothing();
}

fn a_broadcast_tells_of_mailboxes_without_room_and_of_blocks(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    full_online(stage, hans, "hans");
    stage.hear(luke, "* login yoda");
    stage.ask(luke, "block hans", "240 hans is blocked");
    let told = "255 {id} 0 1 mailboxes have no room for it. \
        Your broadcast cannot be received by all online users because someone blocked you";
    stage.ask(hans, "broadcast hi", told);
    stage.hear_nothing();
}
