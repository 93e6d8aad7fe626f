//! `broadcast <text>`: to everybody online but the sender and those who blocked the sender; never stored for who is offline.
//! Touches sessions, blocks, mailboxes, and the store behind them. Visits its recipients, and nobody else.

use super::call::Call;
use super::message::{not_accepted, not_stored};
use crate::chat::{Refusal, UserId};
use crate::environment::Environment;
use crate::store::StoreError;
use crate::wire::{Kind, MessageId, Reply};

/// Who did not get it, and why.
#[derive(Default)]
struct Count {
    recipients: u32,
    blocked: u32,
    full: u32,
    /// What the store said, if it refused.
    refusal: Option<StoreError>,
}

/// Accepts the text for everybody who may get it; where it does not fit for all, for nobody. Whom the store refuses it counts with
/// the full mailboxes, unless that is everybody.
pub(super) fn handle<E: Environment>(
    call: &mut Call<'_, '_, E>,
    from: UserId,
    text: &str,
) -> Reply<'static> {
    let chat = &mut *call.chat;
    // The sender is online too.
    let most = chat.sessions.online_count().saturating_sub(1);
    if let Err(error) = chat.reserve_number(call.environment) {
        return not_stored(error);
    }
    let open = match chat.mailboxes.open(from, Kind::Broadcast, text, most, call.now) {
        Ok(open) => open,
        Err(refusal) => return not_accepted(refusal, chat.mailboxes.sender_quota()),
    };
    let mut count = Count::default();
    let mut next = chat.sessions.first_online();
    while let Some(connection) = next {
        next = chat.sessions.next_online(connection);
        let Some(to) = chat.sessions[connection].user().filter(|&to| to != from) else { continue };
        if chat.blocks.contains(to, from) {
            count.blocked += 1;
            continue;
        }
        match chat.add_recipient(&open, from, to, text, call.now, call.environment) {
            Ok(()) => {
                count.recipients += 1;
                chat.ready.push(connection.index());
            }
            Err(refusal) => count.refused(refusal),
        }
    }
    let id = chat.mailboxes.close(open);
    match count.refusal {
        Some(error) if count.recipients == 0 => not_stored(error),
        _ => count.reply(id),
    }
}

impl Count {
    fn refused(&mut self, refusal: Refusal) {
        self.full += 1;
        if let Refusal::Store(error) = refusal {
            self.refusal = Some(error);
        }
    }

    fn reply(self, id: MessageId) -> Reply<'static> {
        let Count { recipients, blocked, full, .. } = self;
        match (blocked > 0, full > 0) {
            (false, false) => Reply::BroadcastSent { id, recipients },
            (true, false) => Reply::BroadcastBlocked { id, recipients },
            (false, true) => Reply::BroadcastPartly { id, recipients, full },
            (true, true) => Reply::BroadcastPartlyBlocked { id, recipients, full },
        }
    }
}
