//! The numbers that connections begin with, as they are seen on the wire: RFC 6528, and nothing
//! that smoltcp's generator tells.

use std::collections::BTreeSet;

use smoltcp::wire::TcpControl;

use super::super::frame::Tuple;
use super::super::secret::Secret;
use super::raw::{STRANGER, segment, segments, syn};
use super::world::World;

/// The number that the server answers a request with; the handshake is given up.
fn begin(world: &mut World, port: u16) -> u32 {
    let said = segments(&world.inject([syn(port)]));
    assert!(said.len() == 1 && said[0].syn, "{said:?}");
    world.inject([segment(port, TcpControl::Rst, 1001, None)]);
    said[0].seq as u32
}

#[test]
fn the_number_on_the_wire_is_the_clocks_and_the_hash_of_the_name() {
    let mut world = World::new(4);
    // The world's own seed.
    let mut secret = Secret::new(2);
    for port in 5000..5200 {
        let tuple = Tuple { peer: STRANGER.into(), port, local: 0, service: 0 };
        assert_eq!(begin(&mut world, port), secret.begin(world.now, &tuple));
        world.pass(7);
    }
}

#[test]
fn for_one_name_numbers_grow_by_the_clock() {
    let mut world = World::new(4);
    let first = begin(&mut world, 5000);
    assert_eq!(begin(&mut world, 5000).wrapping_sub(first), 1);
    world.pass(1_000);
    assert_eq!(begin(&mut world, 5000).wrapping_sub(first), 250_000);
    // Another name in between changes nothing.
    begin(&mut world, 5001);
    world.pass(1_000);
    assert_eq!(begin(&mut world, 5000).wrapping_sub(first), 500_000);
}

/// Three numbers of smoltcp's generator, one after the other, fix its state: from the first, 29
/// bits and three are unknown, and the next two sieve them. Numbers of ours follow from each other
/// in no such way: the distance of two names is a hash.
#[test]
fn three_numbers_of_ones_own_do_not_tell_the_fourth() {
    let mut world = World::new(4);
    let numbers: Vec<_> = (5000..5064).map(|port| begin(&mut world, port)).collect();
    let steps: BTreeSet<_> = numbers.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    assert_eq!(steps.len(), 63);
    // Each bit of the steps is set about as often as not.
    for bit in 0..32 {
        let set = steps.iter().filter(|step| *step >> bit & 1 == 1).count();
        assert!((12..=51).contains(&set), "bit {bit}: {set} of 63");
    }
}
