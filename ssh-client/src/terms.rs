//! What a call is made with. Knows no file.

use std::fmt;

use crate::identity::Identity;

/// What a call is made with.
#[derive(Clone, Default)]
pub struct Terms {
    /// Who calls: the user's name.
    pub user: String,
    /// The host's ed25519 keys that are trusted. A host with another key ends the call before
    /// anything was said.
    pub trusted: Vec<[u8; 32]>,
    /// Keys that are offered, in this order. They are offered before the password.
    pub identities: Vec<Identity>,
    /// Keys of the user's agent, which are offered behind these. The call wants signatures of them:
    /// see [`wanted_signature`](crate::Call::wanted_signature).
    pub agent_keys: Vec<[u8; 32]>,
    /// The password, if one is known.
    pub password: Option<String>,
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terms").field("user", &self.user).finish_non_exhaustive()
    }
}
