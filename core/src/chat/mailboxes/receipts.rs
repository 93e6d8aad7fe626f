//! What a sender is told of its texts: that the store has them, that their receivers have them. A text of which there is
//! something to tell stays in a chain of its sender's, and keeps its head until it was told: nothing is told in vain, and who does not
//! listen uses up nobody's share but its own. Touches mailboxes and texts.

use super::Mailboxes;
use crate::chat::UserId;
use crate::chat::texts::Receipt;
use crate::table::Key;
use crate::wire::Event;

impl Mailboxes<'_> {
    /// From now on the user is told, until [`end_receipts`](Self::end_receipts).
    pub fn begin_receipts(&mut self, user: UserId) {
        self.boxes[user.index()].wants_receipts = true;
    }

    /// The user is not there to be told any more: what there was to tell is forgotten.
    pub fn end_receipts(&mut self, user: UserId) {
        self.boxes[user.index()].wants_receipts = false;
        while let Some(text) = self.boxes[user.index()].receipts.front() {
            self.end_receipt(user, text, Receipt::Nothing);
        }
    }

    /// The next thing to tell the user; then [`mark_told`](Self::mark_told).
    pub fn receipt(&self, user: UserId) -> Option<Event<'static>> {
        let head = self.texts.head(self.boxes[user.index()].receipts.front()?);
        let id = head.id;
        Some(if head.needed_by == 0 { Event::Delivered { id } } else { Event::Stored { id } })
    }

    /// [`receipt`](Self::receipt) was written.
    pub fn mark_told(&mut self, user: UserId) {
        if let Some(text) = self.boxes[user.index()].receipts.front() {
            self.end_receipt(user, text, Receipt::Stored);
        }
    }

    /// The last receiver has the text. Answers its sender, if that is to be told.
    pub(super) fn note_delivered(&mut self, text: Key) -> Option<UserId> {
        let from = self.texts.head(text).from;
        if !self.boxes[from.index()].wants_receipts {
            self.forget(text);
            return None;
        }
        self.texts.drop_text(text);
        self.list(text)
    }

    /// The text has one delivery less that the store does not have. Answers its sender, if the store has all of it now and the
    /// sender is to be told.
    pub(super) fn note_stored(&mut self, text: Key) -> Option<UserId> {
        let head = self.texts.head(text);
        let is_news = head.unstored_by == 0 && head.receipt == Receipt::Nothing;
        match is_news && self.boxes[head.from.index()].wants_receipts {
            true => self.list(text),
            false => None,
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
