//! Whom a text reached, and what its sender hears of that.
//! Touches `wire`.

use crate::wire::{MessageId, Reply};

/// Whom a broadcast reached. There are no more users online than connections, of which there are no more than `u16` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Those who get it.
    pub recipients: u16,
    /// Passed over, their mailboxes full.
    pub full: u16,
    /// Some were passed over since they blocked the sender.
    pub has_blocked: bool,
    /// Some did not fetch it in time.
    pub(super) expired: bool,
}

impl Reach {
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
