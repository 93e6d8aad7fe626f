//! The channel: what a peer may ask for, who waits for whom, and how it ends.

use embedded_io::Write;
use sunset::SessionCommand;

use super::*;
use crate::{Asked, CLIENT_SUBSYSTEM};

fn asks(command: SessionCommand<&'static str>) -> (World, Peer) {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    let mut peer = Peer::new("luke", &["force"]);
    peer.asks = command;
    world.talk(&mut peer);
    (world, peer)
}

#[test]
fn the_shell_and_our_subsystem_are_served_and_nothing_else() {
    let shell = Some(Asked::Shell { has_terminal: false });
    assert_eq!(asks(SessionCommand::Shell).0.session.asked(), shell);
    for refused in [SessionCommand::Exec("smolchat"), SessionCommand::Subsystem("sftp")] {
        let (mut world, peer) = asks(refused);
        assert_eq!((world.outcome, world.session.user()), (Ok(Progress::Rest), Some(1)));
        assert_eq!((world.session.asked(), world.session.room()), (None, 0));
        assert!(world.session.write(b"200 hello\n").is_err());
        assert!(peer.received.is_empty());
    }
}

#[test]
fn a_client_is_let_in_only_behind_what_it_would_have_asked_for_first() {
    let (mut world, mut peer) = asks(SessionCommand::Subsystem(CLIENT_SUBSYSTEM));
    assert_eq!((world.session.asked(), world.session.user()), (Some(Asked::Client), Some(1)));
    peer.say("whoelse\n");
    world.talk(&mut peer);
    assert!(!world.session.is_prepared());
    world.session.consume(b"acks on\n".len());
    assert!(!world.session.is_prepared());
    world.session.consume(b"receipts on\n".len());
    assert!(world.session.is_prepared());
    assert_eq!(world.received(), b"whoelse\n");
    // The next peer on this place begins anew.
    world.session.close();
    world.session.open(world.now);
    let mut peer = Peer::new("luke", &["force"]);
    world.wire = Wire::new(4096);
    world.talk(&mut peer);
    assert_eq!(
        (world.session.asked(), world.session.is_prepared()),
        (Some(Asked::Subsystem), true)
    );
    assert!(world.received().is_empty());
}

#[test]
fn a_second_channel_is_refused_and_the_first_goes_on() {
    let (mut world, mut peer) = World::logged_in(&Sizes::SMALL, Limits::default());
    for _ in 0..8 {
        if peer.channels() < 4 {
            peer.open();
        }
        world.talk(&mut peer);
    }
    assert_eq!((world.outcome, peer.opened), (Ok(Progress::Rest), 1));
    peer.say("whoelse\n");
    world.talk(&mut peer);
    assert_eq!(world.received(), b"whoelse\n");
}

#[test]
fn a_peer_waits_for_a_server_that_does_not_read() {
    let (mut world, mut peer) = World::logged_in(&Sizes::SMALL, Limits::default());
    let text: String = (0..2000).map(|at| format!("message yoda {at}\n")).collect();
    peer.say(&text);
    let mut received = Vec::new();
    for _ in 0..1000 {
        world.serve();
        assert_eq!(world.outcome, Ok(Progress::Rest));
        peer.progress(&mut world.wire);
        assert!(world.session.received() <= Sizes::SMALL.received);
    }
    assert!(!peer.unsent.is_empty() && world.session.received() > 0);
    for _ in 0..5000 {
        world.talk(&mut peer);
        received.extend(world.received());
        if received.len() == text.len() {
            break;
        }
    }
    assert_eq!(received, text.as_bytes());
}

#[test]
fn a_server_waits_for_a_peer_that_does_not_read_and_knows_what_the_peer_lacks() {
    for room in [64, 700, 4096] {
        let (mut world, mut peer) = World::logged_in(&Sizes::SMALL, Limits::default());
        world.wire.room = room;
        peer.reads = false;
        let (mut text, mut line) = (Vec::<u8>::new(), 0);
        for turn in 0..20_000 {
            let next = format!("* message {line} from yoda 0 do or do not\n");
            if line < 300 && world.session.room() >= next.len() {
                world.session.write_all(next.as_bytes()).unwrap();
                text.extend(next.as_bytes());
                line += 1;
            }
            world.serve();
            assert_eq!(world.outcome, Ok(Progress::Rest));
            let known = text.len() - world.session.unacknowledged();
            peer.reads = turn > 500;
            peer.progress(&mut world.wire);
            assert!(known <= peer.received.len(), "{known} of {}", peer.received.len());
            if turn == 500 {
                assert!((1..300).contains(&line) && known == 0, "{line} lines, {known} bytes");
            }
        }
        assert_eq!((line, peer.received == text), (300, true));
        world.serve();
        assert_eq!(world.session.unacknowledged(), 0);
    }
}

