//! What was accepted is kept until its receiver has it: acknowledged by the client, or else by its
//! TCP.

use crate::stage::{Client, Stage};

conversations! {
    what_is_not_acknowledged_comes_again_with_the_same_id;
    an_acknowledgement_releases_everything_up_to_it;
    an_acknowledgement_of_what_was_not_sent_releases_nothing;
    what_its_tcp_has_acknowledged_does_not_come_again;
    what_was_heard_just_before_a_logout_does_not_come_again;
    what_was_heard_just_before_hanging_up_does_not_come_again;
    a_broadcast_that_was_accepted_is_kept_as_well;
    what_a_stalled_reader_was_promised_comes_at_the_next_login;
    a_connection_that_breaks_half_way_loses_nothing;
    what_comes_again_comes_before_what_is_new;
    acknowledging_holds_for_one_session;
}

const OUT: &str = "221 You just logged out";

/// `hans` sends so many messages to `yoda`, who is online.
fn say_to_yoda(stage: &mut dyn Stage, hans: Client, count: usize) -> Vec<u64> {
    let one = |n| stage.ask(hans, &format!("message yoda {n}"), "250 {id} accepted").number("id");
    (0..count).map(one).collect()
}

/// The numbered messages arrive.
fn hear_numbers(stage: &mut dyn Stage, yoda: Client, numbers: std::ops::Range<usize>) -> Vec<u64> {
    let one = |n| stage.hear(yoda, &format!("* message {{id}} hans {{age}} {n}")).number("id");
    numbers.map(one).collect()
}

fn what_is_not_acknowledged_comes_again_with_the_same_id(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    let sent = say_to_yoda(stage, hans, 3);
    assert_eq!(hear_numbers(stage, yoda, 0..3), sent);
    stage.hear_nothing();
    stage.ask(yoda, "logout", OUT);
    stage.hear(hans, "* logout yoda");
    for _ in 0..2 {
        let yoda = stage.arrive_acknowledging("yoda");
        assert_eq!(hear_numbers(stage, yoda, 0..3), sent, "again, with the same ids");
        stage.hear(hans, "* login yoda");
        stage.hang_up(yoda);
        stage.hear(hans, "* logout yoda");
    }
    stage.hear_nothing();
}

fn an_acknowledgement_releases_everything_up_to_it(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    let sent = say_to_yoda(stage, hans, 4);
    hear_numbers(stage, yoda, 0..4);
    stage.ask(yoda, &format!("ack {}", sent[1]), &format!("201 {} acknowledged", sent[1]));
    stage.ask(yoda, "logout", OUT);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    assert_eq!(hear_numbers(stage, yoda, 2..4), sent[2..]);
    stage.ask(yoda, &format!("ack {}", sent[3]), &format!("201 {} acknowledged", sent[3]));
    stage.ask(yoda, "logout", OUT);
    stage.hear(hans, "* logout yoda");
    stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn an_acknowledgement_of_what_was_not_sent_releases_nothing(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.ask(yoda, "ack 18446744073709551615", "201 18446744073709551615 acknowledged");
    say_to_yoda(stage, hans, 2);
    hear_numbers(stage, yoda, 0..2);
    stage.ask(yoda, "ack 0", "201 0 acknowledged");
    stage.ask(yoda, "logout", OUT);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    hear_numbers(stage, yoda, 0..2);
    stage.hear_nothing();
}

fn what_its_tcp_has_acknowledged_does_not_come_again(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    say_to_yoda(stage, hans, 3);
    hear_numbers(stage, yoda, 0..3);
    stage.ask(yoda, "ping", "202 pong");
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn what_was_heard_just_before_a_logout_does_not_come_again(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    say_to_yoda(stage, hans, 1);
    hear_numbers(stage, yoda, 0..1);
    stage.ask(yoda, "logout", OUT);
    stage.hear(hans, "* logout yoda");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn what_was_heard_just_before_hanging_up_does_not_come_again(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    say_to_yoda(stage, hans, 1);
    hear_numbers(stage, yoda, 0..1);
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn a_broadcast_that_was_accepted_is_kept_as_well(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    let id = stage.ask(hans, "broadcast hi all", "252 {id} 1 recipients").number("id");
    stage.hear(yoda, &format!("* broadcast {id} hans {{age}} hi all"));
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear(yoda, &format!("* broadcast {id} hans {{age}} hi all"));
    stage.ask(yoda, &format!("ack {id}"), &format!("201 {id} acknowledged"));
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn what_a_stalled_reader_was_promised_comes_at_the_next_login(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.stall(yoda);
    say_to_yoda(stage, hans, 9);
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    hear_numbers(stage, yoda, 0..9);
    stage.hear_nothing();
}

fn a_connection_that_breaks_half_way_loses_nothing(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    let mut sent = say_to_yoda(stage, hans, 9);
    hear_numbers(stage, yoda, 0..9);
    stage.ask(yoda, &format!("ack {}", sent[4]), "201 {id} acknowledged");
    stage.stall(yoda);
    sent.push(stage.ask(hans, "message yoda 9", "250 {id} accepted").number("id"));
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    assert_eq!(hear_numbers(stage, yoda, 5..10), sent[5..]);
    stage.hear_nothing();
}

fn what_comes_again_comes_before_what_is_new(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    let old = stage.ask(hans, "message yoda old", "250 {id} accepted").number("id");
    stage.hear(yoda, "* message {id} hans {age} old");
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    let new = stage.ask(hans, "message yoda new", "251 {id} stored until yoda logs in").number("id");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(yoda, &format!("* message {old} hans {{age}} old"));
    stage.hear(yoda, &format!("* message {new} hans {{age}} new"));
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn acknowledging_holds_for_one_session(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    say_to_yoda(stage, hans, 1);
    hear_numbers(stage, yoda, 0..1);
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    hear_numbers(stage, yoda, 0..1);
    stage.ask(yoda, "ping", "202 pong");
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}
