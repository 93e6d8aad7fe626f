//! What a person sees of the room's past: at a start, at a later login, and on a question.

use super::*;

fn person() -> Conversation {
    online_from(config(true))
}

/// A start of a person whose earlier runs have kept this.
fn starting(kept: Option<Seen>) -> Conversation {
    starting_behind(kept, 0)
}

/// The same at a server whose history may lack something right before this number.
fn starting_behind(kept: Option<Seen>, gap: u64) -> Conversation {
    let mut chat = begin(config(true));
    chat.kept = kept;
    chat.heard("220 smolchat ready");
    chat.heard(ENTRY);
    if kept.is_some_and(|kept| kept.epoch == 7) {
        chat.heard_of_gap(gap);
    }
    chat
}

/// The connection is lost and had again, at a server with such a gap.
fn comes_back(chat: &mut Conversation, gap: u64) {
    chat.session.handle_disconnect(chat.now);
    chat.waited(1);
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    let asked = chat.heard(ENTRY);
    assert_eq!(asked[3..], ["< status", "< history 20"]);
    chat.heard_of_gap(gap);
}

/// The room's past as the server tells it at a start, with who is here behind it. What is shown of
/// the past.
fn told(chat: &mut Conversation, past: &str) -> Vec<String> {
    let mut told = chat.heard(&format!("{past}\n210 Users current online: "));
    let greeting = told.split_off(told.len() - 2);
    assert!(greeting[0].starts_with("~ you are hans"), "{greeting:?}");
    told
}

fn seen(id: u64) -> Option<Seen> {
    Some(Seen { epoch: 7, id: MessageId(id) })
}

const PAST: &str = "218-5 yoda 60 five\n218-6 luke 30 six\n218 2 broadcasts";
const FIVE: &str = "> [60 seconds ago] yoda (to all): five";
const SIX: &str = "> [30 seconds ago] luke (to all): six";

#[test]
fn a_line_stands_between_what_an_earlier_run_has_seen_and_what_is_new() {
    let mut chat = starting(seen(5));
    assert_eq!(told(&mut chat, PAST), [FIVE, "~ new since you were here:", SIX]);
    assert_eq!(chat.kept, seen(6));
    let mut chat = starting(seen(6));
    assert_eq!(told(&mut chat, PAST), [FIVE, SIX, "~ nothing new since you were here"]);
    let mut first = starting(None);
    assert_eq!(told(&mut first, PAST), [FIVE, SIX]);
}

#[test]
fn who_was_away_for_long_is_told_all_that_was_missed() {
    let mut chat = starting(seen(100));
    let past = |ids: std::ops::RangeInclusive<u64>| -> String {
        let lines = ids.clone().map(|id| format!("218-{id} yoda 9 b{id}\n"));
        lines.chain([format!("218 {} broadcasts", ids.count())]).collect()
    };
    assert_eq!(chat.heard(&past(181..=200)), ["< history 1024"]);
    assert!(chat.heard("210 Users current online: ").is_empty());
    let told = chat.heard(&past(73..=200));
    assert_eq!((told.len(), &*told[0]), (103, "~ new since you were here:"));
    assert!(told[101].starts_with("~ you are hans"), "{told:?}");
    assert!(told[1].ends_with("b101") && told[100].ends_with("b200"), "{told:?}");
}

#[test]
fn a_server_that_lost_its_numbers_or_its_history_hides_nothing() {
    let mut chat = starting(Some(Seen { epoch: 6, id: MessageId(900) }));
    assert_eq!(told(&mut chat, PAST), [FIVE, SIX]);
    let mut chat = starting(seen(900));
    assert_eq!(told(&mut chat, PAST)[..2], [FIVE, SIX]);
}

#[test]
fn what_is_said_while_somebody_is_here_is_seen_and_so_is_what_that_user_says() {
    let mut chat = person();
    chat.heard("* broadcast 8 yoda 0 hi");
    chat.heard("201 8 acknowledged");
    chat.typed("hello");
    chat.heard("252 9 0 recipients");
    chat.typed("logout");
    chat.heard("221 You just logged out");
    assert_eq!(chat.kept, seen(9));
}

#[test]
fn a_run_that_is_killed_forgets_a_minute_at_most_and_a_login_without_an_answer_nothing() {
    let mut chat = person();
    chat.heard("* broadcast 8 yoda 0 hi");
    assert_eq!(chat.kept, None);
    chat.waited(60);
    chat.heard("201 8 acknowledged\n* broadcast 9 yoda 0 hi");
    assert_eq!(chat.kept, seen(9));
    let mut early = starting(seen(5));
    early.heard("* broadcast 9 yoda 0 hi");
    early.session.handle_interrupt(early.now, Ending::AsAsked);
    early.waited(1);
    assert_eq!(early.kept, seen(5), "what lies between was not shown");
}

