//! Sessions without a command, and strangers without a login.

use crate::stage::{Client, KEY, Stage};

conversations! {
    who_gives_no_command_in_time_is_logged_out_and_the_others_are_told: timeout(2);
    the_logout_of_an_inactive_user_is_kept_from_the_blocked: timeout(2);
    a_command_starts_the_time_anew: timeout(2);
    a_warning_comes_before_the_end_and_a_command_takes_it_back: timeout(4);
    a_client_that_says_that_its_user_is_active_stays: timeout(2);
    nobody_is_logged_out_if_there_is_no_timeout: timeout(0);
    a_refused_command_is_activity_as_well: timeout(2);
    receiving_is_no_activity: timeout(2);
    what_a_client_sends_by_itself_is_no_activity: timeout(2);
    an_invalid_command_is_no_activity: timeout(2);
    a_renewed_announcement_to_peers_is_activity: timeout(2);
    what_was_not_acknowledged_survives_inactivity: timeout(2);
    a_stranger_who_does_not_log_in_is_closed: login_deadline(2);
    failed_attempts_do_not_move_the_login_deadline: login_deadline(2);
    the_login_deadline_ends_with_the_login: login_deadline(2);
    a_person_who_types_has_more_time_to_log_in_and_is_warned: login_deadline(4);
}

const INACTIVE: &str = "* bye 422 you were inactive and are logged out";
const NO_LOGIN: &str = "* bye 423 no login in time";

/// `hans` does something twice, more than half of the timeout apart; `yoda` does `line` at the same
/// times.
fn twice(stage: &mut dyn Stage, hans: Client, yoda: Client, line: &str, answer: &str) {
    for _ in 0..2 {
        stage.pass_seconds(1.2);
        stage.ask(hans, "whoelsesince 0", "211 Users that logged in: {any}");
        stage.ask(yoda, line, answer);
    }
}

fn who_gives_no_command_in_time_is_logged_out_and_the_others_are_told(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    stage.pass_seconds(1.2);
    let hans = stage.arrive("hans");
    stage.hear(yoda, "* login hans");
    stage.hear_nothing();
    stage.pass_seconds(1.2);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.ask(hans, "whoelse", "210 Users current online: ");
    stage.hear_nothing();
    stage.pass_seconds(2.1);
    stage.hear(hans, INACTIVE);
    stage.closed(hans);
    stage.hear_nothing();
}

fn a_warning_comes_before_the_end_and_a_command_takes_it_back(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    for command in ["whoelse", "active"] {
        stage.pass_seconds(3.3);
        stage.hear(yoda, "* idle 1");
        stage.ask(yoda, command, "{any}");
    }
    // Not even its TCP's life counts.
    stage.pass_seconds(3.3);
    stage.hear(yoda, "* idle 1");
    stage.ask(yoda, "ping", "202 pong");
    stage.pass_seconds(1.1);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear_nothing();
}

fn a_client_that_says_that_its_user_is_active_stays(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    for _ in 0..3 {
        stage.pass_seconds(1.2);
        stage.ask(yoda, "active", "204 noted");
    }
    stage.ask(yoda, "active now", "501 wrong arguments, the form is: active");
    stage.hear_nothing();
    stage.pass_seconds(2.1);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    let stranger = stage.stranger();
    stage.ask(stranger, "active", "204 noted");
    stage.hear_nothing();
}

