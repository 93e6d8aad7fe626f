//! Those who know the token and not the key, or the key and not the token; and what somebody in
//! between sees.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Instant;

use super::*;
use crate::handshake::{Wire, exported};
use crate::mac::{self, Purpose};
use crate::side::Side;
use crate::{Unreachable, hello, tls};

#[test]
fn a_listener_with_another_key_is_not_the_peer() {
    let (hans, impostor) = (client("hans"), client_with("yoda", key_of("vader")));
    // It knows all that the server told to yoda.
    impostor.expects("hans", 7);
    assert_eq!(hans.calls(&impostor, 7).unwrap_err(), Unreachable::NotProven);
    assert!(impostor.is_undisturbed());
}

#[test]
fn a_connector_with_another_key_is_not_the_peer() {
    let (impostor, yoda) = (client_with("hans", key_of("vader")), client("yoda"));
    yoda.expects("hans", 7);
    assert_eq!(impostor.calls(&yoda, 7).unwrap_err(), Unreachable::NotProven);
    assert!(yoda.is_undisturbed());
    // The owner of the key may still come.
    let hans = client("hans");
    hans.calls(&yoda, 7).unwrap();
}

/// The hello names the right key, and TLS then shows another.
#[test]
fn a_key_that_is_swapped_behind_the_hello_is_refused() {
    let (yoda, begun) = (client("yoda"), Instant::now());
    yoda.expects("hans", 7);
    let hans = Endpoint::new("hans", key_of("hans"));
    let peer = introduced("yoda", 7);
    let parties = hans.shared.parties(Side::Connector, Kind::Talk, &peer);
    let mut tls = tls::calling(&key_of("vader"), &peer.key).unwrap();
    let socket = Arc::new(TcpStream::connect(yoda.address).unwrap());
    let mut wire = Wire::new(socket, begun + TIMEOUT).unwrap();
    wire.send(hello::line(&peer, &[1; 16], parties).as_bytes(), &mut tls).unwrap();
    wire.shake_hands(&mut tls).unwrap();
    let exported = exported(&tls).unwrap();
    let proof = mac::code(&peer.token, Purpose::Connect, &exported, parties);
    // As far as this side knows all is well. The other side's word comes now.
    let said = wire.say_proof(&mut tls, &proof);
    assert!(said.and_then(|()| wire.hear_proof(&mut tls)).is_err());
    assert!(yoda.is_undisturbed());
}

/// Whoever has the key and the hello of another, but not the token.
#[test]
fn a_connector_that_proves_another_token_in_tls_is_refused() {
    let yoda = client("yoda");
    yoda.expects("hans", 7);
    let hans = Endpoint::new("hans", key_of("hans"));
    let (peer, other) = (introduced("yoda", 7), introduced("yoda", 8));
    let parties = hans.shared.parties(Side::Connector, Kind::Talk, &peer);
    for (purpose, token) in [(Purpose::Connect, &other.token), (Purpose::Accept, &peer.token)] {
        let mut tls = tls::calling(&key_of("hans"), &peer.key).unwrap();
        let socket = Arc::new(TcpStream::connect(yoda.address).unwrap());
        let mut wire = Wire::new(socket, Instant::now() + TIMEOUT).unwrap();
        let mut nonce = [0; 16];
        nonce[0] = purpose as u8;
        wire.send(hello::line(&peer, &nonce, parties).as_bytes(), &mut tls).unwrap();
        wire.shake_hands(&mut tls).unwrap();
        let proof = mac::code(token, purpose, &exported(&tls).unwrap(), parties);
        wire.say_proof(&mut tls, &proof).unwrap();
        assert!(wire.hear_proof(&mut tls).is_err(), "it must not say its own");
    }
    assert!(yoda.is_undisturbed());
}

/// A listener that has the right key, and answers whatever was said to it with `proof`.
fn false_listener(
    proof: impl Fn([u8; 32], mac::Exported) -> [u8; 32] + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let mut wire = Wire::new(Arc::new(socket), Instant::now() + TIMEOUT).unwrap();
        wire.read_line(hello::HELLO_MAX).unwrap();
        let mut tls = tls::called(&key_of("yoda"), key_of("hans").public()).unwrap();
        wire.shake_hands(&mut tls).unwrap();
        let heard = wire.hear_proof(&mut tls).unwrap();
        let exported = exported(&tls).unwrap();
        wire.say_proof(&mut tls, &proof(heard, exported)).unwrap();
        // Nothing more may be said to it.
        assert!(wire.hear_proof(&mut tls).is_err());
    });
    address
}

