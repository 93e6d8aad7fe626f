//! Downloads in a swarm of exchanges: what comes from whom, and what happens when somebody lies,
//! dies or says nothing.

mod places;
mod swarm;
mod talk;

use std::time::Duration;

use swarm::{Conduct, World};

use super::*;

const MIB: u64 = 1024 * 1024;
const LONG: Duration = Duration::from_secs(600);

fn seconds(world: &World, at: usize) -> f64 {
    world.users[at].whole.expect("it has all").as_secs_f64()
}

/// One loader, and owners of these uplinks in MiB/s.
fn with_owners(bytes: u64, seed: u64, uplinks: &[f64]) -> (World, usize) {
    let mut world = World::new(bytes, seed);
    uplinks.iter().for_each(|uplink| _ = world.add_owner(*uplink));
    let loader = world.add_loader(10.0);
    world.tell_holders();
    (world, loader)
}

#[test]
fn two_equal_holders_give_at_least_a_third_each() {
    for seed in 0..3 {
        for uplink in [8.0, 40.0, 400.0] {
            let (mut world, loader) = with_owners(100_000_000, seed, &[uplink, uplink]);
            world.run(LONG);
            let from = world.from(loader);
            assert!(from.values().all(|bytes| bytes * 3 >= world.size()), "{seed} {from:?}");
            assert_eq!(from.values().sum::<u64>(), world.size());
            assert!(world.users[loader].twice < 4 * MIB, "{}", world.users[loader].twice);
        }
    }
}

/// The same, and the second owner can be called after so long only.
fn with_late_owner(comes: Duration) -> (World, usize) {
    let mut world = World::new(100_000_000, 1);
    (0..2).for_each(|_| _ = world.add_owner(100.0));
    world.users[1].comes = comes;
    let loader = world.add_loader(10.0);
    world.tell_holders();
    (world, loader)
}

#[test]
fn a_holder_that_comes_late_still_gives_its_part() {
    let (mut world, loader) = with_late_owner(Duration::from_secs(3));
    world.run(LONG);
    let from = world.from(loader);
    assert!(from["user1"] * 4 > world.size(), "{from:?}");
}

#[test]
fn a_holder_that_never_comes_does_not_hold_the_file() {
    let (mut world, loader) = with_late_owner(Duration::from_secs(10_000));
    world.run(LONG);
    assert!(seconds(&world, loader) < 8.0, "{}", seconds(&world, loader));
}

#[test]
fn a_slow_holder_gives_something_and_does_not_hold_the_end() {
    for seed in 0..2 {
        let (mut world, loader) = with_owners(200 * MIB, seed, &[20.0, 1.0]);
        world.run(LONG);
        let (from, took) = (world.from(loader), seconds(&world, loader));
        assert!(from["user1"] > 0, "{from:?}");
        assert!(took < 200.0 / 21.0 * 1.25, "{seed}: {took} s {from:?}");
    }
}

#[test]
fn a_silent_holder_is_passed_over_and_given_up() {
    let (mut world, loader) = with_owners(200 * MIB, 1, &[20.0, 20.0]);
    world.users[1].conduct = Conduct::Silent;
    world.run(LONG);
    let took = seconds(&world, loader);
    assert!(took < 20.0, "{took}");
    assert!(!world.from(loader).contains_key("user1"));
}

#[test]
fn a_holder_that_dies_half_way_loses_nothing() {
    for seed in 0..4 {
        let (mut world, loader) = with_owners(100_000_000, seed, &[20.0, 20.0]);
        while world.from(loader).values().sum::<u64>() < 50_000_000 {
            world.step();
        }
        world.kill(1);
        world.run(LONG);
        assert!(seconds(&world, loader) < 5.5, "{}", seconds(&world, loader));
        assert!(world.named(loader).is_empty());
    }
}

#[test]
fn a_liar_is_named_and_asked_no_more() {
    for seed in 0..4 {
        let (mut world, loader) = with_owners(100_000_000, seed, &[20.0, 20.0, 20.0]);
        world.users[1].conduct = Conduct::Lies;
        world.run(LONG);
        assert!(world.named(loader).into_iter().eq(["user1".to_owned()]));
        assert!(!world.from(loader).contains_key("user1"));
        // What was asked of it at once is all that it could waste.
        assert!(world.users[1].uploaded <= 4 * MIB, "{}", world.users[1].uploaded);
    }
}

#[test]
fn ten_from_one_owner_take_less_than_two_and_a_half_files_from_it() {
    for seed in 0..3 {
        let mut world = World::new(100_000_000, seed * 100);
        let owner = world.add_owner(20.0);
        (0..10).for_each(|_| _ = world.add_loader(20.0));
        while !world.is_done() && world.now < LONG {
            if world.now.as_millis().is_multiple_of(1000) {
                world.tell_holders();
            }
            world.step();
        }
        assert!(world.is_done());
        let (times, took) =
            (world.users[owner].uploaded as f64 / world.size() as f64, world.now.as_secs_f64());
        eprintln!("the owner gave {times:.2} files in {took:.1} s");
        assert!(times < 2.5, "{times}");
        // From a server of the same uplink it would take ten times the file.
        assert!(took < 0.5 * 10.0 * 100.0 / 20.97, "{took}");
    }
}

#[test]
fn a_stall_is_said_once_and_again_after_something_came() {
    let (mut world, loader) = with_owners(100_000_000, 1, &[20.0]);
    while world.from(loader).values().sum::<u64>() < 50_000_000 {
        world.step();
    }
    let stalls = |world: &World| {
        let stalls = world.users[loader].told.iter();
        stalls.filter(|told| matches!(told, Notice::Stalled { .. })).count()
    };
    let uplink = std::mem::replace(&mut world.users[0].uplink, 0.0);
    world.run(Duration::from_secs(45));
    assert_eq!(stalls(&world), 1);
    world.users[0].uplink = uplink;
    world.run(LONG);
    assert_eq!(stalls(&world), 1);
    assert!(world.users[loader].whole.is_some());
}

#[test]
fn the_share_is_told_at_the_first_chunk_and_at_quarters() {
    let (mut world, loader) = with_owners(100_000_000, 1, &[20.0]);
    world.run(LONG);
    let shares: Vec<_> = world.users[loader]
        .told
        .iter()
        .filter_map(|told| match told {
            Notice::Share { share, .. } => Some(*share),
            _ => None,
        })
        .collect();
    assert_eq!(shares, [1, 64, 128, 192, 255]);
}
