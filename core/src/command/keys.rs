//! `keys`: the keys that the caller has added to its account. Nobody else may ask for them. Keys
//! that the owner of the server wrote down are not among them.
//! Knows no text.

use super::answer::{Answer, Step};
use super::context::Outcome;
use crate::chat::{Chat, ConnectionId};
use crate::protocol::Item;

/// Begins the list.
pub(super) fn handle() -> Outcome<'static> {
    Outcome::Answer(Answer::Keys { next: 0, told: 0 })
}

/// The list's next key, and behind the last one their count. Each has a line of its own.
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    (next, told): (u16, u16),
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    match chat.next_key(caller, next.into()) {
        Some((row, key)) => Step::Full(match sink(Item::Key(key)) {
            true => Answer::Keys { next: row as u16 + 1, told: told + 1 },
            false => Answer::Keys { next: row as u16, told },
        }),
        None if sink(Item::KeyCount(told.into())) => Step::Last,
        None => Step::Full(Answer::Keys { next, told }),
    }
}
