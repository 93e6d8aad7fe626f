//! Calls and who is called; several peers, and both calling at once.

use super::*;

#[test]
fn the_caller_connects_and_both_may_talk() {
    let mut us = caller();
    assert!(!us.all.is_calling());
    assert_eq!(us.says("yoda", "hi"), [say(A, "text 1 hi")]);
    assert_eq!(us.hears(A, "text 1 hello you"), [heard("yoda", "hello you")]);
    assert_eq!(us.starts("yoda"), Err("yoda is connected already".into()));
}

#[test]
fn the_called_side_answers_without_a_startprivate_of_its_own() {
    let mut us = user();
    assert!(!us.all.handle_introduction("hans"), "the one who asked connects");
    assert_eq!(
        us.connected(A, "hans", false),
        [show("hans started a private conversation"), say(A, &format!("{RUN}1"))]
    );
    assert_eq!(us.says("hans", "hi"), [say(A, "text 1 hi")]);
}

#[test]
fn without_a_conversation_nothing_is_said_or_stopped() {
    let mut us = user();
    let none = [refuse("Have not built connection with yoda")];
    assert_eq!(us.says("yoda", "hi"), none);
    assert_eq!(us.stops("yoda"), none);
}

#[test]
fn what_is_typed_while_connecting_goes_out_in_order() {
    let mut us = user();
    us.starts("yoda").unwrap();
    assert_eq!(us.says("yoda", "one"), []);
    assert_eq!(us.says("yoda", "two"), []);
    assert_eq!(us.stops("yoda"), []);
    us.answered("yoda", true);
    us.all.handle_introduction("yoda");
    assert_eq!(
        us.connected(A, "yoda", true),
        [
            show("Connect to yoda successfully."),
            say(A, &format!("{RUN}1")),
            say(A, "text 1 one"),
            say(A, "text 2 two"),
            say(A, "stop"),
            show("You stopped private conversation with yoda"),
        ]
    );
}

#[test]
fn what_is_typed_for_a_refused_call_is_answered() {
    let mut us = user();
    us.starts("yoda").unwrap();
    us.says("yoda", "one");
    let told = refuse("Have not built connection with yoda (not sent: one)");
    assert_eq!(us.answered("yoda", false), [told]);
    assert!(!us.all.is_calling());
}

#[test]
fn what_waits_for_a_connection_is_bounded() {
    let mut us = user();
    us.starts("yoda").unwrap();
    assert!((0..WAITING_MAX).all(|_| us.says("yoda", "hi").is_empty()));
    let told = [refuse("yoda is still being connected, this was not sent")];
    assert_eq!(us.says("yoda", "hi"), told);
}

#[test]
fn our_failed_attempt_does_not_end_the_conversation_they_started() {
    let mut us = user();
    us.starts("yoda").unwrap();
    us.answered("yoda", true);
    us.all.handle_introduction("yoda");
    us.called(B, "yoda");
    assert_eq!(
        us.all.handle_unreachable(us.now, "yoda", "nobody is there"),
        [show("Connect to yoda successfully.")]
    );
    assert_eq!(us.says("yoda", "hi"), [say(B, "text 1 hi")]);
}

#[test]
fn a_call_that_comes_to_nothing_is_given_up_and_says_why() {
    let mut us = user();
    us.starts("yoda").unwrap();
    us.answered("yoda", true);
    assert_eq!(us.all.handle_timeout(us.now), []);
    let told = [refuse("Cannot connect to yoda, none of the addresses answers")];
    assert_eq!(us.waits(), told);
    assert_eq!(us.all.poll_at(), None);
    us.starts("yoda").unwrap();
    let told = "Cannot connect to yoda, nobody is there";
    assert_eq!(us.all.handle_unreachable(us.now, "yoda", "nobody is there"), [refuse(told)]);
}

#[test]
fn connections_with_one_user_are_bounded() {
    let mut us = user();
    for i in 0..LINKS_MAX as u64 {
        us.connected(LinkId(i), "yoda", false);
    }
    let effects = us.connected(LinkId(99), "yoda", false);
    assert_eq!(effects[0], Effect::Close(LinkId(0)));
}

#[test]
fn several_peers_are_kept_apart() {
    let mut us = caller();
    us.called(B, "luke");
    assert_eq!(us.says("luke", "hi"), [say(B, "text 1 hi")]);
    assert_eq!(us.hears(B, "ack 1"), [delivered(&["hi"])]);
    assert_eq!(us.hears(B, "stop"), [show("luke stopped private conversation"), Effect::Finish(B)]);
    assert_eq!(us.says("yoda", "hi"), [say(A, "text 1 hi")]);
}
