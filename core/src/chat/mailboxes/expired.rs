//! How deliveries leave a mailbox whose receiver did not fetch them. `chat/expiry` decides when.

use core::iter::successors;

use super::{IsStored, Mailboxes};
use crate::chat::id::UserId;
use crate::protocol::MessageId;
use crate::time::{Duration, Instant};

/// The first deliveries of a mailbox that were accepted too long ago.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::chat) struct Overdue {
    /// How many there are.
    pub(in crate::chat) count: usize,
    /// The last number among them that the store has.
    pub(in crate::chat) stored: Option<MessageId>,
}

impl Mailboxes<'_> {
    /// The first deliveries in `user`'s mailbox that were accepted `patience` ago or longer, up to
    /// `most` of them. It does not matter whether they were sent.
    pub(in crate::chat) fn overdue(
        &self,
        user: UserId,
        now: Instant,
        patience: Duration,
        most: usize,
    ) -> Overdue {
        let (mailbox, mut overdue) = (&self.boxes[user.index()], Overdue::default());
        let mut stored = IsStored::Yes;
        for key in successors(mailbox.deliveries.front(), |key| self.deliveries.link(*key)) {
            let header = self.texts.header(self.deliveries.get(key).text);
            if overdue.count == most || now.saturating_since(header.at) < patience {
                break;
            }
            if mailbox.unstored == Some(key) {
                stored = IsStored::No;
            }
            overdue.count += 1;
            if stored == IsStored::Yes {
                overdue.stored = Some(header.id);
            }
        }
        overdue
    }

    /// Removes the first delivery in `user`'s mailbox. Answers its text's number, and the sender if
    /// there is news for the sender.
    pub(in crate::chat) fn expire_first(
        &mut self,
        user: UserId,
    ) -> Option<(MessageId, Option<UserId>)> {
        let key = self.boxes[user.index()].deliveries.front()?;
        let text = self.deliveries.get(key).text;
        let header = self.texts.header_mut(text);
        header.expired = true;
        let id = header.id;
        let mailbox = &mut self.boxes[user.index()];
        if mailbox.unsent == Some(key) {
            mailbox.unsent = self.deliveries.link(key);
        }
        self.remove_first(user, key, text);
        Some((id, self.release(text)))
    }
}
