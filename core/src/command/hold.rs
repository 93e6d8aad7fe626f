//! `hold <file> <share>`: how much of a file the caller's client has, so that others may fetch that
//! much from it.
//! Knows no table: the chat notes who holds what.

use core::num::NonZeroU8;

use super::context::Context;
use super::refusals::not_held;
use crate::protocol::Reply;

/// Notes the share; the last one counts.
pub(super) fn handle<E>(
    context: &mut Context<'_, '_, E>,
    id: &[u8; 32],
    share: NonZeroU8,
) -> Reply<'static> {
    match context.chat.hold(context.connection, id, share.get()) {
        Ok(()) => Reply::HoldNoted,
        Err(refusal) => not_held(refusal),
    }
}
