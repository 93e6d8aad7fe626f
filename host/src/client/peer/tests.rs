//! Peers on the loopback: introduced ones, and strangers of every kind.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::time::Duration;

use super::handshake::{self, Parties};
use super::*;
use crate::client::event::Input;
use crate::client::wake::{Inputs, events};

const TOKEN: Token = Token([7; 16]);
/// Far longer than anything here takes.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A client of this user, and what it is told of.
struct Client {
    peers: Peers,
    events: Inputs,
    address: SocketAddr,
}

fn client(me: &str) -> Client {
    let (events, received) = events().unwrap();
    let peers = Peers::new(me.to_owned(), events);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    peers.listen(listener).unwrap();
    Client { peers, events: received, address }
}

impl Client {
    fn next(&self) -> PeerEvent {
        match self.events.wait(TIMEOUT) {
            Some(Input::Peer(event)) => event,
            other => panic!("{other:?}"),
        }
    }

    fn connected(&self) -> (LinkId, String, bool) {
        match self.next() {
            PeerEvent::Connected { link, user, by_us } => (link, user, by_us),
            other => panic!("{other:?}"),
        }
    }

    fn is_undisturbed(&self) -> bool {
        self.events.wait(Duration::ZERO).is_none()
    }

    fn lines(&self, link: LinkId, expected: &[&str]) {
        let mut heard = Vec::new();
        while heard.len() < expected.len() {
            match self.next() {
                PeerEvent::Lines { link: from, lines } if from == link => heard.extend(lines),
                other => panic!("{other:?}"),
            }
            self.peers.next_lines(link);
        }
        assert_eq!(heard, expected);
    }
}

/// What a stranger hears until the connection is closed.
fn answer_to(address: SocketAddr, said: &[u8]) -> Vec<u8> {
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(TIMEOUT)).unwrap();
    socket.write_all(said).unwrap();
    let mut heard = Vec::new();
    // A reset is a close, too.
    let _ = socket.read_to_end(&mut heard);
    heard
}

fn hello(token: Token, connector: &str, listener: &str) -> String {
    handshake::hello(&token, &[1; 16], Parties { connector, listener }).unwrap() + "\n"
}

#[test]
fn introduced_peers_connect_and_talk_both_ways() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    yoda.peers.expect("hans".into(), TOKEN);
    hans.peers.dial("yoda".into(), TOKEN, vec![yoda.address]);
    let (ours, user, by_us) = hans.connected();
    assert_eq!((&*user, by_us), ("yoda", true));
    let (theirs, user, by_us) = yoda.connected();
    assert_eq!((&*user, by_us), ("hans", false));
    assert!(hans.peers.say(ours, "one") && hans.peers.say(ours, "two"));
    yoda.lines(theirs, &["text one", "text two"]);
    assert!(yoda.peers.say(theirs, "three"));
    yoda.peers.stop(theirs);
    hans.lines(ours, &["text three", "stop"]);
    assert_eq!(hans.next(), PeerEvent::Closed { link: ours });
}

#[test]
fn the_next_address_is_tried_where_one_does_not_answer() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    yoda.peers.expect("hans".into(), TOKEN);
    hans.peers.dial("yoda".into(), TOKEN, vec![closed, hans.address, yoda.address]);
    assert_eq!(hans.connected().1, "yoda");
}

#[test]
fn a_call_may_come_before_its_introduction() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    hans.peers.dial("yoda".into(), TOKEN, vec![yoda.address]);
    yoda.peers.expect("hans".into(), TOKEN);
    assert_eq!(hans.connected().1, "yoda");
    assert_eq!(yoda.connected().1, "hans");
}

#[test]
fn nobody_at_any_address_is_told() {
    let hans = client("hans");
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    hans.peers.dial("yoda".into(), TOKEN, vec![closed]);
    assert_eq!(hans.next(), PeerEvent::Unreachable { user: "yoda".into() });
}

