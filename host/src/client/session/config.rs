//! What a session starts from, as values.
//! Touches the values of `receipts`.

use std::net::IpAddr;
use std::time::Duration;

use crate::client::receipts::Style;

/// What a session starts from.
#[derive(Clone, Debug, Default)]
pub struct SessionConfig {
    /// The user to log in as.
    pub user: String,
    /// The user's password. It stays in memory, since every login after a lost connection takes it.
    pub password: String,
    /// Create the account first.
    pub register: bool,
    /// Whether somebody is there to be asked again.
    pub is_interactive: bool,
    /// How long a lost connection is tried to be had again; none for as long as it takes.
    pub reconnect: Option<Duration>,
    /// How the user hears of receipts.
    pub receipts: Style,
    /// A random number, so that clients of one lost server do not all come back at once.
    pub seed: u64,
    /// Where peers may connect, unless no port was free.
    pub listening: Option<Listening>,
}

/// What is announced to peers.
#[derive(Clone, Debug, Default)]
pub struct Listening {
    /// The port.
    pub port: u16,
    /// Own addresses, the likeliest first.
    pub addresses: Vec<IpAddr>,
}
