//! `files`: the files that others hold. The caller hears nothing of users who block it.
//! Knows no table.

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, Listed, Listing};
use crate::protocol::{Item, TEXT_MAX};

/// Begins the list.
pub(super) fn handle<E>(context: &Context<'_, '_, E>) -> Outcome<'static> {
    Outcome::Answer(Answer::Files(context.chat.begin_listing()))
}

/// The list's next file, and behind the last one their count. Each has a line of its own. A
/// function of its own, so that its buffer is not on the stack of every other request.
#[inline(never)]
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    listing: Listing,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let (mut next, mut buffer) = (listing, [0; TEXT_MAX]);
    let is_taken = match chat.list(caller, &mut next, &mut buffer) {
        Listed::File { id, size, holders, name } => {
            sink(Item::File { id, size, holders: holders.into(), name })
        }
        Listed::Over(told) if sink(Item::FileCount(told.into())) => return Step::Last,
        Listed::Over(_) => false,
        Listed::Later => return Step::Yield(Answer::Files(next)),
    };
    Step::Full(Answer::Files(if is_taken { next } else { listing }))
}
