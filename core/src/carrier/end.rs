//! Why a carried connection is over. Knows nobody.

use core::fmt;

/// Why a carried connection is over. Its TCP connection is then closed: SSH lets a server say no
/// more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum End {
    /// It did not log in and ask for the chat in time.
    LoginTimeout,
    /// It sent more bytes or packets than a login takes.
    LoginTooLong,
    /// Too many passwords or keys were refused.
    TooManyRefusals,
    /// The server answered a login with [`Verdict::End`](super::Verdict::End).
    Dismissed,
    /// The two sides have no algorithm in common.
    NoCommonAlgorithm,
    /// The peer does not keep to the protocol, or its packet is longer than the input buffer.
    Protocol,
    /// The peer's requests wait for its replies to be read, and what would let replies out stands
    /// behind the requests.
    Stuck,
    /// It makes room for a newcomer.
    MakingRoom,
    /// There is no session for it.
    Full,
    /// An operator keeps its address out.
    Banned,
    /// The transport takes no more bytes.
    Closed,
}

impl End {
    /// Every end there is.
    pub const ALL: [End; 11] = [
        End::LoginTimeout,
        End::LoginTooLong,
        End::TooManyRefusals,
        End::Dismissed,
        End::NoCommonAlgorithm,
        End::Protocol,
        End::Stuck,
        End::MakingRoom,
        End::Full,
        End::Banned,
        End::Closed,
    ];

    /// Why, in words.
    pub const fn words(self) -> &'static str {
        match self {
            End::LoginTimeout => "no login in time",
            End::LoginTooLong => "too much sent before the login",
            End::TooManyRefusals => "too many passwords or keys refused",
            End::Dismissed => "dismissed at login",
            End::NoCommonAlgorithm => "no algorithm in common",
            End::Protocol => "not the SSH that is spoken here",
            End::Stuck => "requests and replies wait for each other",
            End::MakingRoom => "others were waiting and it had not logged in",
            End::Full => "all places for SSH are taken",
            End::Banned => "its address is banned",
            End::Closed => "the connection is closed",
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

impl core::error::Error for End {}
