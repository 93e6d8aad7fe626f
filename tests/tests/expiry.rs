//! Mail that nobody fetches: when it goes, who hears of it, and that a restart neither brings it
//! back nor lets it go earlier.

use smolchat_tests::setting::Setting;
use smolchat_tests::simulated::{Carriage, Simulated};
use smolchat_tests::stage::{Client, Stage};

/// Mail has so many seconds, and goes within two of them.
const PATIENCE: u64 = 64;

fn play(seconds: u64, play: impl FnOnce(&mut dyn Stage)) {
    let mut stage = Simulated::new(Setting::roomy().mail_expires(seconds), Carriage::ORDINARY);
    play(&mut stage);
    stage.hear_nothing();
    stage.check_connections();
}

/// `hans` comes, wants to be told, and leaves a message for `yoda`: its number.
fn leave_message(stage: &mut dyn Stage) -> (Client, u64) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "receipts on", "203 {number} receipts on");
    let sent = stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    let id = sent.number("id");
    stage.hear(hans, &format!("* stored {id}"));
    (hans, id)
}

fn stop(stage: &mut dyn Stage, client: Client) {
    stage.restart();
    stage.hear(client, "* bye 425 the server is stopping");
    stage.closed(client);
}

#[test]
fn a_message_that_nobody_fetches_in_time_is_gone_and_its_sender_is_told() {
    play(PATIENCE, |stage| {
        let (hans, id) = leave_message(stage);
        stage.pass_seconds(PATIENCE as f64 - 0.1);
        stage.hear_nothing();
        stage.pass_seconds(2.2);
        stage.hear(hans, &format!("* expired {id}"));
        stage.arrive("yoda");
        stage.hear(hans, "* login yoda");
    });
}

#[test]
fn a_message_that_is_fetched_in_time_does_not_expire() {
    play(PATIENCE, |stage| {
        let (hans, id) = leave_message(stage);
        stage.pass_seconds(PATIENCE as f64 - 0.1);
        let yoda = stage.arrive("yoda");
        stage.hear(hans, "* login yoda");
        stage.hear(yoda, &format!("* message {id} hans 63 hi"));
        stage.ask(yoda, "ping", "202 pong");
        stage.hear(hans, &format!("* delivered {id}"));
        stage.pass_seconds(10.0);
    });
}

#[test]
fn somebody_who_is_online_and_does_not_acknowledge_holds_nothing_for_ever() {
    play(PATIENCE, |stage| {
        let yoda = stage.arrive_acknowledging("yoda");
        let hans = stage.arrive("hans");
        stage.hear(yoda, "* login hans");
        stage.ask(hans, "receipts on", "203 {number} receipts on");
        let id = stage.ask(hans, "message yoda hi", "250 {id} accepted").number("id");
        stage.hear(yoda, &format!("* message {id} hans 0 hi"));
        stage.hear(hans, &format!("* stored {id}"));
        stage.pass_seconds(PATIENCE as f64 + 2.1);
        stage.hear(hans, &format!("* expired {id}"));
        stage.ask(yoda, &format!("ack {id}"), &format!("201 {id} acknowledged"));
        stage.hang_up(yoda);
        stage.hear(hans, "* logout yoda");
        stage.arrive("yoda");
        stage.hear(hans, "* login yoda");
    });
}

#[test]
fn ages_go_on_over_a_restart_and_what_expired_does_not_come_back() {
    play(PATIENCE, |stage| {
        let (hans, id) = leave_message(stage);
        stage.pass_seconds(40.0);
        stop(stage, hans);
        stage.pass_seconds(20.0);
        let yoda = stage.arrive_acknowledging("yoda");
        stage.hear(yoda, &format!("* message {id} hans 60 hi"));
        stage.hang_up(yoda);
        stage.pass_seconds(6.2);
        let yoda = stage.arrive("yoda");
        stop(stage, yoda);
        stage.arrive("yoda");
    });
}

#[test]
fn whoever_comes_right_after_a_start_finds_what_is_too_old_by_then() {
    play(PATIENCE, |stage| {
        let (hans, id) = leave_message(stage);
        stage.pass_seconds(PATIENCE as f64 - 0.5);
        stop(stage, hans);
        stage.pass_seconds(1.5);
        let yoda = stage.arrive("yoda");
        stage.hear(yoda, &format!("* message {id} hans {} hi", PATIENCE + 1));
    });
}

#[test]
fn a_store_that_does_not_work_keeps_mail_from_expiring_until_it_does() {
    play(PATIENCE, |stage| {
        let (hans, id) = leave_message(stage);
        stage.set_store_works(false);
        stage.pass_seconds(PATIENCE as f64 + 10.0);
        stage.hear_nothing();
        stage.set_store_works(true);
        stage.pass_seconds(2.0);
        stage.hear(hans, &format!("* expired {id}"));
    });
}

#[test]
fn a_full_mailbox_has_room_again_when_mail_expires() {
    play(PATIENCE, |stage| {
        let hans = stage.arrive("hans");
        let mut stored = Vec::new();
        loop {
            stage.say(hans, "message yoda hi");
            let line = stage.next_line(hans).expect("an answer");
            match line.split_once(" stored") {
                Some((accepted, _)) => stored.push(accepted.replace("251 ", "* expired ")),
                None => break assert!(line.starts_with("450 "), "{line}"),
            }
        }
        assert!(stored.len() > 1);
        stage.pass_seconds(PATIENCE as f64 + 2.0);
        stored.iter().for_each(|line| _ = stage.hear(hans, line));
        stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    });
}

#[test]
fn mail_of_somebody_who_is_blocked_by_now_expires_as_any_other() {
    play(PATIENCE, |stage| {
        let (hans, id) = leave_message(stage);
        let vader = stage.arrive("vader");
        stage.hear(hans, "* login vader");
        stage.ask(vader, "message hans psst", "250 {id} accepted");
        stage.hear(hans, "* message {id} vader 0 psst");
        let yoda = stage.arrive_acknowledging("yoda");
        stage.hear(hans, "* login yoda");
        stage.hear(vader, "* login yoda");
        stage.hear(yoda, &format!("* message {id} hans 0 hi"));
        stage.ask(yoda, "block hans", "240 hans is blocked");
        stage.pass_seconds(PATIENCE as f64 + 2.0);
        stage.hear(hans, &format!("* expired {id}"));
    });
}

#[test]
fn a_broadcast_is_lost_to_those_alone_who_did_not_fetch_it() {
    play(PATIENCE, |stage| {
        let yoda = stage.arrive_acknowledging("yoda");
        let luke = stage.arrive_acknowledging("luke");
        stage.hear(yoda, "* login luke");
        let hans = stage.arrive("hans");
        stage.hear(yoda, "* login hans");
        stage.hear(luke, "* login hans");
        let id = stage.ask(hans, "broadcast hi", "252 {id} 2 recipients").number("id");
        for client in [yoda, luke] {
            stage.hear(client, &format!("* broadcast {id} hans 0 hi"));
        }
        stage.ask(luke, &format!("ack {id}"), &format!("201 {id} acknowledged"));
        stage.pass_seconds(PATIENCE as f64 + 2.0);
        stage.hear(hans, &format!("* expired {id}"));
    });
}

#[test]
fn where_nothing_expires_mail_waits_as_long_as_it_takes() {
    play(0, |stage| {
        let (hans, id) = leave_message(stage);
        stop(stage, hans);
        stage.pass_seconds(10_000_000.0);
        let yoda = stage.arrive("yoda");
        stage.hear(yoda, &format!("* message {id} hans 10000000 hi"));
    });
}
