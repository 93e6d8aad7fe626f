//! Going offline.

use crate::stage::Stage;

conversations! {
    a_logout_is_answered_closes_and_is_told_to_the_others;
    a_stranger_may_log_out_and_nobody_hears_of_it;
    requests_behind_a_logout_are_not_done;
    requests_before_hanging_up_are_done;
}

const OUT: &str = "221 You just logged out";

fn a_logout_is_answered_closes_and_is_told_to_the_others(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(yoda, "logout", OUT);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.hear_nothing();
}

fn a_stranger_may_log_out_and_nobody_hears_of_it(stage: &mut dyn Stage) {
    stage.arrive("hans");
    let stranger = stage.stranger();
    stage.ask(stranger, "logout", OUT);
    stage.closed(stranger);
    stage.hear_nothing();
}

fn requests_behind_a_logout_are_not_done(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.send(yoda, b"logout\nmessage hans ghost\n");
    stage.hear(yoda, OUT);
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    stage.hear_nothing();
}

fn requests_before_hanging_up_are_done(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.send(yoda, b"message hans one\nmessage hans two\nmessage hans half");
    stage.hang_up(yoda);
    stage.hear(hans, "* message {id} yoda {age} one");
    stage.hear(hans, "* message {id} yoda {age} two");
    stage.hear(hans, "* logout yoda");
    stage.hear_nothing();
}
