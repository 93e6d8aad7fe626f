//! Peers who want more links than are good, and those of whom no link is wanted any more.

use std::io::{Read, Write as _};
use std::net::TcpStream;

use super::*;
use crate::Unreachable;
use crate::guests::LINKS_MAX;

/// Yoda has called hans.
fn yoda_calls_hans() -> (Client, Link, Client, Link) {
    let (yoda, hans) = (client("yoda"), client("hans"));
    hans.expects("yoda", 7);
    let ours = yoda.calls(&hans, 7).unwrap();
    let theirs = hans.called();
    (yoda, ours, hans, theirs)
}

/// Links for files that yoda has made, and their other ends.
fn files(yoda: &Client, hans: &Client, by: &Introduction, count: usize) -> Vec<(Link, Link)> {
    let dial = |_| yoda.endpoint.dial(Kind::Files, by, &[hans.address]).unwrap();
    (0..count).map(dial).map(|link| (link, hans.called())).collect()
}

fn is_refused(from: &Client, kind: Kind, by: &Introduction, to: &Client) -> bool {
    from.endpoint.dial(kind, by, &[to.address]).err() == Some(Unreachable::NotProven)
}

#[test]
fn the_links_of_one_peer_are_bounded_and_free_again_when_they_are_gone() {
    let (yoda, ours, hans, theirs) = yoda_calls_hans();
    let by = ours.further();
    let mut links = files(&yoda, &hans, &by, LINKS_MAX);
    assert!(is_refused(&yoda, Kind::Files, &by, &hans));
    // This side may call, and others may come.
    let back = hans.endpoint.dial(Kind::Files, &theirs.further(), &[yoda.address]).unwrap();
    let luke = client("luke");
    hans.expects("luke", 9);
    luke.calls(&hans, 9).unwrap();
    assert_eq!(hans.called().user(), "luke");
    links.pop();
    links.extend(files(&yoda, &hans, &by, 1));
    assert!(is_refused(&yoda, Kind::Files, &by, &hans));
    drop((links, back));
}

/// Those that have proven the token and nothing else count.
#[test]
fn handshakes_of_one_peer_are_bounded() {
    let (yoda, ours, hans, _theirs) = yoda_calls_hans();
    let by = ours.further();
    let begun: Vec<_> = (0..=LINKS_MAX as u8)
        .map(|number| {
            let parties =
                yoda.endpoint.shared.parties(crate::side::Side::Connector, Kind::Files, &by);
            let mut tls = crate::tls::calling(&key_of(yoda.name), &by.key).unwrap();
            let mut said = crate::hello::line(&by, &[number; 16], parties).into_bytes();
            tls.write_tls(&mut said).unwrap();
            let mut socket = TcpStream::connect(hans.address).unwrap();
            socket.write_all(&said).unwrap();
            let is_answered = socket.read(&mut [0]).is_ok_and(|count| count > 0);
            (socket, is_answered)
        })
        .collect();
    let answered: Vec<_> = begun.iter().map(|(_, is_answered)| *is_answered).collect();
    assert_eq!(answered, [&[true; LINKS_MAX][..], &[false]].concat());
}

#[test]
fn a_standing_link_opens_no_talk() {
    let (yoda, ours, hans, theirs) = yoda_calls_hans();
    assert!(is_refused(&yoda, Kind::Talk, &ours.further(), &hans));
    let files = yoda.endpoint.dial(Kind::Files, &ours.further(), &[hans.address]).unwrap();
    hans.called();
    assert!(is_refused(&yoda, Kind::Talk, &files.further(), &hans));
    assert!(hans.is_undisturbed());
    drop(theirs);
}

#[test]
fn a_user_who_is_refused_keeps_the_talk_that_stands_and_gets_nothing_else() {
    let (yoda, ours, hans, theirs) = yoda_calls_hans();
    let (files, their_files) = files(&yoda, &hans, &ours.further(), 1).remove(0);
    hans.expects("yoda", 8);
    hans.endpoint.refuse("yoda");
    let (mut reader, _writer) = files.split();
    assert!(reader.read_line().is_err(), "files are cut");
    let (mut reader, _ours) = ours.split();
    let (_theirs, mut writer) = theirs.split();
    writer.write_line("still there").unwrap();
    writer.flush().unwrap();
    assert_eq!(reader.read_line().unwrap(), Some("still there"));
    // Neither what stands, nor what was expected, nor what the server introduces from now on.
    hans.expects("yoda", 9);
    for token in [8, 9] {
        assert_eq!(yoda.calls(&hans, token).unwrap_err(), Unreachable::NotProven, "{token}");
    }
    let to_yoda = introduced("yoda", 7);
    let called = hans.endpoint.dial(Kind::Files, &to_yoda, &[yoda.address]);
    assert_eq!(called.unwrap_err(), Unreachable::Refused);
    assert!(hans.is_undisturbed());
    hans.endpoint.admit("yoda");
    hans.expects("yoda", 10);
    yoda.calls(&hans, 10).unwrap();
    drop((their_files, hans.called()));
}

/// Whoever blocks and calls wants to talk.
#[test]
fn a_user_who_is_refused_may_be_called_for_talk() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.endpoint.refuse("yoda");
    yoda.expects("hans", 7);
    let link = hans.calls(&yoda, 7).unwrap();
    let theirs = yoda.called();
    assert!(is_refused(&yoda, Kind::Files, &theirs.further(), &hans));
    drop(link);
}
