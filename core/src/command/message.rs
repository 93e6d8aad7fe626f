//! `message <user> <text>`: an online user gets it now, an offline user at the next login.
//! Knows no table: the chat decides about the text and accepts it.

use super::context::{Context, Outcome};
use crate::chat::{Accepted, MessageRefusal, Refusal, UserId};
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
    let ticket = match chat.admit_message(from, name, text) {
        Ok(ticket) => ticket,
        Err(MessageRefusal::InvalidReceiver) => return Reply::InvalidReceiver.into(),
        Err(MessageRefusal::Blocked) => return Reply::BlockedByReceiver { user: name }.into(),
        Err(MessageRefusal::NotAccepted(Refusal::Mailbox)) => {
            return Reply::MailboxFull { user: name }.into();
        }
        Err(MessageRefusal::NotAccepted(refusal)) => return not_accepted(refusal).into(),
    };
    // Its OK, or a refusal of the store, could not be told yet.
    if ticket.needs_store() && chat.has_ok_outstanding(from) {
        return Outcome::Defer;
    }
    match chat.send(from, ticket, text, context.now, context.environment) {
        Ok(Accepted::Outstanding) => Outcome::Outstanding,
        Ok(Accepted::Now(id)) if ticket.is_online() => Reply::Accepted { id }.into(),
        Ok(Accepted::Now(id)) => Reply::Stored { id, user: name }.into(),
        Err(refusal) => not_accepted(refusal).into(),
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
