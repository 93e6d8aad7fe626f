//! Carriers: a transport over a transport. A service names its carrier, and a driver puts it
//! between a connection's socket and the server.
//! Knows no socket, no line and no user.
//!
//! Plain TCP hands everything through, and is all that core has. Any other carrier is a product's
//! [`Carriers`], which a driver is made with. Such a carrier brings:
//!
//! - a state for each of its connections, in memory that is lent at start. That pool may hold fewer
//!   states than there are connections; the product says how many;
//! - traffic of its own: it shakes hands, renews keys and answers pings before the server sees a
//!   byte;
//! - logins of its own, which the server judges;
//! - an `unacknowledged` that counts bytes of its own side, and never too few. The server releases
//!   a message when that number says that its peer has it.

#[cfg(feature = "smoltcp")]
mod carried;
mod end;
mod login;
mod plain;
mod receipt;
mod ring;

#[cfg(feature = "smoltcp")]
pub(crate) use carried::Carried;
pub use end::End;
pub use login::{Attempt, GUEST, Proof, Verdict};
pub use plain::{NoSession, Plain};
pub use receipt::Receipt;
pub use ring::Ring;

use crate::time::Instant;
use crate::transport::Transport;

/// The way in which a service carries the bytes of its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// TCP, and nothing in between.
    Plain,
    /// SSH (RFC 4251 to 4254).
    Ssh,
}

/// The carriers of a product, with the states of all their connections. Connections have the
/// driver's numbers.
pub trait Carriers {
    /// The server's side of a carried connection.
    type Session<'a>: Transport
    where
        Self: 'a;

    /// Whether connections of this carrier have sessions here. Those of [`Carrier::Plain`] have
    /// none.
    fn carries(&self, carrier: Carrier) -> bool;

    /// Whether the connection is carried, since [`open`](Self::open) or [`refuse`](Self::refuse)
    /// and until [`close`](Self::close).
    fn has(&self, connection: usize) -> bool;

    /// A round of the driver begins.
    fn begin_round(&mut self);

    /// A connection from `source` begins. `source` is the same for all addresses of one owner, as
    /// budgets count them.
    fn open(&mut self, now: Instant, connection: usize, source: u64) -> Opening;

    /// A connection is not let in, because of `why`: there is no room, or its address is banned. It
    /// has a session in which nothing moves, and ends behind the words that this answers, which its
    /// peer gets in clear.
    fn refuse(&mut self, connection: usize, why: End) -> &'static [u8];

    /// A connection is over.
    fn close(&mut self, connection: usize);

    /// Moves whatever can be moved between the transport below and the session. `login` judges each
    /// attempt of the peer to log in.
    ///
    /// # Errors
    /// The session is over, which is told once. Nothing moves in it any more.
    fn progress<T: Transport>(
        &mut self,
        now: Instant,
        connection: usize,
        below: &mut T,
        login: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Wait, Over>;

    /// The session of a carried connection; `None` for a plain one.
    fn session(&mut self, connection: usize) -> Option<Self::Session<'_>>;

    /// Whether bytes that the session took are still to be handed to the transport below.
    fn is_sending(&self, connection: usize) -> bool;

    /// A peer that may speak to the server, until it is [settled](Self::settle).
    fn ready(&self, connection: usize) -> Option<Ready>;

    /// The peer is a user of the chat, so it need not make room for others.
    fn settle(&mut self, connection: usize);
}

/// What became of a connection that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It has a session.
    Open,
    /// It has the session of this other connection, which is to end. Nothing moves there any more.
    InPlaceOf(usize),
    /// There is no room.
    Full,
}

/// What a session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// For its peer or for the server.
    News,
    /// For them, or for this moment.
    Until(Instant),
    /// For the next round: there is more to do, and its turn is over.
    Turn,
}

/// A session is over: its connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over(pub End);

/// A peer that may speak to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The user that it has proved to be, by the number of [`Verdict::Admit`].
    pub user: Option<u16>,
}
