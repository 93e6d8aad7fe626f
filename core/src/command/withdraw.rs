//! `withdraw <file>`: the caller's client has none of the file any more.
//! Knows no table: the chat notes who holds what.

use super::context::Context;
use crate::protocol::Reply;

/// Forgets that the caller holds the file, under every name. The last holder takes the file along.
pub(super) fn handle<E>(context: &mut Context<'_, '_, E>, id: &[u8; 32]) -> Reply<'static> {
    match context.chat.withdraw(context.connection, id) {
        true => Reply::Withdrawn,
        false => Reply::NotHolder,
    }
}
