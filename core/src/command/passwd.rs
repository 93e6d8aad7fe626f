//! `passwd <old> <new>`: a user's own password, which outlives a restart. Sessions stay.
//! Knows no table: the chat checks the old one and changes it.

use super::context::{Context, Outcome};
use super::login::reply_to;
use crate::chat::{PasswordRefusal, UserId, Wait};
use crate::environment::{Environment, LoginWhy, Notice};
use crate::protocol::Reply;
use crate::store::StoreError;

/// Changes the password once it is stored. If it is not this connection's turn, or the product
/// looks into a password, the request waits.
/// A function of its own, so that a message needs no stack for it.
#[inline(never)]
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    old: &str,
    new: &str,
) -> Outcome<'a> {
    let Context { connection, now, .. } = *context;
    let words = (old, new);
    let changed = context.chat.change_password(connection, user, words, now, context.environment);
    if changed == Err(PasswordRefusal::NotYet) {
        return Outcome::Defer;
    }
    context.environment.forget(connection.0);
    match changed {
        // Nothing was stored.
        Ok(()) if old == new => Reply::PasswordChanged.into(),
        Ok(()) => {
            let (user, from) = (context.chat.name(user), context.chat.remote(connection));
            context.environment.notice(Notice::PasswordChanged { user, from });
            Outcome::Slow(Reply::PasswordChanged)
        }
        Err(PasswordRefusal::NotYet) => Outcome::Defer,
        Err(PasswordRefusal::Store(StoreError::Full)) => Outcome::Slow(Reply::StoreFull),
        Err(PasswordRefusal::Store(_)) => Outcome::Slow(Reply::PasswordNotStored),
        Err(PasswordRefusal::Busy) => Reply::ChecksFull.into(),
        Err(PasswordRefusal::BadPassword) => Reply::BadPassword.into(),
        Err(PasswordRefusal::Old(refusal)) => {
            let wrong = (Reply::InvalidCredentials, LoginWhy::WrongPassword);
            let (reply, why) = reply_to(refusal, "").unwrap_or(wrong);
            let (user, from) = (context.chat.name(user), context.chat.remote(connection));
            context.environment.notice(Notice::PasswordRefused { user, from, why });
            reply.into()
        }
        Err(PasswordRefusal::Wait(Wait(seconds))) => Reply::PasswordWait { seconds }.into(),
    }
}
