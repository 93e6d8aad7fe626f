//! Mailboxes and the message store when they are full: who is told what, and that it passes.
//! Touches the stage only. A mailbox holds half as many texts as the server has messages, a sender's share is as many.

use crate::stage::{Client, Stage};

conversations! {
    a_full_mailbox_is_told_and_nothing_is_stored: messages(8);
    a_mailbox_takes_messages_again_once_it_was_read: messages(8);
    a_senders_share_of_unread_messages_is_told: messages(8);
    a_full_message_store_is_told_and_passes: messages(2);
    a_broadcast_passes_over_a_full_mailbox_and_says_so: messages(8);
    a_broadcast_tells_of_full_mailboxes_and_of_blocks: messages(8);
}

/// The sender fills the mailbox of `user`, who is offline.
fn fill(stage: &mut dyn Stage, sender: Client, user: &str) {
    for number in 0..4 {
        let stored = format!("251 {{id}} stored until {user} logs in");
        stage.ask(sender, &format!("message {user} {number}"), &stored);
    }
}

fn a_full_mailbox_is_told_and_nothing_is_stored(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    fill(stage, hans, "yoda");
    for sender in [hans, luke] {
        stage.ask(sender, "message yoda more", "450 yoda has a full mailbox, try again later");
    }
    stage.ask(luke, "message vader hi", "251 {id} stored until vader logs in");
    let yoda = stage.arrive("yoda");
    for number in 0..4 {
        stage.hear(yoda, &format!("* message {{id}} hans {{age}} {number}"));
    }
    stage.hear(hans, "* login yoda");
    stage.hear(luke, "* login yoda");
    stage.hear_nothing();
}

fn a_mailbox_takes_messages_again_once_it_was_read(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    fill(stage, hans, "yoda");
    stage.ask(hans, "message yoda more", "450 yoda has a full mailbox, try again later");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    let mut ids = (0..4).map(|number| {
        stage.hear(yoda, &format!("* message {{id}} hans {{age}} {number}")).number("id")
    });
    let first = ids.next().unwrap_or_default();
    ids.for_each(drop);
    stage.ask(hans, "message yoda more", "450 yoda has a full mailbox, try again later");
    stage.ask(yoda, &format!("ack {first}"), "201 {id} acknowledged");
    stage.ask(hans, "message yoda more", "250 {id} delivered");
    stage.hear(yoda, "* message {id} hans {age} more");
    stage.ask(hans, "message yoda more", "450 yoda has a full mailbox, try again later");
    stage.hear_nothing();
}

fn a_senders_share_of_unread_messages_is_told(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    fill(stage, hans, "yoda");
    fill(stage, hans, "vader");
    let told = "452 8 of your messages are waiting to be read, which is all one user may have, try again later";
    stage.ask(hans, "message leia hi", told);
    stage.ask(hans, "broadcast hi", told);
    stage.ask(luke, "message leia hi", "251 {id} stored until leia logs in");
    stage.hear_nothing();
}

fn a_full_message_store_is_told_and_passes(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    let long = "x".repeat(432);
    let full = "451 the server holds as many messages as it can, try again later";
    stage.ask(hans, &format!("message yoda {long}"), "251 {id} stored until yoda logs in");
    stage.ask(luke, &format!("message vader {long}"), "251 {id} stored until vader logs in");
    for sender in [hans, luke] {
        stage.ask(sender, &format!("message leia {long}"), full);
        stage.ask(sender, "message leia hi", full);
        stage.ask(sender, "broadcast hi", full);
    }
    let yoda = stage.arrive("yoda");
    stage.hear(yoda, &format!("* message {{id}} hans {{age}} {long}"));
    stage.ask(yoda, "ping", "202 pong");
    stage.hear(hans, "* login yoda");
    stage.hear(luke, "* login yoda");
    stage.ask(hans, "message leia hi", "251 {id} stored until leia logs in");
    stage.hear_nothing();
}

/// `yoda` is online and acknowledges nothing, so that the mailbox is full.
fn full_online(stage: &mut dyn Stage, sender: Client, name: &str) -> Client {
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(sender, "* login yoda");
    for number in 0..4 {
        stage.ask(sender, &format!("message yoda {number}"), "250 {id} delivered");
        stage.hear(yoda, &format!("* message {{id}} {name} {{age}} {number}"));
    }
    yoda
}

fn a_broadcast_passes_over_a_full_mailbox_and_says_so(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    full_online(stage, hans, "hans");
    stage.hear(luke, "* login yoda");
    let told = "254 {id} 1 1 online users did not get it, their mailboxes are full";
    stage.ask(hans, "broadcast hi", told);
    stage.hear(luke, "* broadcast {id} hans {age} hi");
    stage.hear_nothing();
}

fn a_broadcast_tells_of_full_mailboxes_and_of_blocks(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    full_online(stage, hans, "hans");
    stage.hear(luke, "* login yoda");
    stage.ask(luke, "block hans", "240 hans is blocked");
    let told = "255 {id} 0 1 mailboxes are full. \
        Your broadcast cannot be received by all online users because someone blocked you";
    stage.ask(hans, "broadcast hi", told);
    stage.hear_nothing();
}
