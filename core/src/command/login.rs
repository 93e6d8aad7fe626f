//! `login <user> <password>`: a stranger becomes a user, and the others are told.
//! Touches users, sources and sessions.

use super::context::Context;
use crate::chat::{LoginError, UserId, Wait};
use crate::environment::{Environment, Notice};
use crate::protocol::Reply;

/// Lets the user in, or says why not.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    password: &str,
) -> Reply<'a> {
    let reply = attempt(context, name, password);
    match reply {
        Reply::Welcome => context.environment.notice(Notice::LoggedIn { user: name }),
        refusal => context.environment.notice(Notice::LoginRefused { code: refusal.code() }),
    }
    reply
}

fn attempt<'a, E>(context: &mut Context<'_, '_, E>, name: &'a str, password: &str) -> Reply<'a> {
    let user = match check(context, name, password) {
        Ok(user) => user,
        Err(refusal) => return refusal,
    };
    if context.chat.users[user].session.is_some() {
        return Reply::AlreadyOnline { user: name };
    }
    let rate = context.chat.settings.limits.logins;
    if let Err(Wait(seconds)) = context.chat.users[user].logins.check(rate, context.now) {
        context.chat.refused.logins = context.chat.refused.logins.saturating_add(1);
        return Reply::LoginWait { seconds };
    }
    context.chat.users[user].logins.take(rate, context.now);
    context.chat.begin_session(context.connection, user, context.now);
    Reply::Welcome
}

/// The user with this name and password. A wrong name costs its source as much as a wrong password.
/// While the source waits, only a name that trusts it has its password checked.
fn check<'a, E>(
    context: &mut Context<'_, '_, E>,
    name: &str,
    password: &str,
) -> Result<UserId, Reply<'a>> {
    let Context { chat, now, .. } = context;
    let (source, origin) =
        (chat.sessions[context.connection].source(), chat.origin(context.connection));
    let user = chat.users.find(name);
    let trusted = user.is_some_and(|user| chat.users[user].lock.trusts(origin, *now));
    if let (false, Some(Wait(seconds))) = (trusted, chat.sources.wait(source, *now)) {
        chat.refused.guesses = chat.refused.guesses.saturating_add(1);
        return Err(Reply::GuessWait { seconds });
    }
    let settings = chat.settings;
    let reply = match user {
        None => Reply::InvalidUsername,
        Some(user) => {
            match chat.users.check(user, password, origin, *now, settings.block_duration) {
                Ok(slips) => {
                    chat.sources.forgive(source, slips);
                    return Ok(user);
                }
                Err(LoginError::Locked) => return Err(Reply::Locked),
                Err(LoginError::WrongAndLocked) => Reply::Locked,
                Err(LoginError::WrongPassword) => Reply::InvalidCredentials,
            }
        }
    };
    chat.sources.add_wrong(source, settings.limits.guesses, *now);
    Err(reply)
}
