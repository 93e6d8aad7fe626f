//! `unblock <user>`: takes every effect of a block back.
//! Touches the blocks.

use super::call::Call;
use crate::chat::UserId;
use crate::wire::Reply;

/// Takes the block back.
pub(super) fn handle<'a, E>(call: &mut Call<'_, '_, E>, user: UserId, whom: &'a str) -> Reply<'a> {
    match call.chat.users.find(whom) {
        Some(blocked) if call.chat.blocks.remove(user, blocked) => Reply::Unblocked { user: whom },
        _ => Reply::InvalidUserToUnblock,
    }
}
