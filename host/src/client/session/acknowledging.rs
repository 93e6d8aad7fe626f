//! What was shown, and what the server hears of it.

use smolchat_core::protocol::{MessageId, Request};

use super::{Phase, Session};
use crate::client::requests::Pending;

impl Session {
    /// The last message of those that are to be shown and were not asked for yet. Tell by
    /// [`handle_shown`](Self::handle_shown) once it is on its way to the user.
    pub(crate) fn poll_shown(&mut self) -> Option<MessageId> {
        self.inbox.poll_shown()
    }

    /// Everything up to this message was shown, so the server may forget it.
    pub(crate) fn handle_shown(&mut self, id: MessageId) {
        self.inbox.handle_shown(id);
        self.acknowledge();
    }

    pub(super) fn acknowledge(&mut self) {
        if !matches!(self.phase, Phase::Online | Phase::Leaving(_)) {
            return;
        }
        if let Some(id) = self.inbox.poll_acknowledge() {
            self.request(&Request::Acknowledge { id }, Pending::Acknowledge);
        }
    }
}
