//! Who else is online.

use crate::stage::Stage;

conversations! {
    whoelse_lists_the_users_online_without_the_caller;
    whoelse_hides_who_blocked_the_caller_and_nobody_else;
    a_long_list_comes_in_several_lines_of_one_reply: registrations(0);
    the_next_request_is_answered_after_a_long_list: registrations(0);
}

fn whoelse_lists_the_users_online_without_the_caller(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.stranger();
    stage.ask(hans, "whoelse", "210 Users current online: ");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    let luke = stage.arrive("luke");
    stage.hear(hans, "* login luke");
    stage.hear(yoda, "* login luke");
    stage.ask(hans, "whoelse", "210 Users current online: yoda, luke");
    stage.ask(yoda, "whoelse", "210 Users current online: hans, luke");
    stage.ask(luke, "logout", "221 You just logged out");
    stage.hear(hans, "* logout luke");
    stage.hear(yoda, "* logout luke");
    stage.ask(hans, "whoelse", "210 Users current online: yoda");
    stage.hear_nothing();
}

fn whoelse_hides_who_blocked_the_caller_and_nobody_else(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    stage.ask(yoda, "block hans", "240 hans is blocked");
    stage.ask(hans, "whoelse", "210 Users current online: luke");
    stage.ask(yoda, "whoelse", "210 Users current online: hans, luke");
    stage.ask(luke, "whoelse", "210 Users current online: hans, yoda");
    stage.ask(yoda, "unblock hans", "242 hans is unblocked");
    stage.ask(hans, "whoelse", "210 Users current online: yoda, luke");
    stage.hear_nothing();
}

/// Registers and brings twenty users with the longest names; answers the names.
fn crowd(stage: &mut dyn Stage) -> Vec<String> {
    let names: Vec<String> = (10..25).map(|n| format!("{n}{}", "x".repeat(30))).collect();
    for name in &names {
        let guest = stage.stranger();
        stage.ask(guest, &format!("register {name} p"), &format!("231 {name} registered, now log in"));
        stage.hang_up(guest);
    }
    names
}

fn a_long_list_comes_in_several_lines_of_one_reply(stage: &mut dyn Stage) {
    let names = crowd(stage);
    for name in &names {
        let guest = stage.stranger();
        stage.ask(guest, &format!("login {name} p"), "230 Welcome to this message application");
        stage.reset(guest);
    }
    let hans = stage.arrive("hans");
    let first = stage.ask(hans, "whoelsesince 600", "211-Users that logged in: {any}");
    let last = stage.hear(hans, "211 {any}");
    let all = format!("{}, {}", first.field("any"), last.field("any"));
    assert_eq!(all.split(", ").collect::<Vec<_>>(), names);
    stage.hear_nothing();
}

fn the_next_request_is_answered_after_a_long_list(stage: &mut dyn Stage) {
    let names = crowd(stage);
    let guests: Vec<_> = names.iter().map(|name| (stage.stranger(), name)).collect();
    for (guest, name) in guests {
        stage.say(guest, &format!("login {name} p"));
        stage.hear(guest, "230 Welcome to this message application");
        stage.stall(guest);
    }
    let hans = stage.stranger();
    let breath = "login hans falcon*solo\nwhoelse\nping\nwhoelse\n";
    stage.send(hans, breath.as_bytes());
    stage.hear(hans, "230 Welcome to this message application");
    stage.hear(hans, "210-Users current online: {any}");
    stage.hear(hans, "210 {any}");
    stage.hear(hans, "202 pong");
    stage.hear(hans, "210-Users current online: {any}");
    stage.hear(hans, "210 {any}");
    stage.hear_nothing();
}
