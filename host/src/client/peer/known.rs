//! The ways to peers: where each was introduced, and by which links it may be called without an
//! introduction. Knows no thread.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smolchat_peer::{Introduction, Link};

/// Peers of whom the addresses are remembered; of more, the first ones are forgotten.
const PEERS_MAX: usize = 256;

/// A way to a peer: what proves the caller, and where.
pub(super) type Way = (Introduction, Vec<SocketAddr>);

#[derive(Debug)]
struct Standing {
    number: u64,
    further: Introduction,
    /// Where the peer listens, if this side has called it there.
    address: Option<SocketAddr>,
}

#[derive(Debug, Default)]
struct Known {
    addresses: HashMap<String, Vec<SocketAddr>>,
    links: Vec<Standing>,
    next: u64,
}

/// The ways to peers.
#[derive(Debug, Default)]
pub(super) struct Ways(Mutex<Known>);

/// A link that others may follow, until this is dropped.
#[derive(Debug)]
pub(super) struct Open<'a> {
    ways: &'a Ways,
    number: u64,
}

impl Ways {
    /// The server has told where the user may be.
    pub(super) fn note(&self, user: &str, addresses: Vec<SocketAddr>) {
        let mut known = self.lock();
        if known.addresses.len() >= PEERS_MAX && !known.addresses.contains_key(user) {
            known.addresses.clear();
        }
        known.addresses.insert(user.to_owned(), addresses);
    }

    /// This link stands.
    pub(super) fn open(&self, link: &Link) -> Open<'_> {
        let mut known = self.lock();
        let number = known.next;
        known.next += 1;
        let address = link.is_caller().then(|| link.address());
        known.links.push(Standing { number, further: link.further(), address });
        Open { ways: self, number }
    }

    /// Where the user may be, and by which links, is not known any more.
    pub(super) fn forget(&self, user: &str) {
        let mut known = self.lock();
        known.addresses.remove(user);
        known.links.retain(|link| link.further.user != user);
    }

    /// The ways that need no introduction, the newest first.
    pub(super) fn to(&self, user: &str) -> Vec<Way> {
        let known = self.lock();
        let told = known.addresses.get(user).cloned().unwrap_or_default();
        let links = known.links.iter().rev().filter(|link| link.further.user == user);
        let way = |link: &Standing| {
            let addresses = link.address.into_iter().chain(told.iter().copied()).collect();
            (link.further.clone(), addresses)
        };
        links.map(way).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.ways.lock().links.retain(|link| link.number != self.number);
    }
}
