//! Whom a text reached, and what its sender hears of that.
//! Touches `protocol`.

use crate::protocol::{MessageId, Reply};

/// How many users a broadcast reached. There are no more users online than connections, and `u16`
/// counts all connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BroadcastSummary {
    /// Users who get it.
    pub recipients: u16,
    /// Users who were passed over because their mailboxes are full.
    pub full: u16,
    /// Some users were passed over because they block the sender.
    pub has_blocked: bool,
    /// Some did not fetch it in time.
    pub(super) expired: bool,
}

impl BroadcastSummary {
    /// The OK to broadcast `id`.
    pub fn reply(self, id: MessageId) -> Reply<'static> {
        let (recipients, full) = (self.recipients.into(), self.full.into());
        match (self.has_blocked, full > 0) {
            (false, false) => Reply::BroadcastSent { id, recipients },
            (true, false) => Reply::BroadcastBlocked { id, recipients },
            (false, true) => Reply::BroadcastPartly { id, recipients, full },
            (true, true) => Reply::BroadcastPartlyBlocked { id, recipients, full },
        }
    }
}
