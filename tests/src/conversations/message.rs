//! Messages to one user, online or not.

use crate::stage::Stage;

conversations! {
    a_message_to_who_is_online_is_delivered_now;
    a_message_to_who_is_offline_comes_at_the_next_login;
    stored_messages_come_oldest_first_whoever_sent_them;
    a_stored_message_comes_once;
    unknown_receivers_and_oneself_are_invalid;
    a_text_comes_as_it_was_said;
    the_longest_text_passes_and_one_byte_more_does_not;
    ids_rise_and_are_the_same_on_both_sides;
    ages_are_in_seconds_since_the_message_was_accepted;
    many_messages_in_one_breath_all_arrive_in_order;
}

fn a_message_to_who_is_online_is_delivered_now(stage: &mut dyn Stage) {
    let [hans, yoda, _luke] = stage.company(["hans", "yoda", "luke"]);
    stage.hear_nothing();
    stage.ask(hans, "message yoda hi", "250 {id} accepted");
    stage.hear(yoda, "* message {id} hans 0 hi");
    stage.ask(yoda, "message hans hi yourself", "250 {id} accepted");
    stage.hear(hans, "* message {id} yoda 0 hi yourself");
    stage.hear_nothing();
}

fn a_message_to_who_is_offline_comes_at_the_next_login(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    stage.hear_nothing();
    let yoda = stage.arrive("yoda");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn stored_messages_come_oldest_first_whoever_sent_them(stage: &mut dyn Stage) {
    let [hans, luke] = stage.company(["hans", "luke"]);
    for round in 0..4 {
        for sender in [hans, luke] {
            stage.ask(sender, &format!("message yoda {round}"), "251 {id} stored until yoda logs in");
        }
    }
    let yoda = stage.arrive("yoda");
    let mut last = 0;
    for round in 0..4 {
        for sender in ["hans", "luke"] {
            let heard = stage.hear(yoda, &format!("* message {{id}} {sender} {{age}} {round}"));
            assert!(heard.number("id") > last, "ids rise");
            last = heard.number("id");
        }
    }
    stage.hear(hans, "* login yoda");
    stage.hear(luke, "* login yoda");
    stage.hear_nothing();
}

fn a_stored_message_comes_once(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "message yoda hi", "251 {id} stored until yoda logs in");
    let yoda = stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear(yoda, "* message {id} hans {age} hi");
    stage.ask(yoda, "ping", "202 pong");
    stage.ask(yoda, "logout", "221 You just logged out");
    stage.hear(hans, "* logout yoda");
    stage.arrive("yoda");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn unknown_receivers_and_oneself_are_invalid(stage: &mut dyn Stage) {
    let [hans, _yoda] = stage.company(["hans", "yoda"]);
    for receiver in ["jabba", "hans", "Yoda", "yod", "yodaa"] {
        stage.ask(hans, &format!("message {receiver} hi"), "550 Invalid receiver!");
    }
    stage.hear_nothing();
}

fn a_text_comes_as_it_was_said(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    for text in ["two  spaces", "{braces} and 100 %", "trailing ", "grüße, 世界 🚀", "* bye 425 no", "250-1"] {
        stage.ask(hans, &format!("message yoda {text}"), "250 {id} accepted");
        let heard = stage.hear(yoda, "* message {id} hans 0 {any}");
        assert_eq!(heard.field("any"), text);
    }
    stage.hear_nothing();
}

fn the_longest_text_passes_and_one_byte_more_does_not(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let text = "x".repeat(432);
    stage.ask(hans, &format!("message yoda {text}"), "250 {id} accepted");
    stage.hear(yoda, &format!("* message {{id}} hans 0 {text}"));
    stage.ask(hans, &format!("message yoda {text}x"), "503 text longer than 432 bytes");
    stage.ask(hans, &format!("message luke {text}"), "251 {id} stored until luke logs in");
    stage.ask(hans, &format!("message luke {text}x"), "503 text longer than 432 bytes");
    stage.hear_nothing();
}

fn ids_rise_and_are_the_same_on_both_sides(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let mut last = 0;
    for _ in 0..5 {
        let sent = stage.ask(hans, "message yoda hi", "250 {id} accepted").number("id");
        assert_eq!(stage.hear(yoda, "* message {id} hans 0 hi").number("id"), sent);
        assert!(sent > last, "ids rise");
        last = sent;
    }
    stage.hear_nothing();
}

fn ages_are_in_seconds_since_the_message_was_accepted(stage: &mut dyn Stage) {
    let hans = stage.arrive("hans");
    stage.ask(hans, "message yoda early", "251 {id} stored until yoda logs in");
    stage.pass_seconds(2.1);
    stage.ask(hans, "message yoda late", "251 {id} stored until yoda logs in");
    let yoda = stage.arrive("yoda");
    let early = stage.hear(yoda, "* message {id} hans {age} early").number("age");
    let late = stage.hear(yoda, "* message {id} hans {age} late").number("age");
    assert!((2..=4).contains(&early) && early >= late + 2, "{early} and {late}");
    stage.hear(hans, "* login yoda");
    stage.hear_nothing();
}

fn many_messages_in_one_breath_all_arrive_in_order(stage: &mut dyn Stage) {
    let [hans, yoda] = stage.company(["hans", "yoda"]);
    let breath: String = (0..9).map(|n| format!("message yoda number {n}\n")).collect();
    stage.send(hans, breath.as_bytes());
    for n in 0..9 {
        stage.hear(hans, "250 {id} accepted");
        stage.hear(yoda, &format!("* message {{id}} hans {{age}} number {n}"));
    }
    stage.hear_nothing();
}
