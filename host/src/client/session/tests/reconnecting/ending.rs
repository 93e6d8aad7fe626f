//! The end of a run while the server is away, or lost on the way out.

use super::*;
use crate::client::session::FailedLogin;

#[test]
fn who_has_no_connection_ends_it_at_once() {
    let mut chat = person();
    chat.cut();
    chat.session.handle_cancel(chat.now);
    assert_eq!(chat.done(), ["(exit 0)"]);
    let mut chat = person();
    chat.cut();
    chat.typed("message yoda hi");
    chat.tries();
    assert_eq!(chat.typed("logout"), ["! not sent: message yoda hi", "(exit 0)"]);
    let mut chat = person();
    chat.cut();
    chat.session.handle_interrupt(chat.now, Ending::AsAsked);
    assert_eq!(chat.done(), ["(exit 0)"]);
    let mut chat = person();
    chat.cut();
    assert_eq!(chat.ended_input(), ["(exit 0)"]);
    let mut chat = person();
    chat.session.handle_cancel(chat.now);
    assert!(chat.done().is_empty(), "online, it gives up a line and nothing else");
}

#[test]
fn a_script_that_ends_meanwhile_first_says_what_it_had_to_say() {
    for by_logout in [true, false] {
        let mut chat = online();
        chat.cut();
        chat.typed("message yoda hi");
        let done = if by_logout { chat.typed("logout") } else { chat.ended_input() };
        assert!(done.is_empty() && !chat.session.is_ready_for_input());
        assert!(chat.typed("ping").is_empty());
        assert_eq!(chat.returns(), ["< message yoda hi", "< logout"]);
        assert_eq!(
            chat.heard("250 1 accepted\n221 You just logged out"),
            ["> You just logged out", "(exit 0)"]
        );
    }
    let mut chat = online();
    chat.cut();
    assert_eq!(chat.ended_input(), ["(exit 0)"]);
}

#[test]
fn a_connection_lost_while_leaving_is_had_again_for_messages_and_for_nothing_else() {
    let mut chat = online();
    chat.typed("message yoda hi");
    assert_eq!(chat.ended_input(), ["< logout"]);
    assert_eq!(chat.cut(), [LOST, "(Disconnect)"]);
    assert_eq!(chat.returns(), ["< message yoda hi", "< logout"]);
    assert!(chat.heard("250 1 accepted").is_empty());
    assert_eq!(chat.cut(), ["! the connection to the server is lost", "(exit 10)"]);
}

#[test]
fn a_server_that_does_not_answer_a_leaving_script_is_had_again_too() {
    let mut chat = online();
    chat.typed("message yoda hi");
    assert_eq!(chat.typed("logout"), ["< logout"]);
    assert_eq!(chat.waited(10), ["~ the server does not answer, connecting again", "(Disconnect)"]);
    assert_eq!(chat.returns(), ["< message yoda hi", "< logout"]);
}

#[test]
fn nobody_who_waits_for_the_end_is_kept_waiting_for_a_lost_server() {
    let mut by_logout = person();
    by_logout.typed("message yoda hi");
    by_logout.typed("logout");
    let mut by_signal = online();
    by_signal.typed("message yoda hi");
    by_signal.session.handle_interrupt(by_signal.now, Ending::AsAsked);
    assert_eq!(by_signal.done(), ["< logout"]);
    let mut while_much_waits = person();
    (0..WINDOW).for_each(|_| drop(while_much_waits.typed("ping")));
    assert!(while_much_waits.typed("message yoda hi").is_empty());
    assert!(while_much_waits.typed("logout").is_empty());
    // A signal ends the client as it always does.
    for (mut chat, word, code) in [
        (by_logout, "unanswered", 10),
        (by_signal, "unanswered", 0),
        (while_much_waits, "not sent", 10),
    ] {
        assert_eq!(
            chat.cut(),
            [
                "! the connection to the server is lost",
                &*format!("! {word}: message yoda hi"),
                &*format!("(exit {code})")
            ]
        );
    }
}

#[test]
fn what_never_left_is_not_called_unanswered() {
    let mut chat = person();
    chat.typed("message yoda one");
    chat.cut();
    chat.typed("message yoda two");
    chat.session.handle_cancel(chat.now);
    let told = ["! unanswered: message yoda one", "! not sent: message yoda two", "(exit 0)"];
    assert_eq!(chat.done(), told);
}

#[test]
fn a_logout_goes_behind_everything_that_was_typed_before() {
    let mut chat = person();
    (0..=WINDOW).for_each(|_| drop(chat.typed("ping")));
    assert!(chat.typed("logout").is_empty());
    assert_eq!(chat.heard("202 pong"), ["> pong", "< ping", "< logout"]);
}

#[test]
fn something_else_in_the_servers_place_is_told_once_and_tried_again() {
    let found = "what answers is smolchat in clear";
    for is_person in [true, false] {
        let mut chat = online_from(config(is_person));
        chat.cut();
        let mut told = Vec::new();
        for _ in 0..3 {
            assert_eq!(chat.tries(), ["(Connect)"]);
            chat.session.handle_connected(chat.now, Vec::new());
            let failure = FailedLogin::Other(found.to_owned());
            chat.session.handle_failed_login(chat.now, failure);
            told.extend(chat.done().into_iter().filter(|line| line != "(Disconnect)"));
        }
        let mark = if is_person { '~' } else { '!' };
        assert_eq!(told, [format!("{mark} not yet: {found}; the client tries again by itself")]);
        assert!(chat.returns().is_empty());
    }
}
