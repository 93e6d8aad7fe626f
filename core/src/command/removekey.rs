//! `removekey <key>`: a key that the caller added opens its account no more. Sessions stay.
//! Knows no table: the chat removes the key.

use super::context::Context;
use super::refusals::not_stored;
use crate::chat::{RemoveKeyRefusal, UserId, Wait};
use crate::environment::{Environment, Notice};
use crate::protocol::Reply;

/// Removes the key once that is stored.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    key: &[u8; 32],
) -> Reply<'static> {
    match context.chat.remove_key(user, key, context.now, context.environment) {
        Ok(()) => {
            let (user, from) = (context.chat.name(user), context.chat.remote(context.connection));
            context.environment.notice(Notice::KeyRemoved { user, from });
            Reply::KeyRemoved
        }
        Err(RemoveKeyRefusal::NoSuchKey) => Reply::NoSuchKey,
        Err(RemoveKeyRefusal::Wait(Wait(seconds))) => Reply::KeyWait { seconds },
        Err(RemoveKeyRefusal::Store(error)) => not_stored(error),
    }
}
