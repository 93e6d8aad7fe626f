//! `block <user>`: nothing from that user reaches the caller, and that user hears nothing of the
//! caller's logins and logouts.
//! Touches the blocks and the store.

use super::context::Context;
use super::message::not_stored;
use crate::chat::{BlockError, UserId, Wait};
use crate::environment::Environment;
use crate::protocol::Reply;

/// Sets the block once it is stored. Blocking twice is harmless and gets its own reply.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    whom: &'a str,
) -> Reply<'a> {
    let blocked = match context.chat.users.find(whom) {
        Some(blocked) if blocked != user => blocked,
        _ => return Reply::InvalidUserToBlock,
    };
    if context.chat.blocks.contains(user, blocked) {
        return Reply::BlockedAlready { user: whom };
    }
    match context.chat.blocks.check(user) {
        Err(BlockError::Full) => return Reply::BlocksFull,
        Err(BlockError::Quota) => {
            return Reply::BlockQuota { limit: context.chat.blocks.quota(user) as u32 };
        }
        Ok(()) => {}
    }
    if let Err(Wait(seconds)) = context.chat.check_change(user, context.now) {
        return Reply::ChangeWait { seconds };
    }
    let number = match context.chat.keep_block(user, blocked, context.environment) {
        Ok(number) => number,
        Err(error) => return not_stored(error),
    };
    match context.chat.blocks.insert(user, blocked, number) {
        Ok(_) => {
            context.chat.take_change(user, context.now);
            Reply::Blocked { user: whom }
        }
        Err(_) => Reply::BlocksFull,
    }
}
