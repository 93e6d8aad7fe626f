//! What a stranger may cost: raw bytes before a login.

use super::*;

const VERSION: &[u8] = b"SSH-2.0-raw\r\n";

/// A packet in clear (RFC 4253, 6) that says nothing (SSH_MSG_IGNORE), `total` bytes long.
fn ignore(total: usize) -> Vec<u8> {
    assert!(total.is_multiple_of(8) && total >= 16);
    let padding = 4 + (total - 16) % 8;
    let data = total - 4 - 1 - 1 - 4 - padding;
    let mut packet = ((total - 4) as u32).to_be_bytes().to_vec();
    packet.push(padding as u8);
    packet.push(2);
    packet.extend((data as u32).to_be_bytes());
    packet.resize(total, 0);
    packet
}

/// Sends all of it, as far as it is read.
fn send(world: &mut World, mut bytes: &[u8]) {
    for _ in 0..10_000 {
        bytes = &bytes[world.wire.send(bytes)..];
        world.wire.to_peer.clear();
        world.serve();
        if world.outcome.is_err() || (bytes.is_empty() && world.wire.to_server.is_empty()) {
            return;
        }
    }
    panic!("it is never read: {:?}", world.outcome);
}

fn stranger() -> World {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    send(&mut world, VERSION);
    assert_eq!(world.outcome, Ok(Progress::Rest));
    world
}

#[test]
fn a_stranger_sends_so_many_packets_and_no_more() {
    let mut world = stranger();
    let most = usize::from(world.limits.login_packets);
    send(&mut world, &ignore(16).repeat(most));
    assert_eq!(world.outcome, Ok(Progress::Rest));
    send(&mut world, &ignore(16));
    assert_eq!(world.outcome, Err(End::LoginTooLong));
}

#[test]
fn a_stranger_sends_so_many_bytes_and_no_more() {
    let mut world = stranger();
    let left = world.limits.login_bytes as usize - VERSION.len();
    let packets = left / 1600;
    send(&mut world, &ignore(1600).repeat(packets));
    let half = ignore(1600);
    send(&mut world, &half[..left - 1600 * packets]);
    assert_eq!(world.outcome, Ok(Progress::Rest));
    send(&mut world, &half[left - 1600 * packets..][..1]);
    assert_eq!(world.outcome, Err(End::LoginTooLong));
}

#[test]
fn a_packet_fits_in_the_input_buffer_or_ends_the_session() {
    let longest = Sizes::SMALL.input;
    let mut world = stranger();
    send(&mut world, &ignore(longest));
    assert_eq!(world.outcome, Ok(Progress::Rest));
    for total in [longest + 8, 35_000, 1 << 31] {
        let mut world = stranger();
        let mut packet = ignore(longest);
        packet[..4].copy_from_slice(&(total as u32 - 4).to_be_bytes());
        send(&mut world, &packet);
        assert_eq!(world.outcome, Err(End::Protocol));
    }
}

#[test]
fn whoever_does_not_speak_ssh_is_ended() {
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"login luke force\n",
        b"SSH-1.5-old\r\n",
        b"SSH-2.0-no end\n",
        &[0; 1000],
        &[b'S'; 1000],
    ] {
        let mut world = World::new(&Sizes::SMALL, Limits::default());
        let mut sent = bytes.to_vec();
        sent.resize(20_000, b'\n');
        send(&mut world, &sent);
        let ended = matches!(world.outcome, Err(End::Protocol | End::LoginTooLong));
        assert!(ended, "{:?} for {:?}", world.outcome, &bytes[..10]);
    }
}

#[test]
fn packets_that_may_not_come_yet_end_the_session() {
    // A request for a service, a login, a channel, data, new keys: all in clear.
    for kind in [5, 50, 90, 94, 21, 30] {
        let mut world = stranger();
        let mut packet = ignore(32);
        packet[5] = kind;
        send(&mut world, &packet);
        assert_eq!(world.outcome, Err(End::Protocol), "{kind}");
    }
}

#[test]
fn a_stranger_that_never_reads_is_not_read_either_and_is_ended_in_time() {
    let mut world = World::new(&Sizes::SMALL, Limits::default());
    world.wire.room = 10;
    for _ in 0..1000 {
        world.wire.send(&ignore(16));
        world.serve();
        assert_eq!(world.outcome, Ok(Progress::Rest));
    }
    world.now = world.now + world.limits.login_timeout;
    world.serve();
    assert_eq!(world.outcome, Err(End::LoginTimeout));
}

#[test]
fn a_round_handles_as_many_packets_of_strangers_as_it_has_steps() {
    for steps in [0, 1, 3] {
        let mut world = stranger();
        world.limits.steps = steps;
        world.wire.send(&ignore(16).repeat(10));
        world.serve();
        let left = world.wire.to_server.len();
        assert_eq!((world.outcome, left), (Ok(Progress::Again), 16 * (10 - steps as usize)));
    }
}

#[test]
fn a_login_within_few_packets_is_possible_and_within_fewer_is_not() {
    let outcome = |packets| {
        let limits = Limits { login_packets: packets, ..Limits::default() };
        let (mut world, mut peer) =
            (World::new(&Sizes::SMALL, limits), Peer::new("luke", &["force"]));
        world.talk(&mut peer);
        world.outcome
    };
    // An offer, a key, new keys, a service, nobody, a password, a channel, a subsystem.
    assert_eq!((outcome(8), outcome(7)), (Ok(Progress::Rest), Err(End::LoginTooLong)));
}
