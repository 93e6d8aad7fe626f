//! What a session is given in one round of the caller's loop, and what it then waits for.
//! Knows no session.

use smolchat_core::time::Instant;

use crate::guard::Limits;
use crate::host_key::HostKey;

/// One round of the caller's loop.
#[derive(Debug)]
pub struct Round<'r> {
    /// The moment.
    pub now: Instant,
    /// The server's own key.
    pub host_key: &'r HostKey,
    /// What a peer may cost.
    pub limits: &'r Limits,
    /// Packets of peers without the chat that may still be handled in this round.
    pub steps: &'r mut u32,
}

/// What a session waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Progress {
    /// For its peer, for the server, or for the moment that
    /// [`Session::poll_at`](crate::Session::poll_at) tells.
    Rest,
    /// For the next round: there is more to do, and its turn is over.
    Again,
}
