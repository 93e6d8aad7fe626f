//! `offer <file> <size> <name>`: the caller's client has a whole file, and others may fetch it.
//! Knows no table: the chat notes who holds what.

use super::context::Context;
use super::refusals::not_held;
use crate::chat::{FileKey, Offered};
use crate::protocol::Reply;

/// Notes the offer, or says why not.
pub(super) fn handle<'a, E>(
    context: &mut Context<'_, '_, E>,
    id: &[u8; 32],
    size: u64,
    name: &'a str,
) -> Reply<'a> {
    match context.chat.offer(context.connection, FileKey { id, size, name }) {
        Ok(Offered::New) => Reply::Offered { name },
        Ok(Offered::Known) => Reply::FileKnown { name },
        Err(refusal) => not_held(refusal),
    }
}
