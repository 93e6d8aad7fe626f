//! How a session ends: the answers that are waited for, the goodbye, and the ending.

use super::*;

#[test]
fn leaving_waits_for_the_answers_and_the_goodbye() {
    let mut chat = online();
    chat.typed("message yoda hi");
    chat.session.handle_end_of_input(chat.now);
    assert_eq!(chat.done(), ["< logout"]);
    assert!(!chat.session.is_ready_for_input());
    assert_eq!(
        chat.heard("550 Invalid receiver!\n221 You just logged out"),
        ["! Invalid receiver! (there is no user \"yoda\")", "> You just logged out", "(exit 18)"]
    );
}

#[test]
fn leaving_does_not_wait_for_ever() {
    let mut chat = online();
    chat.typed("logout");
    assert!(chat.waited(9).is_empty());
    assert_eq!(chat.waited(1), ["! the server does not answer", "(exit 10)"]);
}

#[test]
fn an_interrupt_logs_out_and_a_second_one_does_not_wait() {
    let mut chat = online();
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    assert_eq!(chat.done(), ["< logout"]);
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    assert_eq!(chat.done(), ["(exit 0)"]);
}

#[test]
fn the_servers_goodbye_and_a_lost_connection_are_told_apart() {
    assert_eq!(
        online().heard("* bye 422 you were inactive and are logged out"),
        ["! you were inactive and are logged out", "(exit 14)"]
    );
    let never = SessionConfig { reconnect: Some(Duration::ZERO), ..config(false) };
    let mut chat = online_from(never.clone());
    chat.session.handle_disconnect(chat.now);
    assert_eq!(chat.done(), ["! the connection to the server is lost", "(exit 10)"]);
    assert_eq!(
        online_from(never).heard("* bye 425 the server is stopping"),
        ["! the server is stopping", "(exit 10)"]
    );
}

#[test]
fn what_an_operator_does_to_a_user_has_an_ending_of_its_own() {
    for (bye, text) in [
        ("427 an operator logged you out", "an operator logged you out"),
        ("428 an operator banned you", "an operator banned you"),
        ("539 your account was removed", "your account was removed"),
    ] {
        for is_person in [false, true] {
            let heard = online_from(config(is_person)).heard(&format!("* bye {bye}"));
            assert_eq!(heard, [format!("! {text}"), "(exit 20)".to_owned()]);
        }
    }
}

#[test]
fn a_script_that_asks_for_receipts_waits_for_them_before_it_leaves() {
    let mut chat = online_from(SessionConfig { receipts: Style::Words, ..config(false) });
    chat.typed("message yoda hi");
    chat.session.handle_end_of_input(chat.now);
    assert!(chat.done().is_empty());
    assert!(chat.heard("250 3 accepted").is_empty());
    assert!(chat.waited(5).is_empty());
    assert_eq!(chat.heard("* delivered 3"), ["~ delivered to yoda: hi", "< logout"]);
    let mut chat = online_from(SessionConfig { receipts: Style::Words, ..config(false) });
    chat.typed("message yoda hi");
    chat.session.handle_end_of_input(chat.now);
    chat.heard("250 3 accepted");
    assert_eq!(chat.waited(15), ["< logout"], "not for ever");
}

#[test]
fn a_signal_ends_a_client_as_it_always_does_while_the_server_is_silent() {
    for (ending, code) in [(Ending::AsAsked, 0), (Ending::Interrupted, 130)] {
        for reconnect in [Some(Duration::ZERO), Some(Duration::from_secs(60)), None] {
            let mut chat = online_from(SessionConfig { reconnect, ..config(false) });
            chat.typed("message yoda hi");
            chat.session.handle_interrupt(chat.now, ending);
            assert_eq!(chat.done(), ["< logout"]);
            let ended = chat.waited(1);
            assert_eq!(ended.last(), Some(&format!("(exit {code})")), "{reconnect:?}");
            assert!(ended.contains(&"! unanswered: message yoda hi".to_owned()), "{ended:?}");
        }
    }
}

#[test]
fn a_connection_that_is_lost_on_the_way_to_the_end_does_not_change_the_ending() {
    for bye in [None, Some("* bye 425 the server is stopping"), Some("* bye 422 inactive")] {
        let mut chat = online();
        chat.session.handle_interrupt(chat.now, Ending::AsAsked);
        match bye {
            Some(bye) => chat.session.handle_line(chat.now, bye),
            None => chat.session.handle_disconnect(chat.now),
        }
        assert_eq!(chat.done().last().unwrap(), "(exit 0)", "{bye:?}");
    }
}
