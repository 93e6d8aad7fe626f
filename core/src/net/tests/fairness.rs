//! A host that takes every place again and again, and newcomers of another host beside it: it
//! finishes its handshakes, and acknowledges nothing afterwards.

use std::collections::VecDeque;

use smoltcp::wire::{Ipv4Address, TcpControl};

use super::chance::Chance;
use super::known::{SentSegment, heard};
use super::raw::{STRANGER, segment_between};
use super::world::{PORT, World};
use crate::net::Buffers;

/// Newcomers have ports from here on, and each its own address; the greedy host has lower ports.
const FIRST: u16 = 60_000;
/// Requests of the greedy host in each millisecond.
const GREED: u16 = 3;
/// How long a newcomer tries, in milliseconds.
const PATIENCE: u64 = 20_000;

/// A program that connects as a usual TCP does: its request is repeated after one second, two more,
/// four more, and so on.
struct Newcomer {
    began: u64,
    asks_at: u64,
    waits: u64,
    answered: bool,
    greeted: Option<u64>,
    reset: bool,
}

struct Contest {
    world: World,
    newcomers: Vec<Newcomer>,
    /// Frames to the server, and when they arrive.
    pending: VecDeque<(u64, Vec<u8>)>,
    /// How long a frame is on its way between a newcomer and the server.
    distance: u64,
    next_port: u16,
    chance: Chance,
    millis: u64,
}

impl Contest {
    /// Twenty newcomers, one after the other so many milliseconds later.
    fn new(users: usize, gap: u64, distance: u64) -> Self {
        let buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
        let newcomer = |number| {
            let began = 1_000 + gap * number;
            Newcomer {
                began,
                asks_at: began,
                waits: 1_000,
                answered: false,
                greeted: None,
                reset: false,
            }
        };
        Contest {
            world: World::with_buffers(users, buffers),
            newcomers: (0..20).map(newcomer).collect(),
            pending: VecDeque::new(),
            distance,
            next_port: 1_024,
            chance: Chance(distance),
            millis: 0,
        }
    }

    /// What the hosts send when they hear this.
    fn hear(&mut self, said: &SentSegment) {
        let (opens, next) = (said.flags == "SA", said.seq.wrapping_add(said.text.len() as i32));
        if said.port < FIRST {
            if opens {
                let (ack, none) = (Some(said.seq.wrapping_add(1)), TcpControl::None);
                let frame = segment_between(STRANGER, PORT, said.port, none, 1001, ack);
                self.pending.push_back((self.millis + 1, frame));
            }
            return;
        }
        let newcomer = &mut self.newcomers[usize::from(said.port - FIRST)];
        newcomer.reset |= said.flags.contains('R') && newcomer.greeted.is_none();
        let control = match said.text.starts_with("220 ") && newcomer.greeted.is_none() {
            true => {
                newcomer.greeted = Some(self.millis);
                // It leaves, so that the places are the greedy host's again.
                TcpControl::Rst
            }
            false if opens && !newcomer.answered => {
                newcomer.answered = true;
                TcpControl::None
            }
            false => return,
        };
        let ack = Some(if opens { said.seq.wrapping_add(1) } else { next });
        let frame = segment_between(address(said.port), PORT, said.port, control, 1001, ack);
        self.pending.push_back((self.millis + 2 * self.distance + 1, frame));
    }

    fn step(&mut self) {
        for _ in 0..GREED {
            let syn = segment_between(STRANGER, PORT, self.next_port, TcpControl::Syn, 1000, None);
            self.pending.push_back((self.millis, syn));
            self.next_port = if self.next_port + 1 < FIRST { self.next_port + 1 } else { 1_024 };
        }
        for (number, newcomer) in self.newcomers.iter_mut().enumerate() {
            if newcomer.asks_at == self.millis && !newcomer.answered {
                newcomer.asks_at += newcomer.waits;
                newcomer.waits *= 2;
                let port = FIRST + number as u16;
                let syn = segment_between(address(port), PORT, port, TcpControl::Syn, 1000, None);
                self.pending.push_back((self.millis + self.distance, syn));
            }
        }
        let now = self.millis;
        let due = |(at, _): &(u64, Vec<u8>)| *at <= now;
        let mut frames: Vec<_> = self.pending.iter().filter(|frame| due(frame)).cloned().collect();
        self.pending.retain(|frame| !due(frame));
        let mut said = Vec::new();
        while !frames.is_empty() {
            let next = self.chance.next_u32() as usize % frames.len();
            said.append(&mut self.world.inject([frames.swap_remove(next).1]));
        }
        self.world.pass(1);
        said.append(&mut self.world.lost);
        self.millis += 1;
        for said in heard(&said) {
            self.hear(&said);
        }
    }

