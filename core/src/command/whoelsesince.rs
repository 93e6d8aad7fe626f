//! `whoelsesince <seconds>`: everybody whose session overlaps the last `<seconds>`, without users
//! who block the caller.

use super::answer::{Answer, Step};
use super::context::Outcome;
use super::names::list_users;
use crate::chat::{Chat, ConnectionId};
use crate::protocol::Item;
use crate::time::{Duration, Instant};

/// Begins the list. More seconds than the server's uptime mean since its start.
pub(super) fn handle(now: Instant, seconds: u64) -> Outcome<'static> {
    let since = now - Duration::from_secs(seconds);
    Outcome::Answer(Answer::UsersSince { since, next: 0 })
}

/// The list's next users.
pub(super) fn next_items(
    chat: &Chat<'_>,
    connection: ConnectionId,
    since: Instant,
    next: usize,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let is_listed = |user| chat.was_online_since(user, since) && chat.hears_of(caller, user);
    let step = list_users(chat, next, is_listed, sink);
    step.map(|next| Answer::UsersSince { since, next })
}