#[test]
fn an_impostor_at_the_address_is_not_the_peer() {
    let hans = client("hans");
    let impostor = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    hans.peers.dial("yoda".into(), TOKEN, vec![impostor.local_addr().unwrap()]);
    let (mut socket, _) = impostor.accept().unwrap();
    socket.write_all(format!("welcome {}\n", "0".repeat(64)).as_bytes()).unwrap();
    assert_eq!(hans.next(), PeerEvent::Unreachable { user: "yoda".into() });
}

#[test]
fn a_wrong_token_and_silence_are_answered_by_nothing() {
    let yoda = client("yoda");
    yoda.peers.expect("hans".into(), TOKEN);
    std::thread::scope(|scope| {
        let wrong = scope
            .spawn(|| answer_to(yoda.address, hello(Token([8; 16]), "hans", "yoda").as_bytes()));
        let silent = scope.spawn(|| answer_to(yoda.address, b""));
        assert_eq!(wrong.join().unwrap(), b"");
        assert_eq!(silent.join().unwrap(), b"");
    });
    assert!(yoda.is_undisturbed());
}

#[test]
fn garbage_is_answered_by_nothing() {
    let yoda = client("yoda");
    yoda.peers.expect("hans".into(), TOKEN);
    let endless = vec![b'x'; 5000];
    for said in
        [&b"GET / HTTP/1.1\r\n\r\n"[..], b"\x16\x03\x01\x02\0\n", b"\n", b"hello 00 00\n", &endless]
    {
        assert_eq!(answer_to(yoda.address, said), b"");
    }
    assert!(yoda.is_undisturbed());
}

#[test]
fn a_hello_heard_again_is_answered_by_nothing() {
    let yoda = client("yoda");
    yoda.peers.expect("hans".into(), TOKEN);
    let said = hello(TOKEN, "hans", "yoda");
    let mut first = TcpStream::connect(yoda.address).unwrap();
    first.write_all(said.as_bytes()).unwrap();
    let mut answer = [0; "welcome ".len()];
    first.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"welcome ");
    assert_eq!(yoda.connected().1, "hans");
    assert_eq!(answer_to(yoda.address, said.as_bytes()), b"");
    assert!(yoda.is_undisturbed());
}

#[test]
fn strangers_do_not_keep_a_peer_out() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    let strangers: Vec<_> = (0..40).map(|_| TcpStream::connect(yoda.address).unwrap()).collect();
    yoda.peers.expect("hans".into(), TOKEN);
    hans.peers.dial("yoda".into(), TOKEN, vec![yoda.address]);
    assert_eq!(yoda.connected().1, "hans");
    drop(strangers);
}

#[test]
fn a_peer_that_vanishes_is_told_of() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    yoda.peers.expect("hans".into(), TOKEN);
    hans.peers.dial("yoda".into(), TOKEN, vec![yoda.address]);
    let (ours, ..) = hans.connected();
    let (theirs, ..) = yoda.connected();
    yoda.peers.finish_all(Instant::now() + TIMEOUT);
    assert_eq!(hans.next(), PeerEvent::Closed { link: ours });
    assert_eq!(yoda.next(), PeerEvent::Closed { link: theirs });
    assert!(hans.peers.say(ours, "into the void"));
}

#[test]
fn a_peer_that_does_not_read_fills_only_its_own_queue() {
    let yoda = client("yoda");
    yoda.peers.expect("hans".into(), TOKEN);
    let mut stalled = TcpStream::connect(yoda.address).unwrap();
    stalled.write_all(hello(TOKEN, "hans", "yoda").as_bytes()).unwrap();
    let (link, ..) = yoda.connected();
    let text = "x".repeat(400);
    let refused = (0..1_000_000).find(|_| !yoda.peers.say(link, &text));
    assert!(refused.is_some());
    stalled.shutdown(Shutdown::Both).unwrap();
}
