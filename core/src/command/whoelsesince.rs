//! `whoelsesince <seconds>`: everybody whose session overlaps the last `<seconds>`, without users
//! who block the caller.
//! Touches users and blocks.

use super::answer::{Answer, NamesCursor, Step};
use super::context::Outcome;
use super::names::names_line;
use crate::chat::{Chat, ConnectionId};
use crate::dialect::lines::LineWriter;
use crate::protocol::Reply;
use crate::time::{Duration, Instant};

/// Begins the list. More seconds than the server's uptime mean since its start.
pub(super) fn handle(now: Instant, seconds: u64) -> Outcome<'static> {
    let since = now - Duration::from_secs(seconds);
    Outcome::Answer(Answer::UsersSince { since, cursor: NamesCursor::default() })
}

/// The list's next line.
pub(super) fn next_line(
    chat: &Chat<'_>,
    connection: ConnectionId,
    since: Instant,
    cursor: NamesCursor,
    line: &mut LineWriter,
) -> Step {
    let Some(caller) = chat.user_of(connection) else { return Step::Nothing };
    let listed = |user| chat.was_online_since(user, since) && chat.hears_of(caller, user);
    let head = Reply::UsersSince { users: "" };
    let step = names_line(chat, head, cursor, line, listed);
    step.of(|cursor| Answer::UsersSince { since, cursor })
}
