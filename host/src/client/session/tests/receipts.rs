//! What a user sees of own messages after the reply.

use super::*;

fn online_with(style: Style) -> Conversation {
    online_from(SessionConfig { receipts: style, ..config(style == Style::Ticks) })
}

#[test]
fn a_message_that_arrives_is_one_line_with_two_ticks() {
    let mut chat = online_with(Style::Ticks);
    chat.typed("message yoda hi");
    assert!(chat.heard("250 1 accepted\n* stored 1").is_empty());
    assert_eq!(chat.heard("* delivered 1"), ["~ ✓✓ yoda: hi"]);
    assert!(chat.waited(60).is_empty());
}

#[test]
fn a_message_that_waits_has_one_tick() {
    let mut chat = online_with(Style::Ticks);
    chat.typed("broadcast hi");
    assert!(chat.heard("252 1 2 recipients").is_empty());
    assert_eq!(chat.waited(2), ["~ ✓ to all: hi"]);
    assert_eq!(chat.heard("* delivered 1"), ["~ ✓✓ to all: hi"]);
}

#[test]
fn a_message_to_who_is_offline_is_told_as_stored_and_later_as_delivered() {
    for (style, told) in
        [(Style::Ticks, "~ ✓✓ yoda: hi"), (Style::Words, "~ delivered to yoda: hi")]
    {
        let mut chat = online_with(style);
        chat.typed("message yoda hi");
        assert_eq!(
            chat.heard("251 1 stored until yoda logs in\n* stored 1"),
            ["> yoda is offline, the message is stored"]
        );
        assert!(chat.waited(60).is_empty());
        assert_eq!(chat.heard("* delivered 1"), [told]);
    }
}

#[test]
fn receipts_come_for_messages_of_an_earlier_connection_too() {
    let mut chat = online_with(Style::Words);
    chat.typed("message yoda hi");
    chat.heard("250 1 accepted");
    chat.session.handle_disconnect(chat.now);
    chat.session.handle_timeout(chat.session.poll_at().unwrap());
    chat.session.handle_connected(chat.now, Vec::new());
    chat.heard("220 smolchat ready");
    chat.heard(ENTRY);
    assert_eq!(chat.heard("* delivered 1"), ["~ delivered to yoda: hi"]);
}

#[test]
fn who_reaches_nobody_or_is_refused_hears_of_no_receipts() {
    let mut chat = online_with(Style::Ticks);
    chat.typed("broadcast hi");
    chat.typed("message jabba hi");
    let told = ["> nobody else is online to receive it", "< message jabba hi"];
    assert_eq!(chat.heard("252 1 0 recipients"), told);
    let told = "! there is no user \"jabba\"; not taken: hi";
    assert_eq!(chat.heard("550 Invalid receiver!"), [told]);
    assert!(chat.waited(60).is_empty());
}

#[test]
fn a_script_and_an_older_server_hear_and_tell_of_none() {
    let mut chat = online();
    chat.typed("message yoda hi");
    assert!(chat.heard("250 1 accepted\n* stored 1\n* delivered 1").is_empty());
    assert!(chat.waited(60).is_empty());
    let mut chat = begin(SessionConfig { receipts: Style::Ticks, ..config(false) });
    chat.heard("220 smolchat ready");
    chat.heard(&ENTRY.replace("203 7 receipts on", "500 unknown command, try help"));
    chat.typed("message yoda hi");
    assert!(chat.heard("250 1 accepted").is_empty());
    assert!(chat.waited(60).is_empty());
}

#[test]
fn a_loss_is_told_once_with_the_words_where_they_are_known() {
    for (style, told) in [
        (Style::Ticks, "~ ✗ yoda: hi (not fetched in time)"),
        (Style::Words, "~ expired for yoda: hi"),
    ] {
        let mut chat = online_with(style);
        chat.typed("message yoda hi");
        chat.heard("251 1 stored until yoda logs in\n* stored 1");
        assert_eq!(chat.heard("* expired 1"), [told]);
        let lost = "! a message of yours from before was not fetched in time, it is gone";
        assert_eq!(chat.heard("* expired 7"), [lost]);
    }
}

