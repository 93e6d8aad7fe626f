//! Why a session is over. Knows nobody.

use core::fmt;

/// Why a session is over. Its TCP connection is then closed: SSH lets a server say no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It did not log in and ask for the chat in time.
    LoginTimeout,
    /// It sent more bytes or packets than a login takes.
    LoginTooLong,
    /// Too many passwords or keys were refused.
    TooManyRefusals,
    /// The caller answered a login with [`Verdict::End`](crate::Verdict::End).
    Dismissed,
    /// The peer does not keep to the protocol, or its packet is longer than the input buffer.
    Protocol,
    /// The peer's requests wait for its replies to be read, and what would let replies out stands
    /// behind the requests.
    Stuck,
    /// The transport takes no more bytes.
    Closed,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            End::LoginTimeout => "no login in time",
            End::LoginTooLong => "too much sent before the login",
            End::TooManyRefusals => "too many passwords or keys refused",
            End::Dismissed => "dismissed at login",
            End::Protocol => "not the SSH that is spoken here",
            End::Stuck => "requests and replies wait for each other",
            End::Closed => "the connection is closed",
        })
    }
}

impl core::error::Error for End {}
