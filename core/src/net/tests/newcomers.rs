//! Many who come at once while others hang up, their frames in any order and some lost: who is real
//! is greeted, and nobody is reset.

use smoltcp::wire::TcpControl;

use super::chance::Chance;
use super::known::{Known, SentSegment, heard};
use super::raw::{segment, speech, syn};
use super::world::World;
use crate::net::Buffers;

/// Who comes has ports from here on; who leaves has lower ones.
const FIRST: u16 = 5000;
/// When a request without an answer is repeated, and when a newcomer without a greeting says
/// something, in milliseconds.
const AGAIN: u64 = 1_000;
const IMPATIENT: u64 = 3_000;

/// A program that connects and waits for its greeting, with the habits of a usual TCP.
#[derive(Debug)]
struct Newcomer {
    port: u16,
    /// The number that the server's answer told.
    known: Option<i32>,
    greeted: bool,
    reset: bool,
    /// When it last did something by itself.
    acted: u64,
}

impl Newcomer {
    fn waits(&self) -> bool {
        !self.greeted && !self.reset
    }

    /// What it sends when it hears this.
    fn hear(&mut self, heard: &SentSegment) -> Option<Vec<u8>> {
        self.reset |= heard.flags.contains('R') && !self.greeted;
        if heard.flags.contains('S') && self.known.is_none() {
            self.known = Some(heard.seq.wrapping_add(1));
        }
        self.greeted |= heard.text.starts_with("220 ") && self.known == Some(heard.seq);
        let next = heard.seq.wrapping_add(heard.text.len() as i32);
        let ack = if heard.flags.contains('S') { self.known } else { Some(next) };
        let answers = heard.flags.contains('S') || !heard.text.is_empty();
        answers.then(|| segment(self.port, TcpControl::None, 1001, ack))
    }

    /// What it sends because it waits.
    fn wait(&mut self, millis: u64) -> Option<Vec<u8>> {
        let patience = if self.known.is_some() { IMPATIENT } else { AGAIN };
        if !self.waits() || millis < self.acted + patience {
            return None;
        }
        self.acted = millis;
        Some(match self.known {
            Some(known) => speech(self.port, 1001, known, b"ping\n"),
            None => syn(self.port),
        })
    }
}

/// When the end of a peer that left is heard at last, where it was lost before.
const LATE: u64 = 300;

/// The world with frames that are under way.
struct Storm {
    world: World,
    newcomers: Vec<Newcomer>,
    /// To the server, in no order.
    pending: Vec<Vec<u8>>,
    /// What comes late, since it was lost before.
    late: Vec<Vec<u8>>,
    chance: Chance,
    /// Of a hundred frames, either way.
    lost: u32,
    millis: u64,
}

impl Storm {
    /// So many have just hung up, and the server has not heard that they heard it; so many want to
    /// come.
    fn new(users: usize, leaving: usize, coming: usize, seed: u64, lost: u32) -> Self {
        let buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
        let mut world = World::with_buffers(users, buffers);
        let mut pending = Vec::new();
        let ports = 1000..1000 + leaving as u16;
        let leavers: Vec<Known> = ports.map(|port| Known::connect(&mut world, port)).collect();
        for leaver in leavers {
            let said = heard(&world.inject([leaver.segment(TcpControl::Fin, 0, 0)]));
            let end = said.iter().find(|said| said.flags.contains('F')).unwrap();
            let ack = Some(end.seq.wrapping_add(end.text.len() as i32 + 1));
            pending.push(segment(leaver.port, TcpControl::None, leaver.seq + 1, ack));
        }
        let ports = FIRST..FIRST + coming as u16;
        pending.extend(ports.clone().map(syn));
        let newcomer =
            |port| Newcomer { port, known: None, greeted: false, reset: false, acted: 0 };
        let newcomers = ports.map(newcomer).collect();
        let late = Vec::new();
        Storm { world, newcomers, pending, late, chance: Chance(seed), lost, millis: 0 }
    }

    /// So many more have left, and the server does not know yet.
    fn and_unheard(mut self, leaving: usize) -> Self {
        for port in 2000..2000 + leaving as u16 {
            let leaver = Known::connect(&mut self.world, port);
            self.late.push(leaver.segment(TcpControl::Fin, 0, 0));
        }
        self
    }

    fn loses(&mut self) -> bool {
        self.chance.next_u32() % 100 < self.lost
    }

    fn carry(&mut self, frames: &[Vec<u8>]) {
        for said in heard(frames) {
            let newcomer = self.newcomers.iter_mut().find(|newcomer| newcomer.port == said.port);
            let answer = newcomer.and_then(|newcomer| newcomer.hear(&said));
            if !self.loses() {
                self.pending.extend(answer);
            }
        }
    }

    /// Until everybody is greeted, or for a minute.
    fn pass(&mut self) {
        while self.millis < 60_000 && self.newcomers.iter().any(Newcomer::waits) {
            for _ in 0..8 {
                if self.pending.is_empty() {
                    break;
                }
                let next = self.chance.next_u32() as usize % self.pending.len();
                let frame = self.pending.swap_remove(next);
                if !self.loses() {
                    let said = self.world.inject([frame]);
                    self.carry(&said);
                }
            }
            self.millis += 1;
            if self.millis == LATE {
                self.pending.append(&mut self.late);
            }
            self.world.lost.clear();
            self.world.pass(1);
            let said = std::mem::take(&mut self.world.lost);
            self.carry(&said);
            let millis = self.millis;
            let waiting = self.newcomers.iter_mut().filter_map(|newcomer| newcomer.wait(millis));
            self.pending.extend(waiting);
        }
    }
}

/// Plays it: nobody is reset, everybody is greeted.
fn everybody_gets_in(mut storm: Storm, what: &str) {
    storm.pass();
    let failed: Vec<_> = storm.newcomers.iter().filter(|newcomer| !newcomer.greeted).collect();
    assert!(failed.is_empty(), "{what}: {failed:?}");
}

#[test]
fn as_many_as_there_is_room_for_come_at_once_while_others_hang_up_and_nobody_is_reset() {
    for users in [4, 16] {
        for leaving in 0..=users {
            for coming in [users / 2, users / 2 + 2, users - 1, users] {
                for seed in 0..4 {
                    let storm = Storm::new(users, leaving, coming, seed, 0);
                    everybody_gets_in(storm, &format!("{leaving} leave, {coming} come, {seed}"));
                }
            }
        }
    }
}

#[test]
fn as_many_as_there_is_room_for_come_at_once_where_frames_are_lost_and_nobody_is_reset() {
    for leaving in [0, 6, 9, 12, 16] {
        for coming in [10, 14, 16] {
            for seed in 0..4 {
                let storm = Storm::new(16, leaving, coming, seed, 5);
                everybody_gets_in(storm, &format!("{leaving} leave, {coming} come, {seed}"));
            }
        }
    }
}

/// The end of a connection gets lost easily where ten more frames come with it.
#[test]
fn newcomers_wait_for_places_of_which_the_server_does_not_know_that_they_are_free() {
    for unheard in 0..=16 {
        for leaving in [0, (16 - unheard) / 2, 16 - unheard] {
            for seed in 0..4 {
                let storm = Storm::new(16, leaving, 10, seed, 0).and_unheard(unheard);
                let what = format!("{leaving} leave, {unheard} unheard, {seed}");
                everybody_gets_in(storm, &what);
            }
        }
    }
}
