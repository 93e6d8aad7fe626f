//! `unblock <user>`: undoes every effect of a block.
//! Touches the blocks and the store.

use super::call::Call;
use super::message::not_stored;
use crate::chat::{UserId, Wait};
use crate::environment::Environment;
use crate::wire::Reply;

/// Removes the block once that is stored.
pub(super) fn handle<'a, E: Environment>(
    call: &mut Call<'_, '_, E>,
    user: UserId,
    whom: &'a str,
) -> Reply<'a> {
    let blocked = match call.chat.users.find(whom) {
        Some(blocked) if call.chat.blocks.contains(user, blocked) => blocked,
        _ => return Reply::InvalidUserToUnblock,
    };
    if let Err(Wait(seconds)) = call.chat.check_change(user, call.now) {
        return Reply::ChangeWait { seconds };
    }
    if let Err(error) = call.chat.keep_unblock(user, blocked, call.environment) {
        return not_stored(error);
    }
    call.chat.blocks.remove(user, blocked);
    call.chat.take_change(user, call.now);
    Reply::Unblocked { user: whom }
}
