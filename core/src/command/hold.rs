//! `hold <file> <size> <share> <name>`: how much of a file the caller's client has, so that others
//! may fetch that much from it.
//! Knows no table: the chat notes who holds what.

use core::num::NonZeroU8;

use super::context::Context;
use super::refusals::not_held;
use crate::chat::FileKey;
use crate::protocol::Reply;

/// Notes the share; the last one counts.
pub(super) fn handle<E>(
    context: &mut Context<'_, '_, E>,
    file: FileKey<'_>,
    share: NonZeroU8,
) -> Reply<'static> {
    match context.chat.hold(context.connection, file, share.get()) {
        Ok(()) => Reply::HoldNoted,
        Err(refusal) => not_held(refusal),
    }
}
