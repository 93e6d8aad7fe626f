//! `register <user> <password>`: a new account, which outlives a restart.
//! Knows no table: the chat creates the account.

use super::context::{Context, Outcome};
use crate::chat::{RegisterRefusal, Wait};
use crate::environment::{Environment, Notice};
use crate::protocol::Reply;
use crate::store::StoreError;

/// Creates the account once it is stored. If it is not this connection's turn, or the product
/// hashes the password, the request waits.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    password: &str,
) -> Outcome<'a> {
    let Context { connection, now, .. } = *context;
    let made = context.chat.register(connection, name, password, now, context.environment);
    if made == Err(RegisterRefusal::NotYet) {
        return Outcome::Defer;
    }
    context.environment.forget(connection.0);
    let is_limit = matches!(made, Err(RegisterRefusal::Wait(_) | RegisterRefusal::Share));
    let reply = match made {
        Ok(()) => {
            let from = context.chat.remote(connection);
            context.environment.notice(Notice::Registered { user: name, from });
            return Outcome::Slow(Reply::Registered { user: name });
        }
        Err(RegisterRefusal::NotYet) => return Outcome::Defer,
        Err(RegisterRefusal::Store(StoreError::Full)) => return Outcome::Slow(Reply::StoreFull),
        Err(RegisterRefusal::Store(StoreError::NameTaken)) => {
            return Outcome::Slow(Reply::NameTaken);
        }
        Err(RegisterRefusal::Store(StoreError::Failed)) => {
            return Outcome::Slow(Reply::StoreFailed);
        }
        Err(RegisterRefusal::Busy) => Reply::ChecksFull,
        Err(RegisterRefusal::Off) => Reply::RegistrationOff,
        Err(RegisterRefusal::BadName) => Reply::BadName,
        Err(RegisterRefusal::BadPassword) => Reply::BadPassword,
        Err(RegisterRefusal::NameTaken) => Reply::NameTaken,
        Err(RegisterRefusal::Full) => Reply::AccountsFull,
        Err(RegisterRefusal::Wait(Wait(seconds))) => Reply::RegistrationWait { seconds },
        Err(RegisterRefusal::Share) => Reply::RegistrationShare,
    };
    if is_limit {
        let (from, code) = (context.chat.remote(connection), reply.code());
        context.environment.notice(Notice::RegistrationRefused { from, code });
    }
    reply.into()
}
