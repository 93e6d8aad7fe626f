//! The connections that have proven nothing yet, oldest first, so that strangers are few. When
//! there is no room for one more, those who say nothing of use give way first, and first of all
//! those of the address that has most places.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr, Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::net::{RecvFlags, recv};

use crate::hello::{HELLO_MAX, Hello};

/// Connections that have proven nothing.
pub(crate) const UNPROVEN_MAX: usize = 64;

#[derive(Debug)]
struct Stranger {
    number: u64,
    from: IpAddr,
    /// It has said a hello, and the introduction may be on its way.
    is_waiting: bool,
    socket: Arc<TcpStream>,
}

#[derive(Debug, Default)]
struct List {
    strangers: VecDeque<Stranger>,
    next: u64,
}

/// The connections that have proven nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unproven(Arc<Mutex<List>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    unproven: Unproven,
    number: u64,
}

impl Unproven {
    /// A place for a connection from this address. It is never refused: another one gives way.
    pub(crate) fn enter(&self, socket: &Arc<TcpStream>, from: IpAddr) -> Entry {
        let mut list = self.lock();
        if list.strangers.len() >= UNPROVEN_MAX {
            list.push_out();
        }
        let (number, from) = (list.next, source(from));
        list.next += 1;
        let socket = socket.clone();
        list.strangers.push_back(Stranger { number, from, is_waiting: false, socket });
        drop(list);
        Entry { unproven: self.clone(), number }
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn push_out(&mut self) {
        while let Some(at) = self.least() {
            let stranger = &mut self.strangers[at];
            // Its thread may not have had its turn since the hello came.
            if !stranger.is_waiting && has_hello(&stranger.socket) {
                stranger.is_waiting = true;
                continue;
            }
            // Its thread sees the end and goes.
            let _ = stranger.socket.shutdown(Shutdown::Both);
            self.strangers.remove(at);
            break;
        }
    }

    /// Who gives way: of those without a hello, if there are any, the oldest one of the address
    /// that has most places.
    fn least(&self) -> Option<usize> {
        let mut places: Vec<(IpAddr, usize)> = Vec::new();
        for stranger in &self.strangers {
            match places.iter_mut().find(|(from, _)| *from == stranger.from) {
                Some((_, count)) => *count += 1,
                None => places.push((stranger.from, 1)),
            }
        }
        let of = |from: IpAddr| places.iter().find(|(other, _)| *other == from).map(|one| one.1);
        // Of equal ones the last is the maximum, and the oldest one is the first.
        let order = |one: &Stranger| (!one.is_waiting, of(one.from));
        self.strangers.iter().enumerate().rev().max_by_key(|(_, one)| order(one)).map(|(at, _)| at)
    }
}

impl Entry {
    /// It has said a hello: it gives way after all those who have not.
    pub(crate) fn wait(&self) {
        let mut list = self.unproven.lock();
        let stranger = list.strangers.iter_mut().find(|one| one.number == self.number);
        stranger.into_iter().for_each(|stranger| stranger.is_waiting = true);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.unproven.lock().strangers.retain(|one| one.number != self.number);
    }
}

/// Whoever has an address of IPv6 has 2^64 of them.
fn source(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(from) => Ipv6Addr::from_bits(from.to_bits() >> 64 << 64).into(),
        from => from,
    }
}

/// Whether a whole hello has come and was not read.
fn has_hello(socket: &TcpStream) -> bool {
    let mut begun = [0; HELLO_MAX];
    let flags = RecvFlags::PEEK | RecvFlags::DONTWAIT;
    let Ok((count, _)) = recv(socket, &mut begun[..], flags) else { return false };
    let line = begun[..count].split(|byte| *byte == b'\n').next().unwrap_or_default();
    line.len() < count && Hello::parse(line).is_some()
}

#[cfg(test)]
#[path = "tests/unproven.rs"]
mod tests;
