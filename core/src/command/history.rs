//! `history [count]`: the last broadcasts, the oldest first. The caller does not hear users whom it
//! blocks.
//! Knows no text.

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, Recall, Recalled, Remembered, UserId};
use crate::protocol::{Item, TEXT_MAX};
use crate::time::Instant;

/// Begins the answer.
pub(super) fn handle<E>(
    context: &Context<'_, '_, E>,
    caller: UserId,
    count: Option<u32>,
) -> Outcome<'static> {
    Outcome::Answer(Answer::Broadcasts(context.chat.begin_recall(caller, count)))
}

/// The answer's next broadcast, and behind the last one their count. Each has a line of its own, so
/// no other is looked for. A function of its own, so that its buffer is not on the stack of every
/// other request.
#[inline(never)]
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    now: Instant,
    mut recall: Recall,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let mut buffer = [0; TEXT_MAX];
    match chat.recall(caller, &mut recall, &mut buffer) {
        Recalled::Said(Remembered { id, from, at, text }) => {
            let age = now.saturating_since(at).as_secs().min(u32::MAX.into()) as u32;
            if sink(Item::Broadcast { id, from, age, text }) {
                chat.pass(&mut recall);
            }
        }
        Recalled::Over(told) if sink(Item::Count(told.into())) => return Step::Last,
        Recalled::Over(_) => {}
        Recalled::Later => return Step::Yield(Answer::Broadcasts(recall)),
    }
    Step::Full(Answer::Broadcasts(recall))
}
