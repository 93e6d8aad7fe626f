//! Texts, their numbers, and what their sender learns of them.

use super::*;
use crate::client::peer::WINDOW;

#[test]
fn a_text_is_acknowledged_once_it_was_shown() {
    let mut us = caller();
    assert_eq!(us.hears(A, "text 1 one"), [heard("yoda", "one")]);
    assert_eq!(us.hears(A, "text 2 two"), [heard("yoda", "two")]);
    assert_eq!(us.shown(A), [say(A, "ack 2")]);
    assert_eq!(us.shown(A), []);
    us.hears(A, "text 3 three");
    assert_eq!(us.all.handle_shown(A, 2), [], "what came later was not shown yet");
    assert_eq!(us.shown(A), [say(A, "ack 3")]);
}

#[test]
fn what_is_acknowledged_is_delivered_and_told_once() {
    let mut us = caller();
    for text in ["one", "two", "three"] {
        us.says("yoda", text);
    }
    assert!(us.all.is_waiting());
    assert_eq!(us.hears(A, "ack 2"), [delivered(&["one", "two"])]);
    assert_eq!(us.hears(A, "ack 1"), []);
    assert_eq!(us.hears(A, "ack 99"), [delivered(&["three"])]);
    assert!(!us.all.is_waiting());
    let gone = show("yoda is gone, the private conversation ended");
    assert_eq!(us.closed(A), [gone]);
}

#[test]
fn what_was_not_acknowledged_when_a_peer_is_lost_is_told_word_for_word() {
    let mut us = caller();
    let long = "a long text ".repeat(20);
    for text in ["one", "two", &long] {
        us.says("yoda", text);
    }
    us.hears(A, "ack 1");
    assert_eq!(
        us.closed(A),
        [
            show("yoda is gone, the private conversation ended"),
            lost("yoda", "two"),
            lost("yoda", &long)
        ]
    );
    assert_eq!(us.closed(A), []);
    assert_eq!(us.starts("yoda"), Ok(()));
}

#[test]
fn a_dead_link_is_noticed_within_seconds_of_something_being_said() {
    let mut us = caller();
    assert_eq!(us.all.poll_at(), None, "nothing is awaited");
    us.says("yoda", "hi");
    let said_at = us.now;
    assert_eq!(us.waits(), [say(A, "ping")]);
    assert_eq!(
        us.waits(),
        [
            Effect::Close(A),
            show("yoda is gone, the private conversation ended"),
            lost("yoda", "hi")
        ]
    );
    assert!(us.now - said_at <= Duration::from_secs(6));
    assert_eq!(us.closed(A), []);
}

#[test]
fn a_peer_whose_screen_stands_still_is_not_lost() {
    let mut us = caller();
    us.says("yoda", "hi");
    for _ in 0..100 {
        assert_eq!(us.waits(), [say(A, "ping")]);
        assert_eq!(us.hears(A, "pong"), []);
    }
    assert_eq!(us.hears(A, "ack 1"), [delivered(&["hi"])]);
    assert_eq!(us.all.poll_at(), None);
    assert_eq!(us.hears(A, "ping"), [say(A, "pong")]);
}

#[test]
fn texts_without_an_acknowledgement_are_bounded() {
    let mut us = caller();
    for _ in 0..WINDOW {
        assert!(matches!(us.says("yoda", "hi")[..], [Effect::Say(..)]));
    }
    assert_eq!(us.says("yoda", "hi"), [refuse("yoda does not read, this was not sent")]);
    us.hears(A, "ack 1");
    assert_eq!(us.says("yoda", "hi"), [say(A, &format!("text {} hi", WINDOW + 1))]);
    assert_eq!(us.says("yoda", "hi").len(), 1);
}

#[test]
fn both_calling_at_once_is_one_conversation_without_duplicates() {
    let mut us = user();
    us.starts("yoda").unwrap();
    assert!(!us.all.handle_introduction("yoda"), "their introduction, ours was not answered yet");
    us.answered("yoda", true);
    assert!(us.all.handle_introduction("yoda"));
    us.called(B, "yoda");
    assert_eq!(us.says("yoda", "early"), [say(B, "text 1 early")]);
    // Our own link: whatever may be lost with the other one goes on it, too.
    assert_eq!(
        us.connected(A, "yoda", true),
        [show("Connect to yoda successfully."), say(A, &format!("{RUN}1")), say(A, "text 1 early")]
    );
    assert_eq!(us.hears(B, "text 1 on one"), [heard("yoda", "on one")]);
    assert_eq!(us.hears(A, "begin 00000000000000ff 1"), []);
    assert_eq!(us.hears(A, "text 1 on one"), [], "it came before");
    assert_eq!(us.hears(A, "text 2 on the other"), [heard("yoda", "on the other")]);
    assert_eq!(us.says("yoda", "hi"), [say(A, "text 2 hi")]);
    assert_eq!(
        us.closed(A),
        [say(B, &format!("{RUN}1")), say(B, "text 1 early"), say(B, "text 2 hi")]
    );
    assert_eq!(us.hears(B, "ack 2"), [delivered(&["early", "hi"])]);
    assert_eq!(us.closed(B), [show("yoda is gone, the private conversation ended")]);
}

#[test]
fn a_text_that_comes_again_is_acknowledged_again() {
    let mut us = caller();
    us.hears(A, "text 1 one");
    assert_eq!(us.shown(A), [say(A, "ack 1")]);
    us.called(B, "yoda");
    assert_eq!(us.hears(B, "text 1 one"), [say(B, "ack 1")]);
}

#[test]
fn numbers_go_on_in_the_next_conversation_and_begin_anew_with_a_peer_that_was_started_anew() {
    let mut us = caller();
    us.says("yoda", "lost");
    us.hears(A, "text 1 one");
    us.closed(A);
    // The same client: what it lost, it knows.
    assert_eq!(
        us.connected(B, "yoda", false),
        [show("yoda started a private conversation"), say(B, &format!("{RUN}2"))]
    );
    us.hears(B, "begin 00000000000000ff 5");
    assert_eq!(us.hears(B, "text 5 five"), [heard("yoda", "five")]);
    assert_eq!(us.says("yoda", "hi"), [say(B, "text 2 hi")]);
    // It was started anew, and its old link hangs.
    us.connected(A, "yoda", false);
    us.hears(A, "begin 0000000000000001 1");
    assert_eq!(us.hears(A, "text 1 back"), [heard("yoda", "back")]);
}

#[test]
fn what_no_peer_says_cuts_the_link() {
    for line in ["text 2 hi", "text 1", "text x hi", "ack", "ack -1", "begin 7 1", "begin 7"] {
        let mut us = caller();
        assert_eq!(us.hears(A, line), [Effect::Close(A)], "{line}");
    }
    let mut us = user();
    us.connected(A, "yoda", false);
    assert_eq!(us.hears(A, "text 1 hi"), [Effect::Close(A)], "before it has begun");
    assert_eq!(us.hears(A, "begin 00000000000000ff 0"), [Effect::Close(A)]);
    assert_eq!(us.hears(A, "what a newer client says"), []);
    assert_eq!(us.hears(LinkId(99), "text 1 hi"), []);
}
