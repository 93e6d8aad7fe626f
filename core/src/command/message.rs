//! `message <user> <text>`: an online user gets it now, an offline user at the next login.
//! Touches users, blocks, mailboxes, and the store behind them.

use super::context::{Context, Outcome};
use crate::chat::{Accepted, Refusal, UserId};
use crate::environment::Environment;
use crate::protocol::Reply;
use crate::store::StoreError;

/// Accepts the text for good, or says why not.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    name: &'a str,
    text: &str,
) -> Outcome<'a> {
    let chat = &mut *context.chat;
    let to = match chat.users.find(name) {
        Some(to) if to != from => to,
        _ => return Reply::InvalidReceiver.into(),
    };
    if chat.blocks.contains(to, from) {
        return Reply::BlockedByReceiver { user: name }.into();
    }
    // Its OK, or a refusal of the store, could not be told yet.
    if chat.has_ok_outstanding(from) && chat.stores_at_once(to) {
        return Outcome::Defer;
    }
    let accepted = match chat.accept(from, to, text, context.now, context.environment) {
        Ok(accepted) => accepted,
        Err(Refusal::Mailbox) => return Reply::MailboxFull { user: name }.into(),
        Err(refusal) => return not_accepted(refusal).into(),
    };
    let online = chat.users[to].session;
    if let Some(connection) = online {
        chat.ready.push(connection.index());
    }
    match (accepted, online) {
        (Accepted::Outstanding, _) => Outcome::Outstanding,
        (Accepted::Now(id), Some(_)) => Reply::Accepted { id }.into(),
        (Accepted::Now(id), None) => Reply::Stored { id, user: name }.into(),
    }
}

/// The reply if the server has no room for a text.
pub(super) fn not_accepted(refusal: Refusal) -> Reply<'static> {
    match refusal {
        Refusal::Sender => Reply::SenderShare,
        Refusal::Reserved => Reply::AbsentFull,
        Refusal::Server | Refusal::Mailbox => Reply::MessagesFull,
        Refusal::Store(error) => not_stored(error),
    }
}

/// The reply if the store does not take something.
pub(super) fn not_stored(error: StoreError) -> Reply<'static> {
    match error {
        StoreError::Full => Reply::StoreFull,
        StoreError::Failed => Reply::NotStored,
    }
}
