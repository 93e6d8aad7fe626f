//! Mail that nobody fetches goes after a while. Times are so short that a real server can be waited
//! for; the exact ones are in the simulated world's own tests.

use crate::stage::Stage;

conversations! {
    a_sender_who_is_here_hears_that_a_message_was_not_fetched_in_time: mail_expires(2);
    a_message_that_was_not_fetched_in_time_does_not_come_any_more: mail_expires(2);
    a_message_that_was_shown_and_never_acknowledged_expires_as_well: mail_expires(2);
    mail_expires_after_a_restart_too: mail_expires(2);
}

/// The time that mail has, the time until the next look, and a little.
const OVER: f64 = 3.2;

fn a_sender_who_is_here_hears_that_a_message_was_not_fetched_in_time(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let sent = stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    stage.pass_seconds(OVER);
    stage.hear(hans, &format!("* expired {}", sent.number("id")));
    stage.hear_nothing();
}

fn a_message_that_was_not_fetched_in_time_does_not_come_any_more(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    stage.ask(hans, "logout", "221 You just logged out");
    stage.closed(hans);
    stage.pass_seconds(OVER);
    stage.arrive("yoda");
    stage.hear_nothing();
}

fn a_message_that_was_shown_and_never_acknowledged_expires_as_well(stage: &mut dyn Stage) {
    let yoda = stage.arrive_acknowledging("yoda");
    let hans = stage.arrive("hans");
    stage.hear(yoda, "* login hans");
    let id = stage.ask(hans, "message yoda hi", "250 {id} accepted").number("id");
    stage.hear(yoda, &format!("* message {id} hans {{age}} hi"));
    stage.pass_seconds(OVER);
    stage.hear(hans, &format!("* expired {id}"));
    stage.ask(yoda, &format!("ack {id}"), &format!("201 {id} acknowledged"));
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn mail_expires_after_a_restart_too(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    stage.restart();
    stage.hear(hans, "* bye 425 the server is stopping");
    stage.closed(hans);
    stage.pass_seconds(OVER);
    stage.arrive("yoda");
    stage.hear_nothing();
}
