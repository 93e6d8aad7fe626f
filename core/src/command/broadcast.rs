//! `broadcast <text>`: to everybody online but the sender and those who block the sender. It is
//! never stored for offline users.
//! Knows no table: the chat decides about the text and accepts it.

use super::context::{Context, Outcome};
use super::message::not_accepted;
use crate::chat::{Accepted, UserId};
use crate::environment::Environment;

/// Accepts the text for everybody who may get it, or for nobody if it does not fit for all.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    text: &str,
) -> Outcome<'static> {
    let chat = &mut *context.chat;
    let ticket = match chat.admit_broadcast(from, text) {
        Ok(ticket) => ticket,
        Err(refusal) => return not_accepted(refusal).into(),
    };
    // A refusal of the store could not be told yet.
    if ticket.needs_store() && chat.has_ok_outstanding(from) {
        return Outcome::Defer;
    }
    match chat.broadcast(from, ticket, text, context.now, context.environment) {
        Ok((Accepted::Outstanding, _)) => Outcome::Outstanding,
        Ok((Accepted::Now(id), summary)) => summary.reply(id).into(),
        Err(refusal) => not_accepted(refusal).into(),
    }
}