#[test]
fn a_program_that_asks_for_receipts_hears_that_a_message_was_accepted_and_how() {
    let mut chat = online_with(Style::Words);
    chat.has_echo = true;
    chat.typed("message yoda hi");
    chat.typed("message luke hi");
    chat.typed("broadcast all");
    assert_eq!(
        chat.heard("250 1 accepted\n251 2 stored until luke logs in\n252 3 1 recipients"),
        [
            "= Accepted: hi",
            "> luke is offline, the message is stored",
            "= Stored: hi",
            "= Accepted: all"
        ]
    );
}

#[test]
fn a_script_that_hears_no_receipt_in_time_is_told_which_and_does_not_end_with_success() {
    for (receipts, lacking, code) in [
        (
            "",
            &[
                "accepted, but no receipt came for yoda: one",
                "accepted, but no receipt came for yoda: two",
            ][..],
            19,
        ),
        ("* delivered 1", &["accepted, but no receipt came for yoda: two"], 19),
        ("* delivered 1\n* stored 2", &[], 0),
    ] {
        let mut chat = online_with(Style::Words);
        chat.typed("message yoda one");
        chat.typed("message yoda two");
        chat.heard("250 1 accepted\n250 2 accepted");
        chat.session.handle_end_of_input(chat.now);
        chat.heard(receipts);
        if code != 0 {
            assert_eq!(chat.waited(15), ["< logout"]);
        }
        let ended = chat.heard("221 You just logged out");
        let told: Vec<_> = ended.iter().filter_map(|line| line.strip_prefix("! ")).collect();
        assert_eq!(told, lacking, "{receipts}");
        assert_eq!(ended.last().unwrap(), &format!("(exit {code})"));
    }
}

#[test]
fn a_receipt_that_comes_with_the_goodbye_is_told() {
    let mut chat = online_with(Style::Words);
    chat.typed("message yoda hi");
    chat.heard("250 1 accepted");
    chat.session.handle_end_of_input(chat.now);
    chat.waited(15);
    assert_eq!(
        chat.heard("* delivered 1\n221 You just logged out"),
        ["> You just logged out", "~ delivered to yoda: hi", "(exit 0)"]
    );
}

#[test]
fn a_script_whose_server_tells_of_no_receipts_learns_it_and_does_not_wait() {
    let mut chat = begin(SessionConfig { receipts: Style::Words, ..config(false) });
    chat.heard("220 smolchat ready");
    chat.heard(&ENTRY.replace("203 7 receipts on", "500 unknown command, try help"));
    chat.typed("message yoda hi");
    chat.heard("250 1 accepted");
    chat.session.handle_end_of_input(chat.now);
    assert_eq!(chat.done(), ["< logout"]);
    let ended = chat.heard("221 You just logged out");
    assert_eq!(ended[1..], ["! accepted, but no receipt came for yoda: hi", "(exit 19)"]);
}

#[test]
fn a_script_that_logs_out_itself_waits_for_no_receipts_and_ends_as_it_asked() {
    let mut chat = online_with(Style::Words);
    chat.typed("message yoda hi");
    chat.heard("250 1 accepted");
    assert_eq!(chat.typed("logout"), ["< logout"]);
    assert_eq!(chat.heard("221 You just logged out").last().unwrap(), "(exit 0)");
}

#[test]
fn further_messages_to_who_is_offline_have_a_tick_and_no_words() {
    let mut chat = online_from(SessionConfig { receipts: Style::Ticks, ..config(true) });
    for text in ["one", "two", "three"] {
        chat.typed(&format!("message yoda {text}"));
    }
    let stored = |id: u64| format!("251 {id} stored until yoda logs in");
    let told = ["> yoda is offline, the message is stored", "< message yoda two"];
    assert_eq!(chat.heard(&stored(1)), told);
    assert_eq!(chat.heard(&stored(2)), ["< message yoda three"]);
    assert!(chat.heard(&stored(3)).is_empty());
    assert_eq!(chat.waited(2), ["~ ✓ yoda: 2 messages (stored)"]);
    chat.typed("message luke hi");
    let told = "> luke is offline, the message is stored";
    assert_eq!(chat.heard("251 4 stored until luke logs in"), [told], "somebody else");
    chat.typed("message yoda four");
    let told = "> yoda is offline, the message is stored";
    assert_eq!(chat.heard(&stored(5)), [told], "and again");
}
