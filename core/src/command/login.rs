//! `login <user> <password>`: a stranger becomes a user, and the others are told.
//! Knows no table: the chat checks the password and begins the session.

use super::context::{Context, Outcome};
use crate::chat::{LoginRefusal, Proof, Wait};
use crate::environment::{Environment, Notice};
use crate::protocol::Reply;

/// Lets the user in, or says why not. It waits while an older session of the user is asked for a
/// sign of life.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    password: &str,
) -> Outcome<'a> {
    let proof = Proof::Password(password);
    let reply = match context.chat.log_in(context.connection, name, proof, context.now) {
        Ok(_) => {
            context.environment.notice(Notice::LoggedIn { user: name });
            return Reply::Welcome.into();
        }
        Err(LoginRefusal::UnknownName) => Reply::InvalidUsername,
        Err(LoginRefusal::WrongPassword) => Reply::InvalidCredentials,
        Err(LoginRefusal::Locked(Wait(seconds))) => Reply::Locked { seconds },
        Err(LoginRefusal::GuessWait(Wait(seconds))) => Reply::GuessWait { seconds },
        Err(LoginRefusal::Claimed) => return Outcome::Defer,
        Err(LoginRefusal::AlreadyOnline) => Reply::AlreadyOnline { user: name },
        Err(LoginRefusal::LoginWait(Wait(seconds))) => Reply::LoginWait { seconds },
    };
    context.environment.notice(Notice::LoginRefused { code: reply.code() });
    reply.into()
}
