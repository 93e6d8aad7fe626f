//! `login <user> <password>`: a stranger becomes a user, and the others are told. A login that the
//! connection's carrier did goes the same way.
//! Knows no table: the chat checks the password and begins the session.

use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, LoginRefusal, Proof, Wait};
use crate::environment::{Environment, LoginBy, LoginWhy, Notice};
use crate::protocol::Reply;

/// Lets the user in, or says why not. It waits while an older session of the user is asked for a
/// sign of life, and while the product looks into the password.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    password: &str,
) -> Outcome<'a> {
    match log_in(context, name, Proof::Password(password)) {
        Entered::Yes(reply) | Entered::No(reply) => reply.into(),
        Entered::Wait => Outcome::Defer,
    }
}

/// What became of a login.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entered<'a> {
    /// The user's session has begun.
    Yes(Reply<'a>),
    /// It has not.
    No(Reply<'a>),
    /// It waits while an older session of the user is asked for a sign of life, or while the
    /// product looks into the password.
    Wait,
}

/// Lets in the user that the connection's carrier has authenticated, or says why not. `is_counted`
/// says whether the login was counted when its password was checked.
pub(crate) fn enter<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    is_counted: bool,
) -> Entered<'a> {
    log_in(context, name, if is_counted { Proof::Counted } else { Proof::Proven })
}

/// Tells the log of a login that is refused. What was given as a name may be a password, so only
/// the name of an account is told.
pub(crate) fn tell_refusal(
    chat: &Chat<'_>,
    connection: ConnectionId,
    (name, by): (&str, LoginBy),
    why: LoginWhy,
    environment: &mut impl Environment,
) {
    let (user, from) = (chat.find(name).map(|_| name), chat.remote(connection));
    environment.notice(Notice::LoginRefused { user, from, by, why });
}

#[inline]
fn log_in<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    proof: Proof<'_>,
) -> Entered<'a> {
    let Context { connection, now, .. } = *context;
    let by = if proof == Proof::Proven { LoginBy::Key } else { LoginBy::Password };
    let entered = context.chat.log_in(connection, name, proof, now, context.environment);
    let refused = match entered {
        Ok(_) => None,
        Err(refusal) => match reply_to(refusal, name) {
            None => return Entered::Wait,
            refused => refused,
        },
    };
    let Context { chat, environment, .. } = context;
    environment.forget(connection.0);
    match refused {
        None => {
            let from = chat.remote(connection);
            environment.notice(Notice::LoggedIn { user: name, from, by });
            Entered::Yes(Reply::Welcome)
        }
        Some((reply, why)) => {
            tell_refusal(chat, connection, (name, by), why, *environment);
            Entered::No(reply)
        }
    }
}

/// The reply to whoever is banned.
#[cfg(feature = "operator")]
pub(crate) fn banned(Wait(seconds): Wait) -> Reply<'static> {
    match seconds {
        u32::MAX => Reply::BannedForGood,
        seconds => Reply::Banned { seconds },
    }
}

/// The reply to a login that is refused, and what a log may tell of it; `None` if the login is to
/// be done again.
pub(crate) fn reply_to(refusal: LoginRefusal, name: &str) -> Option<(Reply<'_>, LoginWhy)> {
    Some(match refusal {
        LoginRefusal::UnknownName => (Reply::InvalidUsername, LoginWhy::UnknownName),
        LoginRefusal::WrongPassword => (Reply::InvalidCredentials, LoginWhy::WrongPassword),
        LoginRefusal::Locked(Wait(seconds)) => (Reply::Locked { seconds }, LoginWhy::Locked),
        LoginRefusal::GuessWait(Wait(seconds)) => {
            (Reply::GuessWait { seconds }, LoginWhy::GuessWait)
        }
        LoginRefusal::Busy => (Reply::ChecksFull, LoginWhy::Busy),
        LoginRefusal::Claimed | LoginRefusal::NotYet => return None,
        LoginRefusal::AlreadyOnline => {
            (Reply::AlreadyOnline { user: name }, LoginWhy::AlreadyOnline)
        }
        LoginRefusal::LoginWait(Wait(seconds)) => {
            (Reply::LoginWait { seconds }, LoginWhy::LoginWait)
        }
        #[cfg(feature = "operator")]
        LoginRefusal::Banned(wait) => (banned(wait), LoginWhy::Banned),
    })
}
