//! A server that does not answer.

use super::*;

fn person() -> Conversation {
    online_from(SessionConfig { reconnect: None, ..config(true) })
}

const TOLD: &str = "~ the server has not answered for 3 seconds";

#[test]
fn a_silent_server_is_told_of_after_three_seconds_and_asked_by_another_connection() {
    let mut chat = person();
    assert_eq!(chat.session.poll_at(), None, "nothing is owed");
    chat.typed("whoelse");
    assert!(chat.waited(2).is_empty());
    assert_eq!(chat.waited(1), [TOLD, "(Connect)"]);
    assert!(chat.waited(60).is_empty(), "one question at a time, told once");
    chat.session.handle_unreachable(chat.now, "no route");
    assert_eq!(chat.waited(1), ["(Connect)"]);
}

#[test]
fn a_server_that_only_stood_still_is_not_left_and_nothing_is_said_twice() {
    let mut chat = person();
    chat.typed("message yoda hi");
    assert_eq!(chat.waited(3), [TOLD, "(Connect)"]);
    assert!(!chat.session.wants_connection());
    chat.session.handle_probed(chat.now, true);
    assert!(chat.waited(0).is_empty());
    assert!(chat.heard("250 1 accepted").is_empty());
    assert!(chat.waited(1).iter().all(|action| !action.starts_with('<')));
    chat.typed("whoelse");
    assert!(chat.waited(2).iter().all(|action| action != TOLD), "three seconds again");
}

#[test]
fn a_server_that_started_anew_is_found_by_its_silence() {
    let mut chat = person();
    chat.typed("message yoda hi");
    chat.waited(3);
    chat.session.handle_probed(chat.now, true);
    let lost = ["(Disconnect)", "~ the server has started anew, connecting again", "(Disconnect)"];
    assert_eq!(chat.waited(1), lost);
    assert_eq!(chat.waited(1), ["(Connect)"]);
    assert!(chat.session.wants_connection());
}

#[test]
fn answers_that_come_slowly_one_by_one_are_no_silence() {
    let mut chat = person();
    (0..4).for_each(|_| drop(chat.typed("ping")));
    for _ in 0..4 {
        assert!(chat.waited(2).is_empty());
        assert_eq!(chat.heard("202 pong"), ["> pong"]);
    }
    assert!(chat.waited(60).is_empty());
}

#[test]
fn what_the_client_answers_itself_is_owed_by_no_server() {
    let mut chat = online();
    for line in ["help message", "hello", "message yoda"] {
        assert!(!chat.typed(line).is_empty());
        assert!(chat.waited(4).is_empty(), "behind {line}");
    }
    chat.typed("ping");
    chat.typed("help message");
    assert_eq!(chat.waited(4), ["(Connect)"]);
}
