//! Resets, and requests to connect under the name of an existing connection. Only the number that
//! is due ends anything, and a peer that really begins again gets in.

use smoltcp::wire::TcpControl;

use super::known::{Known, heard};
use super::raw::{segment, segments, syn};
use super::world::World;

#[test]
fn only_a_reset_with_the_number_that_is_due_ends_a_connection() {
    let window = 2048;
    let offsets = [1, 2, 100, window - 1, window, window + 1, -1, -2, -window, 1 << 20, i32::MIN];
    for offset in offsets {
        let mut world = World::new(4);
        let mut yoda = Known::log_in(&mut world, 5000, 0);
        let said = heard(&world.inject([yoda.segment(TcpControl::Rst, offset, 0)]));
        let in_window = (1..window).contains(&offset);
        assert_eq!(said.len(), usize::from(in_window), "{offset}");
        assert!(yoda.say(&mut world, "ping\n").starts_with("202"), "{offset}");
        world.inject([yoda.segment(TcpControl::Rst, 0, 12345)]);
        assert_eq!(world.server.connections(), 0, "{offset}");
    }
}

#[test]
fn whoever_forgot_its_connection_is_told_ends_it_and_connects_at_its_next_try() {
    let mut world = World::new(4);
    let yoda = Known::log_in(&mut world, 5000, 0);
    let request = segment(5000, TcpControl::Syn, 77, None);
    let said = heard(&world.inject([request.clone()]));
    assert!(said.len() == 1 && said[0].flags == "A", "{said:?}");
    assert_eq!(said[0].ack, yoda.seq);
    // What a stack says to an acknowledgement of what it never sent (RFC 9293, 3.10.7.3).
    world.inject([segment(5000, TcpControl::Rst, said[0].ack, None)]);
    assert_eq!((world.server.connections(), world.environment.logged_out.len()), (0, 1));
    let said = segments(&world.inject([request]));
    assert!(said.len() == 1 && said[0].syn, "{said:?}");
}

#[test]
fn a_reset_and_a_request_in_one_round_are_an_end_and_a_beginning() {
    let mut world = World::new(4);
    let yoda = Known::log_in(&mut world, 5000, 0);
    let reset = yoda.segment(TcpControl::Rst, 0, 0);
    let said = segments(&world.inject([reset, segment(5000, TcpControl::Syn, 77, None)]));
    assert!(said.len() == 1 && said[0].syn, "{said:?}");
    assert_eq!((world.server.connections(), world.driver.half_open()), (0, 1));
    assert_eq!(world.environment.logged_out.len(), 1);
    let ack = said[0].seq.wrapping_add(1);
    let said = heard(&world.inject([segment(5000, TcpControl::None, 78, Some(ack))]));
    assert!(said[0].text.starts_with("220 "), "{said:?}");
    assert_eq!(world.driver.free_places() + 1, World::new(4).driver.free_places());
}

#[test]
fn what_was_said_before_a_reset_is_heard_although_a_request_follows_in_the_same_round() {
    let mut world = World::new(4);
    let host = world.host();
    let hans = world.log_in(host, 1);
    let yoda = Known::log_in(&mut world, 5000, 0);
    world.read(hans);
    let line = "message user1 and now I go\n";
    let reset = yoda.segment(TcpControl::Rst, line.len() as i32, 0);
    world.inject([yoda.speech(0, 0, line), reset, syn(5000)]);
    assert!(world.read(hans).contains("and now I go"));
    assert_eq!((world.server.connections(), world.driver.half_open()), (1, 1));
}

#[test]
fn a_name_is_used_again_in_one_round_although_every_place_is_taken() {
    let mut world = World::new(4);
    let places = world.driver.free_places();
    let yoda = Known::log_in(&mut world, 5000, 0);
    let mut others = Vec::new();
    while world.driver.free_places() > 0 && others.len() < places {
        let number = others.len() + 1;
        let port = 5000 + number as u16;
        others.push(if number < 4 {
            Known::log_in(&mut world, port, number)
        } else {
            Known { port, seq: 0, ack: 0 }
        });
        if number >= 4 {
            world.inject([syn(port)]);
        }
    }
    assert_eq!(world.driver.free_places(), 0);
    let said = segments(&world.inject([yoda.segment(TcpControl::Rst, 0, 0), syn(5000)]));
    assert!(said.iter().any(|said| said.syn && said.port == 5000), "{said:?}");
    assert_eq!(world.environment.logged_out, ["user0"]);
}

#[test]
fn an_orderly_end_and_a_request_in_one_round_are_an_end_and_a_beginning() {
    let mut world = World::new(4);
    let mut yoda = Known::log_in(&mut world, 5000, 0);
    let goodbye = yoda.say(&mut world, "logout\n");
    assert!(goodbye.contains("logged out"), "{goodbye}");
    // Its end counts as one.
    let fin = yoda.segment(TcpControl::Fin, 0, 1);
    let said = segments(&world.inject([fin, segment(5000, TcpControl::Syn, 77, None)]));
    assert!(said.iter().any(|said| said.syn), "{said:?}");
    assert_eq!((world.server.connections(), world.driver.half_open()), (0, 1));
}

#[test]
fn a_reset_during_the_goodbye_needs_the_number_too() {
    let mut world = World::new(4);
    let mut yoda = Known::log_in(&mut world, 5000, 0);
    yoda.say(&mut world, "logout\n");
    world.inject([yoda.segment(TcpControl::None, 0, 1)]);
    world.inject([yoda.segment(TcpControl::Rst, 1, 1)]);
    assert_eq!(world.server.connections(), 1);
    // Both directions have counted on: a challenge tells so.
    world.pass(1_000);
    let said = heard(&world.inject([segment(5000, TcpControl::Syn, 77, None)]));
    assert_eq!((said.len(), said[0].seq, said[0].ack), (1, yoda.ack.wrapping_add(1), yoda.seq));
    world.inject([yoda.segment(TcpControl::Rst, 0, 1)]);
    assert_eq!(world.server.connections(), 0);
}
