//! What a sender is told of its texts: that they are accepted, where that had to wait; that the store has them, that their receivers have
//! them. A text of which there is something to tell stays in a chain of its sender's, and keeps its head until it was told: nothing is
//! told in vain, and who does not listen uses up nobody's share but its own. Touches mailboxes and texts.

use super::{Hears, Mailboxes};
use crate::chat::texts::Receipt;
use crate::chat::{Reach, UserId};
use crate::table::Key;
use crate::wire::{Event, Kind, Reply};

/// What a sender is told next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// The OK to the first text that has none yet.
    Accepted(Reply<'static>),
    /// What became of a text.
    Receipt(Event<'static>),
}

impl Mailboxes<'_> {
    /// The user is online. Until [`end_receipts`](Self::end_receipts) it hears which of its
    /// messages expired.
    pub fn begin_session(&mut self, user: UserId) {
        self.boxes[user.index()].hears = Hears::Losses;
    }

    /// From now on the user is told everything, until [`end_receipts`](Self::end_receipts).
    pub fn begin_receipts(&mut self, user: UserId) {
        self.boxes[user.index()].hears = Hears::All;
    }

    /// The user is not there to be told any more: what there was to tell is forgotten.
    pub fn end_receipts(&mut self, user: UserId) {
        self.boxes[user.index()].hears = Hears::Nothing;
        while let Some(text) = self.boxes[user.index()].receipts.front() {
            self.end_receipt(user, text, Receipt::Nothing);
        }
    }

    /// Whether there is, or will be, something to tell the user.
    pub fn has_news(&self, user: UserId) -> bool {
        self.boxes[user.index()].receipts.front().is_some()
    }

    /// The next thing to tell the user; then [`mark_told`](Self::mark_told).
    pub fn news(&self, user: UserId) -> Option<News> {
        let head = self.texts.head(self.boxes[user.index()].receipts.front()?);
        let id = head.id;
        match (head.receipt, head.kind) {
            (Receipt::Owed, _) if head.unstored_by > 0 => None,
            (Receipt::Owed, Kind::Message) => Some(News::Accepted(Reply::Accepted { id })),
            (Receipt::Owed, Kind::Broadcast) => Some(News::Accepted(head.reach.reply(id))),
            _ if head.needed_by == 0 && head.reach.expired => {
                Some(News::Receipt(Event::Expired { id }))
            }
            _ if head.needed_by == 0 => Some(News::Receipt(Event::Delivered { id })),
            _ => Some(News::Receipt(Event::Stored { id })),
        }
    }

    /// [`news`](Self::news) was written.
    pub fn mark_told(&mut self, user: UserId) {
        let Some(text) = self.boxes[user.index()].receipts.front() else { return };
        if self.texts.head(text).receipt != Receipt::Owed {
            return self.end_receipt(user, text, Receipt::Stored);
        }
        self.boxes[user.index()].receipts.pop_front(self.texts.heads());
        let head = self.texts.head_mut(text);
        head.receipt = Receipt::Nothing;
        // Whatever else there is to tell comes behind it.
        match head.needed_by {
            0 => _ = self.note_delivered(text),
            _ => _ = self.note_stored(text),
        }
    }

    /// The text, just accepted, gets its OK later, behind whatever its sender is told before.
    pub(super) fn owe(&mut self, text: Key, reach: Reach) {
        let head = self.texts.head_mut(text);
        (head.receipt, head.reach) = (Receipt::Owed, reach);
        let from = head.from;
        self.boxes[from.index()].receipts.push_back(self.texts.heads(), text);
    }

    /// No receiver needs the text any more. Answers its sender, if that is to be told.
    pub(super) fn note_delivered(&mut self, text: Key) -> Option<UserId> {
        let head = self.texts.head(text);
        let from = head.from;
        if head.receipt == Receipt::Owed {
            self.drop_text(text);
            return Some(from);
        }
        let is_told = match self.boxes[from.index()].hears {
            Hears::Nothing => false,
            Hears::Losses => head.reach.expired,
            Hears::All => true,
        };
        if !is_told {
            self.forget(text);
            return None;
        }
        self.drop_text(text);
        self.list(text)
    }

    /// The text has one delivery less that the store does not have. Answers its sender, if the store has all of it now and the
    /// sender is to be told.
    pub(super) fn note_stored(&mut self, text: Key) -> Option<UserId> {
        let head = self.texts.head(text);
        if head.unstored_by > 0 {
            return None;
        }
        match head.receipt {
            Receipt::Owed => Some(head.from),
            Receipt::Nothing if self.boxes[head.from.index()].hears == Hears::All => {
                self.list(text)
            }
            _ => None,
        }
    }

    /// Puts the text in its sender's chain, unless it stands there.
    fn list(&mut self, text: Key) -> Option<UserId> {
        let head = self.texts.head_mut(text);
        let from = head.from;
        if head.receipt != Receipt::Due {
            head.receipt = Receipt::Due;
            self.boxes[from.index()].receipts.push_back(self.texts.heads(), text);
        }
        Some(from)
    }

    /// Takes `text`, the first, out of its sender's chain; it is gone where no receiver needs it.
    fn end_receipt(&mut self, from: UserId, text: Key, receipt: Receipt) {
        self.boxes[from.index()].receipts.pop_front(self.texts.heads());
        let head = self.texts.head_mut(text);
        head.receipt = receipt;
        if head.needed_by == 0 {
            self.forget(text);
        }
    }
}
