//! One mailbox for every user, online or not: a chain of deliveries, first in, first out. Online or not is only whether it is
//! being drained. Touches `texts`, `table`. What the mailbox promises:
//! 1. `accept` succeeds for good or is refused with the reason; that is decided in one place, [`Mailboxes::admit`].
//! 2. A delivery stays until its receiver has it; what was only sent comes again at the next session, with the same id.
//! 3. Nobody fills it for all: a mailbox holds its quota, and a sender's unread texts are counted.

use super::UserId;
use super::texts::{Text, Texts};
use crate::table::{Chain, Key, Pool, PoolSlot};
use crate::time::Instant;
use crate::wire::{Kind, MessageId, TEXT_MAX};

/// One text on its way to one receiver.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivery {
    text: Key,
    /// Where it ends in the connection's output, counted in bytes and wrapping; good once it was sent.
    end: u32,
}

/// What waits for one user, and how much of that user's own waits elsewhere.
#[derive(Debug, Default)]
pub struct Mailbox {
    deliveries: Chain,
    /// The first that this session has not sent.
    unsent: Option<Key>,
    /// Texts of this user's that somebody still needs.
    waiting: u32,
}

/// Why a text is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The sender has as many unread texts as one may have.
    Sender,
    /// The server holds as many texts or deliveries as it can.
    Server,
    /// The receiver's mailbox holds as much as one may hold.
    Mailbox,
}

/// All mailboxes.
#[derive(Debug)]
pub struct Mailboxes<'s> {
    boxes: &'s mut [Mailbox],
    deliveries: Pool<'s, Delivery>,
    texts: Texts<'s>,
}

impl<'s> Mailboxes<'s> {
    pub(crate) fn new(
        boxes: &'s mut [Mailbox],
        deliveries: &'s mut [PoolSlot<Delivery>],
        texts: Texts<'s>,
    ) -> Self {
        Mailboxes { boxes, deliveries: Pool::new(deliveries), texts }
    }

    /// The most deliveries in one mailbox: an eighth of what there is, and no more than 1,024.
    pub fn mailbox_quota(&self) -> usize {
        (self.texts.capacity() / 8).clamp(1, 1024)
    }

    /// The most unread texts of one sender: a quarter of what there is.
    pub fn sender_quota(&self) -> usize {
        (self.texts.capacity() / 4).max(1)
    }

    /// The number that the next text gets.
    pub fn next_id(&self) -> MessageId {
        self.texts.next_id()
    }

    /// Texts stored, and how many fit.
    pub fn texts_used(&self) -> (usize, usize) {
        (self.texts.used(), self.texts.capacity())
    }

    /// Deliveries waiting for `user`.
    pub fn len(&self, user: UserId) -> usize {
        self.boxes[user.index()].deliveries.len() as usize
    }

    /// Whether the server has room for a text of `from` to so many recipients. Only this decides.
    fn admit(&self, from: UserId, text: &str, recipients: usize) -> Result<(), Refusal> {
        if self.boxes[from.index()].waiting as usize >= self.sender_quota() {
            return Err(Refusal::Sender);
        }
        match self.texts.fits(text.len()) && self.deliveries.free() >= recipients {
            true => Ok(()),
            false => Err(Refusal::Server),
        }
    }

    /// Whether the mailbox holds as much as it may.
    pub fn is_full(&self, user: UserId) -> bool {
        self.len(user) >= self.mailbox_quota()
    }

    /// Accepts a text for one receiver.
    pub fn accept(
        &mut self,
        from: UserId,
        to: UserId,
        text: &str,
        now: Instant,
    ) -> Result<MessageId, Refusal> {
        if self.is_full(to) {
            return Err(Refusal::Mailbox);
        }
        let mut open = self.open(from, Kind::Message, text, 1, now)?;
        open.add(to);
        Ok(open.close())
    }

