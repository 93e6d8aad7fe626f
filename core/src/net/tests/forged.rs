//! Frames with a connection's name and another Ethernet address: what does not fit moves nothing; a
//! peer that moved is followed.

use smoltcp::wire::{EthernetAddress, TcpControl};

use super::known::{FORGER, Known, SentSegment, heard};
use super::raw::{STRANGER_MAC, segment, sent_by};
use super::world::World;

const FAR: i32 = 0x4000_0000;

/// What somebody may send who knows a connection's name and not its numbers.
fn forgeries(known: &Known) -> Vec<(&'static str, Vec<u8>)> {
    let mut broken = known.speech(0, 0, "x");
    let last = broken.len() - 1;
    broken[last] ^= 1;
    vec![
        ("data far ahead", known.speech(FAR, 0, "x")),
        ("data far behind", known.speech(-FAR, 0, "x")),
        ("data just beyond the window", known.speech(2049, 0, "x")),
        ("an acknowledgement of what was never sent", known.segment(TcpControl::None, 0, 2)),
        ("an acknowledgement far too old", known.segment(TcpControl::None, 0, -FAR)),
        ("no flags", segment(known.port, TcpControl::None, known.seq, None)),
        ("a request to connect", segment(known.port, TcpControl::Syn, 1, None)),
        ("the same, with the number due", segment(known.port, TcpControl::Syn, known.seq, None)),
        ("half an answer to a request", known.segment(TcpControl::Syn, 0, 0)),
        ("a reset far ahead", known.segment(TcpControl::Rst, FAR, 0)),
        ("a reset in the window", known.segment(TcpControl::Rst, 1, 0)),
        ("an end far ahead", known.segment(TcpControl::Fin, FAR, 0)),
        ("a wrong checksum", broken),
    ]
}

fn to(mac: EthernetAddress, frames: &[Vec<u8>]) -> Vec<SentSegment> {
    heard(frames).into_iter().filter(|heard| heard.mac == mac).collect()
}

#[test]
fn whoever_knows_only_the_name_of_a_connection_moves_nothing_and_learns_nothing() {
    let mut world = World::new(4);
    let host = world.host();
    let hans = world.log_in(host, 1);
    let mut yoda = Known::log_in(&mut world, 5000, 0);
    for number in 0..forgeries(&yoda).len() {
        let (name, frame) = forgeries(&yoda).swap_remove(number);
        let frames = world.inject([sent_by(FORGER, frame)]);
        assert_eq!(to(FORGER, &frames), [], "{name}");
        // Whoever is told anything is told the truth.
        for heard in heard(&frames) {
            let truth = (STRANGER_MAC, "A", yoda.seq, yoda.ack);
            assert_eq!((heard.mac, &*heard.flags, heard.ack, heard.seq), truth, "{name}");
        }
        world.lost.clear();
        world.write(hans, "message user0 the plan\n");
        world.settle();
        let text = yoda.listen(&mut world);
        assert!(text.contains("the plan"), "{name}: {text}");
        assert!(yoda.say(&mut world, "ping\n").starts_with("202"), "{name}");
        world.pass(1_000);
        world.lost.clear();
    }
    assert_eq!(world.server.connections(), 2);
}

#[test]
fn a_peer_that_moved_and_goes_on_talking_is_followed_at_once() {
    let mut world = World::new(4);
    let yoda = Known::log_in(&mut world, 5000, 0);
    let frames = world.inject([sent_by(FORGER, yoda.speech(0, 0, "ping\n"))]);
    assert!(to(FORGER, &frames)[0].text.starts_with("202"), "{frames:?}");
    assert_eq!(to(STRANGER_MAC, &frames), []);
}

#[test]
fn a_peer_that_moved_and_says_again_what_was_acknowledged_to_its_old_place_is_answered() {
    let mut world = World::new(4);
    let mut yoda = Known::log_in(&mut world, 5000, 0);
    yoda.say(&mut world, "ping\n");
    let frames = world.inject([sent_by(FORGER, yoda.speech(-5, 0, "ping\n"))]);
    let said = to(FORGER, &frames);
    assert!(said.len() == 1 && said[0].ack == yoda.seq, "{said:?}");
}

#[test]
fn a_question_whether_we_are_still_there_is_answered_where_it_came_from() {
    let mut world = World::new(4);
    let yoda = Known::log_in(&mut world, 5000, 0);
    for mac in [STRANGER_MAC, FORGER] {
        let said = to(mac, &world.inject([sent_by(mac, yoda.segment(TcpControl::None, -1, 0))]));
        assert!(said.len() == 1 && (said[0].seq, said[0].ack) == (yoda.ack, yoda.seq), "{said:?}");
        world.pass(1_000);
    }
}

#[test]
fn what_is_out_of_place_is_answered_once_a_second_at_most() {
    let mut world = World::new(4);
    let yoda = Known::log_in(&mut world, 5000, 0);
    let flood = |world: &mut World| {
        let frames = (0..500).map(|_| sent_by(FORGER, yoda.segment(TcpControl::Rst, 7, 0)));
        heard(&world.inject(frames)).len()
    };
    assert_eq!((flood(&mut world), flood(&mut world)), (1, 0));
    world.pass(1_000);
    assert_eq!(flood(&mut world), 1);
    assert_eq!(world.driver.counters().challenged, 1_500);
}

#[test]
fn a_window_that_is_full_is_probed_and_answered_and_opens_again() {
    let mut world = World::new(4);
    let mut yoda = Known::log_in(&mut world, 5000, 0);
    // Nothing acknowledges the answers, so the server stops reading when its own buffer is full.
    let mut sent = 0;
    let mut seq = 0;
    loop {
        let frames = world.inject([yoda.speech(seq, 0, &"whoami\n".repeat(100))]);
        world.pass(20);
        let acknowledged = heard(&frames)
            .iter()
            .chain(&heard(&world.lost))
            .map(|heard| heard.ack.wrapping_sub(yoda.seq))
            .max();
        seq = acknowledged.unwrap_or(seq);
        sent += 1;
        if sent == 40 {
            break;
        }
    }
    world.pass(100);
    world.lost.clear();
    let said = heard(&world.inject([yoda.speech(seq, 0, "w")]));
    assert!(said.iter().any(|said| said.ack == yoda.seq.wrapping_add(seq)), "{said:?}");
    yoda.seq = yoda.seq.wrapping_add(seq);
    world.pass(3_000);
    world.lost.clear();
    yoda.ack = said[0].seq;
    world.inject([yoda.segment(TcpControl::None, 0, 0)]);
    world.pass(10);
    assert_eq!(world.server.connections(), 1);
}
