//! When a user was last here.
//! Knows the stage only.

use crate::stage::Stage;

conversations! {
    a_user_was_here_never_then_is_online_then_was_last_here;
    the_time_since_the_last_logout_is_told_in_seconds;
    a_user_sees_itself_online;
    who_blocks_the_caller_is_as_unknown_as_who_does_not_exist;
    a_stranger_sees_nobody;
}

fn a_user_was_here_never_then_is_online_then_was_last_here(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "seen yoda", "217 yoda has not been here since the server started");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.ask(hans, "seen yoda", "215 yoda is online");
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(hans, "* logout yoda");
    stage.ask(hans, "seen yoda", "216 yoda was last here {seconds} seconds ago");
    stage.hear_nothing();
}

fn the_time_since_the_last_logout_is_told_in_seconds(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(hans, "* logout yoda");
    stage.pass_seconds(2.5);
    let heard = stage.ask(hans, "seen yoda", "216 yoda was last here {seconds} seconds ago");
    let seconds = heard.number("seconds");
    assert!((2..60).contains(&seconds), "{seconds}");
    stage.hear_nothing();
}

fn a_user_sees_itself_online(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "seen hans", "215 hans is online");
    stage.hear_nothing();
}

fn who_blocks_the_caller_is_as_unknown_as_who_does_not_exist(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, "seen nobody", "542 Invalid user, nobody of that name");
    stage.ask(yoda, "block hans", "240 hans is blocked");
    stage.ask(hans, "seen yoda", "542 Invalid user, nobody of that name");
    stage.ask(yoda, "seen hans", "215 hans is online");
    stage.ask(yoda, "unblock hans", "242 hans is unblocked");
    stage.ask(hans, "seen yoda", "215 yoda is online");
    stage.ask(hans, "seen", "501 wrong arguments, the form is: seen <user>");
    stage.hear_nothing();
}

fn a_stranger_sees_nobody(stage: &mut dyn Stage) {
    let somebody = stage.stranger();
    stage.ask(somebody, "seen hans", "530 log in first: login <user> <password>");
    stage.ask(somebody, "blocks", "530 log in first: login <user> <password>");
    stage.hear_nothing();
}
