//! What a session starts from, as values. Knows no IO.

use std::time::Duration;

use crate::client::files::Folders;
use crate::client::receipts::Style;

/// What a session starts from.
#[derive(Clone, Debug, Default)]
pub(crate) struct SessionConfig {
    /// The user to log in as.
    pub(crate) user: String,
    /// The user's password. It stays in memory, since every login after a lost connection takes it.
    pub(crate) password: String,
    /// Where the server is, for the user's eyes.
    pub(crate) place: String,
    /// Whether a person's commands need no `/`.
    pub(crate) bare_commands: bool,
    /// Only to say something: what others say stays for the next login.
    pub(crate) is_sending: bool,
    /// The user does not want to see who comes and goes.
    pub(crate) hides_presence: bool,
    /// Create the account first.
    pub(crate) register: bool,
    /// The password is asked for only once the server wants it: the server's key is to be trusted
    /// before, and a key of the user's may open the account.
    pub(crate) asks_late: bool,
    /// Whether somebody can be asked for a password, be it once.
    pub(crate) can_ask: bool,
    /// Whether somebody is there to be asked again.
    pub(crate) is_interactive: bool,
    /// A key is added to the account, by a command line of its own.
    pub(crate) adds_key: bool,
    /// For how long the client tries to connect again after a loss; none means without end.
    pub(crate) reconnect: Option<Duration>,
    /// How the user hears of receipts.
    pub(crate) receipts: Style,
    /// Bytes of requests that may be on their way before the next one has to wait.
    pub(crate) request_bytes: usize,
    /// A random number, so that clients of one lost server do not all come back at once.
    pub(crate) seed: u64,
    /// Where files are, and where they go.
    pub(crate) folders: Folders,
    /// The port where peers may connect, unless none was free.
    pub(crate) peer_port: Option<u16>,
    /// The public key by which peers know this client, if it has one.
    pub(crate) peer_key: Option<[u8; 32]>,
    /// Why it has none, and what to do about it.
    pub(crate) peers_off: Option<String>,
}
