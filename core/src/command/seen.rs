//! `seen <user>`: when that user was last here. A user who blocks the caller is as unknown here as
//! in `whoelse`.
//! Knows no text.

use super::context::Context;
use crate::chat::UserId;
use crate::protocol::Reply;

/// Looks the user up. What was before the server's start nobody knows.
pub(super) fn handle<'a, E>(
    context: &Context<'_, '_, E>,
    caller: UserId,
    name: &'a str,
) -> Reply<'a> {
    let chat = &*context.chat;
    let Some(user) = chat.find(name).filter(|&user| !chat.has_blocked(user, caller)) else {
        return Reply::InvalidUserToSee;
    };
    if chat.is_online(user) {
        return Reply::SeenNow { user: name };
    }
    match chat.last_logout(user) {
        Some(logout) => {
            let seconds = context.now.saturating_since(logout).as_secs();
            Reply::SeenBefore { user: name, seconds: seconds.try_into().unwrap_or(u32::MAX) }
        }
        None => Reply::NotSeen { user: name },
    }
}
