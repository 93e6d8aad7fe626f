//! A sender who asked is told what became of its messages: that the store has them, that their
//! receivers have them.

use crate::stage::{Client, Stage};

conversations! {
    who_did_not_ask_is_told_nothing;
    a_message_is_stored_and_then_delivered_once_it_is_acknowledged;
    what_waits_for_somebody_offline_is_delivered_at_the_next_login;
    a_broadcast_is_delivered_with_the_last_acknowledgement;
    a_broadcast_to_nobody_is_told_nothing_of;
    who_comes_back_is_told_of_what_was_sent_before;
    receipts_may_be_asked_for_before_and_after_a_login;
}

/// `user` comes and wants to be told.
fn arrive_listening(stage: &mut dyn Stage, user: &str) -> Client {
    let client = stage.stranger();
    stage.ask(client, "receipts on", "203 {number} receipts on");
    stage.log_in(client, user);
    client
}

/// The client acknowledges what it was just told.
fn acknowledge(stage: &mut dyn Stage, client: Client, id: u64) {
    stage.ask(client, &format!("ack {id}"), &format!("201 {id} acknowledged"));
}

fn who_did_not_ask_is_told_nothing(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    let hans = stage.arrive("hans");
    stage.hear(yoda, "* login hans");
    stage.ask(hans, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.hear_nothing();
}

fn a_message_is_stored_and_then_delivered_once_it_is_acknowledged(stage: &mut dyn Stage) {
    let yoda = stage.arrive_acknowledging("yoda");
    let hans = arrive_listening(stage, "hans");
    stage.hear(yoda, "* login hans");
    for text in ["one", "two"] {
        let id = stage.ask(hans, &format!("message yoda {text}"), "250 {id} accepted").number("id");
        stage.hear(hans, &format!("* stored {id}"));
        stage.hear(yoda, &format!("* message {id} hans {{age}} {text}"));
        stage.hear_nothing();
        acknowledge(stage, yoda, id);
        stage.hear(hans, &format!("* delivered {id}"));
    }
    stage.hear_nothing();
}

fn what_waits_for_somebody_offline_is_delivered_at_the_next_login(stage: &mut dyn Stage) {
    let hans = arrive_listening(stage, "hans");
    let sent = stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    let id = sent.number("id");
    stage.hear(hans, &format!("* stored {id}"));
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear(yoda, &format!("* message {id} hans {{age}} hi"));
    acknowledge(stage, yoda, id);
    stage.hear(hans, &format!("* delivered {id}"));
    stage.hear_nothing();
}

fn a_broadcast_is_delivered_with_the_last_acknowledgement(stage: &mut dyn Stage) {
    let yoda = stage.arrive_acknowledging("yoda");
    let luke = stage.arrive_acknowledging("luke");
    stage.hear(yoda, "* login luke");
    let hans = arrive_listening(stage, "hans");
    stage.hear(yoda, "* login hans");
    stage.hear(luke, "* login hans");
    let id = stage.ask(hans, "broadcast hi", "252 {id} 2 recipients").number("id");
    stage.hear(hans, &format!("* stored {id}"));
    for client in [yoda, luke] {
        stage.hear(client, &format!("* broadcast {id} hans {{age}} hi"));
    }
    acknowledge(stage, luke, id);
    stage.hear_nothing();
    acknowledge(stage, yoda, id);
    stage.hear(hans, &format!("* delivered {id}"));
    stage.hear_nothing();
}

fn a_broadcast_to_nobody_is_told_nothing_of(stage: &mut dyn Stage) {
    let hans = arrive_listening(stage, "hans");
    stage.ask(hans, "broadcast hi", "252 {id} 0 recipients");
    stage.hear_nothing();
}

fn who_comes_back_is_told_of_what_was_sent_before(stage: &mut dyn Stage) {
    let hans = arrive_listening(stage, "hans");
    let sent = stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    let id = sent.number("id");
    stage.hear(hans, &format!("* stored {id}"));
    stage.ask(hans, "logout", "221 You just logged out");
    stage.closed(hans);
    let hans = arrive_listening(stage, "hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear(yoda, &format!("* message {id} hans {{age}} hi"));
    acknowledge(stage, yoda, id);
    stage.hear(hans, &format!("* delivered {id}"));
    stage.hear_nothing();
}

fn receipts_may_be_asked_for_before_and_after_a_login(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "message yoda first", "251 {id} stored until yoda logs in");
    stage.ask(hans, "receipts on", "203 {number} receipts on");
    stage.ask(hans, "receipts off", "501 wrong arguments, the form is: receipts on");
    let sent = stage.ask(hans, "message yoda second", "251 {id} stored until yoda logs in");
    stage.hear(hans, &format!("* stored {}", sent.number("id")));
    stage.hear_nothing();
}
