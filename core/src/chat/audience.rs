//! Whom a text was said to, which its OK tells.
//! Knows no table.

use super::id::UserId;
use crate::protocol::{Kind, MessageId, Reply};

/// Whom a text was said to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Audience {
    /// One user, who was online.
    #[default]
    Online,
    /// One user, who was offline.
    Offline(UserId),
    /// All users online.
    All(BroadcastSummary),
    /// All users online, by the server's operator.
    Everybody,
}

impl Audience {
    /// Whether the text is a message or a broadcast.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Audience::Online | Audience::Offline(_) => Kind::Message,
            Audience::All(_) => Kind::Broadcast,
            Audience::Everybody => Kind::Say,
        }
    }

    /// Whether nobody got the text.
    pub(super) fn is_empty(self) -> bool {
        matches!(self, Audience::All(BroadcastSummary { recipients: 0, .. }))
    }
}

impl From<Kind> for Audience {
    /// The audience of a text that has its OK. Nobody asks any more whom exactly it reached.
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Message => Audience::Online,
            Kind::Broadcast => Audience::All(BroadcastSummary::default()),
            Kind::Say => Audience::Everybody,
        }
    }
}

/// How many users a broadcast reached. There are no more users online than connections, and `u16`
/// counts all connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct BroadcastSummary {
    /// Users who get it.
    pub(crate) recipients: u16,
    /// Users who were passed over because their mailboxes are full.
    pub(crate) full: u16,
    /// Some users were passed over because they block the sender.
    pub(crate) has_blocked: bool,
}

impl BroadcastSummary {
    /// The OK to broadcast `id`.
    pub(crate) fn reply(self, id: MessageId) -> Reply<'static> {
        let (recipients, full) = (self.recipients.into(), self.full.into());
        match (self.has_blocked, full > 0) {
            (false, false) => Reply::BroadcastSent { id, recipients },
            (true, false) => Reply::BroadcastBlocked { id, recipients },
            (false, true) => Reply::BroadcastPartly { id, recipients, full },
            (true, true) => Reply::BroadcastPartlyBlocked { id, recipients, full },
        }
    }
}
