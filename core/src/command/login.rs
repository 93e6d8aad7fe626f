//! `login <user> <password>`: a stranger becomes a user, and the others are told.
//! Touches users and sessions.

use super::call::Call;
use crate::chat::LoginError;
use crate::environment::{Environment, Notice};
use crate::wire::Reply;

/// Lets the user in, or says why not.
pub(super) fn handle<'a, E: Environment>(
    call: &mut Call<'_, '_, E>,
    name: &'a str,
    password: &str,
) -> Reply<'a> {
    let reply = attempt(call, name, password);
    match reply {
        Reply::Welcome => call.environment.notice(Notice::LoggedIn { user: name }),
        refusal => call.environment.notice(Notice::LoginRefused { code: refusal.code() }),
    }
    reply
}

fn attempt<'a, E>(call: &mut Call<'_, '_, E>, name: &'a str, password: &str) -> Reply<'a> {
    let block_duration = call.chat.settings.block_duration;
    let Some(user) = call.chat.users.find(name) else {
        return Reply::InvalidUsername;
    };
    match call.chat.users.check(user, password, call.now, block_duration) {
        Err(LoginError::Locked) => return Reply::Locked,
        Err(LoginError::WrongPassword) => return Reply::InvalidCredentials,
        Ok(()) => {}
    }
    if call.chat.users[user].session.is_some() {
        return Reply::AlreadyOnline { user: name };
    }
    call.chat.begin_session(call.connection, user, call.now);
    Reply::Welcome
}
