//! Broadcasts.

use crate::stage::Stage;

conversations! {
    a_broadcast_reaches_everybody_online_but_its_sender;
    a_broadcast_is_not_stored_for_who_is_offline;
    strangers_hear_no_broadcast;
    who_blocked_the_sender_is_passed_over_and_the_sender_is_told;
    a_broadcast_that_all_have_blocked_reaches_nobody;
    the_senders_own_blocks_do_not_matter;
    the_longest_broadcast_passes_and_one_byte_more_does_not;
}

const BLOCKED: &str = "Your broadcast cannot be received by all online users because someone blocked you";

fn a_broadcast_reaches_everybody_online_but_its_sender(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    let id = stage.ask(hans, "broadcast hello  all", "252 {id} 2 recipients").number("id");
    for listener in [yoda, luke] {
        stage.hear(listener, &format!("* broadcast {id} hans 0 hello  all"));
    }
    stage.hear_nothing();
}

fn a_broadcast_is_not_stored_for_who_is_offline(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "broadcast anybody?", "252 {id} 0 recipients");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn strangers_hear_no_broadcast(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.stranger();
    stage.ask(hans, "broadcast hi", "252 {id} 1 recipients");
    stage.hear(yoda, "* broadcast {id} hans 0 hi");
    stage.hear_nothing();
}

fn who_blocked_the_sender_is_passed_over_and_the_sender_is_told(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    stage.ask(yoda, "block hans", "240 hans is blocked");
    stage.ask(hans, "broadcast hi", &format!("253 {{id}} 1 {BLOCKED}"));
    stage.hear(luke, "* broadcast {id} hans 0 hi");
    stage.hear_nothing();
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(luke, "* logout yoda");
    stage.ask(hans, "broadcast and now", "252 {id} 1 recipients");
    stage.hear(luke, "* broadcast {id} hans 0 and now");
    stage.hear_nothing();
}

fn a_broadcast_that_all_have_blocked_reaches_nobody(stage: &mut dyn Stage) {
    let [hans, yoda, luke] = stage.company(["hans", "yoda", "luke"]);
    stage.ask(yoda, "block hans", "240 hans is blocked");
    stage.ask(luke, "block hans", "240 hans is blocked");
    stage.ask(hans, "broadcast hi", &format!("253 {{id}} 0 {BLOCKED}"));
    stage.hear_nothing();
}

fn the_senders_own_blocks_do_not_matter(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, "block yoda", "240 yoda is blocked");
    stage.ask(hans, "broadcast hi", "252 {id} 1 recipients");
    stage.hear(yoda, "* broadcast {id} hans 0 hi");
    stage.hear_nothing();
}

fn the_longest_broadcast_passes_and_one_byte_more_does_not(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let text = "x".repeat(432);
    stage.ask(hans, &format!("broadcast {text}"), "252 {id} 1 recipients");
    stage.hear(yoda, &format!("* broadcast {{id}} hans 0 {text}"));
    stage.ask(hans, &format!("broadcast {text}x"), "503 text longer than 432 bytes");
    stage.hear_nothing();
}