#[test]
fn a_listener_that_does_not_know_the_token_is_not_the_peer() {
    let hans = client("hans");
    let echoes = false_listener(|heard, _| heard);
    let yoda = Endpoint::new("yoda", key_of("yoda"));
    let guesses = false_listener(move |_, exported| {
        let peer = introduced("hans", 8);
        let parties = yoda.shared.parties(Side::Listener, Kind::Talk, &peer);
        mac::code(&peer.token, Purpose::Accept, &exported, parties)
    });
    for address in [echoes, guesses] {
        let dialled = hans.endpoint.dial(Kind::Talk, &introduced("yoda", 7), &[address]);
        assert_eq!(dialled.unwrap_err(), Unreachable::NotProven);
    }
}

/// Garbage is known at once, and silence in time.
#[test]
fn a_listener_that_says_anything_else_is_not_the_peer() {
    let hans = client("hans");
    for answer in [&b""[..], b"welcome 00\n", b"HTTP/1.1 400\r\n\r\n", b"220 smolchat\n", &[0; 99]]
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let begun = Instant::now();
        thread::scope(|scope| {
            let call =
                scope.spawn(|| hans.endpoint.dial(Kind::Talk, &introduced("yoda", 7), &[address]));
            let (mut socket, _) = listener.accept().unwrap();
            socket.write_all(answer).unwrap();
            let mut heard = Vec::new();
            // It may reset.
            let _ = socket.read_to_end(&mut heard);
            assert_eq!(call.join().unwrap().unwrap_err(), Unreachable::NotProven);
        });
        assert!(begun.elapsed() < Duration::from_secs(14), "{:?}", begun.elapsed());
        assert_eq!(begun.elapsed() > Duration::from_secs(5), answer.is_empty(), "{answer:?}");
    }
}

/// Carries one connection on, and keeps all that passes.
fn recorder(to: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<u8>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let record = Arc::new(Mutex::new(Vec::new()));
    let recording = record.clone();
    thread::spawn(move || {
        let (near, _) = listener.accept().unwrap();
        let far = TcpStream::connect(to).unwrap();
        for (mut from, mut to) in [
            (near.try_clone().unwrap(), far.try_clone().unwrap()),
            (far.try_clone().unwrap(), near.try_clone().unwrap()),
        ] {
            let record = recording.clone();
            thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(count @ 1..) = from.read(&mut bytes) {
                    record.lock().unwrap().extend_from_slice(&bytes[..count]);
                    to.write_all(&bytes[..count]).unwrap();
                }
            });
        }
    });
    (address, record)
}

#[test]
fn whoever_carries_a_link_sees_no_word_no_token_and_no_key() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    yoda.expects("hans", 7);
    let (address, record) = recorder(yoda.address);
    let link = hans.endpoint.dial(Kind::Talk, &introduced("yoda", 7), &[address]).unwrap();
    let theirs = yoda.called();
    let further = link.further().token.0;
    let ((mut our_reader, mut our_writer), (mut reader, mut writer)) =
        (link.split(), theirs.split());
    our_writer.write_line("a word in confidence").unwrap();
    our_writer.flush().unwrap();
    assert_eq!(reader.read_line().unwrap(), Some("a word in confidence"));
    writer.write_line("another word").unwrap();
    writer.finish().unwrap();
    assert_eq!(our_reader.read_line().unwrap(), Some("another word"));
    let seen = record.lock().unwrap().clone();
    let has = |wanted: &[u8]| seen.windows(wanted.len()).any(|bytes| bytes == wanted);
    assert!(has(b"hello talk "), "the record has nothing in it");
    let (our_key, their_key) = (key_of("hans"), key_of("yoda"));
    for hidden in [
        &b"word"[..],
        b"confidence",
        b"hans",
        b"yoda",
        &[7; 16],
        crate::hex::digits(&[7; 16]).as_bytes(),
        &further,
        our_key.public(),
        their_key.public(),
    ] {
        assert!(!has(hidden), "{:?}", String::from_utf8_lossy(hidden));
    }
}
