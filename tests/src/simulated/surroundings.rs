//! What the simulated server is lent: memory, chance that repeats itself, and an account store that can be made to fail.
//! Touches `smolchat_core::{environment, storage}`.

use smolchat_core::arena::Arena;
use smolchat_core::chat::Capacities;
use smolchat_core::environment::{Environment, NoEntropy, Notice, StoreFailed};
use smolchat_core::server::Lent;

/// The simulated server's environment.
#[derive(Debug)]
pub(super) struct Surroundings {
    state: u64,
    /// Accounts that were written down, in order.
    pub(super) stored: Vec<(String, String)>,
    /// Whether accounts can be written down.
    pub(super) store_works: bool,
    /// How many notices a log would have told.
    pub(super) notices: usize,
}

impl Surroundings {
    /// An environment whose chance begins with `seed`.
    pub(super) fn new(seed: u64) -> Self {
        Surroundings { state: seed, stored: Vec::new(), store_works: true, notices: 0 }
    }

    /// The next of a row of numbers that looks random (xorshift64*).
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
}

impl Environment for Surroundings {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for chunk in bytes.chunks_mut(8) {
            let random = self.next().to_le_bytes();
            chunk.copy_from_slice(&random[..chunk.len()]);
        }
        Ok(())
    }

    fn append_account(&mut self, user: &str, password: &str) -> Result<(), StoreFailed> {
        if !self.store_works {
            return Err(StoreFailed);
        }
        self.stored.push((user.to_owned(), password.to_owned()));
        Ok(())
    }

    fn notice(&mut self, _notice: Notice<'_>) {
        self.notices += 1;
    }
}

/// Memory from the heap that is never given back: a test's process is short, and its servers are small.
struct Leaking;

impl Arena<'static> for Leaking {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Vec::leak((0..count).map(|_| T::default()).collect())
    }
}

/// Memory for a server of these capacities.
pub(super) fn lend(capacities: &Capacities) -> Lent<'static> {
    Lent::from_arena(capacities, &mut Leaking)
}
