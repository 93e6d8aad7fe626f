//! The simulator over a fixed row of seeds, and the test of the simulator: a seed repeats itself,
//! and planted bugs are found.

use smolchat_tests::simulator::{ROUNDS, Sabotage, simulate};

/// Virtual milliseconds of one seed.
const LIFE: u64 = 3_600_000;
/// Seeds in every run.
const SEEDS: std::ops::Range<u64> = 1..41;
/// Seeds within which a planted bug must be found. Most show in the first few. A lost history shows
/// in about one seed of fifty, and which one that is changes with every packet's length.
const PATIENCE: u64 = 400;

#[test]
fn nothing_that_was_accepted_is_lost_whatever_breaks() {
    let (mut accepted, mut power_cuts, mut forged, mut waited) = (0, 0, 0, 0);
    for seed in SEEDS {
        let summary = simulate(seed, LIFE, Sabotage::None).unwrap_or_else(|what| panic!("{what}"));
        accepted += summary.accepted;
        power_cuts += summary.power_cuts;
        forged += summary.forged;
        waited = waited.max(summary.waited);
    }
    assert!(accepted > 50_000 && power_cuts > 300, "{accepted} {power_cuts}");
    assert!(forged > 10_000, "the attacker sent {forged} frames");
    println!("nobody waited for more than {waited} rounds of {ROUNDS}");
}

#[test]
fn a_seed_does_the_same_again() {
    let [first, second] = [(); 2].map(|()| simulate(7, LIFE / 4, Sabotage::None).unwrap());
    assert_eq!((first.trace, first.steps, first.bytes), (second.trace, second.steps, second.bytes));
    let other = simulate(8, LIFE / 4, Sabotage::None).unwrap();
    assert_ne!(first.trace, other.trace);
}

#[test]
fn every_planted_bug_is_found() {
    for sabotage in Sabotage::ALL {
        let found = (1..=PATIENCE).find_map(|seed| simulate(seed, LIFE / 4, sabotage).err());
        let found = found.unwrap_or_else(|| panic!("{sabotage:?} is not found"));
        println!("{sabotage:?}: {}", found.lines().next().unwrap_or_default());
    }
}
