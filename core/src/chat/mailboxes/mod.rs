//! One mailbox for every user, online or not: a chain of deliveries, first in, first out. An online
//! user's mailbox is being drained.
//! A mailbox promises:
//! 1. An accepted text is accepted for good. One room decides about that, `admission`.
//! 2. A delivery stays until its receiver has it. A delivery that was only sent comes again in the
//!    next session, with the same id.
//! 3. Nobody fills it for all: a mailbox holds its quota, and a sender's texts are counted.
//!
//! `stored` knows which deliveries the store has, and `receipts` what senders hear of them.

mod admission;
mod expired;
mod receipts;
mod stored;

pub use admission::{Held, Usage};
pub(super) use expired::Overdue;
pub(crate) use receipts::Notification;
pub(super) use stored::RestoredDelivery;

use super::id::UserId;
use super::texts::{Header, NewText, Texts};
use crate::protocol::MessageId;
use crate::table::{Chain, Key, Pool, PoolSlot};

/// One text on its way to one receiver.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delivery {
    text: Key,
    /// Its end in the connection's output, counted in bytes and wrapping; valid once it was sent.
    end: u32,
}

/// One user's waiting deliveries, and how much of that user's own texts waits elsewhere.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    deliveries: Chain,
    /// The first delivery that this session has not sent.
    unsent: Option<Key>,
    /// The first delivery that the store does not have; it has none behind it either.
    unstored: Option<Key>,
    /// This user's own texts with notifications for the user.
    receipts: Chain,
    /// How much this user's own texts take.
    held: Held,
    /// What the user hears of them.
    hears: Hears,
}

/// What a user hears of its own texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Hears {
    /// Nothing: it is not here.
    #[default]
    Nothing,
    /// That a receiver did not fetch one in time.
    Losses,
    /// Everything: it asked for receipts.
    All,
}

/// Why a text is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The sender's waiting texts take as much as one sender's may.
    Sender,
    /// The server holds as many texts or deliveries as it can.
    Server,
    /// The rest is kept for messages to users who are online and read.
    Reserved,
    /// The receiver's mailbox is full, or holds as much of this sender's as it may.
    Mailbox,
}

/// A text that is being accepted. [`close`](Mailboxes::close) it once all its receivers are added;
/// nobody hears of it before.
#[derive(Debug)]
#[must_use]
pub(super) struct OpenText(Key);

/// Whether the store has a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsStored {
    /// The store has it.
    Yes,
    /// The store does not have it, and perhaps never will.
    No,
}

/// When a sender may hear that a text was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// At once.
    Made,
    /// Once every receiver has it, or the store has it for them.
    WhenStored,
}

/// How much of what was sent to a receiver the receiver has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upto {
    /// The connection's output up to this byte; the receiver's TCP has it.
    Offset(u32),
    /// The texts up to this number.
    Id(MessageId),
}

/// A delivery that its receiver has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Released {
    /// The text's number, if the store has the delivery and must hear of its end.
    pub(super) stored: Option<MessageId>,
    /// The text's sender, if there is a notification for the sender.
    pub(super) sender: Option<UserId>,
}

