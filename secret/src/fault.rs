//! Why a hash or a key cannot be used, and the words for it.
//! Knows no file and no line.

use core::fmt;

/// Why a hash or a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Argon2 of another version than 19.
    Version,
    /// Parameters that are missing, unknown, or in another order.
    Parameters,
    /// The work is none, or too much.
    Work,
    /// The salt or the digest is too short or too long.
    Parts,
    /// No key of the kind that stands in front.
    Key,
}

impl Fault {
    /// What is wrong, in words.
    pub const fn text(self) -> &'static str {
        match self {
            Fault::Version => "the hash is not of version 19 of Argon2",
            Fault::Parameters => "the hash needs m, t and p (argon2id) or i (pbkdf2-sha256)",
            Fault::Work => "the hash takes no work, or more than a server does for a login",
            Fault::Parts => "the hash needs a salt of 8 to 16 bytes and a digest of 16 to 32",
            Fault::Key => "no ssh-ed25519 key stands behind these words",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for Fault {}
