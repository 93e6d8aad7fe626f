//! Why a call is over. Knows nobody.

use std::fmt;

use smolchat_ssh::Fingerprint;

/// Why a call is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The host shows this ed25519 key, which is not trusted. Nothing was said to it.
    Untrusted([u8; 32]),
    /// The host takes none of the keys, and a password was not given.
    PasswordWanted,
    /// The host takes neither the keys nor the password.
    Refused,
    /// What answers is not SSH. This is its first line, without control characters.
    NotSsh(String),
    /// The host does not keep to the protocol, or has nothing in common with us.
    Protocol(String),
    /// The connection is over.
    Closed,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Untrusted(key) => {
                write!(f, "the server's key {} is not trusted", Fingerprint::of(key))
            }
            End::PasswordWanted => f.write_str("the server wants a password"),
            End::Refused => f.write_str("the server refused the login"),
            End::NotSsh(line) if line.is_empty() => f.write_str("what answers is not SSH"),
            End::NotSsh(line) => write!(f, "what answers is not SSH, and says: {line}"),
            End::Protocol(why) => write!(f, "SSH: {why}"),
            End::Closed => f.write_str("the connection is closed"),
        }
    }
}

impl std::error::Error for End {}
