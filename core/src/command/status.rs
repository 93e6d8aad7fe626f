//! `status`: how much the server holds and how much of it is used, then the product's figures and
//! the fingerprint of its key; one item each.

use super::answer::{Answer, Step};
use super::context::Outcome;
use crate::chat::{Chat, Refused, Usage, UserId};
use crate::environment::{Environment, Figure};
use crate::protocol::{HISTORY_GAP, Item, OWN_MESSAGES};
use crate::store::Durability;
use crate::time::Instant;

/// Begins the figures.
pub(super) fn handle() -> Outcome<'static> {
    Outcome::Answer(Answer::Status { next: 0 })
}

/// The next figures: their names, values and limits; the fingerprint behind them. A function of its
/// own, so that the figures are not on the stack of every other request.
#[inline(never)]
pub(crate) fn next_items(
    chat: &Chat<'_>,
    environment: &impl Environment,
    user: UserId,
    now: Instant,
    next: usize,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let own = chat_figures(chat, user, now);
    let figure = |index: usize| match index.checked_sub(own.len()) {
        None => own.get(index).copied(),
        Some(beyond) => environment.figure(beyond),
    };
    let is_behind_the_last = |index: usize| index > 0 && figure(index - 1).is_some();
    let item = |index: usize| match figure(index) {
        Some(Figure { name, value, of }) => Some(Item::Figure { name, value, of }),
        None => {
            environment.fingerprint().filter(|_| is_behind_the_last(index)).map(Item::Fingerprint)
        }
    };
    let mut index = next;
    while let Some(item) = item(index) {
        if !sink(item) {
            return Step::Full(Answer::Status { next: index });
        }
        index += 1;
    }
    if index > next { Step::Last } else { Step::Nothing }
}

fn chat_figures(chat: &Chat<'_>, user: UserId, now: Instant) -> [Figure; 27] {
    let (settings, capacities, figures) = (chat.settings(), chat.capacities(), chat.figures());
    let Refused { guesses, registrations, logins, changes } = figures.refused;
    let count = |name, value| Figure { name, value, of: None };
    let of = |name, used: usize, capacity: usize| Figure {
        name,
        value: used as u64,
        of: Some(capacity as u64),
    };
    let usage = |name, Usage { used, of: capacity }: Usage| of(name, used, capacity);
    let durability = match settings.durability {
        Durability::Strict => "durability-strict",
        Durability::Relaxed => "durability-relaxed",
        Durability::Off => "durability-off",
    };
    [
        count("uptime-seconds", now.saturating_since(chat.started()).as_secs()),
        of("users", chat.accounts(), capacities.users),
        of("online", chat.online_count(), capacities.connections),
        of("connections", chat.present(), capacities.connections),
        usage("messages-waiting", figures.texts),
        usage("message-pieces", figures.pieces),
        usage("deliveries", figures.deliveries),
        usage(OWN_MESSAGES, chat.texts_of(user)),
        count("messages-accepted", figures.accepted),
        usage("history", figures.history),
        count(HISTORY_GAP, chat.history_gap().map_or(0, |id| id.0)),
        count("mailbox-quota", chat.mailbox_quota() as u64),
        count("mailbox-share", chat.mailbox_share() as u64),
        usage("blocks", figures.blocks),
        usage("keys", figures.keys),
        usage("files", figures.files),
        usage("file-holders", figures.holders),
        usage("sources", figures.sources),
        count("sources-sharing", figures.sharing.into()),
        count("guesses-refused", guesses.into()),
        count("registrations-refused", registrations.into()),
        count("logins-refused", logins.into()),
        count("changes-refused", changes.into()),
        count("block-seconds", settings.block_duration.as_secs()),
        count("timeout-seconds", settings.timeout.as_secs()),
        count("registration", settings.registration.into()),
        count(durability, 1),
    ]
}
