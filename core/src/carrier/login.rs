//! A login as values: what a peer shows, and the server's answer. Knows no account.

use core::fmt;

/// The name under which a peer without an account comes in, where accounts can be made.
pub const GUEST: &str = "new";

/// What a peer shows to log in. It holds a secret, so it is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// The user's name. It is UTF-8 and may be any text.
    pub name: &'a str,
    /// What proves that the peer is that user.
    pub proof: Proof<'a>,
}

/// What proves that a peer is a user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// Nothing: the peer asks whether it may come in as it is.
    Nothing,
    /// A password, as it was typed.
    Password(&'a str),
    /// A public ed25519 key (RFC 8709). A peer may ask whether a key would do before it signs with
    /// it, so a key gets the same answer each time. The carrier checks the signature.
    Key(&'a [u8; 32]),
}

/// The answer to an [`Attempt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The user, by the server's number. A key that was asked for is not a login yet, so nothing
    /// has happened but the check.
    Admit(u16),
    /// A peer without an account, which logs in or registers by requests.
    Guest,
    /// Nobody knows yet. The carrier shows the same attempt again when the server has woken the
    /// connection, and reads nothing of the peer before.
    Later,
    /// Not this. The peer may try again, up to the carrier's limits.
    Refuse,
    /// Nothing is judged any more: the session is over. The peer is not told that it is refused.
    End,
}

impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").field("name", &self.name).field("proof", &self.proof).finish()
    }
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Proof::Nothing => f.write_str("Nothing"),
            Proof::Password(_) => f.write_str("Password(..)"),
            Proof::Key(key) => f.debug_tuple("Key").field(key).finish(),
        }
    }
}
