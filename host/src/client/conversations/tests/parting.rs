//! The end of a conversation: stopped by either side, with acknowledgements outstanding or without.

use super::*;

#[test]
fn stopping_is_told_to_the_peer_and_the_peers_stop_to_us() {
    let mut us = caller();
    assert_eq!(
        us.stops("yoda"),
        [say(A, "stop"), show("You stopped private conversation with yoda"), Effect::Finish(A)]
    );
    assert_eq!(us.closed(A), []);
    assert_eq!(us.says("yoda", "hi"), [refuse("Have not built connection with yoda")]);
    let mut us = caller();
    assert_eq!(us.hears(A, "stop"), [show("yoda stopped private conversation"), Effect::Finish(A)]);
    assert_eq!(us.closed(A), []);
    assert_eq!(us.stops("yoda"), [refuse("Have not built connection with yoda")]);
}

#[test]
fn a_stop_waits_for_the_acknowledgement_of_what_was_said() {
    let mut us = caller();
    us.says("yoda", "bye");
    assert_eq!(us.stops("yoda").len(), 2, "the link stays");
    assert_eq!(us.hears(A, "ack 1"), [delivered(&["bye"]), Effect::Finish(A)]);
    assert_eq!(us.closed(A), []);
}

#[test]
fn a_stop_waits_shortly_and_tells_what_was_not_acknowledged() {
    let mut us = caller();
    us.says("yoda", "bye");
    let (stopped_at, _) = (us.now, us.stops("yoda"));
    assert_eq!(us.waits(), [Effect::Finish(A), lost("yoda", "bye")]);
    assert!(us.now - stopped_at <= Duration::from_secs(2));
    assert_eq!((us.closed(A), us.all.poll_at()), (vec![], None));
    let mut us = caller();
    us.says("yoda", "bye");
    us.stops("yoda");
    assert_eq!(us.closed(A), [lost("yoda", "bye")]);
}

#[test]
fn what_the_peer_said_before_its_stop_is_shown_and_acknowledged() {
    let mut us = caller();
    us.hears(A, "text 1 bye");
    assert_eq!(us.hears(A, "stop"), [show("yoda stopped private conversation")]);
    assert_eq!(us.shown(A), [say(A, "ack 1"), Effect::Finish(A)]);
}

#[test]
fn whoever_begins_again_at_once_loses_nothing() {
    let mut us = caller();
    us.says("yoda", "one");
    us.stops("yoda");
    assert_eq!(
        us.connected(B, "yoda", false),
        [
            show("yoda started a private conversation"),
            say(B, &format!("{RUN}1")),
            say(B, "text 1 one")
        ]
    );
    assert_eq!(us.closed(A), []);
    assert_eq!(us.hears(B, "ack 1"), [delivered(&["one"])]);
}

#[test]
fn the_end_of_the_client_tells_what_was_not_acknowledged() {
    let mut us = caller();
    us.says("yoda", "one");
    assert_eq!(us.all.give_up(), [lost("yoda", "one")]);
    assert_eq!(us.all.give_up(), []);
}
