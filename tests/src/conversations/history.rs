//! The last broadcasts, told to whoever asks.
//! Knows the stage only.

use smolchat_core::store::Durability;

use crate::stage::{Client, Stage};

conversations! {
    the_last_broadcasts_are_told_oldest_first_with_their_numbers_and_ages;
    a_count_asks_for_the_last_of_them_alone;
    what_was_said_before_somebody_came_is_told;
    a_broadcast_that_nobody_was_there_to_hear_is_told_later;
    nobody_is_told_what_a_blocked_user_said;
    the_oldest_broadcast_makes_room_for_the_ninth;
    a_user_who_talks_without_end_leaves_the_words_of_others;
    the_history_outlives_a_restart_and_numbers_go_on;
    a_server_without_durability_forgets_at_a_restart: durability(Durability::Off);
    wrong_arguments_and_strangers_are_refused;
}

/// The client asks, and is told broadcasts: each as `<from> <text>`. Answers their numbers.
fn ask(stage: &mut dyn Stage, client: Client, request: &str, told: &[&str]) -> Vec<u64> {
    stage.say(client, request);
    let told = told.iter().map(|line| {
        let (from, text) = line.split_once(' ').expect("a sender and a text");
        stage.hear(client, &format!("218-{{id}} {from} {{age}} {text}")).number("id")
    });
    let told: Vec<_> = told.collect();
    stage.hear(client, &format!("218 {} broadcasts", told.len()));
    assert!(told.is_sorted(), "{told:?}");
    told
}

/// The client says something to all, whom it reaches or not.
fn say(stage: &mut dyn Stage, client: Client, text: &str) -> u64 {
    stage.ask(client, &format!("broadcast {text}"), "252 {id} {count} recipients").number("id")
}

