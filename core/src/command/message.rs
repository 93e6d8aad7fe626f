//! `message <user> <text>`: an online user gets it now, an offline user at the next login.
//! Knows no table: the chat decides about the text and accepts it.

use super::context::{Context, Outcome};
use super::refusals::{no_room, not_stored};
use crate::chat::{MessageRefusal, Refusal, UserId};
use crate::environment::Environment;
use crate::protocol::{Reply, Text};

/// Accepts the text for good, or says why not.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    name: &'a str,
    text: Text<'_>,
) -> Outcome<'a> {
    let Context { chat, now, environment, .. } = context;
    let ticket = match chat.admit_message(from, name, text) {
        Ok(ticket) => ticket,
        Err(MessageRefusal::InvalidReceiver) => return Reply::InvalidReceiver.into(),
        Err(MessageRefusal::Blocked) => return Reply::BlockedByReceiver { user: name }.into(),
        Err(MessageRefusal::NoRoom(Refusal::Mailbox)) => {
            return Reply::MailboxFull { user: name }.into();
        }
        Err(MessageRefusal::NoRoom(refusal)) => return no_room(refusal).into(),
    };
    match chat.send(from, ticket, text, *now, *environment) {
        Ok(()) => Outcome::Accepted,
        Err(error) => not_stored(error).into(),
    }
}

/// The same while an OK of the sender is outstanding: accepts the text if that needs no store, and
/// otherwise changes nothing.
pub(super) fn handle_ahead<E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    name: &str,
    text: Text<'_>,
) -> Outcome<'static> {
    let Context { chat, now, environment, .. } = context;
    match chat.admit_message(from, name, text) {
        Ok(ticket) if !ticket.needs_store() => {
            let sent = chat.send(from, ticket, text, *now, *environment);
            if sent.is_ok() { Outcome::Queued } else { Outcome::Defer }
        }
        _ => Outcome::Defer,
    }
}
