//! New accounts.

use crate::stage::Stage;

conversations! {
    a_registered_user_logs_in;
    a_registered_user_can_be_written_to_before_the_first_login;
    a_name_that_is_taken_is_refused;
    a_name_that_differs_only_in_case_is_taken;
    names_that_lie_are_refused;
    a_name_of_letters_digits_and_three_signs_is_registered;
    names_and_passwords_have_their_longest_length;
    registration_can_be_switched_off: no_registration();
    an_account_that_cannot_be_stored_is_not_there;
    an_account_more_than_fit_is_refused: users(9);
    who_is_logged_in_registers_nobody;
}

const BAD_NAME: &str =
    "536 a name is 1 to 32 letters a to z, digits, - _ or . and begins with a letter or digit";
const WELCOME: &str = "230 Welcome to this message application";

fn a_registered_user_logs_in(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let jabba = stage.stranger();
    stage.ask(jabba, "register jabba hütt", "231 jabba registered, now log in");
    stage.hear_nothing();
    stage.ask(jabba, "whoelse", "530 log in first: login <user> <password>");
    stage.ask(jabba, "login jabba hutt", "533 Invalid credentials, try again!");
    stage.ask(jabba, "login jabba hütt", WELCOME);
    stage.hear(hans, "* login jabba");
    stage.hear_nothing();
}

fn a_registered_user_can_be_written_to_before_the_first_login(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let jabba = stage.stranger();
    stage.ask(hans, "message jabba hi", "550 Invalid receiver!");
    stage.ask(jabba, "register jabba hutt", "231 jabba registered, now log in");
    stage.ask(hans, "message jabba hi", "251 {id} stored until jabba logs in");
    stage.ask(jabba, "login jabba hutt", WELCOME);
    stage.hear(jabba, "* message {id} hans {age} hi");
    stage.hear(hans, "* login jabba");
    stage.hear_nothing();
}

fn a_name_that_is_taken_is_refused(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, "register yoda mine", "535 this name is taken, choose another");
    stage.ask(stranger, "login yoda mine", "533 Invalid credentials, try again!");
    stage.ask(stranger, "register jabba mine", "231 jabba registered, now log in");
    stage.ask(stranger, "register jabba other", "535 this name is taken, choose another");
    stage.ask(stranger, "login jabba mine", WELCOME);
    stage.hear_nothing();
}

fn a_name_that_differs_only_in_case_is_taken(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    for name in ["Yoda", "YODA", "yodA", "R2D2"] {
        let line = format!("register {name} mine");
        stage.ask(stranger, &line, "535 this name is taken, choose another");
        stage.ask(stranger, &format!("login {name} mine"), "532 Invalid username, try again!");
    }
    stage.ask(stranger, "register Jabba mine", "231 Jabba registered, now log in");
    stage.ask(stranger, "register jabba mine", "535 this name is taken, choose another");
    stage.ask(stranger, "login jabba mine", "532 Invalid username, try again!");
    stage.ask(stranger, "login Jabba mine", WELCOME);
    stage.hear_nothing();
}

fn names_that_lie_are_refused(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    for name in [
        "yoda\u{200b}", "\u{feff}yoda", "yo\u{202e}da", "yoda\u{2060}", "yo\u{ad}da", "y\u{200d}oda", "yoda\u{fe0f}",
        "yoda\u{e0041}", "\u{2800}", "\u{3164}", "\u{115f}", "\u{ffa0}", "\u{301}", "Zo\u{eb}", "Zoe\u{308}", "\u{443}oda",
        "\u{ff59}oda", "*", "**", "-", "-v", "#x", ".", "_", "yoda:", "yoda,", "(to", "hans@home", "\u{2713}\u{2713}\u{2800}yoda",
        "\u{e000}", "\u{ffff}", "yoda\u{2028}",
    ] {
        stage.ask(stranger, &format!("register {name} mine"), BAD_NAME);
    }
    stage.log_in(stranger, "yoda");
    stage.hear_nothing();
}

fn a_name_of_letters_digits_and_three_signs_is_registered(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    for name in ["220", "c-3_p.o"] {
        let registered = format!("231 {name} registered, now log in");
        stage.ask(stranger, &format!("register {name} mine"), &registered);
    }
    stage.ask(stranger, "login c-3_p.o mine", WELCOME);
    stage.hear_nothing();
}

fn names_and_passwords_have_their_longest_length(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    let (name, password) = ("n".repeat(32), "p".repeat(64));
    let (bad_name, bad_password) = (BAD_NAME, "537 a password is 1 to 64 bytes without space");
    stage.ask(stranger, &format!("register {name}n x"), bad_name);
    stage.ask(stranger, "register ja\u{a0}bba x", bad_name);
    stage.ask(stranger, &format!("register jabba {password}p"), bad_password);
    stage.ask(stranger, "register jabba h\u{a0}tt", bad_password);
    let registered = format!("231 {name} registered, now log in");
    stage.ask(stranger, &format!("register {name} {password}"), &registered);
    stage.ask(stranger, &format!("login {name} {password}"), WELCOME);
    stage.hear_nothing();
}

fn registration_can_be_switched_off(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.ask(stranger, "register jabba hutt", "534 registration is off on this server");
    stage.ask(stranger, "login jabba hutt", "532 Invalid username, try again!");
    stage.log_in(stranger, "yoda");
    stage.hear_nothing();
}

fn an_account_that_cannot_be_stored_is_not_there(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    stage.set_store_works(false);
    let refusal = "433 the account could not be stored, try again later";
    stage.ask(stranger, "register jabba hutt", refusal);
    stage.ask(stranger, "login jabba hutt", "532 Invalid username, try again!");
    stage.set_store_works(true);
    stage.ask(stranger, "register jabba hutt", "231 jabba registered, now log in");
    stage.ask(stranger, "login jabba hutt", WELCOME);
    stage.hear_nothing();
}

fn an_account_more_than_fit_is_refused(stage: &mut dyn Stage) {
    let stranger = stage.stranger();
    let full = "432 no further account fits, ask whoever runs this server";
    stage.ask(stranger, "register jabba hutt", "231 jabba registered, now log in");
    stage.ask(stranger, "register greedo rodia", full);
    stage.ask(stranger, "register yoda mine", "535 this name is taken, choose another");
    stage.ask(stranger, "login greedo rodia", "532 Invalid username, try again!");
    stage.ask(stranger, "login jabba hutt", WELCOME);
    stage.hear_nothing();
}

fn who_is_logged_in_registers_nobody(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "register jabba hutt", "531 you are logged in, log out first");
    stage.ask(hans, "message jabba hi", "550 Invalid receiver!");
    stage.hear_nothing();
}
