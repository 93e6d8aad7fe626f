//! Whether what the server refused in one round could not have been accepted: each refusal against
//! the tables as they were. Bounds, since in one round one thing may be freed after another was
//! refused.

use smolchat_core::chat::{Chat, Chunk, UserId};
use smolchat_core::store::{Entry, StoreError};

use smolchat_core::protocol::TEXT_MAX;

use super::keys::COUNT;
use super::plan::Plan;

/// Pieces that the longest text takes.
const LONGEST: usize = TEXT_MAX.div_ceil(Chunk::SIZE);

/// What the tables held at the beginning of a round, and what happened in it.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// The codes of the replies that said that something is full.
    pub(super) refusals: Vec<u16>,
    /// Entries that the store did not take.
    pub(super) store_refusals: u32,
    blocks_asked: usize,
    keys_asked: usize,
    fullest: usize,
    /// Texts, pieces and deliveries: of all, and the most of one sender.
    taken: [usize; 3],
    greediest: [usize; 3],
    blocks: usize,
    keys: usize,
    next_id: u64,
    /// What each user's texts took.
    held: Vec<[usize; 3]>,
}

impl Round {
    /// A round begins.
    pub(super) fn begin(&mut self, chat: &Chat<'_>, plan: &Plan) {
        let waiting = waiting(chat, plan);
        self.refusals.clear();
        (self.store_refusals, self.blocks_asked, self.keys_asked) = (0, 0, 0);
        self.fullest = waiting.iter().copied().max().unwrap_or(0);
        let figures = chat.figures();
        self.taken = [figures.texts.used, figures.pieces.used, figures.deliveries.used];
        self.held = held(chat, plan);
        self.greediest = self
            .held
            .iter()
            .fold([0; 3], |most, held| [0, 1, 2].map(|thing| most[thing].max(held[thing])));
        (self.blocks, self.keys) = (figures.blocks.used, figures.keys.used);
        self.next_id = chat.next_id().0;
    }

    /// The store was asked.
    pub(super) fn note_append(&mut self, entry: &Entry<'_>, taken: Result<(), StoreError>) {
        self.store_refusals += u32::from(taken.is_err());
        self.blocks_asked += usize::from(matches!(entry, Entry::Block { .. }));
        self.keys_asked += usize::from(matches!(entry, Entry::Key { .. }));
    }

    /// The round is over.
    ///
    /// # Errors
    /// Something was refused, and would have fitted; or a table holds more than it can.
    pub(super) fn check(&self, chat: &Chat<'_>, plan: &Plan) -> Result<(), String> {
        let fullest = waiting(chat, plan).into_iter().max().unwrap_or(0);
        if fullest > chat.mailbox_quota() {
            return Err(format!("{fullest} messages are in one mailbox"));
        }
        self.check_shares(chat, plan)?;
        match self.refusals.iter().find(|code| !self.is_true(**code, chat, plan)) {
            Some(code) => Err(format!("{code} was said without a reason: {self:?}")),
            None => Ok(()),
        }
    }

    /// Whoever takes more has at most a quarter of everything then, or one text.
    fn check_shares(&self, chat: &Chat<'_>, plan: &Plan) -> Result<(), String> {
        let capacities = &plan.capacities;
        let all = [capacities.texts, capacities.chunks, capacities.deliveries];
        let one = [1, LONGEST, capacities.connections];
        let most = [0, 1, 2].map(|thing| one[thing].max(all[thing] / 4));
        for (user, held) in held(chat, plan).into_iter().enumerate() {
            let before = self.held.get(user).copied().unwrap_or_default();
            if (0..3).any(|thing| held[thing] > before[thing].max(most[thing])) {
                return Err(format!("user {user} takes {held:?} of {all:?}, more than a share"));
            }
        }
        Ok(())
    }

    /// Whether one of the tables of messages may have been so full. The arguments are what the
    /// greediest sender may have held then, what one more message takes, what was left, and the
    /// capacity.
    fn is_scarce(
        &self,
        accepted: usize,
        plan: &Plan,
        is_so: impl Fn(usize, usize, usize, usize) -> bool,
    ) -> bool {
        let capacities = &plan.capacities;
        // A broadcast is one text and at most one delivery for each connection.
        let most = [1, LONGEST, capacities.connections];
        let all = [capacities.texts, capacities.chunks, capacities.deliveries];
        (0..3).any(|thing| {
            let more = most[thing];
            let held = self.greediest[thing] + more * accepted;
            let taken = self.taken[thing] + more * accepted;
            is_so(held, more, all[thing].saturating_sub(taken), all[thing])
        })
    }

    fn is_true(&self, code: u16, chat: &Chat<'_>, plan: &Plan) -> bool {
        let accepted = (chat.next_id().0 - self.next_id) as usize;
        let blocks = self.blocks + self.blocks_asked;
        let keys = self.keys + self.keys_asked;
        let free_keys = plan.capacities.keys.saturating_sub(keys);
        match code {
            440 => blocks >= plan.capacities.blocks,
            441 => exceeds_share(
                blocks,
                1,
                plan.capacities.blocks - blocks.min(plan.capacities.blocks),
            ),
            443 => free_keys == 0,
            444 => exceeds_share(keys.min(COUNT), 1, free_keys),
            450 => {
                let (quota, fullest) = (chat.mailbox_quota(), self.fullest + accepted);
                exceeds_share(fullest, 1, quota - fullest.min(quota))
            }
            451 => self.is_scarce(accepted, plan, |_, more, free, _| more > free),
            452 => self.is_scarce(accepted, plan, |held, more, free, capacity| {
                exceeds_share(held, more, free.saturating_sub(capacity / 8))
            }),
            455 => self.is_scarce(accepted, plan, |_, more, free, capacity| {
                more > free.saturating_sub(capacity / 8)
            }),
            433 | 453 | 454 => self.store_refusals > 0,
            // Tables of files, which the model compares exactly.
            470..=472 => true,
            // Introductions; accounts, for all of which there is room.
            462 => true,
            _ => false,
        }
    }
}

/// Whether somebody who holds `held` gets no `more` where `free` is left.
fn exceeds_share(held: usize, more: usize, free: usize) -> bool {
    free < more || 3 * (held + more) > free - more
}

/// Everybody who has an account.
fn users(chat: &Chat<'_>, plan: &Plan) -> impl Iterator<Item = UserId> {
    (0..plan.capacities.users).map_while(|user| chat.nth_account(user))
}

/// The texts, pieces and deliveries that each sender has.
fn held(chat: &Chat<'_>, plan: &Plan) -> Vec<[usize; 3]> {
    let held = users(chat, plan).map(|user| chat.held_by(user));
    held.map(|held| [held.texts, held.chunks, held.deliveries].map(|count| count as usize))
        .collect()
}

fn waiting(chat: &Chat<'_>, plan: &Plan) -> Vec<usize> {
    users(chat, plan).map(|user| chat.waiting_for(user)).collect()
}
