//! Floods against a server, from the namespace in which the calling thread is: forged requests to
//! connect, and whole connections. Each goes on until it is told to stop, and says how much it did.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::chance::Chance;
use crate::forger::Forger;
use crate::real::Connection;

/// Requests that are sent between two looks at the time.
const BATCH: u64 = 12;
const PAUSE: Duration = Duration::from_millis(1);
/// No flood does more than this, whatever happens to the test beside it.
pub const LIMIT: u64 = 2_000_000;

/// Ends a flood when it is dropped, so also when the test beside the flood panics. A scope waits
/// for its threads even then.
#[derive(Debug)]
pub struct StopOnDrop<'a>(pub &'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Forged requests to connect, about 12 in a millisecond, each from another address and port.
pub fn requests(server: SocketAddrV4, stop: &AtomicBool) -> u64 {
    let forger = Forger::new(server).unwrap_or_else(|error| panic!("no raw socket: {error}"));
    let mut chance = Chance::new(1);
    let mut sent = 0;
    while !stop.load(Ordering::Relaxed) && sent < LIMIT {
        for _ in 0..BATCH {
            let number = chance.number();
            let host = Ipv4Addr::from(0x0b00_0000 | (number as u32) >> 8);
            let from = SocketAddrV4::new(host, (number >> 32) as u16 | 1024);
            forger.ask(from, (number >> 16) as u32);
        }
        sent += BATCH;
        thread::sleep(PAUSE);
    }
    sent
}

/// Connections that are reset as soon as they are greeted, one after the other.
pub fn comings_and_goings(server: SocketAddr, stop: &AtomicBool) -> u64 {
    let mut made = 0;
    while !stop.load(Ordering::Relaxed) && made < LIMIT {
        let Ok(mut connection) = Connection::open(server) else { continue };
        // A server that is full says so, or resets: either is an answer.
        let _ = connection.try_next_line();
        let _ = connection.reset();
        made += 1;
    }
    made
}

/// Programs among which the strangers are shared out: one of them may wait for a place.
const PROGRAMS: usize = 4;

/// So many connections that stay, and are made anew when the server ends them.
pub fn strangers_who_stay(server: SocketAddr, count: usize, stop: &AtomicBool) -> u64 {
    let each = count.div_ceil(PROGRAMS);
    thread::scope(|scope| {
        let start = |_| scope.spawn(move || keep_open(server, each, stop));
        let programs: Vec<_> = (0..PROGRAMS).map(start).collect();
        let made = programs.into_iter().map(|program| program.join());
        made.map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
    })
}

fn keep_open(server: SocketAddr, count: usize, stop: &AtomicBool) -> u64 {
    let mut made = 0;
    let mut here: Vec<Connection> = Vec::new();
    while !stop.load(Ordering::Relaxed) && made < LIMIT {
        here.retain_mut(|connection| connection.lines_there().is_ok() && !connection.ended);
        if here.len() < count
            && let Ok(connection) = Connection::open(server)
        {
            here.push(connection);
            made += 1;
        } else {
            thread::sleep(PAUSE);
        }
    }
    made
}
