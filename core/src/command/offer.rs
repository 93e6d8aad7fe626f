//! `offer <file> <size> <name>`: the caller's client has a whole file, and others may fetch it.
//! Knows no table: the chat notes who holds what.

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use super::refusals::not_held;
use crate::chat::{Chat, ConnectionId, Offered};
use crate::protocol::{Item, Reply, TEXT_MAX};

/// Notes the offer, or says why not. A file that is known keeps the name it has, which the reply
/// tells.
pub(super) fn handle<'a, E>(
    context: &mut Context<'_, '_, E>,
    id: &[u8; 32],
    size: u64,
    name: &'a str,
) -> Outcome<'a> {
    match context.chat.offer(context.connection, id, size, name) {
        Ok(Offered::New) => Reply::Offered { name }.into(),
        Ok(Offered::Known(file)) => Outcome::Answer(Answer::FileKnown { file }),
        Err(refusal) => not_held(refusal).into(),
    }
}

/// The name of a file that was known. The caller holds it until its session ends, so it is there.
#[inline(never)]
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    file: u16,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let mut buffer = [0; TEXT_MAX];
    match chat.held_name(connection, file, &mut buffer) {
        Some(name) if sink(Item::FileName(name)) => Step::Last,
        Some(_) => Step::Full(Answer::FileKnown { file }),
        None => Step::Nothing,
    }
}
