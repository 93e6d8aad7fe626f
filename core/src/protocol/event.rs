//! Events: what a server tells unasked.
//! Knows no text of an event. A dialect reads and writes events.

use core::net::{IpAddr, SocketAddr};

use super::MessageId;
use super::limits::ADDRESSES_MAX;

/// Bytes in a token: 128 bits.
pub const TOKEN_BYTES: usize = 16;

/// The one-time secret by which two peers that were introduced know each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token(pub [u8; TOKEN_BYTES]);

/// Said to one, or to all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// `message`
    #[default]
    Message,
    /// `broadcast`
    Broadcast,
    /// `say`: of the server's operator, to all.
    Say,
}

/// An event, its fields borrowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// `* message <id> <from> <age-seconds> <text>`
    Message {
        /// Its number; the same one again means the same message again.
        id: MessageId,
        /// Who sent it.
        from: &'a str,
        /// Seconds since it was accepted.
        age: u32,
        /// What was said.
        text: &'a str,
    },
    /// `* broadcast <id> <from> <age-seconds> <text>`
    Broadcast {
        /// Its number; the same one again means the same message again.
        id: MessageId,
        /// Who sent it.
        from: &'a str,
        /// Seconds since it was accepted.
        age: u32,
        /// What was said.
        text: &'a str,
    },
    /// `* say <id> <age-seconds> <text>`
    Say {
        /// Its number; the same one again means the same again.
        id: MessageId,
        /// Seconds since it was said.
        age: u32,
        /// What the server's operator said.
        text: &'a str,
    },
    /// `* stored <id>`
    Stored {
        /// The number of this user's message that outlives a restart of the server from now on.
        id: MessageId,
    },
    /// `* delivered <id>`
    Delivered {
        /// The number of this user's message that its receiver, or the last of them, has
        /// acknowledged.
        id: MessageId,
    },
    /// `* expired <id>`
    Expired {
        /// The number of this user's message that its receiver, or one of them, did not fetch in
        /// time: it is gone.
        id: MessageId,
    },
    /// `* login <user>`
    Login {
        /// Who came.
        user: &'a str,
    },
    /// `* logout <user>`
    Logout {
        /// Who went.
        user: &'a str,
    },
    /// `* attempt <address>`
    Attempt {
        /// From where somebody gave this user's password. This session stays.
        from: IpAddr,
    },
    /// `* idle <seconds>`
    Idle {
        /// The session ends in so many seconds unless its user gives a command.
        seconds: u32,
    },
    /// `* missed <count>`
    Missed {
        /// So many logins and logouts were passed over, since this connection read too slowly to
        /// hear of them.
        count: u32,
    },
    /// `* private <user> <token> <key> <address:port>...`
    Private {
        /// The peer.
        user: &'a str,
        /// What both sides prove to each other.
        token: Token,
        /// The ed25519 key of the peer's client, if it listens for peers.
        key: Option<[u8; 32]>,
        /// Where the peer may be found; the likeliest first.
        addresses: heapless::Vec<SocketAddr, { ADDRESSES_MAX + 1 }>,
    },
    /// `* bye <code> <text>`
    Bye {
        /// Why, for a program.
        code: u16,
        /// Why, for a person.
        text: &'a str,
    },
}