#[test]
fn a_script_is_shown_no_past_and_keeps_nothing() {
    let mut chat = online();
    chat.heard("* broadcast 8 yoda 0 hi");
    chat.typed("logout");
    chat.heard("201 8 acknowledged\n221 You just logged out");
    assert_eq!(chat.kept, None);
}

#[test]
fn what_was_said_to_all_meanwhile_is_told_once() {
    let mut chat = person();
    chat.heard("* broadcast 5 yoda 0 here");
    chat.heard("201 5 acknowledged");
    comes_back(&mut chat, 0);
    assert!(chat.heard("* broadcast 9 luke 0 live").is_empty(), "it waits for its turn");
    let past = "218-5 yoda 60 here\n218-7 vader 30 missed\n218-9 luke 0 live\n218 3 broadcasts";
    assert_eq!(
        chat.heard(past),
        ["> [30 seconds ago] vader (to all): missed", "> luke (to all): live", "< ack 9"]
    );
    chat.heard("201 9 acknowledged");
    comes_back(&mut chat, 0);
    assert!(chat.heard(past).is_empty(), "it was told");
}

#[test]
fn history_that_was_asked_for_is_told_whole() {
    for is_person in [true, false] {
        let mut chat = online_from(config(is_person));
        chat.heard("* broadcast 5 yoda 0 here");
        chat.heard("201 5 acknowledged");
        assert_eq!(chat.typed("history 2"), ["< history 2"]);
        assert_eq!(
            chat.heard("218-5 yoda 60 here\n218-6 hans 30 mine\n218 2 broadcasts"),
            [
                "> [60 seconds ago] yoda (to all): here",
                "> [30 seconds ago] hans (to all): mine",
                "> 2 broadcasts"
            ]
        );
    }
}

#[test]
fn what_was_seen_before_draws_nobodys_attention() {
    let mut chat = starting(seen(5));
    let lines = format!("{PAST}\n210 Users current online: ");
    lines.lines().for_each(|line| chat.session.handle_line(chat.now, line));
    let mut told = Vec::new();
    while let Some(action) = chat.session.poll_action() {
        match action {
            Action::Show(Shown::Told(said)) => told.push((said.text, false)),
            Action::Show(Shown::Said(said)) => told.push((said.text, true)),
            _ => {}
        }
    }
    assert_eq!(told, [("five".to_owned(), false), ("six".to_owned(), true)]);
}

const ANEW: &str = "~ the server was cut off and has started anew; what was said to all in the 5 \
                    seconds before may be missing";

#[test]
fn what_may_be_missing_is_told() {
    let mut chat = starting_behind(seen(5), 1048577);
    let past = "218-5 yoda 60 five\n218-1048581 luke 30 six\n218 2 broadcasts";
    assert_eq!(told(&mut chat, past), [FIVE, "~ new since you were here:", ANEW, SIX]);
    let mut chat = starting(seen(2));
    let cut = "~ what was said to all before this may be missing, the server keeps no more";
    assert_eq!(told(&mut chat, PAST), ["~ new since you were here:", cut, FIVE, SIX]);
}

#[test]
fn a_server_that_was_cut_off_is_told_of_at_once_and_one_that_stopped_is_not() {
    for (gap, is_told) in [(1048577, true), (0, false)] {
        let mut chat = starting_behind(seen(6), gap);
        let told = told(&mut chat, PAST);
        let lines = [FIVE, SIX, "~ nothing new since you were here", ANEW];
        assert_eq!(told, lines[..if is_told { 4 } else { 3 }]);
        assert_eq!(chat.heard("* broadcast 1048581 yoda 0 hi")[0], "> yoda (to all): hi");
        chat.heard("201 1048581 acknowledged");
        comes_back(&mut chat, gap);
        assert!(chat.heard("218-1048581 yoda 9 hi\n218 1 broadcasts").is_empty(), "once");
    }
}

#[test]
fn a_server_that_was_cut_off_is_told_of_before_anything_that_is_said_next() {
    let mut chat = person();
    chat.heard("* broadcast 5 yoda 0 here");
    chat.heard("201 5 acknowledged");
    comes_back(&mut chat, 1048577);
    chat.heard("* broadcast 1048578 luke 0 next");
    let past = "218-5 yoda 60 here\n218-6 vader 30 missed\n218-1048578 luke 0 next\n218 3 x";
    assert_eq!(
        chat.heard(past),
        [
            "> [30 seconds ago] vader (to all): missed",
            ANEW,
            "> luke (to all): next",
            "< ack 1048578"
        ]
    );
}
