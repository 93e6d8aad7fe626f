//! Why a board has no server. The log tells it.

use smolchat_core::net::NetError;
use smolchat_core::server::AddAccountError;
use smolchat_store::RestoreFailed;

/// Why there is no server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, defmt::Format)]
pub(crate) enum StartError {
    /// The capacities need more than the memory has: this many bytes.
    Memory(usize),
    /// An account that was baked in is not added.
    Account(AddAccountError),
    /// Not every stored entry comes back.
    Store(RestoreFailed),
    /// There is no good entropy, so SSH has no keys, and there is no other door.
    #[cfg(feature = "ssh")]
    NoEntropy,
    /// The network driver says no.
    Network(NetError),
}
