//! Who else was online lately: users whose session overlaps the last seconds. The rule's own
//! example is told in hundreds of seconds; a stage in haste tells it in single ones.

use crate::stage::Stage;

conversations! {
    the_interval_proof_of_the_rules;
    who_is_online_is_listed_however_long_ago_the_login;
    the_last_logout_counts;
    longer_than_the_uptime_means_since_the_start;
    who_blocked_the_caller_is_hidden;
    what_is_no_number_of_seconds_is_refused;
}

const OUT: &str = "221 You just logged out";

/// So many seconds of the rule pass.
fn pass(stage: &mut dyn Stage, seconds: u64) {
    stage.pass_seconds(seconds as f64 / stage.haste() as f64);
}

/// The request for this many of the rule's seconds.
fn since(stage: &mut dyn Stage, seconds: u64) -> String {
    format!("whoelsesince {}", seconds / stage.haste())
}

fn the_interval_proof_of_the_rules(stage: &mut dyn Stage) {
    let r2d2 = stage.arrive("r2d2");
    pass(stage, 300);
    stage.ask(r2d2, "logout", OUT);
    let vader = stage.arrive("vader");
    pass(stage, 180);
    stage.ask(vader, "logout", OUT);
    pass(stage, 120);
    let hans = stage.arrive("hans");
    let (short, long) = (since(stage, 200), since(stage, 500));
    stage.ask(hans, &short, "211 Users that logged in: vader");
    stage.ask(hans, &long, "211 Users that logged in: vader, r2d2");
    stage.hear_nothing();
}

fn who_is_online_is_listed_however_long_ago_the_login(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    pass(stage, 300);
    stage.ask(hans, "whoelsesince 0", "211 Users that logged in: yoda");
    let short = since(stage, 100);
    stage.ask(hans, &short, "211 Users that logged in: yoda");
    stage.ask(yoda, &short, "211 Users that logged in: hans");
    stage.hear_nothing();
}

fn the_last_logout_counts(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for _ in 0..2 {
        let yoda = stage.arrive("yoda");
        stage.hear(hans, "* login yoda");
        stage.hang_up(yoda);
        stage.hear(hans, "* logout yoda");
        let short = since(stage, 100);
        stage.ask(hans, &short, "211 Users that logged in: yoda");
        pass(stage, 250);
        stage.ask(hans, &short, "211 Users that logged in: ");
    }
    stage.hear_nothing();
}

fn longer_than_the_uptime_means_since_the_start(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "logout", OUT);
    let hans = stage.arrive("hans");
    for seconds in ["600", "4294967296", "18446744073709551615"] {
        stage.ask(hans, &format!("whoelsesince {seconds}"), "211 Users that logged in: yoda");
    }
    stage.hear_nothing();
}

fn who_blocked_the_caller_is_hidden(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    stage.ask(yoda, "block hans", "240 hans is blocked");
    stage.ask(hans, "whoelsesince 600", "211 Users that logged in: luke");
    stage.ask(yoda, "logout", OUT);
    stage.hear(luke, "* logout yoda");
    stage.ask(hans, "whoelsesince 600", "211 Users that logged in: luke");
    stage.ask(luke, "whoelsesince 600", "211 Users that logged in: hans, yoda");
    stage.hear_nothing();
}

fn what_is_no_number_of_seconds_is_refused(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for seconds in ["", " yesterday", " -1", " 1.5", " 5 5", " 99999999999999999999999"] {
        let form = "501 wrong arguments, the form is: whoelsesince <seconds>";
        stage.ask(hans, &format!("whoelsesince{seconds}"), form);
    }
    stage.hear_nothing();
}
