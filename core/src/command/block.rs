//! `block <user>`: nothing of theirs reaches the caller, and they hear nothing of the caller's comings and goings.
//! Touches the blocks.

use super::call::Call;
use crate::chat::{BlockError, UserId};
use crate::wire::Reply;

/// Sets the block. Twice is harmless and said.
pub(super) fn handle<'a, E>(call: &mut Call<'_, '_, E>, user: UserId, whom: &'a str) -> Reply<'a> {
    let blocked = match call.chat.users.find(whom) {
        Some(blocked) if blocked != user => blocked,
        _ => return Reply::InvalidUserToBlock,
    };
    match call.chat.blocks.insert(user, blocked) {
        Ok(true) => Reply::Blocked { user: whom },
        Ok(false) => Reply::BlockedAlready { user: whom },
        Err(BlockError::Full) => Reply::BlocksFull,
        Err(BlockError::Quota) => Reply::BlockQuota { limit: call.chat.blocks.quota() as u32 },
    }
}
