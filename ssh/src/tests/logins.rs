//! How peers log in, and how they do not.

use sunset::SessionCommand;

use super::*;
use crate::Asked;

#[test]
fn a_peer_logs_in_by_password_and_lines_pass_both_ways() {
    for sizes in [Sizes::LEAST, Sizes::SMALL, Sizes::LARGE] {
        let (mut world, mut peer) = World::logged_in(&sizes, Limits::default());
        assert_eq!(world.session.asked(), Some(Asked::Subsystem));
        assert_eq!(peer.host_key.as_ref(), Some(world.host_key.public()));
        assert_eq!(world.attempts, [r#"Attempt { name: "luke", proof: Password(..) }"#]);
        peer.say("whoelse\n");
        embedded_io::Write::write_all(&mut world.session, b"200 hello\n").unwrap();
        world.talk(&mut peer);
        assert_eq!(world.received(), b"whoelse\n");
        assert_eq!(peer.received, b"200 hello\n");
    }
}

#[test]
fn a_peer_logs_in_by_key_and_its_other_keys_are_refused() {
    let (mut world, mut peer) =
        (World::new(&Sizes::SMALL, Limits::default()), Peer::new("leia", &[]));
    peer.keys.extend([[7; 32], KEY]);
    world.talk(&mut peer);
    assert_eq!((world.session.user(), peer.is_logged_in), (Some(2), true));
    assert_eq!(world.attempts.len(), 3, "one key is refused, and one is asked for and signed with");
}

#[test]
fn another_users_key_is_refused_and_a_password_still_does() {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    let mut peer = Peer::new("luke", &["dark", "force"]);
    peer.keys.push_back(KEY);
    world.talk(&mut peer);
    assert_eq!((world.session.user(), world.attempts.len()), (Some(1), 3));
}

#[test]
fn what_comes_right_behind_a_password_is_not_lost() {
    let (mut world, mut peer) =
        (World::new(&Sizes::SMALL, Limits::default()), Peer::new("luke", &["force"]));
    peer.is_hasty = true;
    world.talk(&mut peer);
    assert_eq!((world.outcome, peer.opened), (Ok(Progress::Rest), 1));
    assert_eq!(world.session.asked(), Some(Asked::Subsystem));
}

#[test]
fn bytes_may_come_one_by_one() {
    for piece in [1, 2, 7, 100] {
        let mut world = World::new(&Sizes::SMALL, Limits::default());
        let mut peer = Peer::new("luke", &["force"]);
        peer.piece = piece;
        peer.say("whoelse\n");
        for _ in 0..20 {
            world.talk(&mut peer);
        }
        assert_eq!((world.session.user(), world.received()), (Some(1), b"whoelse\n".to_vec()));
    }
}

#[test]
fn three_wrong_passwords_end_the_session_and_each_is_answered() {
    let (mut world, mut peer) =
        (World::new(&Sizes::SMALL, Limits::default()), Peer::new("luke", &[]));
    world.talk(&mut peer);
    assert_eq!((world.outcome, world.attempts.len()), (Err(End::TooManyRefusals), 3));
    assert!(!peer.is_logged_in && !world.session.is_sending());
}

#[test]
fn a_peer_that_offers_key_after_key_is_ended() {
    let (mut world, mut peer) =
        (World::new(&Sizes::SMALL, Limits::default()), Peer::new("luke", &[]));
    peer.keys.extend((0..100).map(|seed| [seed; 32]));
    world.talk(&mut peer);
    assert_eq!((world.outcome, world.attempts.len()), (Err(End::TooManyRefusals), 6));
}

#[test]
fn whom_the_caller_sends_away_does_not_hear_that_a_proof_is_wrong() {
    for keys in [vec![], vec![[1; 32], [2; 32]]] {
        let (mut world, mut peer) =
            (World::new(&Sizes::SMALL, Limits::default()), Peer::new("vader", &["force", "dark"]));
        peer.keys.extend(keys);
        let offered = peer.keys.len();
        world.talk(&mut peer);
        assert_eq!((world.outcome, world.attempts.len()), (Err(End::Dismissed), 1));
        let unasked = if offered == 0 { (0, 1) } else { (1, 2) };
        assert_eq!((peer.keys.len(), peer.passwords.len()), unasked, "none behind the first");
    }
}

#[test]
fn a_name_of_32_bytes_logs_in_and_a_password_is_never_printed() {
    const NAME: &str = "abcdefghijklmnopqrstuvwxyz-abcde";
    assert_eq!(NAME.len(), smolchat_core::protocol::NAME_MAX);
    let (mut world, mut peer) =
        (World::new(&Sizes::SMALL, Limits::default()), Peer::new(NAME, &["force"]));
    world.talk(&mut peer);
    assert_eq!(world.outcome, Err(End::TooManyRefusals));
    assert!(world.attempts[0].contains(NAME) && !world.attempts[0].contains("force"));
}

#[test]
fn a_peer_without_the_chat_is_ended_in_time_and_one_with_the_chat_stays() {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    let mut peer = Peer::new("luke", &["force"]);
    peer.asks = SessionCommand::Exec("id");
    world.talk(&mut peer);
    let deadline = world.now + world.limits.login_timeout;
    assert_eq!(world.session.poll_at(world.now, &world.limits), Some(deadline));
    world.now = deadline - Duration::from_millis(1);
    world.serve();
    assert_eq!(world.outcome, Ok(Progress::Rest));
    world.now = deadline;
    world.serve();
    assert_eq!(world.outcome, Err(End::LoginTimeout));
    assert_eq!(world.session.poll_at(world.now, &world.limits), None);

    let (mut world, _) = World::logged_in(&Sizes::SMALL, Limits::default());
    assert_eq!(world.session.poll_at(world.now, &world.limits), None);
    world.now = world.now + Duration::from_secs(1_000_000);
    world.serve();
    assert_eq!(world.outcome, Ok(Progress::Rest));
}

#[test]
fn a_guest_comes_in_without_a_proof_and_is_no_user() {
    let (mut world, mut peer) =
        (World::new(&Sizes::SMALL, Limits::default()), Peer::new("new", &[]));
    peer.say("register han falcon\n");
    world.talk(&mut peer);
    assert_eq!((world.session.user(), world.session.asked()), (None, Some(Asked::Subsystem)));
    assert_eq!((world.received(), world.attempts.len()), (b"register han falcon\n".to_vec(), 0));
}

#[test]
fn a_stranger_that_hangs_up_is_over() {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    world.serve();
    assert_eq!(world.outcome, Ok(Progress::Rest));
    world.wire.is_closed = true;
    world.serve();
    assert_eq!(world.outcome, Err(End::Closed));
}

/// `sunset` has no way to wait. It must show an attempt again that it was not answered, with the
/// same packet, and must not have answered the peer meanwhile.
#[test]
fn an_attempt_that_cannot_be_judged_yet_waits_and_is_shown_again() {
    for (password, is_right) in [("slow", true), ("slower", false)] {
        let mut world = World::new(&Sizes::SMALL, Limits::default());
        let mut peer = Peer::new("luke", &[password, "force"]);
        // Its next packet comes while this one waits.
        peer.is_hasty = is_right;
        world.is_patient = true;
        world.talk(&mut peer);
        let shown = world.attempts.len();
        assert!(shown > 3 && world.outcome == Ok(Progress::Rest), "{:?}", world.outcome);
        assert!(!peer.is_logged_in && world.session.user().is_none(), "nobody has decided");
        world.is_patient = false;
        world.talk(&mut peer);
        assert!(peer.is_logged_in);
        assert_eq!(world.session.user(), Some(if is_right { 3 } else { 1 }));
        peer.say("whoelse\n");
        world.talk(&mut peer);
        assert_eq!(world.received(), b"whoelse\n");
    }
}

#[test]
fn whoever_hangs_up_while_its_password_is_looked_into_leaves_at_once() {
    for is_hasty in [false, true] {
        let mut world = World::new(&Sizes::SMALL, Limits::default());
        let mut peer = Peer::new("luke", &["slow"]);
        peer.is_hasty = is_hasty;
        world.is_patient = true;
        world.talk(&mut peer);
        assert_eq!(world.outcome, Ok(Progress::Rest));
        world.wire.is_closed = true;
        world.serve();
        assert_eq!(world.outcome, Err(End::Closed));
    }
}

#[test]
fn an_attempt_that_is_never_judged_ends_with_the_time_to_log_in() {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    let mut peer = Peer::new("luke", &["slow"]);
    world.is_patient = true;
    world.talk(&mut peer);
    assert_eq!(world.outcome, Ok(Progress::Rest));
    world.now = world.now + world.limits.login_timeout;
    world.serve();
    assert_eq!(world.outcome, Err(End::LoginTimeout));
}

#[test]
fn a_wrong_password_is_refused_at_the_same_moment_however_long_it_took() {
    for (work, told) in [(0, 300), (90, 300), (299, 300), (301, 600)] {
        let mut world = World::new(&Sizes::SMALL, Limits::default());
        let mut peer = Peer::new("leia", &["slow", "no"]);
        (world.is_patient, peer.asks) = (true, SessionCommand::Shell);
        let begun = world.now;
        while peer.passwords.len() == 2 || world.attempts.is_empty() {
            world.serve();
            peer.progress(&mut world.wire);
        }
        world.now = begun + Duration::from_millis(work);
        world.is_patient = false;
        for _ in 0..10 {
            world.serve();
            peer.progress(&mut world.wire);
        }
        let judged = world.attempts.len();
        let due = begun + Duration::from_millis(told);
        assert_eq!(world.session.poll_at(world.now, &world.limits), Some(due), "{work}");
        assert_eq!(peer.passwords.len(), 1, "it has not heard of it");
        world.now = due;
        world.serve();
        assert_eq!(world.attempts.len(), judged, "it is judged once");
        peer.progress(&mut world.wire);
        assert!(peer.passwords.is_empty(), "it heard, and shows the next");
    }
}
