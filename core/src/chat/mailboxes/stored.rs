//! Which deliveries the store has: in every mailbox those up to a mark, and none behind it. Also,
//! how a mailbox is restored from the store's entries.

use core::iter::successors;

use super::{Delivery, Mailboxes};
use crate::chat::id::UserId;
use crate::chat::texts::Header;
use crate::protocol::{Kind, MessageId, TEXT_MAX};
use crate::table::{Full, Key};
use crate::time::Instant;

/// A delivery as a store tells it, with its users looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RestoredDelivery<'a> {
    /// The text's number.
    pub id: MessageId,
    /// Whether it was said to one user or to all.
    pub kind: Kind,
    /// Who sent it.
    pub from: UserId,
    /// Its receiver.
    pub to: UserId,
    /// When it was accepted.
    pub at: Instant,
    /// What was said.
    pub text: &'a str,
}

impl Mailboxes<'_> {
    /// Numbers below this one are never given again.
    pub(crate) fn skip_to(&mut self, next: MessageId) {
        self.texts.skip_to(next);
    }

    /// Whether `user` still needs the text of this number, which was accepted for this user.
    pub(crate) fn holds(&self, user: UserId, id: MessageId) -> bool {
        // A mailbox is emptied from its front, and the lowest number stands there.
        self.first_id(user).is_some_and(|first| first <= id)
    }

    fn first_id(&self, user: UserId) -> Option<MessageId> {
        let key = self.boxes[user.index()].deliveries.front()?;
        Some(self.id_of(key))
    }

    fn id_of(&self, delivery: Key) -> MessageId {
        self.texts.header(self.deliveries.get(delivery).text).id
    }

    /// The first text in the mailbox that the store does not have.
    pub(crate) fn unstored(&self, user: UserId) -> Option<&Header> {
        let key = self.boxes[user.index()].unstored?;
        Some(self.texts.header(self.deliveries.get(key).text))
    }

    /// The bytes of [`unstored`](Self::unstored), put together in `buffer`; empty if there is none.
    pub(crate) fn read_unstored<'b>(
        &self,
        user: UserId,
        buffer: &'b mut [u8; TEXT_MAX],
    ) -> &'b str {
        match self.boxes[user.index()].unstored {
            Some(key) => self.texts.read(self.deliveries.get(key).text, buffer),
            None => "",
        }
    }

    /// Notes that the store has [`unstored`](Self::unstored). Answers its sender, if there is a
    /// notification for the sender.
    pub(crate) fn mark_stored(&mut self, user: UserId) -> Option<UserId> {
        let mailbox = &mut self.boxes[user.index()];
        let key = mailbox.unstored?;
        mailbox.unstored = self.deliveries.link(key);
        let text = self.deliveries.get(key).text;
        self.texts.header_mut(text).unstored_by -= 1;
        self.note_stored(text)
    }

    /// Restores a delivery, in its place by number. A delivery that is there already is not
    /// doubled. At start only: it looks through the mailbox, and for a broadcast through all texts.
    ///
    /// # Errors
    /// It does not fit.
    pub(crate) fn restore(&mut self, delivery: &RestoredDelivery<'_>) -> Result<(), Full> {
        let RestoredDelivery { id, kind, from, to, at, text } = *delivery;
        let chain = self.boxes[to.index()].deliveries;
        let keys = successors(chain.front(), |key| self.deliveries.link(*key));
        let before = keys.take_while(|key| self.id_of(*key) <= id).last();
        if before.is_some_and(|key| self.id_of(key) == id) {
            return Ok(());
        }
        let stored = self.restored_text(kind, id);
        if self.deliveries.free() == 0 || stored.is_none() && !self.texts.fits(text.len()) {
            return Err(Full);
        }
        let text = stored.unwrap_or_else(|| {
            self.charge_text(from, text.len());
            let mut header = Header::new(id, from, at);
            header.audience = kind.into();
            self.texts.insert(header, text)
        });
        let key = self.deliveries.insert(Delivery { text, end: 0 });
        let mailbox = &mut self.boxes[to.index()];
        mailbox.deliveries.insert_after(&mut self.deliveries, before, key);
        mailbox.unsent = mailbox.deliveries.front();
        let header = self.texts.header_mut(text);
        header.needed_by += 1;
        // Promised deliveries come back whatever the shares say, and count in them.
        self.boxes[header.from.index()].held.deliveries += 1;
        Ok(())
    }

    /// A broadcast's text that came back with another of its deliveries.
    fn restored_text(&self, kind: Kind, id: MessageId) -> Option<Key> {
        match kind {
            Kind::Message | Kind::Say => None,
            Kind::Broadcast => self.texts.find(id),
        }
    }

    /// Restores a release: the user has everything up to `id`.
    pub(crate) fn restore_release(&mut self, user: UserId, id: MessageId) {
        while self.holds(user, id)
            && let Some(key) = self.boxes[user.index()].deliveries.front()
        {
            let text = self.deliveries.get(key).text;
            self.boxes[user.index()].unsent = self.deliveries.link(key);
            self.remove_first(user, key, text);
            self.release(text);
        }
    }
}
