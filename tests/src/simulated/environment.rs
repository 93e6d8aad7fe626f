//! The simulated server's environment: memory, entropy that repeats itself, and a store that can be
//! made to fail.

use smolchat_core::chat::Capacities;
use smolchat_core::environment::{Environment, Given, NoEntropy, Notice, Seal, Verdict};
use smolchat_core::server::ServerMemory;
use smolchat_core::store::{Entry, IsLive, Store, StoreError};
use smolchat_cost::Leaking;

use super::hashes::Hashes;
use crate::kept::MemoryStore;

/// The simulated server's environment.
#[derive(Debug)]
pub(super) struct SimulatedEnvironment {
    state: u64,
    pub(super) store: MemoryStore,
    /// How many notices a log would have told.
    pub(super) notices: usize,
    /// Passwords are kept as hashes, if so.
    pub(super) hashes: Option<Hashes>,
}

impl SimulatedEnvironment {
    /// An environment whose chance begins with `seed`.
    pub(super) fn new(seed: u64, hashes: Option<Hashes>) -> Self {
        SimulatedEnvironment { state: seed, store: MemoryStore::default(), notices: 0, hashes }
    }

    /// The next of a row of numbers that looks random (xorshift64*).
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

impl Store for SimulatedEnvironment {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        self.store.append(entry, is_live)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.store.commit()
    }
}

impl Environment for SimulatedEnvironment {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        Ok(())
    }

    fn notice(&mut self, _notice: Notice<'_>) {
        self.notices += 1;
    }

    fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        let hashes = self.hashes.as_mut();
        hashes.map_or(Verdict::Wrong, |hashes| hashes.verify(given, hash))
    }

    fn seal(&mut self, given: Given<'_>) -> Seal {
        self.hashes.as_mut().map_or(Seal::Plain, |hashes| hashes.seal(given))
    }

    fn forget(&mut self, asker: u16) {
        if let Some(hashes) = &mut self.hashes {
            hashes.forget(asker);
        }
    }

    fn next_answered(&mut self) -> Option<u16> {
        self.hashes.as_mut().and_then(Hashes::next_answered)
    }
}

/// Memory for a server of these capacities.
pub(super) fn lend(capacities: &Capacities) -> ServerMemory<'static> {
    ServerMemory::from_arena(capacities, &mut Leaking)
}
