//! A server whose connections are all taken.

use crate::stage::Stage;

conversations! {
    a_full_server_says_so_and_closes: connections(2);
    a_place_that_is_left_is_free_again: connections(2);
    the_stranger_who_waited_longest_makes_room: connections(3);
    strangers_never_keep_users_out: connections(2);
    who_is_turned_away_disturbs_nobody: connections(2);
}

const FULL: &str = "421 server full, try again later";
const MAKE_ROOM: &str = "* bye 424 server full, others were waiting and you had not logged in";

fn a_full_server_says_so_and_closes(stage: &mut dyn Stage) {
    stage.company(["hans", "yoda"]);
    for _ in 0..5 {
        let late = stage.connect();
        stage.hear(late, FULL);
        stage.closed(late);
    }
    stage.hear_nothing();
}

fn a_place_that_is_left_is_free_again(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let late = stage.connect();
    stage.hear(late, FULL);
    stage.closed(late);
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.closed(yoda);
    stage.hear(hans, "* logout yoda");
    let luke = stage.arrive("luke");
    stage.hear(hans, "* login luke");
    stage.reset(luke);
    stage.hear(hans, "* logout luke");
    stage.arrive("leia");
    stage.hear(hans, "* login leia");
    let late = stage.connect();
    stage.hear(late, FULL);
    stage.closed(late);
    stage.hear_nothing();
}

fn the_stranger_who_waited_longest_makes_room(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let [first, second] = [stage.stranger(), stage.stranger()];
    let third = stage.stranger();
    stage.hear(first, MAKE_ROOM);
    stage.closed(first);
    stage.log_in(second, "yoda");
    stage.hear(hans, "* login yoda");
    stage.log_in(third, "luke");
    stage.hear(hans, "* login luke");
    stage.hear(second, "* login luke");
    stage.hear_nothing();
}

fn strangers_never_keep_users_out(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let mut last = stage.stranger();
    for _ in 0..5 {
        let next = stage.stranger();
        stage.hear(last, MAKE_ROOM);
        stage.closed(last);
        last = next;
    }
    let yoda = stage.arrive("yoda");
    stage.hear(last, MAKE_ROOM);
    stage.closed(last);
    stage.hear(hans, "* login yoda");
    stage.ask(yoda, "message hans hi", "250 {id} accepted");
    stage.hear(hans, "* message {id} yoda {age} hi");
    stage.hear_nothing();
}

fn who_is_turned_away_disturbs_nobody(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let late = stage.connect();
    stage.send(late, b"login luke best#pilot\nbroadcast hi\n");
    stage.hear(late, FULL);
    stage.closed(late);
    stage.ask(hans, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.ask(hans, "message luke hi", "251 {id} stored until luke logs in");
    stage.hear_nothing();
}
