//! Expectations by themselves: each is good once, for a while, and for one attempt at a time.

use super::*;
use crate::kind::Kind;
use crate::mac::{Parties, Party};
use crate::{Token, hello};

fn peer(token: u8) -> Introduction {
    Introduction { user: "hans".into(), key: [3; 32], token: Token([token; 16]) }
}

fn parties() -> Parties<'static> {
    Parties {
        kind: Kind::Files,
        connector: Party { name: "hans", key: &[3; 32] },
        listener: Party { name: "yoda", key: &[4; 32] },
    }
}

fn hello_of(token: u8, nonce: u8) -> Hello {
    let line = hello::line(&peer(token), &[nonce; 16], parties());
    Hello::parse(line.trim_end().as_bytes()).unwrap()
}

/// What is there at once.
fn claim<'a>(expected: &'a Expectations, hello: &Hello) -> Option<Claim<'a>> {
    expected.wait(Instant::now(), &Waiting::default(), hello, |peer| {
        hello.is_proven_by(peer, parties())
    })
}

#[test]
fn an_introduction_is_good_for_one_link() {
    let expected = Expectations::default();
    expected.insert(Instant::now(), peer(7));
    assert!(claim(&expected, &hello_of(8, 1)).is_none());
    let claimed = claim(&expected, &hello_of(7, 1)).unwrap();
    assert!(claim(&expected, &hello_of(7, 2)).is_none(), "an attempt is under way");
    assert_eq!(claimed.keep(), peer(7));
    assert!(claim(&expected, &hello_of(7, 3)).is_none());
    assert!(expected.lock().expected.is_empty());
}

#[test]
fn an_attempt_that_fails_leaves_the_introduction_to_the_next_one() {
    let expected = Expectations::default();
    expected.insert(Instant::now(), peer(7));
    drop(claim(&expected, &hello_of(7, 1)).unwrap());
    assert!(claim(&expected, &hello_of(7, 1)).is_none(), "it was heard before");
    assert!(claim(&expected, &hello_of(7, 2)).is_some());
}

#[test]
fn attempts_are_bounded() {
    let expected = Expectations::default();
    expected.insert(Instant::now(), peer(7));
    for nonce in 0..ATTEMPTS_MAX as u8 {
        drop(claim(&expected, &hello_of(7, nonce)).unwrap());
    }
    assert!(claim(&expected, &hello_of(7, 255)).is_none());
}

#[test]
fn an_introduction_is_good_for_a_while_only() {
    let expected = Expectations::default();
    let Some(past) = Instant::now().checked_sub(VALIDITY) else { return };
    expected.insert(past, peer(7));
    assert!(claim(&expected, &hello_of(7, 1)).is_none());
    expected.insert(past + Duration::from_secs(10), peer(7));
    assert!(claim(&expected, &hello_of(7, 1)).is_some());
}

#[test]
fn what_is_expected_is_bounded_and_does_not_push_standing_secrets_out() {
    let expected = Expectations::default();
    let standing = expected.insert_standing(peer(9));
    expected.insert(Instant::now(), peer(7));
    (1..CAPACITY).for_each(|_| expected.insert(Instant::now(), peer(8)));
    drop(claim(&expected, &hello_of(7, 1)).unwrap());
    expected.insert(Instant::now(), peer(8));
    assert_eq!(expected.lock().expected.len(), CAPACITY + 1);
    assert!(claim(&expected, &hello_of(7, 2)).is_none(), "it was the oldest");
    assert!(claim(&expected, &hello_of(9, 1)).is_some());
    expected.remove(standing);
    assert!(claim(&expected, &hello_of(9, 2)).is_none());
}

#[test]
fn a_standing_secret_is_good_for_many_links_and_each_hello_once() {
    let expected = Expectations::default();
    expected.insert_standing(peer(7));
    let first = claim(&expected, &hello_of(7, 1)).unwrap();
    let second = claim(&expected, &hello_of(7, 2)).unwrap();
    first.keep();
    second.keep();
    assert!(claim(&expected, &hello_of(7, 1)).is_none());
    assert!(claim(&expected, &hello_of(7, 3)).is_some());
}

#[test]
fn who_comes_before_the_introduction_is_known_once_it_is_made() {
    let expected = Expectations::default();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let (deadline, hello) = (Instant::now() + Duration::from_secs(60), hello_of(7, 1));
            let is_proven = |peer: &_| hello.is_proven_by(peer, parties());
            let claim = expected.wait(deadline, &Waiting::default(), &hello, is_proven);
            claim.map(Claim::keep)
        });
        expected.insert(Instant::now(), peer(7));
        assert_eq!(waiting.join().unwrap(), Some(peer(7)));
    });
}

#[test]
fn who_is_told_to_wait_no_more_goes_at_once_and_nobody_stays_on_the_list() {
    let (expected, waiting) = (Expectations::default(), Waiting::default());
    std::thread::scope(|scope| {
        let gone = scope.spawn(|| {
            let (deadline, hello) = (Instant::now() + Duration::from_secs(600), hello_of(7, 1));
            let is_proven = |peer: &_| hello.is_proven_by(peer, parties());
            expected.wait(deadline, &waiting, &hello, is_proven).is_none()
        });
        waiting.end();
        assert!(gone.join().unwrap());
    });
    expected.insert(Instant::now(), peer(7));
    assert!(claim(&expected, &hello_of(7, 2)).is_some());
    assert!(expected.lock().waiting.is_empty());
}