/// All mailboxes.
#[derive(Debug)]
pub(super) struct Mailboxes<'s> {
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

    /// The number that the next text gets.
    pub(super) fn next_id(&self) -> MessageId {
        self.texts.next_id()
    }

    /// Texts stored, and how many fit.
    pub(super) fn texts_used(&self) -> (usize, usize) {
        (self.texts.used(), self.texts.capacity())
    }

    /// Deliveries waiting for `user`.
    pub(super) fn len(&self, user: UserId) -> usize {
        self.boxes[user.index()].deliveries.len() as usize
    }

    /// Begins to accept a text, whose receivers are [added](Self::add) one by one.
    /// [`check`](Self::check) or [`check_broadcast`](Self::check_broadcast) has found room for it
    /// and for each of them, so nothing is refused from here on.
    pub(crate) fn open(&mut self, new: NewText<'_>) -> OpenText {
        self.charge_text(new.from, new.text.len());
        let header = Header::new(self.next_id(), new.from, new.at);
        OpenText(self.texts.insert(header, new.text))
    }

    /// Adds a receiver.
    pub(crate) fn add(&mut self, open: &OpenText, to: UserId, is_stored: IsStored) {
        let OpenText(text) = *open;
        let key = self.deliveries.insert(Delivery { text, end: 0 });
        let mailbox = &mut self.boxes[to.index()];
        mailbox.deliveries.push_back(&mut self.deliveries, key);
        mailbox.unsent.get_or_insert(key);
        let header = self.texts.header_mut(text);
        header.needed_by += 1;
        // A delivery behind one that the store does not have is stored after it.
        if is_stored == IsStored::No || mailbox.unstored.is_some() {
            mailbox.unstored.get_or_insert(key);
            header.unstored_by += 1;
        }
        self.boxes[header.from.index()].held.deliveries += 1;
    }

    /// Forgets a text that was opened and has no receiver. Its number is not given again.
    pub(crate) fn abandon(&mut self, open: OpenText) {
        self.forget(open.0);
    }

    /// The first text that `user`'s session has not sent.
    pub(super) fn unsent(&self, user: UserId) -> Option<&Header> {
        let key = self.boxes[user.index()].unsent?;
        Some(self.texts.header(self.deliveries.get(key).text))
    }

    /// The text itself of [`unsent`](Self::unsent), in pieces; none if there is no such text. A
    /// character may lie across two pieces.
    pub(super) fn unsent_pieces(&self, user: UserId) -> impl Iterator<Item = &[u8]> {
        let unsent = self.boxes[user.index()].unsent;
        let text = unsent.map(|key| self.deliveries.get(key).text);
        text.into_iter().flat_map(|text| self.texts.pieces(text))
    }

    /// [`unsent`](Self::unsent) was written, and ends at byte `end` of the connection's output.
    pub(super) fn mark_sent(&mut self, user: UserId, end: u32) {
        let mailbox = &mut self.boxes[user.index()];
        if let Some(key) = mailbox.unsent {
            self.deliveries.get_mut(key).end = end;
            mailbox.unsent = self.deliveries.link(key);
        }
    }

    /// Releases the first delivery, if it was sent and the receiver has it.
    pub(super) fn release_next(&mut self, user: UserId, upto: Upto) -> Option<Released> {
        let mailbox = &self.boxes[user.index()];
        let key = mailbox.deliveries.front()?;
        let Delivery { text, end: sent_until } = *self.deliveries.get(key);
        let id = self.texts.header(text).id;
        let has = match upto {
            Upto::Offset(end) => end.wrapping_sub(sent_until) as i32 >= 0,
            Upto::Id(last) => id <= last,
        };
        if mailbox.unsent == Some(key) || !has {
            return None;
        }
        let stored = match self.remove_first(user, key, text) {
            IsStored::Yes => Some(id),
            IsStored::No => None,
        };
        Some(Released { stored, sender: self.release(text) })
    }

    /// Takes the first delivery, `key`, out of the mailbox, and answers whether the store had it.
    fn remove_first(&mut self, user: UserId, key: Key, text: Key) -> IsStored {
        let mailbox = &mut self.boxes[user.index()];
        let next = self.deliveries.link(key);
        let stored = if mailbox.unstored == Some(key) {
            mailbox.unstored = next;
            self.texts.header_mut(text).unstored_by -= 1;
            IsStored::No
        } else {
            IsStored::Yes
        };
        mailbox.deliveries.pop_front(&self.deliveries);
        self.deliveries.remove(key);
        stored
    }

    /// The row of `user`, whose mailbox is empty, will be another's.
    #[cfg(feature = "operator")]
    pub(super) fn forget_receiver(&mut self, user: UserId) {
        self.texts.forget_receiver(user);
    }

    /// The first number in `user`'s mailbox.
    #[cfg(feature = "operator")]
    pub(super) fn first(&self, user: UserId) -> Option<MessageId> {
        let key = self.boxes[user.index()].deliveries.front()?;
        Some(self.texts.header(self.deliveries.get(key).text).id)
    }

    /// Counts one receiver less. Answers the sender, if there is a notification for the sender.
    fn release(&mut self, text: Key) -> Option<UserId> {
        let header = self.texts.header_mut(text);
        header.needed_by -= 1;
        self.boxes[header.from.index()].held.deliveries -= 1;
        match header.needed_by {
            0 => self.note_delivered(text),
            _ => self.note_stored(text),
        }
    }

    /// Frees a text that nobody needs any more, not even its sender.
    fn forget(&mut self, text: Key) {
        self.drop_text(text);
        self.boxes[self.texts.header(text).from.index()].held.texts -= 1;
        self.texts.remove(text);
    }

    /// Frees the bytes of a text; its header stays.
    fn drop_text(&mut self, text: Key) {
        let freed = self.texts.drop_text(text) as u32;
        self.boxes[self.texts.header(text).from.index()].held.chunks -= freed;
    }

    /// The session is over: deliveries that were sent and not released will be sent again.
    pub(super) fn rewind(&mut self, user: UserId) {
        let mailbox = &mut self.boxes[user.index()];
        mailbox.unsent = mailbox.deliveries.front();
    }
}

#[cfg(test)]
mod tests;
