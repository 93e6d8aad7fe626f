//! The door: who gets a place, and who makes room.

use smolchat_core::arena::Arena;

use super::*;
use crate::{Door, DoorError, DoorMemory, Full, Opened};

pub(super) struct Leaking;

impl Arena<'static> for Leaking {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Vec::from_iter((0..count).map(|_| T::default())).leak()
    }
}

pub(super) fn door(places: usize) -> Door<'static> {
    door_for(places, Limits::default())
}

fn door_for(places: usize, limits: Limits) -> Door<'static> {
    let host_key = HostKey::from_seed(&[1; 32]);
    Door::new(DoorMemory::from_arena(places, &Sizes::SMALL, &mut Leaking), host_key, limits)
        .unwrap()
}

fn at(secs: u64) -> Instant {
    Instant::START + Duration::from_secs(secs)
}

fn free(session: usize) -> Result<Opened, Full> {
    Ok(Opened { session, evicted: false })
}

fn evicted(session: usize) -> Result<Opened, Full> {
    Ok(Opened { session, evicted: true })
}

/// Logs luke in at the session.
fn log_in(door: &mut Door<'_>, session: usize) {
    let (mut wire, mut peer) = (Wire::new(4096), Peer::new("luke", &["force"]));
    for _ in 0..100 {
        door.begin_round();
        _ = door.progress(at(5), session, &mut wire.server(), &mut judge).unwrap();
        peer.progress(&mut wire);
    }
    assert_eq!(door.ready(session).map(|peer| peer.user), Some(Some(1)));
    door.settle(session);
    assert_eq!(door.ready(session), None, "nobody is let in twice");
}

#[test]
fn a_door_has_as_many_places_as_are_lent() {
    assert_eq!((door(0).open(at(1), 1), door(0).is_empty()), (Err(Full), true));
    let mut door = door(3);
    for session in 0..3 {
        assert_eq!(door.open(at(1), session as u64), free(session));
        log_in(&mut door, session);
    }
    assert_eq!(door.open(at(9), 7), Err(Full));
    door.close(1);
    assert_eq!(door.open(at(9), 7), free(1));
    assert!(door.channel(3).is_none() && door.poll_at(at(9), 3).is_none());
}

#[test]
fn the_oldest_stranger_of_the_greediest_source_makes_room() {
    let mut door = door(4);
    for (secs, source) in [(1, 10), (2, 66), (3, 66), (4, 11)] {
        assert_eq!(door.open(at(secs), source), free(secs as usize - 1));
    }
    assert_eq!(door.open(at(5), 12), evicted(1), "66 has two");
    assert_eq!(door.open(at(6), 66), evicted(2), "66 would have two, so its own gives way");
    assert_eq!(door.open(at(7), 13), evicted(0), "all have one, so the oldest gives way");
    log_in(&mut door, 3);
    log_in(&mut door, 0);
    for secs in 8..50 {
        let opened = door.open(at(secs), 66).unwrap();
        assert!([1, 2].contains(&opened.session), "peers with the chat keep their places");
    }
}

/// Exchanges keys at the session, and then says nothing.
fn exchange_keys(door: &mut Door<'_>, session: usize) {
    let (mut wire, mut peer) = (Wire::new(4096), Peer::new("nobody", &[]));
    for _ in 0..100 {
        if peer.host_key.is_some() {
            return;
        }
        door.begin_round();
        _ = door.progress(at(5), session, &mut wire.server(), &mut judge).unwrap();
        peer.progress(&mut wire);
    }
    panic!("no keys were exchanged");
}

#[test]
fn whoever_types_a_password_stays_while_others_say_nothing() {
    let mut door = door(4);
    for session in 0..4 {
        assert_eq!(door.open(at(1), session as u64), free(session));
    }
    // The first two came before all others.
    exchange_keys(&mut door, 0);
    exchange_keys(&mut door, 1);
    for secs in 5..50 {
        let opened = door.open(at(secs), secs).unwrap();
        assert!([2, 3].contains(&opened.session), "whoever types has said something");
    }
    exchange_keys(&mut door, 2);
    exchange_keys(&mut door, 3);
    assert_eq!(door.open(at(50), 50), evicted(0), "all type, so the oldest gives way");
}

#[test]
fn sources_that_exchange_keys_do_not_take_the_places_of_others() {
    let mut door = door(5);
    assert_eq!(door.open(at(1), 10), free(0));
    for session in 1..5 {
        assert_eq!(door.open(at(2), 66 + session as u64 % 2), free(session));
        exchange_keys(&mut door, session);
    }
    for secs in 3..50 {
        let opened = door.open(at(secs), 66 + secs % 2).unwrap();
        assert_ne!(opened.session, 0, "a peer that has just come");
        exchange_keys(&mut door, opened.session);
    }
}

#[test]
fn strangers_hold_so_many_places_and_peers_with_the_chat_hold_the_others() {
    let mut door = door_for(5, Limits { strangers: 2, ..Limits::default() });
    assert_eq!((door.open(at(1), 1), door.open(at(2), 2)), (free(0), free(1)));
    assert_eq!(door.open(at(3), 3), evicted(0), "three places are free, and not for strangers");
    for session in [0, 1] {
        log_in(&mut door, session);
    }
    assert_eq!((door.open(at(4), 4), door.open(at(5), 5)), (free(2), free(3)));
    door.close(2);
    assert_eq!(door.open(at(6), 6), free(2), "a stranger that left makes room");
    assert_eq!(door.open(at(7), 7), evicted(3));
    door.close(4);
    door.close(3);
    door.close(3);
    log_in(&mut door, 2);
    assert_eq!((door.open(at(8), 8), door.open(at(9), 9)), (free(3), free(4)));
    assert_eq!(door.open(at(10), 3), evicted(3));
}

#[test]
fn one_round_has_steps_for_all_sessions_together() {
    let mut door = door(2);
    let mut wires = [Wire::new(4096), Wire::new(4096)];
    for (session, wire) in wires.iter_mut().enumerate() {
        door.open(at(1), 1).unwrap();
        wire.send(b"SSH-2.0-raw\r\n");
        assert!(door.progress(at(1), session, &mut wire.server(), &mut judge).is_ok());
        wire.to_peer.clear();
        wire.send(&[0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
    let outcomes = |door: &mut Door<'_>, wires: &mut [Wire; 2]| {
        door.begin_round();
        [0, 1].map(|session| {
            let below = &mut wires[session].server();
            door.progress(at(1), session, below, &mut judge).unwrap()
        })
    };
    assert_eq!(outcomes(&mut door, &mut wires), [Progress::Rest, Progress::Again]);
    assert_eq!(outcomes(&mut door, &mut wires), [Progress::Rest, Progress::Rest]);
}

#[test]
fn a_door_with_buffers_that_are_too_short_stays_shut() {
    let sizes = Sizes { output: Sizes::LEAST.output - 1, ..Sizes::SMALL };
    let host_key = HostKey::from_seed(&[1; 32]);
    let lent = DoorMemory::from_arena(1, &sizes, &mut Leaking);
    let refused = Door::new(lent, host_key, Limits::default());
    assert_eq!(refused.err(), Some(DoorError::TooSmall));
}
