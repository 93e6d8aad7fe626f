//! `login <user> <password>`: a stranger becomes a user, and the others are told. A login that the
//! connection's carrier did goes the same way.
//! Knows no table: the chat checks the password and begins the session.

use super::context::{Context, Outcome};
use crate::chat::{LoginRefusal, Proof, Wait};
use crate::environment::{Environment, Notice};
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

/// Tells the log of a login that is refused by a carrier, which says nothing of the reason.
pub(crate) fn tell_refusal(refusal: LoginRefusal, environment: &mut impl Environment) {
    if let Some(reply) = reply_to(refusal, "") {
        environment.notice(Notice::LoginRefused { code: reply.code() });
    }
}

#[inline]
fn log_in<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    proof: Proof<'_>,
) -> Entered<'a> {
    let Context { connection, now, .. } = *context;
    let entered = context.chat.log_in(connection, name, proof, now, context.environment);
    let refused = match entered {
        Ok(_) => None,
        Err(refusal) => match reply_to(refusal, name) {
            None => return Entered::Wait,
            refused => refused,
        },
    };
    context.environment.forget(connection.0);
    match refused {
        None => {
            context.environment.notice(Notice::LoggedIn { user: name });
            Entered::Yes(Reply::Welcome)
        }
        Some(reply) => {
            context.environment.notice(Notice::LoginRefused { code: reply.code() });
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

/// The reply to a login that is refused; `None` if the login is to be done again.
fn reply_to(refusal: LoginRefusal, name: &str) -> Option<Reply<'_>> {
    Some(match refusal {
        LoginRefusal::UnknownName => Reply::InvalidUsername,
        LoginRefusal::WrongPassword => Reply::InvalidCredentials,
        LoginRefusal::Locked(Wait(seconds)) => Reply::Locked { seconds },
        LoginRefusal::GuessWait(Wait(seconds)) => Reply::GuessWait { seconds },
        LoginRefusal::Busy => Reply::ChecksFull,
        LoginRefusal::Claimed | LoginRefusal::NotYet => return None,
        LoginRefusal::AlreadyOnline => Reply::AlreadyOnline { user: name },
        LoginRefusal::LoginWait(Wait(seconds)) => Reply::LoginWait { seconds },
        #[cfg(feature = "operator")]
        LoginRefusal::Banned(wait) => banned(wait),
    })
}
