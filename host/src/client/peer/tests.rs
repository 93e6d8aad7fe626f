//! Peers on the loopback: links for talk, links for files, and what the event loop hears of both.

use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use smolchat_core::protocol::Token;

use super::files::NoCall;
use super::*;

/// Far longer than anything here takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A client of this user, and what it is told of.
struct Client {
    name: &'static str,
    peers: Peers,
    events: Receiver<PeerEvent>,
    address: SocketAddr,
    files: Receiver<Link>,
}

fn key_of(name: &str) -> OwnKey {
    OwnKey::from_seed(&[name.as_bytes()[0]; 32]).unwrap()
}

fn client(name: &'static str) -> Client {
    let (sender, events) = channel();
    let tell = move |event| sender.send(event).is_ok();
    let peers = Peers::new(name, Some(key_of(name)), Arc::new(tell));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, files) = channel();
    peers.serve_files(Arc::new(move |link| {
        // For as long as the link is, as far as these tests know.
        let _ = sender.send(link);
        thread::park();
    }));
    peers.listen(listener).unwrap();
    Client { name, peers, events, address, files }
}

fn introduced(name: &str) -> Introduction {
    Introduction { user: name.into(), key: *key_of(name).public(), token: Token([7; 16]) }
}

impl Client {
    fn next(&self) -> PeerEvent {
        self.events.recv_timeout(TIMEOUT).expect("something happens")
    }

    fn connected(&self) -> (LinkId, String, bool) {
        match self.next() {
            PeerEvent::Connected { link, user, by_us, key } => {
                assert_eq!(key, *key_of(&user).public());
                (link, user, by_us)
            }
            other => panic!("{other:?}"),
        }
    }

    fn calls(&self, kind: Kind, peer: &Client) {
        peer.peers.expect(introduced(self.name), vec![self.address]);
        self.peers.dial(kind, introduced(peer.name), vec![peer.address]);
    }

    fn lines(&self, link: LinkId, expected: &[&str]) {
        let mut heard = Vec::new();
        while heard.len() < expected.len() {
            match self.next() {
                PeerEvent::Lines { link: from, lines } if from == link => heard.extend(lines),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(heard, expected);
        self.peers.take_lines(link, heard.len());
    }
}

#[test]
fn introduced_peers_talk_both_ways_and_part() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.calls(Kind::Talk, &yoda);
    let (ours, user, by_us) = hans.connected();
    assert_eq!((&*user, by_us), ("yoda", true));
    let (theirs, user, by_us) = yoda.connected();
    assert_eq!((&*user, by_us), ("hans", false));
    assert!(hans.peers.say(ours, "one".into()) && hans.peers.say(ours, "two".into()));
    yoda.lines(theirs, &["one", "two"]);
    assert!(yoda.peers.say(theirs, "three".into()));
    yoda.peers.finish(theirs);
    hans.lines(ours, &["three"]);
    assert_eq!(hans.next(), PeerEvent::Closed { link: ours });
    assert_eq!(yoda.next(), PeerEvent::Closed { link: theirs });
    assert!(hans.peers.say(ours, "into the void".into()));
}

#[test]
fn nobody_at_any_address_is_told() {
    let (hans, vader) = (client("hans"), client("vader"));
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    for (address, why) in [(closed, Unreachable::NoAnswer), (vader.address, Unreachable::NotProven)]
    {
        hans.peers.dial(Kind::Files, introduced("yoda"), vec![address]);
        let (user, kind) = ("yoda".into(), Kind::Files);
        assert_eq!(hans.next(), PeerEvent::Unreachable { user, kind, why });
    }
}

#[test]
fn a_client_without_a_key_calls_nobody() {
    let (sender, events) = channel();
    let peers = Peers::new("hans", None, Arc::new(move |event| sender.send(event).is_ok()));
    peers.dial(Kind::Talk, introduced("yoda"), Vec::new());
    let told = events.recv_timeout(TIMEOUT);
    assert!(matches!(told, Ok(PeerEvent::Unreachable { .. })), "{told:?}");
}

#[test]
fn a_peer_that_vanishes_is_told_of() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.calls(Kind::Talk, &yoda);
    let ((ours, ..), (theirs, ..)) = (hans.connected(), yoda.connected());
    yoda.peers.finish_all(Instant::now() + TIMEOUT);
    assert_eq!(hans.next(), PeerEvent::Closed { link: ours });
    assert_eq!(yoda.next(), PeerEvent::Closed { link: theirs });
}

