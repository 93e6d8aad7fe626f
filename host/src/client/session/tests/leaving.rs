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
        ["! Invalid receiver!", "> You just logged out", "(exit 18)"]
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
