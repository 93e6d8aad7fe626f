//! Whether what the server refused in one round could not have been accepted: each refusal against the tables as they were.
//! Touches core's tables, to read them. Bounds, since in one round one thing may be freed after another was refused.

use smolchat_core::chat::Chat;
use smolchat_core::store::{Entry, StoreError};

use super::plan::Plan;

/// What the tables held at the beginning of a round, and what happened in it.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// The codes of the replies that said that something is full.
    pub(super) refusals: Vec<u16>,
    /// Entries that the store did not take.
    pub(super) store_refusals: u32,
    blocks_asked: usize,
    fullest: usize,
    deliveries: usize,
    texts: usize,
    blocks: usize,
    next_id: u64,
}

impl Round {
    /// A round begins.
    pub(super) fn begin(&mut self, chat: &Chat<'_>, plan: &Plan) {
        let waiting = waiting(chat, plan);
        self.refusals.clear();
        (self.store_refusals, self.blocks_asked) = (0, 0);
        self.fullest = waiting.iter().copied().max().unwrap_or(0);
        self.deliveries = waiting.iter().sum();
        self.texts = chat.mailboxes.texts_used().0;
        self.blocks = chat.blocks.len();
        self.next_id = chat.mailboxes.next_id().0;
    }

    /// The store was asked.
    pub(super) fn note_append(&mut self, entry: &Entry<'_>, taken: Result<(), StoreError>) {
        self.store_refusals += u32::from(taken.is_err());
        self.blocks_asked += usize::from(matches!(entry, Entry::Block { .. }));
    }

    /// The round is over.
    ///
    /// # Errors
    /// Something was refused, and would have fitted; or a table holds more than it can.
    pub(super) fn check(&self, chat: &Chat<'_>, plan: &Plan) -> Result<(), String> {
        let fullest = waiting(chat, plan).into_iter().max().unwrap_or(0);
        if fullest > chat.mailboxes.mailbox_quota() {
            return Err(format!("{fullest} messages are in one mailbox"));
        }
        match self.refusals.iter().find(|code| !self.is_true(**code, chat, plan)) {
            Some(code) => Err(format!("{code} was said without a reason: {self:?}")),
            None => Ok(()),
        }
    }

    fn is_true(&self, code: u16, chat: &Chat<'_>, plan: &Plan) -> bool {
        let capacities = &plan.capacities;
        let accepted = (chat.mailboxes.next_id().0 - self.next_id) as usize;
        let texts = self.texts + accepted;
        // A broadcast is one text and at most one delivery for each connection.
        let deliveries = self.deliveries + (accepted + 1) * capacities.connections;
        let blocks = self.blocks + self.blocks_asked;
        // So many texts of full length fit, and no more.
        let long = capacities.texts / 4;
        match code {
            440 => blocks >= capacities.blocks,
            441 => blocks >= chat.blocks.quota(),
            450 => self.fullest + accepted >= chat.mailboxes.mailbox_quota(),
            451 => texts >= long || deliveries > capacities.deliveries,
            452 => texts >= chat.mailboxes.sender_quota(),
            433 | 453 | 454 => self.store_refusals > 0,
            // Introductions; accounts, for all of which there is room.
            462 => true,
            _ => false,
        }
    }
}

fn waiting(chat: &Chat<'_>, plan: &Plan) -> Vec<usize> {
    let users = (0..plan.people).filter_map(|user| chat.users.nth(user));
    users.map(|user| chat.mailboxes.len(user)).collect()
}
