//! A paste into a mailbox that is full for now, and a mailbox that stays full.

use super::*;

const FULL: &str =
    "450 yoda has no room for another message of yours until some are read, try again later";
const TOLD: &str =
    "~ yoda's mailbox is full; your lines wait until some are read, Ctrl-C gives them up";

/// A person who types four messages. The mailbox at yoda takes one and refuses the next.
fn refused() -> Conversation {
    let mut chat = online_from(config(true));
    assert_eq!(chat.typed("message yoda one"), ["< message yoda one"]);
    for text in ["two", "three", "four"] {
        assert!(chat.typed(&format!("message yoda {text}")).is_empty(), "one at a time");
    }
    assert_eq!(chat.heard("250 1 accepted"), ["< message yoda two"]);
    assert_eq!(chat.heard(FULL), [TOLD]);
    chat
}

fn pauses(chat: &mut Conversation) -> Vec<String> {
    chat.now = chat.session.poll_at().expect("a deadline");
    chat.session.handle_timeout(chat.now);
    chat.done()
}

#[test]
fn what_is_refused_for_now_is_sent_again_in_order_and_one_at_a_time() {
    let mut chat = refused();
    assert!(!chat.session.is_ready_for_input(), "what is typed waits");
    assert_eq!(pauses(&mut chat), ["< message yoda two"]);
    assert!(chat.heard(FULL).is_empty(), "told once");
    assert_eq!(pauses(&mut chat), ["< message yoda two"]);
    assert_eq!(chat.heard("250 2 accepted"), ["< message yoda three"]);
    assert!(chat.heard(FULL).is_empty());
    assert_eq!(pauses(&mut chat), ["< message yoda three"]);
    assert_eq!(chat.heard("250 3 accepted"), ["< message yoda four"]);
    assert!(chat.heard("250 4 accepted").is_empty());
    chat.waited(2);
    chat.typed("message yoda five");
    assert_eq!(chat.heard(FULL), [TOLD], "another paste");
}

#[test]
fn what_is_no_message_waits_for_no_reply_to_one_and_overtakes_none() {
    let mut chat = online_from(config(true));
    assert_eq!(chat.typed("message yoda one"), ["< message yoda one"]);
    assert_eq!(chat.typed("whoelse"), ["< whoelse"]);
    assert!(chat.typed("broadcast two").is_empty() && chat.typed("ping").is_empty());
    assert_eq!(chat.heard("250 1 accepted"), ["< broadcast two", "< ping"]);
    let mut script = online();
    for text in ["one", "two"] {
        assert_eq!(script.typed(&format!("message yoda {text}")).len(), 1, "nothing is sent again");
    }
}

