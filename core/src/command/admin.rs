//! `admin <order>`: what an operator may say, for users whose accounts say that they are admins.
//! Knows no order: the server does it, because it may end other connections.

use super::context::{Context, Outcome};
use crate::chat::UserId;
use crate::protocol::Reply;

/// Hands the order on, if it is an admin's.
pub(super) fn handle<'a, E>(
    context: &Context<'_, '_, E>,
    user: UserId,
    order: &'a str,
) -> Outcome<'a> {
    match context.chat.is_admin(user) {
        true => Outcome::Order(user, order),
        false => Reply::NotAdmin.into(),
    }
}
