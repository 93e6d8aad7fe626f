//! What a connection, a user, a message and a block take of a board's memory. Each image holds the
//! figures beside its code, unloaded, and `cargo xtask size` reads them there.

use smolchat_core::chat::Capacities;
use smolchat_core::net::Buffers;

use crate::memory::memory_bytes;

/// The figure for one is taken from so many, so that alignment does not show in it.
const MORE: usize = 128;

/// Bytes, each as four in the order of the part. The [`memory!`](crate::memory!) macro puts it into
/// a board's image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Sizes {
    /// All memory of the server and its driver.
    pub memory: u32,
    /// One connection, its buffers and its row in every table.
    pub connection: u32,
    /// One account with its mailbox.
    pub user: u32,
    /// One message of full length, on its way to one receiver.
    pub message: u32,
    /// One user blocked by another.
    pub block: u32,
    /// One session of SSH with its terminal; 0 in an image without SSH.
    pub session: u32,
    /// Connections, those included that only say goodbye.
    pub connections: u32,
    /// Accounts.
    pub users: u32,
    /// Messages of full length.
    pub messages: u32,
}

impl Sizes {
    /// The figures for these capacities.
    pub const fn of(capacities: &Capacities, buffers: Buffers) -> Self {
        let memory = memory_bytes(capacities, buffers);
        let chunks = Capacities::new(0, 0, 1, 0).chunks;
        let wider = Capacities {
            connections: capacities.connections + MORE,
            sources: capacities.sources + MORE,
            ..*capacities
        };
        let known = Capacities { users: capacities.users + MORE, ..*capacities };
        let wary = Capacities { blocks: capacities.blocks + MORE, ..*capacities };
        let fuller = Capacities {
            texts: capacities.texts + MORE,
            chunks: capacities.chunks + MORE * chunks,
            deliveries: capacities.deliveries + MORE,
            ..*capacities
        };
        Sizes {
            memory: memory as u32,
            connection: each_of(memory, memory_bytes(&wider, buffers)),
            user: each_of(memory, memory_bytes(&known, buffers)),
            message: each_of(memory, memory_bytes(&fuller, buffers)),
            block: each_of(memory, memory_bytes(&wary, buffers)),
            session: 0,
            connections: capacities.places() as u32,
            users: capacities.users as u32,
            messages: (capacities.chunks / chunks) as u32,
        }
    }

    /// The same, of an image whose sessions of SSH take so many bytes each. They are not in
    /// [`memory`](Self::memory).
    pub const fn with_ssh(self, session: usize) -> Self {
        Sizes { session: session as u32, ..self }
    }
}

const fn each_of(without: usize, with: usize) -> u32 {
    ((with - without) / MORE) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up_to_nearly_the_whole() {
        let usual = Capacities::new(30, 20, 40, 1);
        let capacities = Capacities { bans: 0, deliveries: 40, texts: 40, history: 0, ..usual };
        let sizes = Sizes::of(&capacities, Buffers { rx: 600, tx: 700, fragments: 0 });
        let parts = sizes.connections * sizes.connection
            + sizes.users * sizes.user
            + sizes.messages * sizes.message;
        let rest = sizes.memory - parts;
        // What is there once: the socket that asks for an address, the block, and the operator's
        // row.
        let operator = if cfg!(feature = "operator") { 256 } else { 0 };
        assert!(rest < 512 + operator, "{sizes:?} leaves {rest} bytes");
        assert!(sizes.connection > 600 + 700);
        assert!((1..sizes.user).contains(&sizes.block), "{sizes:?}");
        assert_eq!((sizes.connections, sizes.users, sizes.messages), (22, 30, 40));
    }
}
