//! `block <user>`: nothing from that user reaches the caller, and that user hears nothing of the
//! caller's logins and logouts.
//! Knows no table: the chat sets the block.

use super::context::Context;
use super::refusals::not_stored;
use crate::chat::{BlockRefusal, UserId, Wait};
use crate::environment::Environment;
use crate::protocol::Reply;

/// Sets the block once it is stored. Blocking twice is harmless and gets its own reply.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    whom: &'a str,
) -> Reply<'a> {
    match context.chat.block(user, whom, context.now, context.environment) {
        Ok(()) => Reply::Blocked { user: whom },
        Err(BlockRefusal::InvalidUser) => Reply::InvalidUserToBlock,
        Err(BlockRefusal::Already) => Reply::BlockedAlready { user: whom },
        Err(BlockRefusal::Full) => Reply::BlocksFull,
        Err(BlockRefusal::Quota { limit }) => Reply::BlockQuota { limit: limit as u32 },
        Err(BlockRefusal::Wait(Wait(seconds))) => Reply::ChangeWait { seconds },
        Err(BlockRefusal::Store(error)) => not_stored(error),
    }
}
