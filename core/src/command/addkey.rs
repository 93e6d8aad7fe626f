//! `addkey <key>`: an ed25519 key opens the caller's account over SSH, too, also after a restart.
//! Knows no table: the chat adds the key.

use super::context::Context;
use super::refusals::not_stored;
use crate::chat::{AddKeyRefusal, UserId, Wait};
use crate::environment::{Environment, Notice};
use crate::protocol::Reply;

/// Adds the key once it is stored. Adding it twice is harmless and gets its own reply.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    key: &[u8; 32],
) -> Reply<'static> {
    match context.chat.add_key(user, key, context.now, context.environment) {
        Ok(()) => {
            let (user, from) = (context.chat.name(user), context.chat.remote(context.connection));
            context.environment.notice(Notice::KeyAdded { user, from });
            Reply::KeyAdded
        }
        Err(AddKeyRefusal::Already) => Reply::KeyAddedAlready,
        Err(AddKeyRefusal::Off) => Reply::KeysOff,
        Err(AddKeyRefusal::Full) => Reply::KeysFull,
        Err(AddKeyRefusal::Quota { limit }) => Reply::KeyQuota { limit: limit as u32 },
        Err(AddKeyRefusal::Wait(Wait(seconds))) => Reply::KeyWait { seconds },
        Err(AddKeyRefusal::Store(error)) => not_stored(error),
    }
}
