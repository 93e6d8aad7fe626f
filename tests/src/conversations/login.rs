//! Logins, strikes and locks.

use crate::stage::Stage;

conversations! {
    a_user_logs_in_and_the_others_are_told;
    an_unknown_name_is_refused_and_may_try_again;
    a_wrong_password_is_refused_and_may_try_again;
    names_and_passwords_are_case_sensitive;
    the_third_wrong_password_in_a_row_locks_the_name;
    strikes_are_counted_across_connections;
    strikes_of_one_name_are_not_those_of_another: guesses(0);
    a_locked_name_is_locked_from_everywhere_even_with_the_right_password;
    after_the_block_duration_everything_is_normal_again: block_duration(2);
    a_success_resets_the_count;
    who_is_online_stays_and_the_second_login_is_refused;
    strikes_against_a_user_online_do_not_disturb_the_session;
    a_session_takes_no_second_login;
}

const WELCOME: &str = "230 Welcome to this message application";
const UNKNOWN: &str = "532 Invalid username, try again!";
const WRONG: &str = "533 Invalid credentials, try again!";
const LOCKED: &str = "430 {seconds} You are blocked to login, try again later!";

fn a_user_logs_in_and_the_others_are_told(stage: &mut dyn Stage) {
    let hans = stage.stranger();
    stage.ask(hans, "login hans falcon*solo", WELCOME);
    let yoda = stage.stranger();
    stage.hear_nothing();
    stage.ask(yoda, "login yoda wise@!man", WELCOME);
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn an_unknown_name_is_refused_and_may_try_again(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let stranger = stage.stranger();
    for _ in 0..5 {
        stage.ask(stranger, "login jabba hutt", UNKNOWN);
    }
    stage.hear_nothing();
    stage.ask(stranger, "login yoda wise@!man", WELCOME);
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn a_wrong_password_is_refused_and_may_try_again(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda wise", WRONG);
    stage.ask(stranger, "login yoda wise@!man2", WRONG);
    stage.hear_nothing();
    stage.ask(stranger, "login yoda wise@!man", WELCOME);
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn names_and_passwords_are_case_sensitive(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, "login Yoda wise@!man", UNKNOWN);
    stage.ask(stranger, "login yoda WISE@!man", WRONG);
    stage.ask(stranger, "login yoda wise@!man", WELCOME);
    stage.hear_nothing();
}

fn the_third_wrong_password_in_a_row_locks_the_name(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda 1", WRONG);
    stage.ask(stranger, "login yoda 2", WRONG);
    stage.ask(stranger, "login yoda 3", LOCKED);
    stage.ask(stranger, "login yoda wise@!man", LOCKED);
    stage.ask(stranger, "login yoda 4", LOCKED);
    stage.hear_nothing();
}

fn strikes_are_counted_across_connections(stage: &mut dyn Stage) {
    for (attempt, answer) in [("1", WRONG), ("2", WRONG), ("3", LOCKED)] {
        let stranger = stage.stranger();
        stage.ask(stranger, &format!("login yoda {attempt}"), answer);
        stage.hang_up(stranger);
    }
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda wise@!man", LOCKED);
    stage.hear_nothing();
}

fn strikes_of_one_name_are_not_those_of_another(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    for user in ["yoda", "hans", "luke", "vader"] {
        stage.ask(stranger, &format!("login {user} 1"), WRONG);
        stage.ask(stranger, &format!("login {user} 2"), WRONG);
        stage.ask(stranger, "login jabba hutt", UNKNOWN);
    }
    stage.ask(stranger, "login hans 3", LOCKED);
    stage.log_in(stranger, "yoda");
    stage.hear_nothing();
}

fn a_locked_name_is_locked_from_everywhere_even_with_the_right_password(stage: &mut dyn Stage) {
    let (here, there) = (stage.stranger(), stage.stranger());
    stage.ask(here, "login yoda 1", WRONG);
    stage.ask(there, "login yoda 2", WRONG);
    stage.ask(here, "login yoda 3", LOCKED);
    for stranger in [here, there, stage.stranger()] {
        stage.ask(stranger, "login yoda wise@!man", LOCKED);
    }
    stage.log_in(there, "hans");
    stage.hear_nothing();
}

fn after_the_block_duration_everything_is_normal_again(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda 1", WRONG);
    stage.ask(stranger, "login yoda 2", WRONG);
    stage.ask(stranger, "login yoda 3", LOCKED);
    stage.ask(stranger, "login yoda wise@!man", LOCKED);
    stage.pass_seconds(2.05);
    stage.ask(stranger, "login yoda 1", WRONG);
    stage.ask(stranger, "login yoda 2", WRONG);
    stage.log_in(stranger, "yoda");
    stage.hear_nothing();
}

fn a_success_resets_the_count(stage: &mut dyn Stage) {
    for _ in 0..3 {
        let yoda = stage.stranger();
        stage.ask(yoda, "login yoda 1", WRONG);
        stage.ask(yoda, "login yoda 2", WRONG);
        stage.log_in(yoda, "yoda");
        stage.ask(yoda, "logout", "221 You just logged out");
        stage.closed(yoda);
    }
    stage.hear_nothing();
}

fn who_is_online_stays_and_the_second_login_is_refused(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let second = stage.stranger();
    let refusal = "431 yoda is online already, the earlier session stays";
    for _ in 0..2 {
        stage.ask(second, "login yoda wise@!man", refusal);
        stage.hear(yoda, "* attempt {ip}");
    }
    stage.ask(second, "login yoda wrong", WRONG);
    stage.ask(hans, "message yoda still there?", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} still there?");
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.log_in(second, "yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn strikes_against_a_user_online_do_not_disturb_the_session(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let stranger = stage.stranger();
    stage.ask(stranger, "login yoda 1", WRONG);
    stage.ask(stranger, "login yoda 2", WRONG);
    stage.ask(stranger, "login yoda 3", LOCKED);
    stage.ask(hans, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.hear_nothing();
}

fn a_session_takes_no_second_login(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "login hans falcon*solo", "531 you are logged in, log out first");
    stage.ask(yoda, "login yoda wise@!man", "531 you are logged in, log out first");
    stage.ask(yoda, "whoelse", "210 Users current online: ");
    stage.hear_nothing();
}
