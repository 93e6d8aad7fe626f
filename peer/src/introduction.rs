//! What a client must know of another before they can be linked.

use std::fmt;

use smolchat_core::protocol::Token;

use crate::PublicKey;

/// A peer, as a server or a link introduces it: its name, its key, and a secret of the two.
#[derive(Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The peer's name.
    pub user: String,
    /// The only key that the peer may prove.
    pub key: PublicKey,
    /// What both know and nobody else.
    pub token: Token,
}

impl fmt::Debug for Introduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introduction").field("user", &self.user).finish_non_exhaustive()
    }
}
