//! `broadcast <text>`: to everybody online but the sender and those who block the sender. It is
//! never stored for offline users.
//! Knows no table: the chat decides about the text and accepts it.

use super::context::{Context, Outcome};
use super::refusals::{no_room, not_stored};
use crate::chat::UserId;
use crate::environment::Environment;
use crate::protocol::Text;

/// Accepts the text for everybody who may get it, or for nobody if it does not fit for all.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    text: Text<'_>,
) -> Outcome<'static> {
    let Context { chat, now, environment, .. } = context;
    let ticket = match chat.admit_broadcast(from, text) {
        Ok(ticket) => ticket,
        Err(refusal) => return no_room(refusal).into(),
    };
    match chat.broadcast(from, ticket, text, *now, *environment) {
        Ok(()) => Outcome::Accepted,
        Err(error) => not_stored(error).into(),
    }
}

/// The same while an OK of the sender is outstanding: accepts the text if that needs no store, and
/// otherwise changes nothing.
pub(super) fn handle_ahead<E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    text: Text<'_>,
) -> Outcome<'static> {
    let Context { chat, now, environment, .. } = context;
    match chat.admit_broadcast(from, text) {
        Ok(ticket) if !ticket.needs_store() => {
            let sent = chat.broadcast(from, ticket, text, *now, *environment);
            if sent.is_ok() { Outcome::Queued } else { Outcome::Defer }
        }
        _ => Outcome::Defer,
    }
}
