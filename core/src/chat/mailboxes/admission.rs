//! Whether a text is accepted: what one sender may take of what all share, what only people who read may have, and what one sender
//! may have in one mailbox. Touches mailboxes and texts; accepts nothing itself.
//!
//! 1. A sender's texts, their pieces and their deliveries are each shared by the rule of [`share`].
//! 2. An eighth of each is kept for what goes to people who are here and read: mail for people who are away does not stop a chat.
//! 3. Within a mailbox its senders share by the same rule: one of them has at most a quarter of it.

use core::iter::successors;

use super::{Mailboxes, OpenText, Refusal};
use crate::chat::UserId;
use crate::chat::share::{self, NoMore};
use crate::chat::texts::Texts;

/// One part in so many is kept for what goes to people who are here and read.
const RESERVE: usize = 8;
/// Somebody reads who is here and has less than one part in so many of a mailbox waiting.
const READING: usize = 8;
/// Somebody who has no more than this waiting reads, however small the mailboxes are.
const READING_MIN: usize = 2;

/// What one user's texts take of what all share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Texts that somebody still needs, or of which there is something to tell.
    pub texts: u32,
    /// Pieces of them.
    pub chunks: u32,
    /// Deliveries of them.
    pub deliveries: u32,
}

/// How much of one thing is taken, and of how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// So much is taken.
    pub used: usize,
    /// Of so much.
    pub of: usize,
}

impl Mailboxes<'_> {
    /// The most deliveries in one mailbox: half of what there is, and no more than 1,024.
    pub fn mailbox_quota(&self) -> usize {
        (self.texts.capacity() / 2).clamp(1, 1024)
    }

    /// The most that one sender may have in an empty mailbox.
    pub fn mailbox_share(&self) -> usize {
        share::limit(0, self.mailbox_quota())
    }

    /// Texts that `user` has waiting, and how many it may have as things stand.
    pub fn texts_of(&self, user: UserId) -> Usage {
        let used = self.held(user).texts as usize;
        Usage { used, of: share::limit(used, self.texts.free()) }
    }

    /// What `user`'s own texts take.
    pub fn held(&self, user: UserId) -> Held {
        self.boxes[user.index()].held
    }

    /// Pieces of texts.
    pub fn pieces(&self) -> Usage {
        let of = self.texts.chunks_capacity();
        Usage { used: of - self.texts.free_chunks(), of }
    }

    /// Deliveries of all mailboxes.
    pub fn deliveries(&self) -> Usage {
        Usage { used: self.deliveries.used(), of: self.deliveries.capacity() }
    }

    /// Whether `user`, who `is_here` or is not, reads what comes.
    pub(super) fn reads(&self, user: UserId, is_here: bool) -> bool {
        is_here && self.len(user) < (self.mailbox_quota() / READING).max(READING_MIN)
    }

    /// Whether the server has room for a text of `from` of so many bytes to so many recipients. `is_read`: they are here and read.
    pub(super) fn admit(
        &self,
        from: UserId,
        len: usize,
        recipients: usize,
        is_read: bool,
    ) -> Result<(), Refusal> {
        let held = self.held(from);
        let take = |held: u32, more: usize, free: usize, capacity: usize| {
            let reserve = if is_read { 0 } else { capacity / RESERVE };
            share::may_take(held as usize, more, free.saturating_sub(reserve)).map_err(
                |no| match no {
                    NoMore::Share => Refusal::Sender,
                    NoMore::Full if more <= free => Refusal::Reserved,
                    NoMore::Full => Refusal::Server,
                },
            )
        };
        let (texts, deliveries) = (&self.texts, &self.deliveries);
        take(held.texts, 1, texts.free(), texts.capacity())?;
        let chunks = Texts::chunks_of(len);
        take(held.chunks, chunks, texts.free_chunks(), texts.chunks_capacity())?;
        take(held.deliveries, recipients, deliveries.free(), deliveries.capacity())
    }

    /// Whether so many deliveries to people who do not read would leave what is kept for those who do.
    pub(super) fn leaves_reserve(&self, recipients: usize) -> bool {
        let Usage { used, of } = self.deliveries();
        used + recipients + of / RESERVE <= of
    }

    /// Whether a text for one receiver, who `is_here` or is not, would be accepted.
    pub fn check(
        &self,
        from: UserId,
        to: UserId,
        text: &str,
        is_here: bool,
    ) -> Result<(), Refusal> {
        self.check_mailbox(from, to)?;
        self.admit(from, text.len(), 1, self.reads(to, is_here))
    }

    /// Whether the open text of `from` gets to a receiver who is here.
    pub fn check_recipient(
        &self,
        open: &OpenText,
        from: UserId,
        to: UserId,
    ) -> Result<(), Refusal> {
        self.check_mailbox(from, to)?;
        match open.for_all || self.reads(to, true) {
            true => Ok(()),
            false => Err(Refusal::Reserved),
        }
    }

    /// Whether `to`'s mailbox takes one more of `from`'s.
    fn check_mailbox(&self, from: UserId, to: UserId) -> Result<(), Refusal> {
        let (len, quota) = (self.len(to), self.mailbox_quota());
        // Even if all of it were this sender's.
        if share::may_take(len, 1, quota.saturating_sub(len)).is_ok() {
            return Ok(());
        }
        self.check_fuller_mailbox(from, to, quota.saturating_sub(len))
    }

    /// The same for a mailbox with more than a quarter in it: looks through the mailbox, which holds 1,024 at most.
    #[inline(never)]
    fn check_fuller_mailbox(&self, from: UserId, to: UserId, free: usize) -> Result<(), Refusal> {
        if free == 0 {
            return Err(Refusal::Mailbox);
        }
        let first = self.boxes[to.index()].deliveries.front();
        let keys = successors(first, |key| self.deliveries.link(*key));
        let texts = keys.map(|key| self.texts.head(self.deliveries.get(key).text));
        // More than a third of what is left is too much, whatever it is.
        let mine = texts.filter(|text| { text.from } == from).take((free / 3).max(1)).count();
        share::may_take(mine, 1, free).map_err(|_| Refusal::Mailbox)
    }

    /// A text of `from` of so many bytes is stored.
    pub(super) fn charge_text(&mut self, from: UserId, len: usize) {
        let held = &mut self.boxes[from.index()].held;
        held.texts += 1;
        held.chunks += Texts::chunks_of(len) as u32;
    }
}
