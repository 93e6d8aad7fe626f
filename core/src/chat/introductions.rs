//! Introductions for peer-to-peer connections that the called side has not heard of yet: one for each caller at most, so that
//! the table cannot be full while a connection is free. Touches `sessions`.

use super::sessions::{ConnectionId, Sessions};
use crate::wire::{MessageId, Token};

/// A caller's introduction on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// The side that was called.
    pub peer: ConnectionId,
    /// What both sides prove to each other.
    pub token: Token,
    /// The number of the next message when it was made: where it stands among the messages.
    pub before: MessageId,
}

/// The caller's last introduction is still on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntroductionPending;

impl Sessions<'_> {
    /// Puts an introduction on its way to its peer.
    pub fn introduce(
        &mut self,
        caller: ConnectionId,
        introduction: Introduction,
    ) -> Result<(), IntroductionPending> {
        if self[caller].introduction.is_some() {
            return Err(IntroductionPending);
        }
        self[caller].introduction = Some(introduction);
        let mut callers = self[introduction.peer].callers;
        self.caller_links.push_back(&mut callers, caller.index());
        self[introduction.peer].callers = callers;
        Ok(())
    }

    /// The first introduction that `called` has not heard of, and who calls.
    pub fn next_introduction(&self, called: ConnectionId) -> Option<(ConnectionId, Introduction)> {
        let caller = ConnectionId(self[called].callers.front()? as u16);
        Some((caller, self[caller].introduction?))
    }

    /// The caller's introduction was heard, or will never be.
    pub fn end_introduction(&mut self, caller: ConnectionId) {
        if let Some(introduction) = self[caller].introduction.take() {
            let mut callers = self[introduction.peer].callers;
            self.caller_links.remove(&mut callers, caller.index());
            self[introduction.peer].callers = callers;
        }
    }

    /// Forgets what `connection` called for, and who called it.
    pub(super) fn cancel_introductions(&mut self, connection: ConnectionId) {
        self.end_introduction(connection);
        while let Some((caller, _)) = self.next_introduction(connection) {
            self.end_introduction(caller);
        }
    }
}
