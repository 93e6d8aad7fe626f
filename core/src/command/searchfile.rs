//! `searchfile <name>`: who else holds a file of this name, or a file of this id.
//! Knows no table.

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, Found, Search};
use crate::protocol::{Item, Reply, TEXT_MAX, parse_id};

/// Begins the answer.
pub(super) fn handle<E>(context: &Context<'_, '_, E>, name: &str) -> Outcome<'static> {
    let search = match parse_id(name) {
        Some(id) => context.chat.begin_search_by_id(&id),
        None => context.chat.begin_search(name),
    };
    Outcome::Answer(Answer::Search(search))
}

/// The answer's next holder, and the end behind the last one. Each has a line of its own. If nobody
/// is found, another reply answers. A function of its own, so that its buffer is not on the stack
/// of every other request.
#[inline(never)]
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    search: Search,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let (mut next, mut buffer) = (search, [0; TEXT_MAX]);
    let is_taken = match chat.search(caller, &mut next, &mut buffer) {
        Found::Holder { id, size, share, user, name } => {
            sink(Item::Holder { id, size, share, user, name })
        }
        Found::Over(true) if sink(Item::Available) => return Step::Last,
        Found::Over(true) => false,
        Found::Over(false) => return Step::Instead(Reply::NotAvailable),
        Found::Later => return Step::Yield(Answer::Search(next)),
    };
    Step::Full(Answer::Search(if is_taken { next } else { search }))
}
