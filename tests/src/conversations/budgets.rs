//! What one source and one user may do in a time, and what they are told when it is used up. A wait
//! is told in whole seconds and may be shorter by less than one.

use crate::stage::Stage;

conversations! {
    wrong_names_and_passwords_cost_their_source_a_wait_that_grows: guesses(2);
    a_slip_costs_nothing_once_the_password_is_right: guesses(2);
    a_source_that_waits_is_no_other_and_keeps_no_known_user_out: guesses(2).from_everywhere();
    a_guesser_keeps_out_nobody_there_at_whose_name_it_did_not_guess: guesses(2);
    strangers_keep_no_owner_out_of_where_the_owner_was_before: from_everywhere();
    whoever_made_one_of_the_mistakes_is_locked_out_like_a_stranger: from_everywhere();
    accounts_from_one_source_have_a_rate: registrations(2);
    one_source_makes_a_quarter_of_the_accounts_that_are_free_at_most: users(11);
    blocks_and_introductions_of_one_user_have_a_rate: changes(2);
    logins_of_one_user_have_a_rate_and_nobody_hears_of_more: changes(2);
    whoever_renews_connections_throws_out_nobody_from_elsewhere: connections(3).from_everywhere();
}

const WELCOME: &str = "230 Welcome to this message application";
const UNKNOWN: &str = "532 Invalid username, try again!";
const WRONG: &str = "533 Invalid credentials, try again!";
const LOCKED: &str = "430 {seconds} You are blocked to login, try again later!";
const BYE: &str = "221 You just logged out";
const GUESS_WAIT: &str =
    "436 {number} seconds until your address may try another password, after too many wrong ones";

fn wrong_names_and_passwords_cost_their_source_a_wait_that_grows(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda 1", WRONG);
    stage.ask(stranger, "login jabba 1", UNKNOWN);
    stage.ask(stranger, "login jabba 2", UNKNOWN);
    stage.pass_seconds(1.05);
    stage.ask(stranger, "login jabba 3", UNKNOWN);
    stage.pass_seconds(2.05);
    stage.ask(stranger, "login jabba 4", UNKNOWN);
    for user in ["yoda 2", "yoda wise@!man", "jabba 5"] {
        stage.ask(stranger, &format!("login {user}"), GUESS_WAIT);
    }
    let another = stage.stranger();
    stage.ask(another, "login yoda wise@!man", GUESS_WAIT);
    stage.pass_seconds(4.05);
    stage.log_in(another, "hans");
    stage.log_in(stranger, "yoda");
    stage.hear(another, "* login yoda");
    stage.hear_nothing();
}

fn a_slip_costs_nothing_once_the_password_is_right(stage: &mut dyn Stage) {
    for _ in 0..4 {
        let yoda = stage.stranger();
        stage.ask(yoda, "login yoda wise", WRONG);
        stage.ask(yoda, "login yoda wise@!", WRONG);
        stage.log_in(yoda, "yoda");
        stage.ask(yoda, "logout", BYE);
        stage.closed(yoda);
    }
    stage.hear_nothing();
}

/// Two wrong names are free, three more make four seconds.
fn guess_much(stage: &mut dyn Stage) {
    let guesser = stage.stranger();
    for seconds in [0.0, 0.0, 1.05, 2.05, 0.0] {
        stage.ask(guesser, "login jabba x", UNKNOWN);
        stage.pass_seconds(seconds);
    }
    stage.ask(guesser, "login jabba x", GUESS_WAIT);
    stage.hang_up(guesser);
}

fn a_source_that_waits_is_no_other_and_keeps_no_known_user_out(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "logout", BYE);
    stage.closed(hans);
    guess_much(stage);
    let hans = stage.arrive("hans");
    let yoda = stage.stranger();
    stage.ask(yoda, "login yoda 1", WRONG);
    stage.ask(yoda, "login yoda wise@!man", GUESS_WAIT);
    stage.come_from(2);
    let elsewhere = stage.stranger();
    stage.ask(elsewhere, "login yoda wise@!man", WELCOME);
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn a_guesser_keeps_out_nobody_there_at_whose_name_it_did_not_guess(stage: &mut dyn Stage) {
    guess_much(stage);
    let guesser = stage.stranger();
    stage.ask(guesser, "login yoda 1", WRONG);
    for guess in ["yoda 2", "yoda wise@!man", "jabba x"] {
        stage.ask(guesser, &format!("login {guess}"), GUESS_WAIT);
    }
    let hans = stage.arrive("hans");
    stage.ask(hans, "logout", BYE);
    stage.closed(hans);
    // Each guess at another name makes the wait longer.
    stage.pass_seconds(4.05);
    stage.ask(guesser, "login yoda wise@!man", GUESS_WAIT);
    stage.hear_nothing();
}