    /// Begins to accept a text for up to `recipients` receivers, who are then added one by one.
    pub fn open(
        &mut self,
        from: UserId,
        kind: Kind,
        text: &str,
        recipients: usize,
        now: Instant,
    ) -> Result<OpenText<'_, 's>, Refusal> {
        self.admit(from, text, recipients)?;
        let text = self.texts.store(from, kind, text, now).map_err(|_| Refusal::Server)?;
        // Held by the open text itself until it is closed.
        self.texts.retain(text);
        self.boxes[from.index()].waiting += 1;
        Ok(OpenText { mailboxes: self, text })
    }

    fn push(&mut self, user: UserId, text: Key) -> Result<(), Refusal> {
        let key = self.deliveries.insert(Delivery { text, end: 0 }).map_err(|_| Refusal::Server)?;
        self.texts.retain(text);
        let mailbox = &mut self.boxes[user.index()];
        mailbox.deliveries.push_back(&mut self.deliveries, key);
        mailbox.unsent.get_or_insert(key);
        Ok(())
    }

    /// The first text that `user`'s session has not sent.
    pub fn unsent(&self, user: UserId) -> Option<&Text> {
        let key = self.boxes[user.index()].unsent?;
        Some(self.texts.head(self.deliveries.get(key).text))
    }

    /// The bytes of [`unsent`](Self::unsent), put together in `buffer`; empty where there is none.
    pub fn read_unsent<'b>(&self, user: UserId, buffer: &'b mut [u8; TEXT_MAX]) -> &'b str {
        match self.boxes[user.index()].unsent {
            Some(key) => self.texts.read(self.deliveries.get(key).text, buffer),
            None => "",
        }
    }

    /// [`unsent`](Self::unsent) was written, and ends at byte `end` of the connection's output.
    pub fn mark_sent(&mut self, user: UserId, end: u32) {
        let mailbox = &mut self.boxes[user.index()];
        if let Some(key) = mailbox.unsent {
            self.deliveries.get_mut(key).end = end;
            mailbox.unsent = self.deliveries.link(key);
        }
    }

    /// The receiver's TCP has all output up to byte `end`: releases what was sent within it.
    pub fn release_to_offset(&mut self, user: UserId, end: u32) {
        self.release_while(user, |delivery, _| end.wrapping_sub(delivery.end) as i32 >= 0);
    }

    /// The receiver has every message up to `id`: releases what was sent of them.
    pub fn release_to_id(&mut self, user: UserId, id: MessageId) {
        self.release_while(user, |_, text| text.id <= id);
    }

    fn release_while(&mut self, user: UserId, has: impl Fn(&Delivery, &Text) -> bool) {
        let index = user.index();
        while let Some(key) = self.boxes[index].deliveries.front() {
            let delivery = *self.deliveries.get(key);
            let sent = self.boxes[index].unsent != Some(key);
            if !sent || !has(&delivery, self.texts.head(delivery.text)) {
                return;
            }
            self.boxes[index].deliveries.pop_front(&self.deliveries);
            self.deliveries.remove(key);
            self.release(delivery.text);
        }
    }

    fn release(&mut self, text: Key) {
        if let Some(from) = self.texts.release(text) {
            self.boxes[from.index()].waiting -= 1;
        }
    }

    /// The session is over: what was sent and not released will be sent again.
    pub fn rewind(&mut self, user: UserId) {
        let mailbox = &mut self.boxes[user.index()];
        mailbox.unsent = mailbox.deliveries.front();
    }
}

/// A text that is being accepted. Nobody hears of it before all its receivers are added.
#[derive(Debug)]
pub struct OpenText<'m, 's> {
    mailboxes: &'m mut Mailboxes<'s>,
    text: Key,
}

impl OpenText<'_, '_> {
    /// Adds a receiver; `false` where that mailbox is full.
    pub fn add(&mut self, to: UserId) -> bool {
        !self.mailboxes.is_full(to) && self.mailboxes.push(to, self.text).is_ok()
    }

    /// Accepted, for good: the text's number.
    pub fn close(self) -> MessageId {
        let id = self.mailboxes.texts.head(self.text).id;
        self.mailboxes.release(self.text);
        id
    }
}

#[cfg(test)]
mod tests;
