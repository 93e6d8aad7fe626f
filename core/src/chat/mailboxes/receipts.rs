//! What a sender hears of its own texts: the OK, that the store has a text, that all receivers have
//! it. A text with a notification stays in a chain of its sender's and keeps its
//! header until the notification is written. So no notification is lost, and a sender who does not
//! read uses up no share but its own.

use super::{Hears, Mailboxes, OpenText, Promise};
use crate::chat::audience::Audience;
use crate::chat::id::UserId;
use crate::chat::texts::Receipt;
use crate::protocol::MessageId;
use crate::table::Key;

/// What a sender is told next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notification {
    /// The OK to the first text that has none yet: its number, and whom it was said to.
    Accepted(MessageId, Audience),
    /// The store has this text.
    Stored(MessageId),
    /// All receivers have this text.
    Delivered(MessageId),
    /// A receiver did not fetch this text in time.
    Expired(MessageId),
}

impl Mailboxes<'_> {
    /// The user is online. Until [`end_receipts`](Self::end_receipts) it hears which of its
    /// messages expired.
    pub(crate) fn begin_session(&mut self, user: UserId) {
        self.boxes[user.index()].hears = Hears::Losses;
    }

    /// From now on the user is told everything, until [`end_receipts`](Self::end_receipts).
    pub(crate) fn begin_receipts(&mut self, user: UserId) {
        self.boxes[user.index()].hears = Hears::All;
    }

    /// The user is not there to be told any more: what there was to tell is forgotten.
    pub(crate) fn end_receipts(&mut self, user: UserId) {
        self.boxes[user.index()].hears = Hears::Nothing;
        while let Some(text) = self.boxes[user.index()].receipts.front() {
            self.end_receipt(user, text, Receipt::Nothing);
        }
    }

    /// Whether there is, or will be, something to tell the user.
    pub(crate) fn has_notifications(&self, user: UserId) -> bool {
        self.boxes[user.index()].receipts.front().is_some()
    }

    /// The next thing to tell the user; then [`mark_notified`](Self::mark_notified).
    pub(crate) fn notification(&self, user: UserId) -> Option<Notification> {
        let header = self.texts.header(self.boxes[user.index()].receipts.front()?);
        let id = header.id;
        match header.receipt {
            Receipt::OkWaits => None,
            Receipt::OkReady => Some(Notification::Accepted(id, header.audience)),
            _ if header.needed_by == 0 && header.expired => Some(Notification::Expired(id)),
            _ if header.needed_by == 0 => Some(Notification::Delivered(id)),
            _ => Some(Notification::Stored(id)),
        }
    }

    /// [`notification`](Self::notification) was written.
    pub(crate) fn mark_notified(&mut self, user: UserId) {
        let Some(text) = self.boxes[user.index()].receipts.front() else { return };
        if !self.texts.header(text).receipt.lacks_ok() {
            return self.end_receipt(user, text, Receipt::Stored);
        }
        self.boxes[user.index()].receipts.pop_front(self.texts.headers());
        let header = self.texts.header_mut(text);
        header.receipt = Receipt::Nothing;
        // Whatever else there is to tell comes behind it.
        match header.needed_by {
            // It had no receivers, so nobody will ever acknowledge it.
            0 if { header.audience }.is_empty() => self.forget(text),
            0 => _ = self.note_delivered(text),
            _ => _ = self.note_stored(text),
        }
    }

    /// Accepts the text for good. Its OK, which tells of `audience`, is the next thing that its
    /// sender hears, unless the server is strict: then the OK comes behind everything else, and
    /// waits for the store.
    pub(crate) fn close(&mut self, open: OpenText, audience: Audience, promise: Promise) {
        let OpenText(text) = open;
        let header = self.texts.header_mut(text);
        header.audience = audience;
        let waits = promise == Promise::WhenStored && header.unstored_by > 0;
        header.receipt = if waits { Receipt::OkWaits } else { Receipt::OkReady };
        let from = header.from;
        let chain = &mut self.boxes[from.index()].receipts;
        match promise {
            Promise::Made => chain.insert_after(self.texts.headers(), None, text),
            Promise::WhenStored => chain.push_back(self.texts.headers(), text),
        }
    }

    /// No receiver needs the text any more. Answers its sender, if that is to be told.
    pub(super) fn note_delivered(&mut self, text: Key) -> Option<UserId> {
        let header = self.texts.header_mut(text);
        let from = header.from;
        if header.receipt.lacks_ok() {
            header.receipt = Receipt::OkReady;
            self.drop_text(text);
            return Some(from);
        }
        let is_told = match self.boxes[from.index()].hears {
            Hears::Nothing => false,
            Hears::Losses => header.expired,
            Hears::All => true,
        };
        if !is_told {
            self.forget(text);
            return None;
        }
        self.drop_text(text);
        self.list(text)
    }

    /// The text has one delivery less that the store does not have. Answers its sender, if the
    /// store has all of it now and the sender is to hear of that.
    pub(super) fn note_stored(&mut self, text: Key) -> Option<UserId> {
        let header = self.texts.header_mut(text);
        if header.unstored_by > 0 {
            return None;
        }
        match header.receipt {
            Receipt::OkWaits | Receipt::OkReady => {
                header.receipt = Receipt::OkReady;
                Some(header.from)
            }
            Receipt::Nothing if self.boxes[header.from.index()].hears == Hears::All => {
                self.list(text)
            }
            _ => None,
        }
    }

    /// Puts the text in its sender's chain, unless it stands there.
    fn list(&mut self, text: Key) -> Option<UserId> {
        let header = self.texts.header_mut(text);
        let from = header.from;
        if header.receipt != Receipt::Due {
            header.receipt = Receipt::Due;
            self.boxes[from.index()].receipts.push_back(self.texts.headers(), text);
        }
        Some(from)
    }

    /// Takes `text`, the first, out of its sender's chain. It is gone if no receiver needs it.
    fn end_receipt(&mut self, from: UserId, text: Key, receipt: Receipt) {
        self.boxes[from.index()].receipts.pop_front(self.texts.headers());
        let header = self.texts.header_mut(text);
        header.receipt = receipt;
        if header.needed_by == 0 {
            self.forget(text);
        }
    }
}
