//! `broadcast <text>`: to everybody online but the sender and those who block the sender. It is
//! never stored for offline users.
//! Touches sessions, blocks, mailboxes, and the store behind them. Visits the users online, and
//! nobody else.

use super::context::{Context, Outcome};
use super::message::{not_accepted, not_stored};
use crate::chat::{Accepted, BroadcastSummary, Refusal, UserId};
use crate::environment::Environment;

/// Accepts the text for everybody who may get it, or for nobody if it does not fit for all.
/// Recipients whom the store refuses count as full mailboxes, unless the store refuses all.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    from: UserId,
    text: &str,
) -> Outcome<'static> {
    let chat = &mut *context.chat;
    // A refusal of the store could not be told yet.
    if chat.has_ok_outstanding(from) && chat.store_refuses() {
        return Outcome::Defer;
    }
    // The sender is online too.
    let most = chat.sessions.online_count().saturating_sub(1);
    if let Err(error) = chat.reserve_number(context.environment) {
        return not_stored(error).into();
    }
    let open = match chat.open_broadcast(from, text, most, context.now) {
        Ok(open) => open,
        Err(refusal) => return not_accepted(refusal).into(),
    };
    let (mut summary, mut refused) = (BroadcastSummary::default(), None);
    let mut next = chat.sessions.first_online();
    while let Some(connection) = next {
        next = chat.sessions.next_online(connection);
        let Some(to) = chat.sessions[connection].user().filter(|&to| to != from) else { continue };
        if chat.blocks.contains(to, from) {
            summary.has_blocked = true;
            continue;
        }
        match chat.add_recipient(&open, from, to, text, context.now, context.environment) {
            Ok(()) => {
                summary.recipients += 1;
                chat.ready.push(connection.index());
            }
            Err(refusal) => {
                summary.full += 1;
                if let Refusal::Store(error) = refusal {
                    refused = Some(error);
                }
            }
        }
    }
    match (chat.close_broadcast(open, summary), refused) {
        (Accepted::Outstanding, _) => Outcome::Outstanding,
        (Accepted::Now(_), Some(error)) if summary.recipients == 0 => not_stored(error).into(),
        (Accepted::Now(id), _) => summary.reply(id).into(),
    }
}
