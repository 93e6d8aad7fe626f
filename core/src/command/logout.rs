//! `logout`: the session ends, and the others are told.
//! Touches users, sessions, and the store of what waits for the user.

use super::context::{Context, Outcome};
use crate::chat::UserId;
use crate::environment::{Environment, Notice};
use crate::protocol::Reply;

/// Ends the session.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
) -> Outcome<'static> {
    context.chat.end_session(context.connection, context.now);
    context.chat.store_left_behind(user, context.now, context.environment);
    let name = &context.chat.users[user].name;
    context.environment.notice(Notice::LoggedOut { user: name, close_reason: None });
    Outcome::Goodbye(Reply::LoggedOut)
}
