//! Events: what a server tells unasked.
//! Knows no text of an event. A dialect reads and writes events.

use core::net::SocketAddr;

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
}

/// Why the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Farewell {
    /// No command within the session's time.
    Inactive,
    /// Not logged in in time.
    LoginDeadline,
    /// Somebody else needs the connection of a stranger who has not logged in.
    MakingRoom,
    /// The server stops.
    ShuttingDown,
}

impl Farewell {
    /// Every reason there is.
    pub const ALL: [Farewell; 4] =
        [Farewell::Inactive, Farewell::LoginDeadline, Farewell::MakingRoom, Farewell::ShuttingDown];

    /// The reason that the code of a `* bye` stands for; `None` for one of another version.
    pub fn of(code: u16) -> Option<Farewell> {
        Farewell::ALL.into_iter().find(|farewell| farewell.form().0 == code)
    }

    /// The code and the text of the `* bye`.
    pub const fn form(self) -> (u16, &'static str) {
        match self {
            Farewell::Inactive => (422, "you were inactive and are logged out"),
            Farewell::LoginDeadline => (423, "no login in time"),
            Farewell::MakingRoom => {
                (424, "server full, others were waiting and you had not logged in")
            }
            Farewell::ShuttingDown => (425, "the server is stopping"),
        }
    }
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
    /// `* missed <count>`
    Missed {
        /// So many logins and logouts were passed over, since this connection read too slowly to
        /// hear of them.
        count: u32,
    },
    /// `* private <user> <token> <address:port>...`
    Private {
        /// The peer.
        user: &'a str,
        /// What both sides prove to each other.
        token: Token,
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
