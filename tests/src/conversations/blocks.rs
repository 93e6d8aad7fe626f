//! Blocks: what they keep away, how long they last, and that taking them back undoes everything.

use crate::stage::Stage;

conversations! {
    a_message_to_who_blocked_the_sender_is_refused_and_not_stored;
    who_is_blocked_is_not_told;
    the_blocker_may_still_write_to_the_blocked;
    an_unblock_undoes_every_effect;
    self_and_unknown_users_cannot_be_blocked;
    blocking_twice_is_harmless_and_says_so;
    only_who_is_blocked_can_be_unblocked;
    blocks_outlive_sessions_of_both_sides;
    somebody_offline_can_be_blocked;
    a_message_stored_before_a_block_is_still_delivered;
    a_message_sent_before_a_block_comes_again_after_it;
    a_user_lists_the_users_that_it_blocks_and_nobody_elses_blocks;
    one_users_share_of_the_blocks_is_told: blocks(9);
    a_full_table_of_blocks_is_told: blocks(3);
}

const REFUSED: &str = "551 yoda has blocked you, your message was not sent";
const OUT: &str = "221 You just logged out";

fn a_message_to_who_blocked_the_sender_is_refused_and_not_stored(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(vader, "message yoda join us", REFUSED);
    stage.hear_nothing();
    stage.ask(yoda, "logout", OUT);
    stage.ask(vader, "message yoda join us", REFUSED);
    let yoda = stage.arrive("yoda");
    stage.hear_nothing();
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    stage.hear_nothing();
}

fn a_user_lists_the_users_that_it_blocks_and_nobody_elses_blocks(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    stage.ask(hans, "blocks", "212 Users you block: ");
    stage.ask(hans, "block yoda", "240 yoda is blocked");
    stage.ask(hans, "block vader", "240 vader is blocked");
    stage.ask(hans, "blocks", "212 Users you block: yoda, vader");
    stage.ask(yoda, "blocks", "212 Users you block: ");
    stage.ask(hans, "unblock yoda", "242 yoda is unblocked");
    stage.ask(hans, "blocks", "212 Users you block: vader");
    stage.ask(hans, "blocks vader", "501 wrong arguments, the form is: blocks");
    stage.hear_nothing();
}

fn who_is_blocked_is_not_told(stage: &mut dyn Stage) {
    let [yoda, _vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.hear_nothing();
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    stage.hear_nothing();
}

fn the_blocker_may_still_write_to_the_blocked(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "message vader leave me", "250 {id} accepted");
    stage.hear(vader, "* message {id} yoda 0 leave me");
    stage.hear_nothing();
}

fn an_unblock_undoes_every_effect(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.listen(yoda, 5000);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    stage.ask(vader, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} vader 0 hi");
    stage.ask(vader, "broadcast hi", "252 {id} 1 recipients");
    stage.hear(yoda, "* broadcast {id} vader 0 hi");
    stage.ask(vader, "whoelse", "210 Users current online: yoda");
    stage.ask(vader, "whoelsesince 100", "211 Users that logged in: yoda");
    stage.ask(vader, "startprivate yoda", "260 yoda introduced");
    stage.hear(vader, "* private yoda {token} {key} {ip}:5000");
    stage.hear(yoda, "* private vader {token} -");
    stage.ask(yoda, "logout", OUT);
    stage.hear(vader, "* logout yoda");
    stage.ask(vader, "message yoda bye", "251 {id} stored until yoda logs in");
    let yoda = stage.arrive("yoda");
    stage.hear(vader, "* login yoda");
    stage.hear(yoda, "* message {id} vader {age} bye");
    stage.hear_nothing();
}

fn self_and_unknown_users_cannot_be_blocked(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for user in ["hans", "jabba", "Yoda"] {
        stage.ask(hans, &format!("block {user}"), "540 Invalid user to block");
    }
    stage.hear_nothing();
}

fn blocking_twice_is_harmless_and_says_so(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "block vader", "241 vader is blocked already");
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    stage.ask(vader, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} vader 0 hi");
    stage.hear_nothing();
}