fn the_last_broadcasts_are_told_oldest_first_with_their_numbers_and_ages(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    ask(stage, hans, "history", &[]);
    let first = say(stage, hans, "good  morning ");
    stage.hear(yoda, "* broadcast {id} hans {age} good  morning ");
    stage.ask(hans, "message yoda not for all", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans {age} not for all");
    let second = say(stage, yoda, "morning");
    stage.hear(hans, "* broadcast {id} yoda {age} morning");
    for client in [hans, yoda] {
        let told = ask(stage, client, "history", &["hans good  morning ", "yoda morning"]);
        assert_eq!(told, [first, second]);
    }
    stage.pass_seconds(2.5);
    stage.say(yoda, "history 2");
    let age = stage.hear(yoda, "218-{id} hans {age} good  morning ").number("age");
    assert!((2..600).contains(&age), "{age}");
    stage.hear(yoda, "218-{id} yoda {age} morning");
    stage.hear(yoda, "218 2 broadcasts");
    stage.hear_nothing();
}

fn a_count_asks_for_the_last_of_them_alone(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for text in ["one", "two", "three"] {
        say(stage, hans, text);
    }
    ask(stage, hans, "history 0", &[]);
    ask(stage, hans, "history 1", &["hans three"]);
    ask(stage, hans, "history 2", &["hans two", "hans three"]);
    ask(stage, hans, "history 4294967295", &["hans one", "hans two", "hans three"]);
    stage.hear_nothing();
}

fn what_was_said_before_somebody_came_is_told(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    say(stage, hans, "anybody here?");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    ask(stage, yoda, "history", &["hans anybody here?"]);
    stage.hear_nothing();
}

fn a_broadcast_that_nobody_was_there_to_hear_is_told_later(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let id = stage.ask(hans, "broadcast hello", "252 {id} 0 recipients").number("id");
    stage.ask(hans, "logout", "221 You just logged out");
    let yoda = stage.arrive("yoda");
    assert_eq!(ask(stage, yoda, "history", &["hans hello"]), [id]);
    stage.hear_nothing();
}

fn nobody_is_told_what_a_blocked_user_said(stage: &mut dyn Stage) {
    let [hans, yoda, vader] = stage.company(["hans", "yoda", "vader"]);
    for (client, others, text) in
        [(hans, [yoda, vader], "one"), (vader, [hans, yoda], "two"), (hans, [yoda, vader], "three")]
    {
        say(stage, client, text);
        for other in others {
            stage.hear(other, "{any}");
        }
    }
    let all = ["hans one", "vader two", "hans three"];
    stage.ask(yoda, "block vader", "240 vader is blocked");
    ask(stage, yoda, "history", &["hans one", "hans three"]);
    ask(stage, yoda, "history 2", &["hans one", "hans three"]);
    ask(stage, yoda, "history 1", &["hans three"]);
    // It goes one way only.
    ask(stage, vader, "history", &all);
    ask(stage, hans, "history", &all);
    stage.ask(yoda, "unblock vader", "242 vader is unblocked");
    ask(stage, yoda, "history", &all);
    stage.hear_nothing();
}

fn the_oldest_broadcast_makes_room_for_the_ninth(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    let all = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let lines = all.map(|number| format!("hans {number}"));
    let lines = lines.each_ref().map(String::as_str);
    for number in &all[..8] {
        say(stage, hans, number);
    }
    ask(stage, hans, "history", &lines[..8]);
    say(stage, hans, "9");
    ask(stage, hans, "history", &lines[1..]);
    stage.hear_nothing();
}

fn a_user_who_talks_without_end_leaves_the_words_of_others(stage: &mut dyn Stage) {
    let [hans, yoda, vader] = stage.company(["hans", "yoda", "vader"]);
    let all = [hans, yoda, vader];
    for (client, text) in [(hans, "a"), (yoda, "b"), (hans, "c"), (yoda, "d"), (hans, "e")] {
        say(stage, client, text);
        for other in all.into_iter().filter(|&other| other != client) {
            stage.hear(other, "{any}");
        }
    }
    for number in 1..=8 {
        say(stage, vader, &number.to_string());
        for client in [hans, yoda] {
            stage.hear(client, &format!("* broadcast {{id}} vader {{age}} {number}"));
        }
    }
    let kept = ["hans a", "yoda b", "hans c", "yoda d", "hans e"];
    let told = [&kept[..], &["vader 6", "vader 7", "vader 8"]].concat();
    ask(stage, hans, "history", &told);
    stage.hear_nothing();
}

fn the_history_outlives_a_restart_and_numbers_go_on(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let ids = ["one", "two"].map(|text| {
        let id = say(stage, hans, text);
        stage.hear(yoda, &format!("* broadcast {{id}} hans {{age}} {text}"));
        id
    });
    // A board has no goodbye.
    stage.pass_seconds(6.0);
    stage.restart();
    for client in [hans, yoda] {
        stage.hear(client, "* bye 425 the server is stopping");
        stage.closed(client);
    }
    let yoda = stage.arrive("yoda");
    assert_eq!(ask(stage, yoda, "history", &["hans one", "hans two"]), ids);
    let third = say(stage, yoda, "three");
    assert!(third > ids[1], "{third}");
    ask(stage, yoda, "history", &["hans one", "hans two", "yoda three"]);
    stage.hear_nothing();
}

fn a_server_without_durability_forgets_at_a_restart(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    say(stage, hans, "one");
    ask(stage, hans, "history", &["hans one"]);
    stage.restart();
    stage.hear(hans, "* bye 425 the server is stopping");
    stage.closed(hans);
    let hans = stage.arrive("hans");
    ask(stage, hans, "history", &[]);
    stage.hear_nothing();
}

fn wrong_arguments_and_strangers_are_refused(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    for request in ["history all", "history -1", "history 1 2"] {
        stage.ask(hans, request, "501 wrong arguments, the form is: history [count]");
    }
    let stranger = stage.stranger();
    stage.ask(stranger, "history", "530 log in first: login <user> <password>");
    stage.hear_nothing();
}
