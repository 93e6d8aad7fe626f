//! Chance, storage and memory for a server under test, and the capacities it is tested with.

use bumpalo::Bump;
use smolchat_core::arena::Arena;
use smolchat_core::chat::{Capacities, Limits, Rate};
use smolchat_core::environment::{Environment, Given, NoEntropy, Notice, Seal, Verdict};
use smolchat_core::protocol::PackedHash;
use smolchat_core::server::Settings;
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::Duration;

/// Memory that is given back when the test is over.
#[derive(Clone, Copy, Debug)]
pub struct Heap<'s>(pub &'s Bump);

impl<'s> Arena<'s> for Heap<'s> {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        self.0.alloc_slice_fill_default(count)
    }
}

/// A world that a test can foresee, and whose luck it decides.
#[derive(Clone, Debug, Default)]
pub struct ModelEnvironment {
    /// Every draw gives the next number, in every byte.
    pub drawn: u8,
    /// There is no entropy.
    pub without_entropy: bool,
    /// What the store answers to everything.
    pub refuses: Option<StoreError>,
    /// Passwords are kept as hashes.
    pub hashes: bool,
    /// No password is checked or hashed.
    pub is_busy: bool,
    /// The names of the accounts that were stored.
    pub stored: Vec<String>,
}

/// What the model's world calls a hash of a password.
pub(super) fn fake_hash(password: &str) -> PackedHash {
    PackedHash::from_slice(&[b"\x01", password.as_bytes()].concat()).expect("a short password")
}

impl Store for ModelEnvironment {
    fn append(&mut self, entry: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        if let Some(refusal) = self.refuses {
            return Err(refusal);
        }
        if let Entry::Account { user, .. } = *entry {
            self.stored.push(user.to_owned());
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for ModelEnvironment {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        if self.without_entropy {
            return Err(NoEntropy);
        }
        self.drawn = self.drawn.wrapping_add(1);
        bytes.fill(self.drawn);
        Ok(())
    }

    fn notice(&mut self, _: Notice<'_>) {}

    fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        match hash {
            _ if self.is_busy => Verdict::Full,
            Some(hash) if *hash == *fake_hash(given.password) => Verdict::Right,
            _ => Verdict::Wrong,
        }
    }

    fn seal(&mut self, given: Given<'_>) -> Seal {
        match (self.hashes, self.is_busy) {
            (false, _) => Seal::Plain,
            (true, true) => Seal::Full,
            (true, false) => Seal::Hash(fake_hash(given.password)),
        }
    }
}

/// The sizes and times of a server under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How much it holds.
    pub capacities: Capacities,
    /// Its times.
    pub settings: Settings,
    /// How many of the names have an account from the start.
    pub accounts: usize,
    /// Whether passwords are kept as hashes.
    pub hashed: bool,
}

impl Shape {
    /// As a product would be cut, only small.
    pub const SMALL: Shape = Shape {
        capacities: Capacities {
            bans: 3,
            history: 6,
            keys: 6,
            files: 4,
            holders: 12,
            ..Capacities::new(12, 4, 8, 6)
        },
        settings: Shape::settings(true, Durability::Strict, Shape::NARROW, 60, 40),
        accounts: 4,
        hashed: true,
    };

    /// So cut that every table is soon full, each before the others somewhere.
    pub const TIGHT: Shape = Shape {
        capacities: Capacities {
            bans: 3,
            users: 5,
            connections: 3,
            spare: 1,
            texts: 16,
            chunks: 40,
            deliveries: 5,
            blocks: 2,
            keys: 2,
            sources: 3,
            history: 0,
            files: 2,
            holders: 2,
        },
        settings: Shape::settings(true, Durability::Strict, Shape::NARROW, 60, 5),
        accounts: 5,
        hashed: false,
    };

    /// Nobody can register, nothing is stored, and texts run out before deliveries.
    pub const CLOSED: Shape = Shape {
        capacities: Capacities {
            bans: 0,
            users: 6,
            connections: 6,
            spare: 2,
            texts: 4,
            chunks: 200,
            deliveries: 60,
            blocks: 12,
            keys: 0,
            sources: 1,
            history: 8,
            files: 0,
            holders: 0,
        },
        settings: Shape::settings(false, Durability::Off, Limits::new(0, 0, 0), 0, 0),
        accounts: 6,
        hashed: true,
    };

    /// Every shape there is.
    pub const ALL: [Shape; 3] = [Shape::SMALL, Shape::TIGHT, Shape::CLOSED];

    /// Limits that are soon felt.
    const NARROW: Limits = Limits {
        guesses: 4,
        registrations: Rate::new(1, 30),
        logins: Rate::new(7, 3),
        changes: Rate::new(2, 5),
    };

    const fn settings(
        registration: bool,
        durability: Durability,
        limits: Limits,
        timeout: u64,
        mail: u64,
    ) -> Settings {
        Settings {
            block_duration: Duration::from_secs(10),
            timeout: Duration::from_secs(timeout),
            login_deadline: Duration::from_secs(20),
            registration,
            durability,
            limits,
            mail_expires: Duration::from_secs(mail),
        }
    }
}
