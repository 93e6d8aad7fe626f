//! Hops that cut what is too long for the next network: what people say arrives whole, and nobody
//! gains by fragments of their own.

use super::chance::Chance;
use super::known::Known;
use super::raw::{cut, segments, sent_by, speech, syn};
use super::world::{Client, World};
use smoltcp::wire::EthernetAddress;

/// Messages said in one breath, and how often.
const BREATH: usize = 4;
const BREATHS: usize = 8;

/// A hop on the way of everything that hosts send: it cuts packets that are longer than it carries.
pub(super) struct Hop {
    carries: usize,
    /// So many fragments of a hundred get lost; as many are doubled, and more are overtaken.
    percent: u32,
    chance: Chance,
    number: u16,
    late: Vec<Vec<u8>>,
}

impl Hop {
    fn new(carries: usize, percent: u32, seed: u64) -> Self {
        Hop { carries, percent, chance: Chance(seed), number: 0, late: Vec::new() }
    }

    fn strikes(&mut self, percent: u32) -> bool {
        self.chance.next_u32() % 100 < percent
    }

    /// What comes out of it when `frame` goes in.
    pub(super) fn pass(&mut self, frame: Vec<u8>) -> Vec<Vec<u8>> {
        self.number = self.number.wrapping_add(1);
        let mut out = std::mem::take(&mut self.late);
        for fragment in cut(frame, self.number, self.carries) {
            if self.strikes(self.percent) {
                continue;
            }
            if self.strikes(self.percent) {
                out.push(fragment.clone());
            }
            match self.strikes(self.percent) {
                true => self.late.push(fragment),
                false => out.push(fragment),
            }
        }
        if self.strikes(2 * self.percent) {
            out.reverse();
        }
        out
    }
}

fn line(number: usize) -> String {
    format!("message user0 {number} {}\n", "x".repeat(420))
}

/// Says all of it over a hop; answers how many seconds that took.
fn talk(world: &mut World, hans: Client, yoda: Client) -> usize {
    let (mut answers, mut heard, mut steps) = (String::new(), String::new(), 0);
    for breath in 0..BREATHS {
        let first = breath * BREATH;
        let said = String::from_iter((first..first + BREATH).map(line));
        world.write(hans, &said);
        let all = |text: &str, begins: &str| {
            text.lines().filter(|line| line.starts_with(begins)).count() == first + BREATH
        };
        while !all(&answers, "250") || !all(&heard, "* message ") {
            assert!(steps < 1_000, "they come to an end: {answers}");
            world.pass(1_000);
            answers += &world.read(hans);
            heard += &world.read(yoda);
            steps += 1;
        }
    }
    let numbers = heard.lines().filter_map(|line| line.strip_prefix("* message "));
    let numbers = numbers.map(|rest| rest.split(' ').nth(3).unwrap().parse::<usize>().unwrap());
    assert_eq!(Vec::from_iter(numbers), Vec::from_iter(0..BREATH * BREATHS));
    steps
}

#[test]
fn over_a_hop_that_cuts_everything_arrives_and_nothing_is_sent_again() {
    for carries in [68, 576, 700, 1_200, 1_499] {
        let mut world = World::new(4);
        let (a, b) = (world.host(), world.host());
        let (yoda, hans) = (world.log_in(a, 0), world.log_in(b, 1));
        world.cutter = Some(Hop::new(carries, 0, 1));
        let seconds = talk(&mut world, hans, yoda);
        let counters = world.driver.counters();
        assert!(counters.reassembled >= BREATHS as u32, "{carries}: {counters:?}");
        assert_eq!((counters.fragments, counters.refused), (0, 0), "{carries}");
        assert!(seconds <= 2 * BREATHS, "{carries}: {seconds} s");
    }
}

#[test]
fn over_a_hop_that_loses_doubles_and_overtakes_fragments_all_arrives_once_and_in_order() {
    for (seed, percent) in [(1, 5), (2, 5), (3, 10), (4, 10), (5, 20)] {
        let mut world = World::new(4);
        let (a, b) = (world.host(), world.host());
        let (yoda, hans) = (world.log_in(a, 0), world.log_in(b, 1));
        world.cutter = Some(Hop::new(700, percent, seed));
        let seconds = talk(&mut world, hans, yoda);
        let counters = world.driver.counters();
        println!(
            "seed {seed}, {percent} %: {seconds} s, {} packets put together, {} fragments dropped",
            counters.reassembled, counters.fragments
        );
        assert!(counters.reassembled > 0 && counters.fragments > 0, "seed {seed}");
    }
}

#[test]
fn a_flood_of_fragments_is_not_answered_and_keeps_nobody_out() {
    let mut world = World::new(4);
    let (a, b) = (world.host(), world.host());
    let (yoda, hans) = (world.log_in(a, 0), world.log_in(b, 1));
    let mut forged = Vec::new();
    for number in 0..1_000_u16 {
        let mut frame = cut(speech(5000, 1, 2, &[b'x'; 800]), number, 700).swap_remove(0);
        // From two hundred senders.
        frame[29] = number as u8 % 200;
        let mut packet = smoltcp::wire::Ipv4Packet::new_unchecked(&mut frame[14..]);
        packet.fill_checksum();
        forged.push(frame);
    }
    assert_eq!(world.inject(forged).len(), 0);
    assert!(world.driver.counters().fragments >= 1_000 - 8);
    world.cutter = Some(Hop::new(700, 0, 1));
    assert!(talk(&mut world, hans, yoda) <= 2 * BREATHS);
}

#[test]
fn a_packet_from_fragments_is_a_frame_as_any_other() {
    let mut world = World::new(4);
    let mut yoda = Known::log_in(&mut world, 5000, 0);
    // In the name of a connection, and not its numbers: nothing moves.
    let whole = speech(5000, yoda.seq.wrapping_add(0x4000_0000), yoda.ack, &[b'x'; 100]);
    let forger = EthernetAddress([2, 0, 0, 0, 6, 6]);
    let answers = world.inject(cut(sent_by(forger, whole), 1, 68));
    assert!(
        segments(&answers).iter().all(|said| !said.rst),
        "whom it is said to is looked at there"
    );
    assert_eq!(world.driver.counters().challenged, 1);
    // With a wrong checksum: refused, though each fragment's own is right.
    let mut broken = speech(5000, yoda.seq, yoda.ack, &[b'x'; 100]);
    let last = broken.len() - 1;
    broken[last] ^= 1;
    assert!(world.inject(cut(broken, 2, 68)).is_empty());
    assert_eq!(world.driver.counters().refused, 1);
    // Of no connection: a reset, as always.
    let answers = world.inject(cut(speech(5001, 1, 2, &[b'x'; 100]), 3, 68));
    assert_eq!(segments(&answers).iter().filter(|said| said.rst).count(), 1);
    // What is not cut is no fragment.
    assert_eq!(cut(syn(5), 4, 68), [syn(5)]);
    assert!(yoda.say(&mut world, "ping\n").starts_with("202"));
    assert_eq!((world.driver.counters().reassembled, world.driver.counters().fragments), (3, 0));
}
