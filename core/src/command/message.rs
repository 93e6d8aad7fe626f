//! `message <user> <text>`: now to a user who is online, at the next login to one who is not.
//! Touches users, blocks and mailboxes.

use super::call::Call;
use crate::chat::{Refusal, UserId};
use crate::wire::Reply;

/// Accepts the text for good, or says why not.
pub(super) fn handle<'a, E>(
    call: &mut Call<'_, '_, E>,
    from: UserId,
    name: &'a str,
    text: &str,
) -> Reply<'a> {
    let chat = &mut *call.chat;
    let to = match chat.users.find(name) {
        Some(to) if to != from => to,
        _ => return Reply::InvalidReceiver,
    };
    if chat.blocks.contains(to, from) {
        return Reply::BlockedByReceiver { user: name };
    }
    let id = match chat.mailboxes.accept(from, to, text, call.now) {
        Ok(id) => id,
        Err(Refusal::Mailbox) => return Reply::MailboxFull { user: name },
        Err(refusal) => return not_accepted(refusal, chat.mailboxes.sender_quota()),
    };
    match chat.users[to].session {
        Some(connection) => {
            chat.ready.push(connection.index());
            Reply::Delivered { id }
        }
        None => Reply::Stored { id, user: name },
    }
}

/// The reply where the server has no room for a text.
pub(super) fn not_accepted(refusal: Refusal, sender_quota: usize) -> Reply<'static> {
    match refusal {
        Refusal::Sender => Reply::SenderQuota { limit: sender_quota as u32 },
        Refusal::Server | Refusal::Mailbox => Reply::MessagesFull,
    }
}
