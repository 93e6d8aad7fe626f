//! `logout`: the session ends, and the others are told.
//! Touches users, sessions, and the store of what waits for the user.

use super::call::{Call, Outcome};
use crate::chat::UserId;
use crate::environment::{Environment, Notice};
use crate::wire::Reply;

/// Ends the session.
pub(super) fn handle<E: Environment>(call: &mut Call<'_, '_, E>, user: UserId) -> Outcome<'static> {
    call.chat.end_session(call.connection, call.now);
    call.chat.store_left_behind(user, call.now, call.environment);
    let name = &call.chat.users[user].name;
    call.environment.notice(Notice::LoggedOut { user: name, farewell: None });
    Outcome::Goodbye(Reply::LoggedOut)
}
