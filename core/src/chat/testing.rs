//! A chat for tests, its memory, and a world without anything.

use super::{Capacities, Chat, Limits, Memory, Settings};
use crate::arena::Arena;
use crate::environment::{Environment, NoEntropy, Notice};
use crate::store::{Durability, Entry, IsLive, Store, StoreError};
use crate::time::{Duration, Instant};

/// No entropy, no figures, nobody who reads the log, and a store that keeps nothing.
pub(crate) struct Nothing;

impl Store for Nothing {
    fn append(&mut self, _: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for Nothing {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, _: Notice<'_>) {}
}

/// Memory that is never given back.
pub(crate) struct Leak;

impl Arena<'static> for Leak {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Box::leak((0..count).map(|_| T::default()).collect())
    }
}

/// A chat with `count` accounts `u0`, `u1`, ... whose passwords are `p`.
pub(crate) fn chat_of(count: usize) -> Chat<'static> {
    chat_in(Capacities::new(count, 4, 8, 8))
}

/// The same with room for so many broadcasts in the history.
pub(crate) fn chat_with_history(count: usize, history: usize) -> Chat<'static> {
    chat_in(Capacities { history, ..Capacities::new(count, 4, 8, 16) })
}

/// The same with room for so many keys.
pub(crate) fn chat_with_keys(count: usize, keys: usize) -> Chat<'static> {
    chat_in(Capacities { keys, ..Capacities::new(count, 4, 8, 8) })
}

/// The same with room for so many files and holders, and for so many connections.
pub(crate) fn chat_with_files(count: usize, files: usize, holders: usize) -> Chat<'static> {
    chat_in(Capacities { files, holders, ..Capacities::new(count, count, 8, 8 * count) })
}

/// The same with room for so many bans.
#[cfg(feature = "operator")]
pub(crate) fn chat_with_bans(count: usize, bans: usize) -> Chat<'static> {
    chat_in(Capacities { bans, ..Capacities::new(count, 4, 8, 8) })
}

/// The same with room for so many accounts.
#[cfg(feature = "operator")]
pub(crate) fn chat_with_room(count: usize, users: usize) -> Chat<'static> {
    chat_filled(Capacities::new(users, 4, 8, 8), count)
}

fn chat_in(capacities: Capacities) -> Chat<'static> {
    chat_filled(capacities, capacities.users)
}

fn chat_filled(capacities: Capacities, count: usize) -> Chat<'static> {
    let settings = Settings {
        block_duration: Duration::from_secs(60),
        timeout: Duration::default(),
        login_deadline: Duration::from_secs(60),
        registration: true,
        durability: Durability::Off,
        mail_expires: Duration::default(),
        limits: Limits::new(3, 0, 2),
    };
    let memory = Memory::from_arena(&capacities, &mut Leak);
    let mut chat = Chat::new(memory, capacities, settings, Instant::START, 1);
    for number in 0..count {
        chat.add_account(&format!("u{number}"), "p".into()).unwrap();
    }
    chat
}
