//! Those who have proven nothing: each is told nothing, and gone in time.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use super::*;
use crate::cutters::RETRIES;
use crate::handshake::LINK_TIMEOUT;
use crate::hello;
use crate::listener::HELLO_TIMEOUT;
use crate::mac::{Parties, Party};
use crate::unproven::UNPROVEN_MAX;

/// A machine that has other work to do is late by less.
const SLACK: Duration = Duration::from_secs(4);

/// What a stranger hears until the connection is closed.
fn answer_to(address: SocketAddr, said: &[u8]) -> Vec<u8> {
    let begun = Instant::now();
    let mut socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(TIMEOUT)).unwrap();
    socket.write_all(said).unwrap();
    let heard = rest_of(&mut socket);
    assert!(begun.elapsed() < LINK_TIMEOUT + SLACK, "after {:?}", begun.elapsed());
    heard
}

fn rest_of(socket: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    // A reset is a close, too.
    let _ = socket.read_to_end(&mut heard);
    heard
}

fn hello(peer: &Introduction, connector: &str, listener: &str) -> String {
    let (connector_key, listener_key) = (key_of(connector), key_of(listener));
    let parties = Parties {
        kind: Kind::Talk,
        connector: Party { name: connector, key: connector_key.public() },
        listener: Party { name: listener, key: listener_key.public() },
    };
    hello::line(peer, &[1; 16], parties)
}

#[test]
fn a_wrong_token_and_silence_are_answered_by_nothing() {
    let yoda = client("yoda");
    yoda.expects("hans", 7);
    thread::scope(|scope| {
        let said = hello(&introduced("yoda", 8), "hans", "yoda");
        let wrong = scope.spawn(move || answer_to(yoda.address, said.as_bytes()));
        let said = hello(&introduced("yoda", 7), "vader", "yoda");
        let others = scope.spawn(move || answer_to(yoda.address, said.as_bytes()));
        let silent = scope.spawn(move || answer_to(yoda.address, b""));
        for answer in [wrong, others, silent] {
            assert_eq!(answer.join().unwrap(), b"");
        }
    });
    assert!(yoda.is_undisturbed());
}

#[test]
fn garbage_is_answered_by_nothing_at_once() {
    let yoda = client("yoda");
    yoda.expects("hans", 7);
    let endless = vec![b'x'; 5000];
    let mut tls = crate::tls::calling(&key_of("hans"), key_of("yoda").public()).unwrap();
    let mut client_hello = Vec::new();
    tls.write_tls(&mut client_hello).unwrap();
    // Behind a line feed that is nobody's.
    client_hello.push(b'\n');
    for said in [
        &b"GET / HTTP/1.1\r\nHost: yoda\r\n\r\n"[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        &client_hello,
        b"\n",
        b"hello 00 00\n",
        b"hello talk 00 00\n",
        &[0; 5000],
        &endless,
    ] {
        let begun = Instant::now();
        assert_eq!(answer_to(yoda.address, said), b"");
        assert!(begun.elapsed() < HELLO_TIMEOUT, "{:?}", String::from_utf8_lossy(said));
    }
    assert!(yoda.is_undisturbed());
}

/// Whoever recorded the first flight says it again: as long as it is answered, when its connection
/// has broken, as long as a link stands, and later.
#[test]
fn a_hello_heard_again_is_answered_by_nothing() {
    let yoda = client("yoda");
    yoda.expects("hans", 7);
    let mut said = hello(&introduced("yoda", 7), "hans", "yoda").into_bytes();
    let mut tls = crate::tls::calling(&key_of("hans"), key_of("yoda").public()).unwrap();
    tls.write_tls(&mut said).unwrap();
    let mut first = TcpStream::connect(yoda.address).unwrap();
    first.write_all(&said).unwrap();
    let mut answer = [0; 1];
    first.read_exact(&mut answer).unwrap();
    assert_eq!(answer_to(yoda.address, &said), b"");
    drop(first);
    assert_eq!(answer_to(yoda.address, &said), b"");
    let hans = client("hans");
    let link = hans.calls(&yoda, 7).unwrap();
    yoda.called();
    assert_eq!(answer_to(yoda.address, &said), b"");
    drop(link);
    assert!(yoda.is_undisturbed());
}

/// Says a byte every 400 milliseconds, until the other end closes.
fn say_slowly(slow: &mut TcpStream, bytes: &[u8]) {
    slow.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    for byte in bytes {
        let heard = slow.write_all(&[*byte]).and_then(|()| slow.read(&mut [0]));
        let is_open = heard.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock);
        if !is_open {
            break;
        }
    }
    slow.set_read_timeout(Some(TIMEOUT)).unwrap();
}