    /// The time that each newcomer waited for its greeting, if it was greeted in time.
    fn waits(mut self) -> Vec<Option<u64>> {
        let end = self.newcomers.iter().map(|newcomer| newcomer.began).max().unwrap() + PATIENCE;
        while self.millis < end
            && self.newcomers.iter().any(|newcomer| newcomer.greeted.is_none() && !newcomer.reset)
        {
            self.step();
        }
        let waited = |newcomer: &Newcomer| {
            newcomer.greeted.map(|at| at - newcomer.began).filter(|waited| *waited <= PATIENCE)
        };
        self.newcomers.iter().map(waited).collect()
    }
}

#[test]
fn newcomers_get_in_at_their_first_try_beside_a_host_that_takes_every_place() {
    for users in [16, 64] {
        for (gap, distance) in [(130, 0), (130, 20), (130, 100), (1, 0), (1, 20)] {
            let waits = Contest::new(users, gap, distance).waits();
            let late = waits.iter().filter(|wait| wait.is_none_or(|wait| wait >= 1_000)).count();
            // Where they come so fast that there are fewer goodbyes than newcomers, some must ask
            // again.
            let allowed = if gap > 1 { 0 } else { 10 };
            let what = format!("{users} places, {gap}, {distance} ms: {waits:?}");
            assert!(late <= allowed && !waits.contains(&None), "{what}");
        }
    }
}

/// The address of the newcomer with this port.
fn address(port: u16) -> Ipv4Address {
    Ipv4Address::new(10, 0, 1, (port - FIRST) as u8 + 1)
}

/// Two users hold their places, and two more connections have just heard that the server is full;
/// their hosts do not acknowledge it. All four places are taken.
fn full(hosts: [u8; 2]) -> World {
    let mut world = World::new(2);
    for number in 0..2 {
        let host = world.host();
        world.log_in(host, number);
    }
    for (port, host) in [5000, 5001].into_iter().zip(hosts) {
        let said = finish(&mut world, host, port).expect("there is a place");
        assert!(said.starts_with("421 "), "{said}");
    }
    world
}

/// A whole handshake from 10.0.0.`host`; what the server says then, if it answers the request.
fn finish(world: &mut World, host: u8, port: u16) -> Option<String> {
    let from = Ipv4Address::new(10, 0, 0, host);
    let frame = |control, seq, ack| segment_between(from, PORT, port, control, seq, ack);
    let said = heard(&world.inject([frame(TcpControl::Syn, 1000, None)]));
    let ack = said.iter().find(|said| said.flags == "SA")?.seq.wrapping_add(1);
    let said = heard(&world.inject([frame(TcpControl::None, 1001, Some(ack))]));
    Some(said.iter().filter(|said| said.port == port).map(|said| &*said.text).collect())
}

#[test]
fn the_goodbye_of_a_host_that_holds_two_places_makes_room_at_once() {
    let mut world = full([30, 30]);
    let said = finish(&mut world, 31, 6000).expect("a newcomer of another host is answered");
    assert!(said.starts_with("421 "), "{said}");
    assert_eq!(world.driver.counters().evicted, 1);
    // Now each of the two holds as many.
    assert_eq!(finish(&mut world, 31, 6001), None);
    assert_eq!(finish(&mut world, 30, 6002), None);
}

#[test]
fn a_handshake_of_a_host_that_holds_two_places_makes_room_for_a_proven_newcomer() {
    for (hosts, is_greeted) in [([30, 30], true), ([30, 32], false)] {
        let mut world = World::new(2);
        for number in 0..2 {
            let host = world.host();
            world.log_in(host, number);
        }
        for (port, host) in [5000, 5001].into_iter().zip(hosts) {
            let from = Ipv4Address::new(10, 0, 0, host);
            world.inject([segment_between(from, PORT, port, TcpControl::Syn, 1000, None)]);
        }
        assert_eq!(world.driver.half_open(), 2);
        let said = finish(&mut world, 31, 6000);
        assert_eq!(said.is_some_and(|said| said.starts_with("421 ")), is_greeted);
        assert_eq!(world.driver.counters().evicted, is_greeted.into());
    }
}

#[test]
fn goodbyes_of_hosts_that_hold_one_place_each_keep_it_for_their_grace() {
    let mut world = full([30, 31]);
    assert_eq!(finish(&mut world, 32, 6000), None);
    assert_eq!((world.driver.counters().syns_dropped, world.driver.counters().evicted), (1, 0));
    world.pass(5);
    assert!(finish(&mut world, 32, 6000).is_some());
}

#[test]
fn a_request_alone_takes_nobodys_place() {
    let mut world = full([30, 30]);
    for port in 7000..7100 {
        let from = Ipv4Address::new(10, 0, 1, port as u8);
        world.inject([segment_between(from, PORT, port, TcpControl::Syn, 1000, None)]);
    }
    let counters = world.driver.counters();
    assert_eq!((counters.evicted, world.driver.half_open()), (0, 0));
    // Nor do the requests keep a newcomer from a place that comes free.
    world.pass(5);
    assert!(finish(&mut world, 31, 6000).is_some());
}
