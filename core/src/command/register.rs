//! `register <user> <password>`: a new account, which outlives a restart.
//! Touches users, sources and the store.

use super::context::{Context, Outcome};
use crate::chat::{AddUserError, RegistrationRefusal, Wait};
use crate::environment::{Environment, Notice};
use crate::protocol::{Reply, check_new_name, check_password};
use crate::store::{Entry, StoreError};

/// Creates the account once it is stored. Everybody waits while a disk stores it, so it has to be
/// this connection's turn.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    name: &'a str,
    password: &str,
) -> Outcome<'a> {
    if !context.chat.settings.registration {
        return Reply::RegistrationOff.into();
    }
    let Some(user_name) = check_new_name(name).ok().and_then(|name| name.try_into().ok()) else {
        return Reply::BadName.into();
    };
    let Some(secret) = check_password(password).ok().and_then(|word| word.try_into().ok()) else {
        return Reply::BadPassword.into();
    };
    match context.chat.users.can_register(name) {
        Err(AddUserError::NameTaken) => return Reply::NameTaken.into(),
        Err(AddUserError::Full) => return Reply::AccountsFull.into(),
        Ok(()) => {}
    }
    if let Err(refusal) = may_register(context) {
        return refusal.into();
    }
    if !context.chat.registrations.admit(context.connection, context.now) {
        return Outcome::Defer;
    }
    if let Some(next) = context.chat.registrations.turn(context.now) {
        context.chat.ready.push(next.index());
    }
    let entry = Entry::Account { user: name, password };
    if let Err(error) = context.chat.append(&entry, context.environment) {
        context.chat.registrations.take_back();
        return Outcome::Slow(match error {
            StoreError::Full => Reply::StoreFull,
            StoreError::Failed => Reply::StoreFailed,
        });
    }
    if context.chat.users.add(user_name, secret).is_err() {
        return Outcome::Slow(Reply::AccountsFull);
    }
    let source = context.chat.sessions[context.connection].source();
    let rate = context.chat.settings.limits.registrations;
    context.chat.sources.add_registration(source, rate, context.now);
    context.environment.notice(Notice::Registered { user: name });
    Outcome::Slow(Reply::Registered { user: name })
}

/// Whether the caller's source may create one more account now.
fn may_register<E>(context: &mut Context<'_, '_, E>) -> Result<(), Reply<'static>> {
    let chat = &mut *context.chat;
    let source = chat.sessions[context.connection].source();
    let free = chat.capacities.users - chat.users.len();
    let rate = chat.settings.limits.registrations;
    chat.sources.check_registration(source, rate, free, context.now).map_err(|refusal| {
        chat.refused.registrations = chat.refused.registrations.saturating_add(1);
        match refusal {
            RegistrationRefusal::Wait(Wait(seconds)) => Reply::RegistrationWait { seconds },
            RegistrationRefusal::Share => Reply::RegistrationShare,
        }
    })
}