#[test]
fn no_more_lines_wait_than_the_window_holds() {
    let mut chat = online_from(config(true));
    for _ in 0..WINDOW {
        assert!(chat.session.is_ready_for_input());
        chat.typed("message yoda hi");
    }
    assert!(!chat.session.is_ready_for_input());
    chat.heard("250 1 accepted");
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn a_mailbox_that_stays_full_refuses_in_the_end() {
    let mut chat = refused();
    let told = format!("! {}; not taken: two", &FULL[4..]);
    let begun = chat.now;
    loop {
        let sent = pauses(&mut chat);
        assert_eq!(sent, ["< message yoda two"]);
        let heard = chat.heard(FULL);
        if !heard.is_empty() {
            assert_eq!(heard, [&told, "< message yoda three"]);
            break;
        }
        assert!(chat.now < begun + Duration::from_secs(32), "not for ever");
    }
    assert!(chat.now >= begun + Duration::from_secs(30));
    assert_eq!(chat.heard(FULL), ["< message yoda four"], "told together");
    assert!(chat.heard(FULL).is_empty());
    let all = "! 3 messages to yoda were not taken, from \"two\" to \"four\"";
    assert_eq!(pauses(&mut chat), [all]);
    assert!(chat.session.is_ready_for_input());
}

#[test]
fn a_single_line_and_a_line_for_who_is_offline_are_refused_at_once() {
    let told = |text: &str| format!("! {}; not taken: {text}", &FULL[4..]);
    let mut chat = online_from(config(true));
    chat.typed("message yoda one");
    assert_eq!(chat.heard(FULL), [told("one")]);
    chat.typed("message yoda one");
    chat.typed("message yoda two");
    chat.heard("251 1 stored until yoda logs in");
    assert_eq!(chat.heard(FULL), [told("two")], "nobody reads there");
    let mut script = online();
    script.typed("message yoda one");
    script.typed("message yoda two");
    script.heard("250 1 accepted");
    let told = format!("! {} (not taken: two)", &FULL[4..]);
    assert_eq!(script.heard(FULL), [told], "a script decides itself");
}

#[test]
fn who_gives_up_is_told_what_was_not_sent() {
    let mut chat = refused();
    chat.session.handle_cancel(chat.now);
    let texts = ["two", "three", "four"];
    assert_eq!(chat.done(), texts.map(|text| format!("! not sent: message yoda {text}")));
    assert!(chat.session.is_ready_for_input() && chat.waited(5).is_empty());
}

#[test]
fn a_lost_connection_keeps_what_waits_in_its_order() {
    for is_retried in [false, true] {
        let mut chat = refused();
        if is_retried {
            assert_eq!(pauses(&mut chat), ["< message yoda two"]);
        }
        chat.session.handle_disconnect(chat.now);
        chat.waited(1);
        chat.session.handle_connected(chat.now, Vec::new());
        chat.heard("220 smolchat ready");
        chat.done();
        let mut sent = chat.heard(ENTRY);
        sent.extend(chat.heard("218 0 broadcasts"));
        let (mut rest, mut id) = (Vec::new(), 10);
        loop {
            rest.extend(sent.into_iter().filter(|line| line.starts_with("< message ")));
            if rest.len() == 3 {
                break;
            }
            id += 1;
            sent = chat.heard(&format!("250 {id} accepted"));
        }
        assert_eq!(rest, ["two", "three", "four"].map(|text| format!("< message yoda {text}")));
    }
}

#[test]
fn a_run_that_ends_tells_what_still_waits() {
    let mut chat = refused();
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    let ended = chat.heard("221 You just logged out");
    let texts = ["two", "three", "four"];
    let waiting = texts.map(|text| format!("! not sent: message yoda {text}"));
    assert!(ended.ends_with(&[&waiting[..], &["(exit 0)".to_owned()]].concat()), "{ended:?}");
}

const ABSENT: &str = "455 the server holds as many messages as it can for users who do not read \
                      them now, try again later";

#[test]
fn refusals_in_a_row_are_one_line_and_others_stand_for_themselves() {
    let mut chat = online_from(config(true));
    let texts = ["a", "b", "c", "d", "e"];
    texts.iter().for_each(|text| drop(chat.typed(&format!("message yoda {text}"))));
    chat.typed("message luke f");
    let sent = |text: &str| format!("< message yoda {text}");
    let told = |text: &str| format!("! {}; not taken: {text}", &ABSENT[4..]);
    assert_eq!(chat.heard(ABSENT), [told("a"), sent("b")]);
    assert_eq!(chat.heard(ABSENT), [sent("c")]);
    assert_eq!(chat.heard(ABSENT), [sent("d")]);
    let all = "! 3 messages to yoda were not taken, from \"a\" to \"c\"";
    assert_eq!(chat.heard("250 1 accepted"), [all, &sent("e")], "before what was taken is told");
    assert_eq!(chat.heard(ABSENT), [told("e"), "< message luke f".to_owned()], "a new row");
    assert_eq!(chat.heard(ABSENT), [told("f")], "another receiver");
    chat.typed("message luke g");
    assert!(chat.heard(ABSENT).is_empty());
    assert_eq!(pauses(&mut chat), [told("g")], "two of them are told as they are");
    chat.typed("message luke h");
    chat.typed("message luke i");
    chat.heard(ABSENT);
    chat.waited(1);
    assert_eq!(chat.heard(ABSENT), [told("i")], "later, by itself");
}

#[test]
fn a_run_that_ends_tells_what_was_refused() {
    let mut chat = online_from(config(true));
    ["a", "b", "c"].iter().for_each(|text| drop(chat.typed(&format!("message yoda {text}"))));
    chat.heard(&format!("{FULL}\n{FULL}\n{FULL}"));
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    let ended = chat.heard("221 You just logged out");
    let all = "! 3 messages to yoda were not taken, from \"a\" to \"c\"";
    assert!(ended.contains(&all.to_owned()), "{ended:?}");
}