fn nobody_is_logged_out_if_there_is_no_timeout(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.pass_seconds(2.1);
    stage.hear_nothing();
    stage.ask(hans, "message yoda still here", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans 0 still here");
    stage.hear_nothing();
}

fn the_logout_of_an_inactive_user_is_kept_from_the_blocked(stage: &mut dyn Stage) {
    let [hans, vader, yoda] = stage.company(["hans", "vader", "yoda"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.pass_seconds(1.2);
    for other in [hans, vader] {
        stage.ask(other, "status", "213-{any}");
        while stage.hear(other, "213{any}").field("any").starts_with('-') {}
    }
    stage.pass_seconds(1.2);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.hear_nothing();
}

fn a_command_starts_the_time_anew(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    twice(stage, hans, yoda, "whoelse", "210 Users current online: hans");
    stage.hear_nothing();
}

fn a_refused_command_is_activity_as_well(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    twice(stage, hans, yoda, "message jabba hi", "550 Invalid receiver!");
    stage.hear_nothing();
}

fn receiving_is_no_activity(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.pass_seconds(1.2);
    stage.ask(hans, "message yoda there?", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} there?");
    stage.ask(hans, "broadcast anybody?", "252 {id} 1 recipients");
    stage.hear(yoda, "* broadcast {id} hans {age} anybody?");
    stage.hear_nothing();
    stage.pass_seconds(1.2);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.hear_nothing();
}

fn what_a_client_sends_by_itself_is_no_activity(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.pass_seconds(1.2);
    stage.ask(hans, "whoelse", "210 Users current online: yoda");
    stage.ask(yoda, "ping", "202 pong");
    stage.ask(yoda, "acks on", "200 acknowledgements on");
    stage.ask(yoda, "ack 1", "201 1 acknowledged");
    stage.hear_nothing();
    stage.pass_seconds(1.2);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.hear_nothing();
}

fn an_invalid_command_is_no_activity(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.pass_seconds(1.2);
    stage.ask(hans, "whoelse", "210 Users current online: yoda");
    stage.ask(yoda, "dance", "500 unknown command, try help");
    let form = "501 wrong arguments, the form is: message <user> <text>";
    stage.ask(yoda, "message luke", form);
    stage.ask(yoda, "\t", "505 line holds a control character");
    stage.hear_nothing();
    stage.pass_seconds(1.2);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.hear_nothing();
}

fn a_renewed_announcement_to_peers_is_activity(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    twice(stage, hans, yoda, &format!("p2p 5000 {KEY}"), "261 5000 announced to peers");
    stage.hear_nothing();
}

fn what_was_not_acknowledged_survives_inactivity(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(hans, "* login yoda");
    stage.pass_seconds(1.2);
    let id = stage.ask(hans, "message yoda hi", "250 {id} accepted").number("id");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.pass_seconds(1.2);
    stage.hear(yoda, INACTIVE);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive("yoda");
    stage.hear(yoda, &format!("* message {id} hans {{age}} hi"));
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn a_stranger_who_does_not_log_in_is_closed(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let stranger = stage.stranger();
    stage.pass_seconds(1.2);
    stage.hear_nothing();
    stage.pass_seconds(1.0);
    stage.hear(stranger, NO_LOGIN);
    stage.closed(stranger);
    stage.ask(hans, "ping", "202 pong");
    stage.hear_nothing();
}

fn failed_attempts_do_not_move_the_login_deadline(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.pass_seconds(1.2);
    stage.ask(stranger, "login jabba hutt", "532 Invalid username, try again!");
    stage.ask(stranger, "login yoda wrong", "533 Invalid credentials, try again!");
    stage.ask(stranger, "help login", "214 login <user> <password>: go online");
    stage.pass_seconds(1.0);
    stage.hear(stranger, NO_LOGIN);
    stage.closed(stranger);
    stage.hear_nothing();
}

fn a_person_who_types_has_more_time_to_log_in_and_is_warned(stage: &mut dyn Stage) {
    let [luke, silent] = [stage.stranger(), stage.stranger()];
    stage.ask(luke, "active", "204 noted");
    stage.pass_seconds(2.2);
    stage.ask(luke, "active", "204 noted");
    stage.pass_seconds(2.2);
    stage.hear(silent, NO_LOGIN);
    stage.closed(silent);
    stage.pass_seconds(1.2);
    stage.hear(luke, "* idle 1");
    stage.ask(luke, "active", "204 noted");
    stage.pass_seconds(1.2);
    stage.log_in(luke, "hans");
    stage.pass_seconds(4.2);
    stage.ask(luke, "ping", "202 pong");
    let leia = stage.stranger();
    stage.ask(leia, "active", "204 noted");
    stage.pass_seconds(3.2);
    stage.hear(leia, "* idle 1");
    stage.pass_seconds(1.0);
    stage.hear(leia, NO_LOGIN);
    stage.closed(leia);
    stage.hear_nothing();
}

fn the_login_deadline_ends_with_the_login(stage: &mut dyn Stage) {
    let yoda = stage.stranger();
    stage.pass_seconds(1.2);
    stage.log_in(yoda, "yoda");
    stage.pass_seconds(1.2);
    stage.ask(yoda, "ping", "202 pong");
    stage.pass_seconds(1.2);
    stage.hear_nothing();
}
