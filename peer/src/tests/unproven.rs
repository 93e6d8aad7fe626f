//! Who gives way where there is no room for one more stranger.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use super::*;

/// A connection: the stranger's end and the listener's.
fn stranger(listener: &TcpListener, said: &str) -> (TcpStream, Arc<TcpStream>) {
    let mut near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (far, _) = listener.accept().unwrap();
    near.write_all(said.as_bytes()).unwrap();
    // What was said is there.
    far.peek(&mut [0]).map(drop).unwrap();
    (near, Arc::new(far))
}

/// Whether the stranger was pushed out.
fn is_out(near: &mut TcpStream) -> bool {
    near.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    near.read(&mut [0]).is_ok()
}

fn address(last: u8) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, last).into()
}

fn hello() -> String {
    format!("hello talk {} {}\n", "0".repeat(32), "0".repeat(64))
}

/// A hello is waited on, although it is the oldest and nobody has read it.
#[test]
fn who_has_said_a_hello_gives_way_last() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let unproven = Unproven::default();
    let (mut peer, far) = stranger(&listener, &hello());
    let _entry = unproven.enter(&far, address(1));
    let strangers: Vec<_> = (0..3 * UNPROVEN_MAX)
        .map(|_| {
            let (near, far) = stranger(&listener, "hello talk ");
            (near, unproven.enter(&far, address(1)))
        })
        .collect();
    assert!(!is_out(&mut peer));
    assert_eq!(unproven.lock().strangers.len(), UNPROVEN_MAX);
    drop(strangers);
    assert_eq!(unproven.lock().strangers.len(), 1);
}

#[test]
fn the_address_that_has_most_places_gives_way_first() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for said in ["hello talk ", &hello()] {
        let unproven = Unproven::default();
        let (mut peer, far) = stranger(&listener, said);
        let _entry = unproven.enter(&far, address(1));
        let strangers: Vec<_> = (0..3 * UNPROVEN_MAX)
            .map(|_| {
                let (near, far) = stranger(&listener, said);
                (near, unproven.enter(&far, address(2)))
            })
            .collect();
        assert!(!is_out(&mut peer), "{said}");
        drop(strangers);
    }
}

/// Whoever gives way while it waits for its introduction waits no more.
#[test]
fn who_gives_way_is_told_and_threads_are_bounded() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let unproven = Unproven::default();
    let enter = || unproven.enter(&stranger(&listener, &hello()).1, address(1));
    let mut entries: Vec<_> = (0..ENTRIES_MAX).map(|_| enter()).collect();
    let over = entries.iter().filter(|entry| entry.waiting.is_over()).count();
    assert_eq!(over, ENTRIES_MAX - UNPROVEN_MAX);
    std::thread::scope(|scope| {
        let next = scope.spawn(enter);
        let gone = entries.pop();
        drop(gone);
        entries.push(next.join().unwrap());
    });
    assert_eq!(unproven.lock().entries, ENTRIES_MAX);
    drop(entries);
    assert_eq!(unproven.lock().entries, 0);
}

#[test]
fn an_address_of_the_old_kind_is_itself_and_the_new_kind_counts_by_network() {
    assert_eq!(source("::ffff:10.0.0.1".parse().unwrap()), address(1));
    assert_eq!(
        source("2001:db8::1:2".parse().unwrap()),
        source("2001:db8::5:6:7:8".parse().unwrap())
    );
    assert_ne!(source("2001:db8::".parse().unwrap()), source("2001:db8:0:1::".parse().unwrap()));
}