/// Yoda was here from the first address; somebody at the second tries three passwords.
fn lock_yoda(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "logout", BYE);
    stage.closed(yoda);
    stage.come_from(2);
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda 1", WRONG);
    stage.ask(stranger, "login yoda 2", WRONG);
    stage.ask(stranger, "login yoda 3", LOCKED);
    stage.ask(stranger, "login yoda wise@!man", LOCKED);
    stage.hang_up(stranger);
}

fn strangers_keep_no_owner_out_of_where_the_owner_was_before(stage: &mut dyn Stage) {
    lock_yoda(stage);
    stage.come_from(3);
    let new = stage.stranger();
    stage.ask(new, "login yoda wise@!man", LOCKED);
    stage.come_from(1);
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "logout", BYE);
    stage.closed(yoda);
    stage.log_in(new, "yoda");
    stage.hear_nothing();
}

fn whoever_made_one_of_the_mistakes_is_locked_out_like_a_stranger(stage: &mut dyn Stage) {
    lock_yoda(stage);
    stage.come_from(1);
    let yoda = stage.stranger();
    stage.ask(yoda, "login yoda wise", LOCKED);
    stage.ask(yoda, "login yoda wise@!man", LOCKED);
    stage.hear_nothing();
}

fn accounts_from_one_source_have_a_rate(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    let wait = "434 {number} seconds until your address may create another account, try again then";
    stage.ask(stranger, "register jabba hutt", "231 jabba registered, now log in");
    stage.ask(stranger, "register greedo rodia", "231 greedo registered, now log in");
    stage.ask(stranger, "register bib fortuna", wait);
    stage.ask(stranger, "register yoda mine", "535 this name is taken, choose another");
    let another = stage.stranger();
    stage.ask(another, "register bib fortuna", wait);
    stage.ask(another, "login bib fortuna", UNKNOWN);
    stage.ask(another, "login jabba hutt", WELCOME);
    stage.hear_nothing();
}

fn one_source_makes_a_quarter_of_the_accounts_that_are_free_at_most(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    let share = "435 your address created as many accounts as one may, ask whoever runs this server";
    stage.ask(stranger, "register jabba hutt", "231 jabba registered, now log in");
    stage.ask(stranger, "register greedo rodia", share);
    stage.ask(stranger, "login jabba hutt", WELCOME);
    stage.hear_nothing();
}

fn blocks_and_introductions_of_one_user_have_a_rate(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let wait = "442 {number} seconds until your next block, unblock or startprivate, after too many";
    stage.listen(yoda, 5000);
    stage.ask(hans, "block luke", "240 luke is blocked");
    stage.ask(hans, "block luke", "241 luke is blocked already");
    stage.ask(hans, "unblock luke", "242 luke is unblocked");
    stage.ask(hans, "block luke", wait);
    stage.ask(hans, "startprivate yoda", wait);
    stage.ask(hans, "unblock luke", "541 Invalid user to unblock");
    stage.ask(yoda, "block luke", "240 luke is blocked");
    stage.ask(hans, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.hear_nothing();
}

fn logins_of_one_user_have_a_rate_and_nobody_hears_of_more(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for _ in 0..2 {
        let yoda = stage.arrive("yoda");
        stage.hear(hans, "* login yoda");
        stage.ask(yoda, "logout", BYE);
        stage.closed(yoda);
        stage.hear(hans, "* logout yoda");
    }
    let yoda = stage.stranger();
    let wait = "437 {number} seconds until you may log in again, after too many logins";
    stage.ask(yoda, "login yoda wise@!man", wait);
    stage.ask(yoda, "login yoda wise", WRONG);
    stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    stage.log_in(yoda, "luke");
    stage.hear(hans, "* login luke");
    stage.hear_nothing();
}

fn whoever_renews_connections_throws_out_nobody_from_elsewhere(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.come_from(2);
    let typist = stage.stranger();
    stage.come_from(3);
    let mut last = stage.stranger();
    for _ in 0..6 {
        let next = stage.stranger();
        stage.hear(last, "* bye 424 server full, others were waiting and you had not logged in");
        stage.closed(last);
        last = next;
    }
    stage.log_in(typist, "yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}
