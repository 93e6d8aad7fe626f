//! `whoelse`: everybody else online, without users who block the caller.
//! Touches users and blocks.

use super::answer::{Answer, NamesCursor, Step};
use super::context::Outcome;
use super::names::names_line;
use crate::chat::{Chat, ConnectionId};
use crate::dialect::lines::LineWriter;
use crate::protocol::Reply;

/// Begins the list.
pub(super) fn handle() -> Outcome<'static> {
    Outcome::Answer(Answer::UsersOnline(NamesCursor::default()))
}

/// The list's next line.
pub(super) fn next_line(
    chat: &Chat<'_>,
    connection: ConnectionId,
    cursor: NamesCursor,
    line: &mut LineWriter,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let listed = |user| chat.is_online(user) && chat.hears_of(caller, user);
    let head = Reply::UsersOnline { users: "" };
    names_line(chat, head, cursor, line, listed).of(Answer::UsersOnline)
}