fn only_who_is_blocked_can_be_unblocked(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(vader, "block yoda", "240 yoda is blocked");
    for user in ["yoda", "jabba", "vader"] {
        stage.ask(yoda, &format!("unblock {user}"), "541 Invalid user to unblock");
    }
    stage.ask(vader, "unblock yoda", "242 yoda is unblocked");
    stage.ask(vader, "unblock yoda", "541 Invalid user to unblock");
    stage.hear_nothing();
}

fn blocks_outlive_sessions_of_both_sides(stage: &mut dyn Stage) {
    let [yoda, vader] = stage.company(["yoda", "vader"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "logout", OUT);
    stage.ask(vader, "logout", OUT);
    let yoda = stage.arrive("yoda");
    let vader = stage.arrive("vader");
    stage.hear(yoda, "* login vader");
    stage.ask(vader, "message yoda hi", REFUSED);
    stage.ask(vader, "whoelse", "210 Users current online: ");
    stage.ask(yoda, "block vader", "241 vader is blocked already");
    stage.hear_nothing();
}

fn somebody_offline_can_be_blocked(stage: &mut dyn Stage) {
    let yoda = stage.arrive("yoda");
    stage.ask(yoda, "block vader", "240 vader is blocked");
    let vader = stage.arrive("vader");
    stage.hear(yoda, "* login vader");
    stage.ask(vader, "message yoda hi", REFUSED);
    stage.hear_nothing();
}

fn a_message_stored_before_a_block_is_still_delivered(stage: &mut dyn Stage) {
    let vader = stage.arrive("vader");
    stage.ask(vader, "message yoda join us", "251 1 stored until yoda logs in");
    stage.ask(vader, "logout", OUT);
    let yoda = stage.stranger();
    stage.send(yoda, b"login yoda wise@!man\nblock vader\n");
    stage.hear(yoda, "230 Welcome to this message application");
    // The block may stand before the message is on its way or after.
    let mut told = [stage.hear(yoda, "{any}").line, stage.hear(yoda, "{any}").line];
    told.sort();
    assert!(told[0].starts_with("* message 1 vader ") && told[0].ends_with(" join us"), "{told:?}");
    assert_eq!(told[1], "240 vader is blocked");
    let vader = stage.arrive("vader");
    stage.hear(yoda, "* login vader");
    stage.ask(vader, "message yoda again", REFUSED);
    stage.hear_nothing();
}

fn a_message_sent_before_a_block_comes_again_after_it(stage: &mut dyn Stage) {
    let vader = stage.arrive("vader");
    let yoda = stage.arrive_acknowledging("yoda");
    stage.hear(vader, "* login yoda");
    let id = stage.ask(vader, "message yoda join us", "250 {id} accepted").number("id");
    stage.hear(yoda, "* message {id} vader 0 join us");
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.hang_up(yoda);
    let yoda = stage.arrive("yoda");
    stage.hear(yoda, &format!("* message {id} vader {{age}} join us"));
    stage.hear_nothing();
}

fn one_users_share_of_the_blocks_is_told(stage: &mut dyn Stage) {
    let [yoda, hans] = stage.company(["yoda", "hans"]);
    stage.ask(yoda, "block vader", "240 vader is blocked");
    stage.ask(yoda, "block luke", "240 luke is blocked");
    let share = "441 2 blocks are all one user may hold now, unblock somebody first";
    stage.ask(yoda, "block leia", share);
    stage.ask(yoda, "block vader", "241 vader is blocked already");
    stage.ask(hans, "block leia", "240 leia is blocked");
    stage.ask(yoda, "unblock luke", "242 luke is unblocked");
    stage.ask(yoda, "block leia", "240 leia is blocked");
    stage.hear_nothing();
}

fn a_full_table_of_blocks_is_told(stage: &mut dyn Stage) {
    let [yoda, hans, luke, leia] = stage.company(["yoda", "hans", "luke", "leia"]);
    for blocker in [yoda, hans, luke] {
        stage.ask(blocker, "block vader", "240 vader is blocked");
    }
    let full = "440 the table of blocks is full, unblock somebody first or try again later";
    stage.ask(leia, "block vader", full);
    stage.ask(hans, "unblock vader", "242 vader is unblocked");
    stage.ask(leia, "block vader", "240 vader is blocked");
    stage.hear_nothing();
}
