//! A server that stops and comes back.

use crate::stage::{Client, Stage, password_of};

conversations! {
    a_server_that_stops_says_goodbye_to_everybody;
    a_registered_account_outlives_a_restart;
    a_changed_password_outlives_every_restart_and_the_old_one_none;
    what_waits_outlives_a_restart_in_its_order_and_with_its_numbers;
    what_was_acknowledged_does_not_come_again_after_a_restart;
    a_broadcast_that_was_not_acknowledged_comes_again_after_a_restart;
    blocks_outlive_a_restart_and_so_does_their_end;
}

const STOPPING: &str = "* bye 425 the server is stopping";

fn a_server_that_stops_says_goodbye_to_everybody(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let stranger = stage.stranger();
    stage.restart();
    for client in [hans, yoda, stranger] {
        stage.hear(client, STOPPING);
        stage.closed(client);
    }
    stage.company(["hans", "yoda"]);
    stage.hear_nothing();
}

fn a_registered_account_outlives_a_restart(stage: &mut dyn Stage) {
    let jabba = stage.stranger();
    stage.ask(jabba, "register jabba hutt", "231 jabba registered, now log in");
    stage.restart();
    stage.hear(jabba, STOPPING);
    stage.closed(jabba);
    let jabba = stage.stranger();
    stage.ask(jabba, "login jabba hutt", "230 Welcome to this message application");
    let yoda = stage.arrive("yoda");
    stage.hear(jabba, "* login yoda");
    stage.ask(yoda, "message jabba hi", "250 {id} accepted");
    stage.hear(jabba, "* message {id} yoda {age} hi");
    stage.hear_nothing();
}

fn a_changed_password_outlives_every_restart_and_the_old_one_none(stage: &mut dyn Stage) {
    let jabba = stage.stranger();
    stage.ask(jabba, "register jabba hutt", "231 jabba registered, now log in");
    stage.ask(jabba, "login jabba hutt", "230 Welcome to this message application");
    let yoda = stage.arrive("yoda");
    stage.hear(jabba, "* login yoda");
    for (old, new) in [("hutt", "first"), ("first", "second")] {
        stage.ask(jabba, &format!("passwd {old} {new}"), "232 password changed");
    }
    let old = password_of("yoda");
    stage.ask(yoda, &format!("passwd {old} dagobah"), "232 password changed");
    stage.restart();
    hear_the_end(stage, &[jabba, yoda]);
    for _ in 0..2 {
        let jabba = stage.stranger();
        for wrong in ["hutt", "first"] {
            let login = format!("login jabba {wrong}");
            stage.ask(jabba, &login, "533 Invalid credentials, try again!");
        }
        stage.ask(jabba, "login jabba second", "230 Welcome to this message application");
        let yoda = stage.stranger();
        let login = format!("login yoda {old}");
        stage.ask(yoda, &login, "533 Invalid credentials, try again!");
        stage.ask(yoda, "login yoda dagobah", "230 Welcome to this message application");
        stage.hear(jabba, "* login yoda");
        stage.restart();
        hear_the_end(stage, &[jabba, yoda]);
    }
    stage.hear_nothing();
}

/// Everybody is gone from a server that stopped.
fn hear_the_end(stage: &mut dyn Stage, clients: &[Client]) {
    for &client in clients {
        stage.hear(client, STOPPING);
        stage.closed(client);
    }
}

fn what_waits_outlives_a_restart_in_its_order_and_with_its_numbers(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let first = stage.ask(hans, "message yoda first", "251 {id} stored until yoda logs in");
    let second = stage.ask(hans, "message yoda  second", "251 {id} stored until yoda logs in");
    stage.restart();
    hear_the_end(stage, &[hans]);
    let hans = stage.arrive("hans");
    let third = stage.ask(hans, "message yoda third", "251 {id} stored until yoda logs in");
    assert!(third.number("id") > second.number("id"), "numbers go on");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    for (sent, text) in [(first, "first"), (second, "second"), (third, "third")] {
        let heard = stage.hear(yoda, &format!("* message {{id}} hans {{age}} {text}"));
        assert_eq!(heard.number("id"), sent.number("id"));
    }
    stage.hear_nothing();
}

fn what_was_acknowledged_does_not_come_again_after_a_restart(stage: &mut dyn Stage) {
    let yoda = stage.arrive_acknowledging("yoda");
    let hans = stage.arrive("hans");
    stage.hear(yoda, "* login hans");
    let mut ids = Vec::new();
    for text in ["one", "two", "three"] {
        stage.ask(hans, &format!("message yoda {text}"), "250 {id} accepted");
        let heard = stage.hear(yoda, &format!("* message {{id}} hans {{age}} {text}"));
        ids.push(heard.number("id"));
    }
    stage.ask(yoda, &format!("ack {}", ids[1]), &format!("201 {} acknowledged", ids[1]));
    stage.restart();
    hear_the_end(stage, &[yoda, hans]);
    let yoda = stage.arrive("yoda");
    let heard = stage.hear(yoda, "* message {id} hans {age} three");
    assert_eq!(heard.number("id"), ids[2]);
    stage.hear_nothing();
}

fn a_broadcast_that_was_not_acknowledged_comes_again_after_a_restart(stage: &mut dyn Stage) {
    let yoda = stage.arrive_acknowledging("yoda");
    let luke = stage.arrive_acknowledging("luke");
    stage.hear(yoda, "* login luke");
    let hans = stage.arrive("hans");
    stage.hear(yoda, "* login hans");
    stage.hear(luke, "* login hans");
    let sent = stage.ask(hans, "broadcast good morning", "252 {id} 2 recipients");
    for client in [yoda, luke] {
        stage.hear(client, "* broadcast {id} hans {age} good morning");
    }
    let id = sent.number("id");
    stage.ask(yoda, &format!("ack {id}"), &format!("201 {id} acknowledged"));
    stage.restart();
    hear_the_end(stage, &[yoda, luke, hans]);
    let luke = stage.arrive("luke");
    let heard = stage.hear(luke, "* broadcast {id} hans {age} good morning");
    assert_eq!(heard.number("id"), id);
    stage.arrive("yoda");
    stage.hear(luke, "* login yoda");
    stage.hear_nothing();
}

fn blocks_outlive_a_restart_and_so_does_their_end(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "block hans", "240 hans is blocked");
    stage.ask(yoda, "unblock hans", "242 hans is unblocked");
    stage.restart();
    hear_the_end(stage, &[yoda]);
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "block vader", "241 vader is blocked already");
    stage.ask(yoda, "unblock hans", "541 Invalid user to unblock");
    let vader = stage.arrive("vader");
    stage.hear(yoda, "* login vader");
    let refused = "551 yoda has blocked you, your message was not sent";
    stage.ask(vader, "message yoda hi", refused);
    stage.hear_nothing();
}