#[test]
fn a_byte_now_and_then_gains_no_time() {
    let yoda = client("yoda");
    yoda.expects("hans", 7);
    let mut slow = TcpStream::connect(yoda.address).unwrap();
    let begun = Instant::now();
    let said = hello(&introduced("yoda", 7), "hans", "yoda");
    say_slowly(&mut slow, said.as_bytes());
    assert_eq!(rest_of(&mut slow), b"");
    let taken = begun.elapsed();
    assert!(taken > HELLO_TIMEOUT && taken < HELLO_TIMEOUT + SLACK, "{taken:?}");
    assert!(yoda.is_undisturbed());
}

/// Whoever knows the token is told nothing of use without the key, and is gone in time as well.
#[test]
fn a_handshake_of_a_byte_now_and_then_gains_no_time() {
    let yoda = client("yoda");
    yoda.expects("hans", 7);
    let mut slow = TcpStream::connect(yoda.address).unwrap();
    let begun = Instant::now();
    slow.write_all(hello(&introduced("yoda", 7), "hans", "yoda").as_bytes()).unwrap();
    let mut tls = crate::tls::calling(&key_of("hans"), key_of("yoda").public()).unwrap();
    let mut client_hello = Vec::new();
    tls.write_tls(&mut client_hello).unwrap();
    say_slowly(&mut slow, &client_hello);
    assert_eq!(rest_of(&mut slow), b"");
    let taken = begun.elapsed();
    assert!(taken > HELLO_TIMEOUT && taken < LINK_TIMEOUT + SLACK, "{taken:?}");
}

#[test]
fn a_thousand_strangers_are_told_nothing_and_keep_no_peer_out() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    let mut strangers = Vec::new();
    for number in 0..1000 {
        let mut stranger = TcpStream::connect(yoda.address).unwrap();
        stranger.set_read_timeout(Some(TIMEOUT)).unwrap();
        // Some say something, and some of that might become a hello.
        let said = [&b""[..], b"hello talk ", b"GET / "][number % 3];
        // Some were thrown out already.
        let _ = stranger.write_all(said);
        strangers.push(stranger);
        if number > UNPROVEN_MAX {
            let oldest = strangers.remove(0);
            assert_eq!(rest_of(&mut { oldest }), b"", "stranger {number}");
        }
    }
    yoda.expects("hans", 7);
    hans.calls(&yoda, 7).unwrap();
    assert_eq!(yoda.called().user(), "hans");
    let begun = Instant::now();
    assert!(strangers.iter_mut().all(|stranger| rest_of(stranger).is_empty()));
    assert!(begun.elapsed() < HELLO_TIMEOUT + SLACK);
}

/// A hello of nobody looks like one whose introduction is on its way.
#[test]
fn strangers_with_hellos_of_nobody_do_not_fill_the_client() {
    let yoda = client("yoda");
    let mut strangers: VecDeque<TcpStream> = VecDeque::new();
    for number in 0..2000_u32 {
        let mut stranger = TcpStream::connect(yoda.address).unwrap();
        stranger.set_read_timeout(Some(TIMEOUT)).unwrap();
        let said = hello(&introduced("yoda", number as u8), "vader", "yoda");
        let _ = stranger.write_all(said.as_bytes());
        strangers.push_back(stranger);
        if strangers.len() > UNPROVEN_MAX {
            // Its thread has let go of it.
            assert_eq!(rest_of(&mut strangers.pop_front().unwrap()), b"");
        }
    }
    let threads = std::fs::read_dir("/proc/self/task").unwrap().filter_map(Result::ok);
    let name = |task: std::fs::DirEntry| std::fs::read_to_string(task.path().join("comm"));
    let peers = threads.filter_map(|task| name(task).ok()).filter(|name| name == "peer\n").count();
    // Other tests have strangers, too.
    assert!(peers < 20 * UNPROVEN_MAX, "{peers} threads wait");
    assert!(yoda.is_undisturbed());
}

