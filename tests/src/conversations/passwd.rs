//! Users who change their passwords.

use std::time::Duration;

use crate::stage::{Stage, password_of};

conversations! {
    a_user_changes_the_password_and_stays_online;
    who_is_not_logged_in_changes_nothing;
    a_new_password_has_the_form_of_a_registered_one;
    nobody_guesses_without_end_at_a_terminal_that_was_left_open: block_duration(2);
    mistakes_at_an_open_terminal_count_with_those_at_the_door;
    a_password_can_be_changed_where_nobody_can_register: no_registration();
    a_password_that_cannot_be_stored_stays_the_old_one;
    who_changes_too_often_waits: changes(2);
    the_same_password_twice_is_only_checked;
}

const CHANGED: &str = "232 password changed";
const WRONG: &str = "533 Invalid credentials, try again!";
const WELCOME: &str = "230 Welcome to this message application";

/// `user`'s request with the example's password as the old one.
fn to(user: &str, new: &str) -> String {
    format!("passwd {} {new}", password_of(user))
}

fn a_user_changes_the_password_and_stays_online(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, &to("hans", "kessel"), CHANGED);
    stage.ask(hans, "message yoda still here", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} still here");
    stage.ask(hans, &to("hans", "run"), WRONG);
    stage.ask(hans, "passwd kessel rün*12", CHANGED);
    stage.ask(hans, "logout", "221 You just logged out");
    stage.closed(hans);
    stage.hear(yoda, "* logout hans");
    let hans = stage.stranger();
    stage.ask(hans, &format!("login hans {}", password_of("hans")), WRONG);
    stage.ask(hans, "login hans kessel", WRONG);
    stage.ask(hans, "login hans rün*12", WELCOME);
    stage.hear(yoda, "* login hans");
    stage.hear_nothing();
}

fn who_is_not_logged_in_changes_nothing(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, &to("hans", "kessel"), "530 log in first: login <user> <password>");
    stage.log_in(stranger, "hans");
    stage.hear_nothing();
}

fn a_new_password_has_the_form_of_a_registered_one(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let bad = "537 a password is 1 to 64 bytes without space";
    let form = "501 wrong arguments, the form is: passwd <old> <new>";
    let longest = "p".repeat(64);
    stage.ask(hans, &to("hans", &format!("{longest}p")), bad);
    stage.ask(hans, &to("hans", "kess\u{a0}el"), bad);
    stage.ask(hans, "passwd guess kess\u{a0}el", bad);
    stage.ask(hans, &to("hans", ""), form);
    stage.ask(hans, &to("hans", "kessel run"), form);
    stage.ask(hans, &to("hans", &longest), CHANGED);
    stage.ask(hans, &format!("passwd {longest} {longest}"), CHANGED);
    stage.ask(hans, &format!("passwd {longest} #"), CHANGED);
    stage.hear_nothing();
}

fn nobody_guesses_without_end_at_a_terminal_that_was_left_open(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let locked = "430 {seconds} You are blocked to login, try again later!";
    for reply in [WRONG, WRONG, locked] {
        stage.ask(hans, "passwd guess mine", reply);
    }
    stage.ask(hans, &to("hans", "kessel"), locked);
    stage.pass(Duration::from_secs(3));
    stage.ask(hans, &to("hans", "kessel"), CHANGED);
    stage.hear_nothing();
}

fn mistakes_at_an_open_terminal_count_with_those_at_the_door(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let stranger = stage.stranger();
    stage.ask(hans, "passwd guess mine", WRONG);
    stage.ask(stranger, "login hans guess", WRONG);
    let locked = "430 {seconds} You are blocked to login, try again later!";
    stage.ask(hans, "passwd guess mine", locked);
    stage.ask(stranger, &format!("login hans {}", password_of("hans")), locked);
    stage.hear_nothing();
}

fn a_password_can_be_changed_where_nobody_can_register(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, &to("hans", "kessel"), CHANGED);
    stage.ask(hans, "passwd kessel kessel", CHANGED);
    stage.hear_nothing();
}

fn a_password_that_cannot_be_stored_stays_the_old_one(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.set_store_works(false);
    let refused = "439 the new password could not be stored, the old one stays";
    stage.ask(hans, &to("hans", "kessel"), refused);
    stage.ask(hans, "passwd kessel run", WRONG);
    stage.set_store_works(true);
    stage.ask(hans, &to("hans", "kessel"), CHANGED);
    stage.hear_nothing();
}

fn who_changes_too_often_waits(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, &to("hans", "a"), CHANGED);
    stage.ask(hans, "passwd a b", CHANGED);
    let wait = "438 {seconds} seconds until you may change your password, after too many changes";
    stage.ask(hans, "passwd b c", wait);
    stage.ask(hans, "passwd wrong c", WRONG);
    stage.ask(hans, "logout", "221 You just logged out");
    stage.closed(hans);
    let hans = stage.stranger();
    stage.ask(hans, "login hans b", WELCOME);
    stage.hear_nothing();
}

/// A client asks for the new one once the old one is right.
fn the_same_password_twice_is_only_checked(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "passwd guess guess", WRONG);
    stage.ask(hans, &to("hans", password_of("hans")), CHANGED);
    stage.ask(hans, "logout", "221 You just logged out");
    stage.closed(hans);
    let hans = stage.stranger();
    stage.log_in(hans, "hans");
    stage.hear_nothing();
}
