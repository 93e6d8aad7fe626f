//! Whether a text is accepted: the sender's share, the reserve for users who read, and the sender's
//! part of one mailbox. Accepts nothing itself.
//!
//! 1. A sender's texts, their pieces and their deliveries are each shared by the rule of [`share`].
//! 2. An eighth of each is kept for texts to users who are online and read, so mail to absent users
//!    does not stop a chat.
//! 3. The senders of one mailbox share it by the same rule: each has at most a quarter of it. Its
//!    last eighth is for senders who have nothing in it: each has one text there.

use core::iter::successors;

use super::{Mailboxes, Refusal};
use crate::chat::id::UserId;
use crate::chat::share::{self, NoMore};
use crate::chat::texts::Texts;

/// One part in this many is kept for texts to users who are online and read.
const RESERVE: usize = 8;
/// The last part in this many of a mailbox is kept for senders who have nothing in it.
const NEWCOMERS: usize = 8;
/// A user reads who is online and whose mailbox is filled to less than one part in this many.
const READING: usize = 8;
/// A user with fewer deliveries than this reads, however small the mailboxes are.
const READING_MIN: usize = 2;

/// How much of the shared tables one user's texts take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Texts that a receiver still needs, or about which there is a notification for the sender.
    pub texts: u32,
    /// Their pieces.
    pub chunks: u32,
    /// Their deliveries.
    pub deliveries: u32,
}

/// How much of one thing is used, and how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How much is used.
    pub used: usize,
    /// How much there is.
    pub of: usize,
}

impl Mailboxes<'_> {
    /// The most deliveries in one mailbox: half the number of texts, and no more than 1,024.
    pub(crate) fn mailbox_quota(&self) -> usize {
        (self.texts.capacity() / 2).clamp(1, 1024)
    }

    /// The most that one sender may have in an empty mailbox.
    pub(crate) fn mailbox_share(&self) -> usize {
        share::limit(0, self.mailbox_quota())
    }

    /// Texts that `user` has waiting, and how many it may have now.
    pub(crate) fn texts_of(&self, user: UserId) -> Usage {
        let used = self.held(user).texts as usize;
        Usage { used, of: share::limit(used, self.texts.free()) }
    }

    /// How much `user`'s own texts take.
    pub(crate) fn held(&self, user: UserId) -> Held {
        self.boxes[user.index()].held
    }

    /// Whether none of `user`'s own texts waits for anybody.
    pub(crate) fn is_idle(&self, user: UserId) -> bool {
        self.held(user).texts == 0
    }

    /// Pieces of texts.
    pub(crate) fn pieces(&self) -> Usage {
        let of = self.texts.chunks_capacity();
        Usage { used: of - self.texts.free_chunks(), of }
    }

    /// Deliveries of all mailboxes.
    pub(crate) fn deliveries(&self) -> Usage {
        Usage { used: self.deliveries.used(), of: self.deliveries.capacity() }
    }

    /// Whether `user` reads; `is_here` says whether the user is online.
    pub(super) fn reads(&self, user: UserId, is_here: bool) -> bool {
        is_here && self.len(user) < (self.mailbox_quota() / READING).max(READING_MIN)
    }

    /// Whether the server has room for a text of `len` bytes from `from` to `recipients` users;
    /// `is_read` says whether they are online and read.
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

    /// Whether a text would be accepted for up to `recipients` users, who are all online. Answers
    /// whether receivers who do not read have room, too.
    pub(crate) fn check_broadcast(
        &self,
        from: UserId,
        text: &str,
        recipients: usize,
    ) -> Result<bool, Refusal> {
        self.admit(from, text.len(), recipients, true)?;
        let Usage { used, of } = self.deliveries();
        Ok(used + recipients + of / RESERVE <= of)
    }

    /// Whether a text for one receiver would be accepted; `is_here` says whether the receiver is
    /// online.
    pub(crate) fn check(
        &self,
        from: UserId,
        to: UserId,
        text: &str,
        is_here: bool,
    ) -> Result<(), Refusal> {
        self.check_mailbox(from, to)?;
        self.admit(from, text.len(), 1, self.reads(to, is_here))
    }

    /// Whether a broadcast of `from` may go to a receiver who is online. `for_all` is the answer of
    /// [`check_broadcast`](Self::check_broadcast).
    pub(crate) fn check_recipient(
        &self,
        from: UserId,
        to: UserId,
        for_all: bool,
    ) -> Result<(), Refusal> {
        self.check_mailbox(from, to)?;
        match for_all || self.reads(to, true) {
            true => Ok(()),
            false => Err(Refusal::Reserved),
        }
    }

    /// Whether `to`'s mailbox takes one more text from `from`.
    fn check_mailbox(&self, from: UserId, to: UserId) -> Result<(), Refusal> {
        let (len, quota) = (self.len(to), self.mailbox_quota());
        // It would fit even if all deliveries were this sender's.
        if share::may_take(len, 1, quota.saturating_sub(len)).is_ok() {
            return Ok(());
        }
        self.check_fuller_mailbox(from, to, quota.saturating_sub(len))
    }

    /// The same for a mailbox that is more than a quarter full. It looks through the mailbox, at
    /// most 1,024 deliveries.
    #[inline(never)]
    fn check_fuller_mailbox(&self, from: UserId, to: UserId, free: usize) -> Result<(), Refusal> {
        if free == 0 {
            return Err(Refusal::Mailbox);
        }
        let kept = (self.mailbox_quota() / NEWCOMERS).max(1);
        let first = self.boxes[to.index()].deliveries.front();
        let keys = successors(first, |key| self.deliveries.link(*key));
        let texts = keys.map(|key| self.texts.header(self.deliveries.get(key).text));
        // More than a third of the rest is too much in any case, and one is of what is kept.
        let most = if free <= kept { 1 } else { (free / 3).max(1) };
        let mine = texts.filter(|text| { text.from } == from).take(most).count();
        share::may_take_one(mine, free, kept).map_err(|_| Refusal::Mailbox)
    }

    /// Charges `from` for a stored text of `len` bytes.
    pub(super) fn charge_text(&mut self, from: UserId, len: usize) {
        let held = &mut self.boxes[from.index()].held;
        held.texts += 1;
        held.chunks += Texts::chunks_of(len) as u32;
    }
}
