//! `unblock <user>`: undoes every effect of a block.
//! Touches the blocks and the store.

use super::context::Context;
use super::message::not_stored;
use crate::chat::{UserId, Wait};
use crate::environment::Environment;
use crate::protocol::Reply;

/// Removes the block once that is stored.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    whom: &'a str,
) -> Reply<'a> {
    let blocked = match context.chat.users.find(whom) {
        Some(blocked) if context.chat.blocks.contains(user, blocked) => blocked,
        _ => return Reply::InvalidUserToUnblock,
    };
    if let Err(Wait(seconds)) = context.chat.check_change(user, context.now) {
        return Reply::ChangeWait { seconds };
    }
    if let Err(error) = context.chat.keep_unblock(user, blocked, context.environment) {
        return not_stored(error);
    }
    context.chat.blocks.remove(user, blocked);
    context.chat.take_change(user, context.now);
    Reply::Unblocked { user: whom }
}
