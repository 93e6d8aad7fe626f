//! Private conversations as the two users see them, without a network.

use super::*;

const A: LinkId = LinkId(1);
const B: LinkId = LinkId(2);

fn show(text: &str) -> Effect {
    told(text.to_owned())
}

fn refuse(text: &str) -> Effect {
    refused(text.to_owned())
}

/// A text from a peer is shown.
fn heard(from: &str, text: &str) -> Effect {
    let (from, text) = (from.to_owned(), text.to_owned());
    Effect::Show(Shown::Said(Said { from, channel: Channel::Private, text, age: 0 }))
}

/// The caller's side, just connected.
fn connected_caller() -> Conversations {
    let mut us = Conversations::default();
    us.start(Instant::now(), "yoda").unwrap();
    assert_eq!(us.handle_answer("yoda", true), []);
    assert!(us.handle_introduction("yoda"));
    assert_eq!(us.handle_connected(A, "yoda", true), [show("Connect to yoda successfully.")]);
    us
}

#[test]
fn the_caller_connects_and_both_may_talk() {
    let mut us = connected_caller();
    assert!(!us.is_calling());
    assert_eq!(us.say("yoda", "hi"), [Effect::Say(A, "hi".into())]);
    assert_eq!(us.handle_line(A, "text hello you"), [heard("yoda", "hello you")]);
    assert_eq!(us.start(Instant::now(), "yoda"), Err("yoda is connected already".into()));
}

#[test]
fn the_called_side_answers_without_a_startprivate_of_its_own() {
    let mut us = Conversations::default();
    assert!(!us.handle_introduction("hans"), "the one who asked connects");
    assert_eq!(
        us.handle_connected(A, "hans", false),
        [show("hans started a private conversation")]
    );
    assert_eq!(us.say("hans", "hi"), [Effect::Say(A, "hi".into())]);
}

#[test]
fn without_a_conversation_nothing_is_said_or_stopped() {
    let mut us = Conversations::default();
    assert_eq!(us.say("yoda", "hi"), [refuse("Have not built connection with yoda")]);
    assert_eq!(us.stop("yoda"), [refuse("Have not built connection with yoda")]);
}

#[test]
fn stopping_is_told_to_the_peer_and_the_peers_stop_to_us() {
    let mut us = connected_caller();
    assert_eq!(
        us.stop("yoda"),
        [Effect::Stop(A), show("You stopped private conversation with yoda")]
    );
    assert_eq!(us.handle_closed(A), []);
    assert_eq!(us.say("yoda", "hi"), [refuse("Have not built connection with yoda")]);
    let mut us = connected_caller();
    assert_eq!(
        us.handle_line(A, "stop"),
        [show("yoda stopped private conversation"), Effect::Close(A)]
    );
    assert_eq!(us.handle_closed(A), []);
    assert_eq!(us.stop("yoda"), [refuse("Have not built connection with yoda")]);
}

#[test]
fn a_peer_that_is_gone_is_told_of_once() {
    let mut us = connected_caller();
    assert_eq!(us.handle_closed(A), [show("yoda is gone, the private conversation ended")]);
    assert_eq!(us.handle_closed(A), []);
    assert_eq!(us.start(Instant::now(), "yoda"), Ok(()));
}

#[test]
fn what_is_typed_while_connecting_goes_out_in_order() {
    let mut us = Conversations::default();
    us.start(Instant::now(), "yoda").unwrap();
    assert_eq!(us.say("yoda", "one"), []);
    assert_eq!(us.say("yoda", "two"), []);
    assert_eq!(us.stop("yoda"), []);
    us.handle_answer("yoda", true);
    us.handle_introduction("yoda");
    let effects = us.handle_connected(A, "yoda", true);
    assert_eq!(
        effects,
        [
            show("Connect to yoda successfully."),
            Effect::Say(A, "one".into()),
            Effect::Say(A, "two".into()),
            Effect::Stop(A),
            show("You stopped private conversation with yoda"),
        ]
    );
}

#[test]
fn what_is_typed_for_a_refused_call_is_answered() {
    let mut us = Conversations::default();
    us.start(Instant::now(), "yoda").unwrap();
    us.say("yoda", "one");
    let told = refuse("Have not built connection with yoda (not sent: one)");
    assert_eq!(us.handle_answer("yoda", false), [told]);
    assert!(!us.is_calling());
}

#[test]
fn what_waits_for_a_connection_is_bounded() {
    let mut us = Conversations::default();
    us.start(Instant::now(), "yoda").unwrap();
    assert!((0..WAITING_MAX).all(|_| us.say("yoda", "hi").is_empty()));
    assert_eq!(us.say("yoda", "hi"), [refuse("yoda is still being connected, this was not sent")]);
}

#[test]
fn both_starting_at_once_is_one_conversation() {
    let mut us = Conversations::default();
    us.start(Instant::now(), "yoda").unwrap();
    assert!(!us.handle_introduction("yoda"), "their introduction, since ours was not answered yet");
    us.handle_answer("yoda", true);
    assert!(us.handle_introduction("yoda"));
    assert_eq!(
        us.handle_connected(B, "yoda", false),
        [show("yoda started a private conversation")]
    );
    assert_eq!(us.handle_connected(A, "yoda", true), [show("Connect to yoda successfully.")]);
    assert_eq!(us.handle_line(A, "text on one"), [heard("yoda", "on one")]);
    assert_eq!(us.handle_line(B, "text on the other"), [heard("yoda", "on the other")]);
    assert_eq!(us.say("yoda", "hi"), [Effect::Say(A, "hi".into())]);
    assert_eq!(us.handle_closed(A), []);
    assert_eq!(us.say("yoda", "hi"), [Effect::Say(B, "hi".into())]);
    assert_eq!(us.handle_closed(B), [show("yoda is gone, the private conversation ended")]);
}

#[test]
fn our_failed_attempt_does_not_end_the_conversation_they_started() {
    let mut us = Conversations::default();
    us.start(Instant::now(), "yoda").unwrap();
    us.handle_answer("yoda", true);
    us.handle_introduction("yoda");
    us.handle_connected(B, "yoda", false);
    assert_eq!(us.handle_unreachable("yoda"), [show("Connect to yoda successfully.")]);
    assert_eq!(us.say("yoda", "hi"), [Effect::Say(B, "hi".into())]);
}

#[test]
fn a_call_that_comes_to_nothing_is_given_up() {
    let (mut us, now) = (Conversations::default(), Instant::now());
    us.start(now, "yoda").unwrap();
    us.handle_answer("yoda", true);
    let later = us.poll_at().unwrap();
    assert_eq!(us.handle_timeout(now), []);
    assert_eq!(
        us.handle_timeout(later),
        [refuse("Cannot connect to yoda, none of the addresses answers")]
    );
    assert_eq!(us.poll_at(), None);
}

#[test]
fn connections_with_one_user_are_bounded() {
    let mut us = Conversations::default();
    for i in 0..LINKS_MAX as u64 {
        us.handle_connected(LinkId(i), "yoda", false);
    }
    assert_eq!(us.handle_connected(LinkId(99), "yoda", false), [Effect::Close(LinkId(0))]);
}

#[test]
fn several_peers_are_kept_apart() {
    let mut us = connected_caller();
    us.handle_connected(B, "luke", false);
    assert_eq!(us.say("luke", "hi"), [Effect::Say(B, "hi".into())]);
    assert_eq!(
        us.handle_line(B, "stop"),
        [show("luke stopped private conversation"), Effect::Close(B)]
    );
    assert_eq!(us.say("yoda", "hi"), [Effect::Say(A, "hi".into())]);
}
