//! A login as values: what a peer shows, and what the caller answers. Knows no account.

use core::fmt;

/// What a peer shows to log in. It holds a secret, so it is never printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Attempt<'a> {
    /// The user's name. It is UTF-8 and may be any text; it is the same for all attempts of a
    /// session.
    pub name: &'a str,
    /// What proves that the peer is that user.
    pub proof: Proof<'a>,
}

/// What proves that a peer is a user.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// A password, as it was typed.
    Password(&'a str),
    /// A public ed25519 key (RFC 8709). A peer first asks whether the key would do, and then signs
    /// with it. Both are shown alike, so a key gets the same answer each time. The signature is
    /// checked before it is shown.
    Key(&'a [u8; 32]),
}

/// The caller's answer to an [`Attempt`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The user, by a number of the caller's. [`Session::user`](crate::Session::user) tells that
    /// number once the peer has logged in. A key that was asked for is not a login yet, so nothing
    /// may happen here but the check.
    Admit(u32),
    /// Not this. The peer may try again, up to the limits of the door.
    Refuse,
    /// Not this, and the session is over.
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
            Proof::Password(_) => f.write_str("Password(..)"),
            Proof::Key(key) => f.debug_tuple("Key").field(key).finish(),
        }
    }
}