#[test]
fn lines_that_a_peer_wrote_before_it_closed_are_still_read() {
    let (mut world, mut peer) = World::logged_in(&Sizes::SMALL, Limits::default());
    let text = "message yoda bye\n".repeat(100);
    peer.say(&text);
    peer.reads = false;
    // Its window is spent long before; what lies on the wire must come out.
    for _ in 0..10 {
        peer.progress(&mut world.wire);
    }
    world.wire.is_closed = true;
    let mut received = Vec::new();
    for _ in 0..50 {
        world.serve();
        assert!(!world.session.has_ended() || world.session.received() <= Sizes::SMALL.received);
        received.extend(world.received());
    }
    assert!(world.session.has_ended());
    assert!(received.len() >= 900 && text.as_bytes().starts_with(&received), "{}", received.len());
}

#[test]
fn a_peer_that_closed_has_ended_although_it_never_read() {
    let (mut world, _) = World::logged_in(&Sizes::SMALL, Limits::default());
    world.wire.room = 10;
    world.session.write_all(b"200 do or do not, there is no try\n").unwrap();
    world.serve();
    assert_eq!((world.session.is_sending(), world.session.has_ended()), (true, false));
    world.wire.is_closed = true;
    world.serve();
    assert_eq!((world.session.is_sending(), world.session.has_ended()), (true, true));
}

#[test]
fn a_place_serves_one_peer_after_the_other_and_nothing_is_left() {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    for turn in 0..5 {
        let mut peer = Peer::new("luke", &["force"]);
        world.wire = Wire::new(4096);
        world.session.open(world.now);
        assert_eq!((world.session.user(), world.session.asked()), (None, None));
        world.talk(&mut peer);
        assert_eq!((world.outcome, world.session.user()), (Ok(Progress::Rest), Some(1)));
        peer.say("half a line");
        world.session.write_all(b"* for somebody else\n").unwrap();
        // In every other turn the bytes are on their way when the connection ends.
        if turn % 2 == 0 {
            world.talk(&mut peer);
            assert_eq!(peer.received, b"* for somebody else\n");
        }
    }
    world.session.close();
    assert_eq!((world.session.received(), world.session.unacknowledged()), (0, 0));
    world.serve();
    assert_eq!(world.outcome, Err(End::Closed));
}

/// A server that reads a request only if it has room for its reply, as core's does.
fn reply(world: &mut World) {
    const REPLY: usize = 513;
    while world.session.received() >= 40 && world.session.room() >= REPLY {
        world.session.consume(40);
        world.session.write_all(&[b'x'; REPLY]).unwrap();
    }
}

/// Luke asks so many times, 40 bytes each, and reads nothing before all of it was sent that can be.
fn asks_at_once(count: usize) -> (World, Peer) {
    let (mut world, mut peer) = World::logged_in(&Sizes::SMALL, Limits::default());
    peer.say(&"y".repeat(40 * count));
    for turn in 0..1000 {
        peer.reads = turn > 500;
        world.serve();
        reply(&mut world);
        peer.progress(&mut world.wire);
    }
    (world, peer)
}

#[test]
fn a_session_in_which_requests_and_replies_wait_for_each_other_is_over_after_a_minute() {
    let (mut world, peer) = asks_at_once(60);
    assert!(peer.received.len() < 60 * 513, "it is stuck");
    assert_eq!(world.outcome, Ok(Progress::Rest));
    let end = world.session.poll_at(world.now, &world.limits).unwrap();
    assert_eq!(end, world.now + Duration::from_secs(60));
    world.now = end - Duration::from_millis(1);
    world.serve();
    assert_eq!(world.outcome, Ok(Progress::Rest));
    world.now = end;
    world.serve();
    assert_eq!(world.outcome, Err(End::Stuck));
}

#[test]
fn a_peer_with_few_requests_on_their_way_gets_all_replies_and_stays() {
    // As many bytes as our client has on their way at most.
    let (mut world, peer) = asks_at_once(384 / 40);
    assert_eq!(peer.received.len(), 384 / 40 * 513);
    assert_eq!(world.session.poll_at(world.now, &world.limits), None);
    world.now = world.now + Duration::from_secs(120);
    world.serve();
    assert_eq!(world.outcome, Ok(Progress::Rest));
}

#[test]
fn a_peer_that_leaves_with_a_full_window_is_gone_at_once() {
    let (mut world, _peer) = World::logged_in(&Sizes::SMALL, Limits::default());
    let mut written = 0;
    // The peer's TCP takes everything, and the peer never opens its window again.
    for _ in 0..10_000 {
        while world.session.room() > 0 {
            written += world.session.write(&[b'x'; 100]).unwrap();
        }
        world.serve();
        world.wire.to_peer.clear();
    }
    assert!(world.session.is_sending(), "{written} bytes fit");
    assert_eq!((world.outcome, world.session.room()), (Ok(Progress::Rest), 0));
    world.wire.is_closed = true;
    world.serve();
    assert_eq!(world.outcome, Err(End::Closed));
    assert!(world.session.unacknowledged() > 0, "what it did not read is not its own");
}

#[test]
fn a_peer_that_leaves_with_room_in_its_window_gets_what_is_left() {
    let (mut world, mut peer) = World::logged_in(&Sizes::SMALL, Limits::default());
    world.session.write_all(b"211 bye\n").unwrap();
    world.wire.is_closed = true;
    world.talk(&mut peer);
    assert_eq!((world.outcome, peer.received), (Ok(Progress::Rest), b"211 bye\n".to_vec()));
}
