//! The table from peers to connection slots, by hash. The slots keep their own keys.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;
use smoltcp::wire::IpAddress;

use super::frame::Tuple;
use crate::table::{Full, Index};

/// Finds the slot of a connection. `tuple_of` tells a slot's own key.
#[derive(Debug)]
pub(super) struct Lookup<'s> {
    index: Index<'s>,
    /// Peers choose their ports, and some choose their addresses. Without a key they could choose
    /// collisions.
    key: u64,
}

impl<'s> Lookup<'s> {
    pub(super) fn new(entries: &'s mut [u32], key: u64) -> Self {
        Lookup { index: Index::new(entries), key }
    }

    /// The slot of the connection.
    pub(super) fn find(&self, tuple: &Tuple, tuple_of: impl Fn(usize) -> Tuple) -> Option<usize> {
        let slot = self.index.find(self.hash(tuple), |slot| tuple_of(slot as usize) == *tuple)?;
        Some(slot as usize)
    }

    /// Adds the slot of a connection that is not in the table.
    pub(super) fn insert(&mut self, tuple: &Tuple, slot: usize) -> Result<(), Full> {
        self.index.insert(self.hash(tuple), slot as u32)
    }

    /// Forgets the slot of a connection.
    pub(super) fn remove(&mut self, slot: usize, tuple_of: impl Fn(usize) -> Tuple) {
        let key = self.key;
        let hash_of = |slot: u32| hash(key, &tuple_of(slot as usize));
        self.index.remove(hash_of(slot as u32), |other| other == slot as u32, hash_of);
    }

    fn hash(&self, tuple: &Tuple) -> u64 {
        hash(self.key, tuple)
    }
}

/// The peer in as few words as its kind of address needs.
fn hash(key: u64, tuple: &Tuple) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(key, !key);
    let rest = tuple.rest();
    match tuple.peer {
        IpAddress::Ipv4(address) => hasher.write_u64(u64::from(address.to_bits()) << 32 | rest),
        #[cfg(feature = "ipv6")]
        IpAddress::Ipv6(address) => {
            hasher.write_u128(address.to_bits());
            hasher.write_u64(rest);
        }
    }
    hasher.finish()
}
