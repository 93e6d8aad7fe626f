//! Introduced peers find each other, and may call again as long as they are linked.

use std::io::ErrorKind;
use std::io::Write as _;

use super::*;
use crate::Unreachable;

#[test]
fn introduced_peers_talk_both_ways_and_part() {
    let (_hans, ours, _yoda, theirs) = linked();
    assert_eq!((ours.user(), ours.is_caller(), ours.kind()), ("yoda", true, Kind::Talk));
    assert_eq!((theirs.user(), theirs.is_caller(), theirs.kind()), ("hans", false, Kind::Talk));
    assert_eq!(theirs.key(), key_of("hans").public());
    let ((mut our_reader, mut our_writer), (mut their_reader, mut their_writer)) =
        (ours.split(), theirs.split());
    our_writer.write_line("one").unwrap();
    our_writer.write_line("two").unwrap();
    our_writer.flush().unwrap();
    assert_eq!(their_reader.read_line().unwrap(), Some("one"));
    assert!(their_reader.has_line());
    assert_eq!(their_reader.read_line().unwrap(), Some("two"));
    their_writer.write_line("three").unwrap();
    their_writer.finish().unwrap();
    assert_eq!(our_reader.read_line().unwrap(), Some("three"));
    assert_eq!(our_reader.read_line().unwrap(), None);
    assert_eq!(our_reader.read_line().unwrap(), None);
}

#[test]
fn a_link_that_is_cut_is_no_end() {
    let (_hans, ours, _yoda, theirs) = linked();
    let (mut reader, _writer) = ours.split();
    theirs.closer().close();
    assert_eq!(reader.read_line().unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn the_next_address_is_tried_where_one_does_not_answer() {
    let (hans, yoda, vader) = (client("hans"), client("yoda"), client("vader"));
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    yoda.expects("hans", 7);
    let addresses = [closed, vader.address, vader.address, yoda.address];
    let link = hans.endpoint.dial(Kind::Talk, &introduced("yoda", 7), &addresses).unwrap();
    assert_eq!((link.user(), link.address()), ("yoda", yoda.address));
}

#[test]
fn a_call_may_come_before_its_introduction() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    std::thread::scope(|scope| {
        let call = scope.spawn(|| hans.calls(&yoda, 7));
        // The call is there already, or soon will be: both are well.
        yoda.expects("hans", 7);
        assert_eq!(call.join().unwrap().unwrap().user(), "yoda");
    });
}

#[test]
fn nobody_at_any_address_is_told_apart_from_somebody_else() {
    let (hans, vader) = (client("hans"), client("vader"));
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let yoda = introduced("yoda", 7);
    let dialled = |address| hans.endpoint.dial(Kind::Talk, &yoda, &[address]).unwrap_err();
    assert_eq!(dialled(closed), Unreachable::NoAnswer);
    assert_eq!(dialled(vader.address), Unreachable::NotProven);
    assert!(vader.is_undisturbed());
}

#[test]
fn peers_that_are_linked_call_each_other_without_an_introduction() {
    let (hans, ours, yoda, theirs) = linked();
    let (to_yoda, to_hans) = (ours.further(), theirs.further());
    for _ in 0..3 {
        let files = hans.endpoint.dial(Kind::Files, &to_yoda, &[yoda.address]).unwrap();
        let called = yoda.called();
        assert_eq!((files.kind(), called.kind()), (Kind::Files, Kind::Files));
        let back = yoda.endpoint.dial(Kind::Files, &to_hans, &[hans.address]).unwrap();
        assert_eq!((back.user(), hans.called().user()), ("hans", "yoda"));
    }
    // Half of a link is enough, and without any of it there is no way.
    let (reader, writer) = theirs.split();
    drop(reader);
    hans.endpoint.dial(Kind::Files, &to_yoda, &[yoda.address]).unwrap();
    drop((writer, yoda.called()));
    let late = hans.endpoint.dial(Kind::Files, &to_yoda, &[yoda.address]);
    assert_eq!(late.unwrap_err(), Unreachable::NotProven);
    assert!(yoda.is_undisturbed());
}

#[test]
fn one_introduction_is_good_for_one_link() {
    let (hans, _ours, yoda, _theirs) = linked();
    assert_eq!(hans.calls(&yoda, 7).unwrap_err(), Unreachable::NotProven);
    assert!(yoda.is_undisturbed());
}
