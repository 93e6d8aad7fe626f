//! Who hears of whose comings and goings.

use crate::stage::Stage;

conversations! {
    everybody_online_hears_who_comes_and_goes_but_not_of_themselves;
    who_is_blocked_hears_nothing_of_the_blocker;
    the_blocker_goes_on_hearing_of_the_blocked;
    nobody_hears_of_strangers;
    a_connection_that_ends_without_a_goodbye_is_a_logout;
    a_connection_that_breaks_is_a_logout;
    comings_messages_and_goings_are_told_in_their_order;
}

fn everybody_online_hears_who_comes_and_goes_but_not_of_themselves(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    stage.hear_nothing();
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.hear(luke, "* logout yoda");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear(luke, "* login yoda");
    stage.ask(hans, "logout", "221 You just logged out");
    stage.closed(hans);
    stage.hear(yoda, "* logout hans");
    stage.hear(luke, "* logout hans");
    stage.hear_nothing();
}

fn who_is_blocked_hears_nothing_of_the_blocker(stage: &mut dyn Stage) {
    let [hans, yoda, vader] = stage.company(["hans", "yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(hans, "* logout yoda");
    stage.hear(vader, "* logout yoda");
    stage.hear_nothing();
}

fn the_blocker_goes_on_hearing_of_the_blocked(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(vader, "logout", "221 You just logged out");
    stage.hear(yoda, "* logout vader");
    stage.arrive("vader");
    stage.hear(yoda, "* login vader");
    stage.hear_nothing();
}

fn nobody_hears_of_strangers(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let [first, second, third] = [stage.stranger(), stage.stranger(), stage.stranger()];
    stage.ask(first, "login yoda wrong", "533 Invalid credentials, try again!");
    stage.hang_up(first);
    stage.reset(second);
    stage.ask(third, "logout", "221 You just logged out");
    stage.closed(third);
    stage.ask(hans, "whoelsesince 600", "211 Users that logged in: ");
    stage.hear_nothing();
}

fn a_connection_that_ends_without_a_goodbye_is_a_logout(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.hang_up(yoda);
    stage.hear(hans, "* logout yoda");
    stage.ask(hans, "whoelse", "210 Users current online: ");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn a_connection_that_breaks_is_a_logout(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.reset(yoda);
    stage.hear(hans, "* logout yoda");
    stage.ask(hans, "whoelse", "210 Users current online: ");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn comings_messages_and_goings_are_told_in_their_order(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.stall(hans);
    // More than a connection's buffers hold, so that it is the server who keeps the order.
    let text = |round| format!("{round} {}", "x".repeat(400));
    // In turns, since one user's share is less.
    let users = ["yoda", "luke"].repeat(3);
    for (round, user) in users.iter().enumerate() {
        let client = stage.arrive(user);
        stage.ask(client, &format!("message hans {}", text(round)), "250 {id} accepted");
        stage.ask(client, "logout", "221 You just logged out");
        stage.closed(client);
    }
    stage.resume(hans);
    for (round, user) in users.iter().enumerate() {
        stage.hear(hans, &format!("* login {user}"));
        stage.hear(hans, &format!("* message {{id}} {user} {{age}} {}", text(round)));
        stage.hear(hans, &format!("* logout {user}"));
    }
    stage.hear_nothing();
}
