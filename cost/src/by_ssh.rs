//! The way to the server by SSH: its door, and what its users show there.
//! Knows no wire and no line.

use std::sync::LazyLock;

use smolchat_core::chat::Capacities;
use smolchat_core::time::Duration;
use smolchat_ssh::{HostKey, Limits, Sizes, Ssh, SshMemory};
use smolchat_ssh_client::{Identity, SUBSYSTEM, Terms};

use crate::leaking::Leaking;

/// The server's port for SSH.
pub(crate) const SSH_PORT: u16 = 2222;
/// The seed of the server's key.
const SERVER_KEY: [u8; 32] = [1; 32];
/// Strangers' packets in one round, as the daemon has it.
const STEPS: u32 = 4;

/// The key of every user who shows one.
static USER_KEY: LazyLock<Identity> = LazyLock::new(|| Identity::from_seed(&[2; 32]));

/// What a user shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The password, which the server has in clear: a hash would cost more than all else.
    Password,
    /// A key.
    Key,
}

impl Proof {
    /// How a user of this name and password calls the server with this key.
    pub(crate) fn terms(self, server: [u8; 32], user: String, password: String) -> Terms {
        let trusted = vec![server];
        let (identities, password) = match self {
            Proof::Password => (Vec::new(), Some(password)),
            Proof::Key => (vec![USER_KEY.clone()], None),
        };
        Terms { user, trusted, identities, password, ..Terms::default() }
    }
}

/// The key of the server in this process.
pub(crate) fn server_key() -> [u8; 32] {
    *HostKey::from_seed(&SERVER_KEY).public()
}

/// The key of every user who shows one, as a line of OpenSSH's files has it.
pub fn users_key() -> String {
    USER_KEY.public_key().to_string()
}

/// Whether this is the key of every user.
pub(crate) fn is_users_key(key: &[u8; 32]) -> bool {
    USER_KEY.public() == key
}

/// What the users ask for: lines, as at the other port.
pub(crate) const ASKS: &str = SUBSYSTEM;

/// The server's sessions, one for each place, with the daemon's buffers.
pub(crate) fn door(capacities: &Capacities, login_timeout: Duration) -> Ssh<'static> {
    let places = capacities.places();
    let lent = SshMemory::from_arena(places, places, &Sizes::LARGE, &mut Leaking);
    let limits = Limits { login_timeout, steps: STEPS, ..Limits::default() };
    Ssh::new(lent, HostKey::from_seed(&SERVER_KEY), limits).expect("the system has chance")
}
