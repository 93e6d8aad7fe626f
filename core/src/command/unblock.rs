//! `unblock <user>`: undoes every effect of a block.
//! Knows no table: the chat removes the block.

use super::context::Context;
use super::refusals::not_stored;
use crate::chat::{UnblockRefusal, UserId, Wait};
use crate::environment::Environment;
use crate::protocol::Reply;

/// Removes the block once that is stored.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    whom: &'a str,
) -> Reply<'a> {
    match context.chat.unblock(user, whom, context.now, context.environment) {
        Ok(()) => Reply::Unblocked { user: whom },
        Err(UnblockRefusal::InvalidUser) => Reply::InvalidUserToUnblock,
        Err(UnblockRefusal::Wait(Wait(seconds))) => Reply::ChangeWait { seconds },
        Err(UnblockRefusal::Store(error)) => not_stored(error),
    }
}
