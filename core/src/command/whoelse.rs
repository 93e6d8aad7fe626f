//! `whoelse`: everybody else online, without users who block the caller.

use super::answer::{Answer, Step};
use super::context::Outcome;
use super::names::list_users;
use crate::chat::{Chat, ConnectionId};
use crate::protocol::Item;

/// Begins the list.
pub(super) fn handle() -> Outcome<'static> {
    Outcome::Answer(Answer::UsersOnline { next: 0 })
}

/// The list's next users.
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    next: usize,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let is_listed = |user| chat.is_online(user) && chat.hears_of(caller, user);
    list_users(chat, next, is_listed, sink).map(|next| Answer::UsersOnline { next })
}
