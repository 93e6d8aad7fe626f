//! What the store is told, and when. This is the only place that keeps the promised durability.
//! Touches the chat's tables and the `store`. Each promise is appended before it is made. The
//! commit that makes it durable comes before any frame of the round leaves.

use super::{Chat, IsStored, UserId};
use crate::protocol::{Kind, MessageId, TEXT_MAX};
use crate::store::{Durability, Entry, Store, StoreError};
use crate::time::{Duration, Instant};

/// How long a message to an online user may stay unacknowledged before a relaxed server stores it.
pub const RELAXED_ACK_TIMEOUT: Duration = Duration::from_secs(1);
/// How long it may stay unacknowledged before a strict server stores it; its sender waits for that.
/// A receiver on the same network who reads has acknowledged by then, and nobody notices so short a
/// wait for an OK.
pub const STRICT_ACK_TIMEOUT: Duration = Duration::from_millis(2);
/// How long until a store that refused is asked again.
pub const RETRY: Duration = Duration::from_secs(1);
/// Message numbers that one entry reserves.
const NUMBERS: u64 = 1 << 20;

impl Chat<'_> {
    /// Whether an entry still matters; see [`IsLive`](crate::store::IsLive).
    pub fn is_live(&self, entry: &Entry<'_>) -> bool {
        let find = |name| self.users.find(name);
        match *entry {
            Entry::Account { user, .. } => find(user).is_some(),
            // An earlier block of the same two users is over. It would be copied on for as long as
            // this one stands.
            Entry::Block { blocker, blocked, number } => match (find(blocker), find(blocked)) {
                (Some(blocker), Some(blocked)) => {
                    self.blocks.number(blocker, blocked) == Some(number)
                }
                _ => false,
            },
            Entry::Delivery { id, to, .. } => {
                find(to).is_some_and(|to| self.mailboxes.holds(to, id))
            }
            Entry::Unblock { .. }
            | Entry::Released { .. }
            | Entry::Expired { .. }
            | Entry::Reserved { .. } => false,
        }
    }

    /// Appends an entry, whatever the durability: an account is worth nothing if it is gone
    /// tomorrow.
    pub fn append(&self, entry: &Entry<'_>, store: &mut impl Store) -> Result<(), StoreError> {
        store.append(entry, &|entry| self.is_live(entry))
    }

    /// Appends that `blocker` blocks `blocked`, and answers the block's number.
    pub fn keep_block(
        &mut self,
        blocker: UserId,
        blocked: UserId,
        store: &mut impl Store,
    ) -> Result<u32, StoreError> {
        let number = self.blocks.next_number();
        let (blocker, blocked) = (&self.users[blocker].name, &self.users[blocked].name);
        self.keep_change(&Entry::Block { blocker, blocked, number }, store).map(|()| number)
    }

    /// Appends that `blocker` no longer blocks `blocked`.
    pub fn keep_unblock(
        &self,
        blocker: UserId,
        blocked: UserId,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        let (blocker, blocked) = (&self.users[blocker].name, &self.users[blocked].name);
        self.keep_change(&Entry::Unblock { blocker, blocked }, store)
    }

    fn keep_change(&self, entry: &Entry<'_>, store: &mut impl Store) -> Result<(), StoreError> {
        match self.settings.durability {
            Durability::Off => Ok(()),
            Durability::Strict | Durability::Relaxed => self.append(entry, store),
        }
    }

    /// Appends a delivery that is about to be accepted, behind everything in the mailbox that was
    /// not appended yet.
    pub(super) fn keep(
        &mut self,
        kind: Kind,
        from: UserId,
        to: UserId,
        text: &str,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<IsStored, StoreError> {
        self.store_mailbox(to, now, store)?;
        let id = match kind {
            Kind::Message => self.mailboxes.next_id(),
            // Its text is stored already, and has its number.
            Kind::Broadcast => MessageId(self.mailboxes.next_id().0 - 1),
        };
        let (from, to) = (&*self.users[from].name, &*self.users[to].name);
        let appended = self.append(&Entry::Delivery { id, kind, from, to, at: now, text }, store);
        self.store_refuses = appended.is_err();
        appended.map(|()| IsStored::Yes)
    }

    /// Makes sure that the next text's number is not given again after a restart.
    pub fn reserve_number(&mut self, store: &mut impl Store) -> Result<(), StoreError> {
        let id = self.mailboxes.next_id();
        if self.settings.durability != Durability::Off && id >= self.reserved {
            let next = MessageId(id.0.saturating_add(NUMBERS));
            self.append(&Entry::Reserved { next }, store)?;
            self.reserved = next;
        }
        Ok(())
    }

    /// Has the store take the waiting texts of `user`'s mailbox that it does not have. Their
    /// senders hear of it. The work is in a function of its own, so that its buffer is on the stack
    /// only if there is something to store.
    pub fn store_mailbox(
        &mut self,
        user: UserId,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        match self.settings.durability == Durability::Off || self.mailboxes.unstored(user).is_none()
        {
            true => Ok(()),
            false => self.store_unstored(user, now, store),
        }
    }

    #[inline(never)]
    fn store_unstored(
        &mut self,
        user: UserId,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        while let Some(text) = self.mailboxes.unstored(user) {
            let (id, kind, at) = (text.id, text.kind, text.at);
            let (from, to) = (&*self.users[text.from].name, &*self.users[user].name);
            let mut buffer = [0; TEXT_MAX];
            let text = self.mailboxes.read_unstored(user, &mut buffer);
            let entry = Entry::Delivery { id, kind, from, to, at, text };
            let appended = self.append(&entry, store);
            self.store_refuses = appended.is_err();
            if let Err(error) = appended {
                self.store_retry = now + RETRY;
                return Err(error);
            }
            if let Some(from) = self.mailboxes.mark_stored(user) {
                self.wake_user(from);
            }
        }
        Ok(())
    }

    /// When [`store_mailbox`](Self::store_mailbox) is due for an online user who has not
    /// acknowledged.
    pub fn storing_due(&self, user: UserId) -> Option<Instant> {
        let timeout = match self.settings.durability {
            Durability::Strict => STRICT_ACK_TIMEOUT,
            Durability::Relaxed => RELAXED_ACK_TIMEOUT,
            Durability::Off => return None,
        };
        let text = self.mailboxes.unstored(user)?;
        Some((text.at + timeout).max(self.store_retry))
    }

    /// Releases every sent message up to `id`; the receiver has them.
    pub fn release_to_id(&mut self, user: UserId, id: MessageId, store: &mut impl Store) {
        let Chat { mailboxes, users, ready, .. } = self;
        let mut wake = |from: UserId| {
            if let Some(connection) = users[from].session {
                ready.push(connection.index());
            }
        };
        let stored = mailboxes.release_to_id(user, id, &mut wake);
        self.note_released(user, stored, store);
    }

    /// Releases every message that was sent within the output up to byte `end`; the receiver's TCP
    /// has it.
    pub fn release_to_offset(&mut self, user: UserId, end: u32, store: &mut impl Store) {
        let Chat { mailboxes, users, ready, .. } = self;
        let mut wake = |from: UserId| {
            if let Some(connection) = users[from].session {
                ready.push(connection.index());
            }
        };
        let stored = mailboxes.release_to_offset(user, end, &mut wake);
        self.note_released(user, stored, store);
    }

    /// Appends up to which number `user` has the stored messages. If the store refuses, they come
    /// again after a restart, with numbers that the receiver's client knows.
    fn note_released(&self, user: UserId, stored: Option<MessageId>, store: &mut impl Store) {
        if let Some(id) = stored {
            let to = &self.users[user].name;
            let _ = self.append(&Entry::Released { to, id }, store);
        }
    }

    pub(super) fn wake_user(&mut self, user: UserId) {
        if let Some(connection) = self.users[user].session {
            self.ready.push(connection.index());
        }
    }
}
