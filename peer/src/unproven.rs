//! The connections that have proven nothing yet, oldest first, so that strangers are few. When
//! there is no room for one more, those who say nothing of use give way first, and first of all
//! those of the address that has most places.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv6Addr, Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rustix::net::{RecvFlags, recv};

use crate::hello::{HELLO_MAX, Hello};
use crate::waiting::Waiting;

/// Connections that have proven nothing.
pub(crate) const UNPROVEN_MAX: usize = 64;
/// The same, and those that have given way and whose threads have not had their turn since.
const ENTRIES_MAX: usize = 4 * UNPROVEN_MAX;

#[derive(Debug)]
struct Stranger {
    number: u64,
    from: IpAddr,
    /// It has said a hello, and the introduction may be on its way.
    is_waiting: bool,
    socket: Arc<TcpStream>,
    waiting: Waiting,
}

#[derive(Debug, Default)]
struct List {
    strangers: VecDeque<Stranger>,
    next: u64,
    /// Entries that are not dropped yet, those among them that have given way.
    entries: usize,
}

/// The connections that have proven nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unproven(Arc<(Mutex<List>, Condvar)>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Entry {
    unproven: Unproven,
    number: u64,
    /// Ended once it has given way.
    pub(crate) waiting: Waiting,
}

impl Unproven {
    /// A place for a connection from this address. It is never refused: another one gives way. If
    /// too many of those have not gone yet, this waits for one of them.
    pub(crate) fn enter(&self, socket: &Arc<TcpStream>, from: IpAddr) -> Entry {
        let is_full = |list: &mut List| list.entries >= ENTRIES_MAX;
        let list = self.0.1.wait_while(self.lock(), is_full);
        let mut list = list.unwrap_or_else(PoisonError::into_inner);
        if list.strangers.len() >= UNPROVEN_MAX {
            list.push_out();
        }
        let (number, from) = (list.next, source(from));
        list.next += 1;
        list.entries += 1;
        let (socket, waiting) = (socket.clone(), Waiting::default());
        let is_waiting = false;
        let stranger = Stranger { number, from, is_waiting, socket, waiting: waiting.clone() };
        list.strangers.push_back(stranger);
        drop(list);
        Entry { unproven: self.clone(), number, waiting }
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
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
            stranger.waiting.end();
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
        let mut list = self.unproven.lock();
        list.strangers.retain(|one| one.number != self.number);
        list.entries -= 1;
        self.unproven.0.1.notify_one();
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
