//! `history [count]`: the last broadcasts, the oldest first. The caller does not hear users whom it
//! blocks.
//! Knows no text.

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, Remembered, UserId};
use crate::protocol::{Item, MessageId, TEXT_MAX};
use crate::time::Instant;

/// Begins the answer. What is said later is not in it, so it has an end.
pub(super) fn handle<E>(
    context: &Context<'_, '_, E>,
    caller: UserId,
    count: Option<u32>,
) -> Outcome<'static> {
    let chat = &*context.chat;
    let most = count.map_or(usize::MAX, |count| count as usize);
    let (next, end) = (chat.last_remembered(caller, most), chat.next_id());
    Outcome::Answer(Answer::Broadcasts { next, end, told: 0 })
}

/// The answer's next broadcasts, and behind the last one their count. A function of its own, so
/// that its buffer is not on the stack of every other request.
#[inline(never)]
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    now: Instant,
    (mut next, end, mut told): (MessageId, MessageId, u16),
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let mut buffer = [0; TEXT_MAX];
    while let Some(said) = chat.remembered(caller, next, &mut buffer).filter(|said| said.id < end) {
        let Remembered { id, from, at, text } = said;
        let age = now.saturating_since(at).as_secs().min(u32::MAX.into()) as u32;
        if !sink(Item::Broadcast { id, from, age, text }) {
            return Step::Full(Answer::Broadcasts { next: id, end, told });
        }
        next = MessageId(id.0 + 1);
        told += 1;
    }
    match sink(Item::Count(told.into())) {
        true => Step::Last,
        false => Step::Full(Answer::Broadcasts { next, end, told }),
    }
}
