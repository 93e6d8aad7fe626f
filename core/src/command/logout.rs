//! `logout`: the session ends, and the others are told.
//! Knows no table: the chat ends the session.

use super::context::{Context, Outcome};
use crate::environment::{Environment, SessionEnd};
use crate::protocol::Reply;

/// Ends the session.
pub(super) fn handle<E: Environment>(context: &mut Context<'_, '_, E>) -> Outcome<'static> {
    let Context { connection, now, .. } = *context;
    context.chat.end_session(connection, now, SessionEnd::Goodbye, context.environment);
    Outcome::Goodbye(Reply::LoggedOut)
}
