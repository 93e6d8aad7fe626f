//! `broadcast <text>`: to everybody online but the sender and those who blocked the sender; never stored for who is offline.
//! Touches sessions, blocks, mailboxes, and the store behind them. Visits its recipients, and nobody else.

use super::call::Call;
use super::message::{not_accepted, not_stored};
use crate::chat::UserId;
use crate::environment::Environment;
use crate::wire::{Kind, MessageId, Reply};

/// Who did not get it, and why.
#[derive(Default)]
struct Count {
    recipients: u32,
    blocked: u32,
    full: u32,
}

/// Accepts the text for everybody who may get it; where it does not fit for all, for nobody.
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
        } else if chat.add_recipient(&open, from, to, text, call.now, call.environment) {
            count.recipients += 1;
            chat.ready.push(connection.index());
        } else {
            count.full += 1;
        }
    }
    count.reply(chat.mailboxes.close(open))
}

impl Count {
    fn reply(self, id: MessageId) -> Reply<'static> {
        let Count { recipients, blocked, full } = self;
        match (blocked > 0, full > 0) {
            (false, false) => Reply::BroadcastSent { id, recipients },
            (true, false) => Reply::BroadcastBlocked { id, recipients },
            (false, true) => Reply::BroadcastPartly { id, recipients, full },
            (true, true) => Reply::BroadcastPartlyBlocked { id, recipients, full },
        }
    }
}
