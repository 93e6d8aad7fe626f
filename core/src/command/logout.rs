//! `logout`: the session ends, and the others are told.
//! Knows no table: the chat ends the session.

use super::context::{Context, Outcome};
use crate::environment::Environment;
use crate::protocol::Reply;

/// Ends the session.
pub(super) fn handle<E: Environment>(context: &mut Context<'_, '_, E>) -> Outcome<'static> {
    context.chat.end_session(context.connection, context.now, None, context.environment);
    Outcome::Goodbye(Reply::LoggedOut)
}