#[test]
fn a_peer_that_says_too_much_unasked_is_cut() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.calls(Kind::Talk, &yoda);
    let ((ours, ..), (theirs, ..)) = (hans.connected(), yoda.connected());
    let line = "x".repeat(400);
    // What the window allows comes through, although nobody has dealt with it.
    for _ in 0..WINDOW {
        while !hans.peers.say(ours, line.clone()) {}
    }
    let mut heard = 0;
    while heard < WINDOW {
        match yoda.next() {
            PeerEvent::Lines { lines, .. } => heard += lines.len(),
            other => panic!("{other:?}"),
        }
    }
    let mut said = WINDOW;
    while said < 8 * WINDOW {
        said += usize::from(hans.peers.say(ours, line.clone()));
    }
    loop {
        match yoda.next() {
            PeerEvent::Lines { lines, .. } => heard += lines.len(),
            PeerEvent::Closed { link } if link == theirs => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(heard <= 4 * WINDOW, "{heard}");
}

#[test]
fn a_peer_in_talk_is_called_for_files_without_an_introduction() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    assert_eq!(hans.peers.caller().call_files("yoda").unwrap_err(), NoCall::NoWay);
    hans.calls(Kind::Talk, &yoda);
    let ((ours, ..), (theirs, ..)) = (hans.connected(), yoda.connected());
    let link = hans.peers.caller().call_files("yoda").unwrap();
    assert_eq!((link.user(), link.kind()), ("yoda", Kind::Files));
    assert!(matches!(yoda.next(), PeerEvent::Serving { user, .. } if user == "hans"));
    assert_eq!(yoda.files.recv_timeout(TIMEOUT).unwrap().user(), "hans");
    // The called side knows by the introduction where its caller listens.
    let back = yoda.peers.caller().call_files("hans").unwrap();
    assert!(back.is_caller() && back.user() == "hans");
    assert!(matches!(hans.next(), PeerEvent::Serving { user, .. } if user == "yoda"));
    hans.peers.close(ours);
    assert_eq!(hans.next(), PeerEvent::Closed { link: ours });
    assert_eq!(yoda.next(), PeerEvent::Closed { link: theirs });
}

#[test]
fn a_link_for_files_opens_the_way_for_more() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.calls(Kind::Files, &yoda);
    assert!(matches!(hans.next(), PeerEvent::Serving { user, .. } if user == "yoda"));
    let served = hans.files.recv_timeout(TIMEOUT).unwrap();
    assert!(served.is_caller());
    let giving = yoda.files.recv_timeout(TIMEOUT).unwrap();
    let more = hans.peers.caller().call_files("yoda").unwrap();
    assert_eq!(yoda.files.recv_timeout(TIMEOUT).unwrap().user(), "hans");
    drop((served, giving, more));
}

/// A peer names an address of somebody else. With more links it has that one called no more often.
#[test]
fn a_call_follows_few_of_the_links_of_a_peer() {
    let (hans, vader) = (client("hans"), client("vader"));
    let (count, counted) = channel();
    let third = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = third.local_addr().unwrap();
    thread::spawn(move || {
        for mut socket in third.incoming().flatten() {
            count.send(()).unwrap();
            socket.write_all(b"SSH-2.0-another_protocol\r\n").unwrap();
        }
    });
    for _ in 0..4 {
        hans.peers.expect(introduced("vader"), vec![address]);
        vader.peers.dial(Kind::Talk, introduced("hans"), vec![hans.address]);
        let _ = (hans.connected(), vader.connected());
    }
    hans.peers.caller().call_files("vader").unwrap_err();
    assert_eq!(counted.try_iter().count(), 2);
}

#[test]
fn a_refused_peer_has_no_more_files_and_no_way_and_talk_goes_on() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.calls(Kind::Talk, &yoda);
    let ((ours, ..), (theirs, ..)) = (hans.connected(), yoda.connected());
    let link = hans.peers.caller().call_files("yoda").unwrap();
    assert!(matches!(yoda.next(), PeerEvent::Serving { user, .. } if user == "hans"));
    let given = yoda.files.recv_timeout(TIMEOUT).unwrap();
    yoda.peers.refuse("hans");
    let (mut reader, _writer) = link.split();
    assert!(reader.read_line().is_err(), "files are cut");
    assert_eq!(yoda.peers.caller().call_files("hans").unwrap_err(), NoCall::NoWay);
    let why = NoCall::Unreachable(Unreachable::NotProven);
    assert_eq!(hans.peers.caller().call_files("yoda").unwrap_err(), why);
    hans.peers.say(ours, "still there".into());
    yoda.lines(theirs, &["still there"]);
    drop(given);
}