/// A stranger must not push out whoever has proven the token, while TLS takes its time.
#[test]
fn strangers_do_not_push_out_who_has_proven_the_token() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    yoda.expects("hans", 7);
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let by_proxy = proxy.local_addr().unwrap();
    thread::scope(|scope| {
        let call =
            scope.spawn(|| hans.endpoint.dial(Kind::Talk, &introduced("yoda", 7), &[by_proxy]));
        let (mut near, _) = proxy.accept().unwrap();
        let mut far = TcpStream::connect(yoda.address).unwrap();
        let mut flight = vec![0; 4096];
        let count = near.read(&mut flight).unwrap();
        far.write_all(&flight[..count]).unwrap();
        // The listener has answered, so it has heard the hello.
        let count = far.read(&mut flight).unwrap();
        let strangers: Vec<_> =
            (0..3 * UNPROVEN_MAX).map(|_| TcpStream::connect(yoda.address).unwrap()).collect();
        near.write_all(&flight[..count]).unwrap();
        let (mut near2, mut far2) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        scope.spawn(move || std::io::copy(&mut near2, &mut far2));
        scope.spawn(move || std::io::copy(&mut far, &mut near));
        let link = call.join().unwrap().unwrap();
        drop((link, yoda.called(), strangers));
    });
}

/// Strangers who come faster than they are heard out push each other out, and perhaps a peer, too.
#[test]
fn a_peer_comes_through_a_flood_that_does_not_end() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut strangers = VecDeque::new();
                while !is_over.load(Ordering::Relaxed) {
                    strangers.extend(TcpStream::connect(yoda.address));
                    if strangers.len() > 100 {
                        strangers.pop_front();
                    }
                }
            });
        }
        for token in 0..20 {
            yoda.expects("hans", token);
            let called = hans.calls(&yoda, token);
            if called.is_err() {
                is_over.store(true, Ordering::Relaxed);
            }
            drop((called.unwrap(), yoda.called()));
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_peer_that_is_pushed_out_comes_again() {
    let (hans, yoda) = (client("hans"), client("yoda"));
    yoda.expects("hans", 7);
    let proxy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (by_proxy, to) = (proxy.local_addr().unwrap(), yoda.address);
    thread::spawn(move || {
        for _ in 0..3 {
            drop(proxy.accept().unwrap());
        }
        let (near, _) = proxy.accept().unwrap();
        let far = TcpStream::connect(to).unwrap();
        let (mut near2, mut far2) = (near.try_clone().unwrap(), far.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut near2, &mut far2));
        std::io::copy(&mut { far }, &mut { near }).unwrap();
    });
    let link = hans.endpoint.dial(Kind::Talk, &introduced("yoda", 7), &[by_proxy]).unwrap();
    assert_eq!((link.user(), yoda.called().user()), ("yoda", "hans"));
}

/// Somebody announced the ports of others as its own: nobody knocks there again and again.
#[test]
fn those_who_cut_all_connections_are_left_alone() {
    let hans = client("hans");
    let (count, counted) = channel();
    let addresses = [(); 3].map(|()| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let count = count.clone();
        thread::spawn(move || {
            for socket in listener.incoming() {
                drop(socket);
                count.send(()).unwrap();
            }
        });
        address
    });
    let connections = || {
        let called = hans.endpoint.dial(Kind::Files, &introduced("vader", 7), &addresses);
        assert_eq!(called.unwrap_err(), crate::Unreachable::NotProven);
        counted.try_iter().count()
    };
    let first = connections();
    assert!(first <= 3 + RETRIES as usize, "{first}");
    let later: usize = (0..20).map(|_| connections()).sum();
    assert!(later <= 3 * 20 + 3 * RETRIES as usize, "{later}");
}
