//! `status`: what the server holds and how much of it is used, one figure a line.
//! Touches every table's counts.

use super::answer::{Answer, Step};
use super::call::Outcome;
use crate::chat::Chat;
use crate::time::Instant;
use crate::wire::{LineWriter, Reply};

/// Begins the figures.
pub(super) fn handle() -> Outcome<'static> {
    Outcome::Answer(Answer::Status { next: 0 })
}

/// The next figure: what, how many, and of how many.
pub(super) fn next_line(chat: &Chat<'_>, now: Instant, next: usize, line: &mut LineWriter) -> Step {
    let (texts, texts_capacity) = chat.mailboxes.texts_used();
    let of = |used: usize, capacity: usize| (used as u64, Some(capacity as u64));
    let settings = chat.settings;
    let figures = [
        ("uptime-seconds", (now.saturating_since(Instant::START).as_secs(), None)),
        ("users", of(chat.users.len(), chat.capacities.users)),
        ("online", of(chat.sessions.online_count(), chat.capacities.connections)),
        ("connections", of(chat.sessions.present(), chat.capacities.connections)),
        ("messages-waiting", of(texts, texts_capacity)),
        ("messages-accepted", (chat.mailboxes.next_id().0 - 1, None)),
        ("mailbox-quota", (chat.mailboxes.mailbox_quota() as u64, None)),
        ("blocks", of(chat.blocks.len(), chat.capacities.blocks)),
        ("block-seconds", (settings.block_duration.as_secs(), None)),
        ("timeout-seconds", (settings.timeout.as_secs(), None)),
        ("registration", (settings.registration.into(), None)),
    ];
    let Some((name, (used, capacity))) = figures.get(next) else { return Step::Nothing };
    Reply::Status { figure: name }.emit(line);
    line.push_str(" ");
    line.push_number(*used);
    if let Some(capacity) = capacity {
        line.push_str(" of ");
        line.push_number(*capacity);
    }
    if next + 1 == figures.len() {
        return Step::Last;
    }
    Reply::mark_continued(line);
    Step::Line(Answer::Status { next: next + 1 })
}
