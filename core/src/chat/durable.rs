//! What the store is told, and when. This is the only place that keeps the promised durability.
//! Each promise is appended before it is made. The commit that makes it durable comes before any
//! frame of the round leaves.
//! Knows no line, and no store but through the trait.

use super::Chat;
use super::id::UserId;
use super::mailboxes::{IsStored, Promise, Upto};
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

/// What the store was promised, and how far it is with that.
#[derive(Debug)]
pub(super) struct Durable {
    /// What an OK to a message means.
    mode: Durability,
    /// The store refused when it was last asked.
    refuses: bool,
    /// Before this moment the store is not asked again for what it refused.
    pub(super) retry_at: Instant,
    /// The store refused mail of a user who has left. No user before this one has such a backlog.
    pub(super) backlog_from: Option<UserId>,
    /// The epoch: while it is the same, a message number means the same message.
    epoch: u32,
    /// The first number that is given after this start.
    first: MessageId,
    /// The run before this start was cut off.
    was_cut_off: bool,
    /// Numbers from this one on are not reserved yet. If numbers begin again with every start,
    /// nothing is reserved.
    reserved: MessageId,
}

impl Durable {
    /// Nothing is owed. Numbers begin at 1, and mean nothing in another epoch.
    pub(super) fn new(mode: Durability, now: Instant, epoch: u32) -> Self {
        Durable {
            mode,
            refuses: false,
            retry_at: now,
            backlog_from: None,
            epoch,
            first: MessageId(1),
            was_cut_off: false,
            reserved: MessageId(u64::MAX),
        }
    }

    /// Whether the store refused mail when it was last asked.
    pub(super) fn refuses(&self) -> bool {
        self.refuses
    }

    /// When a sender may hear the OK.
    pub(super) fn promise(&self) -> Promise {
        match self.mode {
            Durability::Strict => Promise::WhenStored,
            Durability::Relaxed | Durability::Off => Promise::Made,
        }
    }

    /// Whether a message is stored before it is accepted. If its store refuses, a strict server
    /// says so before it accepts anything.
    pub(super) fn stores_message_at_once(&self, is_receiver_online: bool) -> bool {
        match self.mode {
            Durability::Strict => !is_receiver_online || self.refuses,
            Durability::Relaxed => !is_receiver_online,
            Durability::Off => false,
        }
    }

    /// The same for a broadcast, whose receivers are online.
    pub(super) fn stores_broadcast_at_once(&self) -> bool {
        self.mode == Durability::Strict && self.refuses
    }
}

impl Chat<'_> {
    /// Whether an entry still matters; see [`IsLive`](crate::store::IsLive).
    pub fn is_live(&self, entry: &Entry<'_>) -> bool {
        let find = |name| self.users.find(name);
        match *entry {
            // An earlier password is over. On a host, where a start counts from 0, the store has
            // no accounts.
            Entry::Account { user, change, since, .. } => find(user).is_some_and(|user| {
                let account = &self.users[user];
                account.change == change && (account.since() == since || self.users.is_given(user))
            }),
            #[cfg(feature = "operator")]
            Entry::AccountRemoved { user, before, .. } => self.is_removal_live(user, before),
            #[cfg(feature = "operator")]
            Entry::Ban { whom, until, .. } => self.is_ban_live(whom, until),
            // An earlier block of the same two users is over. It would be copied on for as long as
            // this one stands.
            Entry::Block { blocker, blocked, number } => match (find(blocker), find(blocked)) {
                (Some(blocker), Some(blocked)) => {
                    self.blocks.number(blocker, blocked) == Some(number)
                }
                _ => false,
            },
            Entry::Key { user, key, number } => {
                find(user).is_some_and(|user| self.keys.number(user, key) == Some(number))
            }
            Entry::Delivery { id, to, .. } => {
                find(to).is_some_and(|to| self.mailboxes.holds(to, id))
            }
            // Nothing was promised of the history, so it gives way to mail.
            Entry::Broadcast { id, .. } => !self.durable.refuses && self.history.holds(id),
            #[cfg(feature = "operator")]
            Entry::Unban { .. } => false,
            Entry::Unblock { .. }
            | Entry::KeyRemoved { .. }
            | Entry::Released { .. }
            | Entry::Expired { .. }
            | Entry::Reserved { .. } => false,
        }
    }

    /// Appends an entry, whatever the durability: an account or a key is worth nothing if it is
    /// gone tomorrow.
    pub(super) fn append(
        &self,
        entry: &Entry<'_>,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        store.append(entry, &|entry| self.is_live(entry))
    }

    /// Appends a block or an unblock.
    pub(super) fn store_change(
        &self,
        entry: &Entry<'_>,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        match self.durable.mode {
            Durability::Off => Ok(()),
            Durability::Strict | Durability::Relaxed => self.append(entry, store),
        }
    }

    /// Appends a delivery that is about to be accepted, behind everything in the mailbox that was
    /// not appended yet.
    pub(super) fn store_text(
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
            Kind::Message | Kind::Say => self.mailboxes.next_id(),
            // Its text is stored already, and has its number.
            Kind::Broadcast => MessageId(self.mailboxes.next_id().0 - 1),
        };
        let (from, to) = (&*self.users[from].name, &*self.users[to].name);
        let appended = self.append(&Entry::Delivery { id, kind, from, to, at: now, text }, store);
        self.durable.refuses = appended.is_err();
        appended.map(|()| IsStored::Yes)
    }

    /// Whether the next text's number has to be reserved first, so that it is not given again after
    /// a restart.
    pub(super) fn reserves_numbers(&self) -> bool {
        self.durable.mode != Durability::Off && self.mailboxes.next_id() >= self.durable.reserved
    }

    /// Reserves numbers from the next text's on.
    pub(super) fn reserve_numbers(&mut self, store: &mut impl Store) -> Result<(), StoreError> {
        let next = MessageId(self.mailboxes.next_id().0.saturating_add(NUMBERS));
        self.append(&Entry::Reserved { next }, store)?;
        self.durable.reserved = next;
        Ok(())
    }

    /// Message numbers go on from here and keep their meaning, in this `epoch` of the store.
    pub(crate) fn resume(&mut self, epoch: u32, was_cut_off: bool) {
        let first = self.mailboxes.next_id();
        self.durable = Durable { epoch, first, was_cut_off, reserved: first, ..self.durable };
    }

    /// The history may lack broadcasts right before this number, because the run before this start
    /// was cut off. `None` if it was not.
    pub fn history_gap(&self) -> Option<MessageId> {
        self.durable.was_cut_off.then_some(self.durable.first)
    }

    /// The epoch: while it is the same, a message number means the same message.
    pub fn epoch(&self) -> u32 {
        self.durable.epoch
    }

    /// How many texts were accepted since the start.
    pub(super) fn accepted(&self) -> u64 {
        self.mailboxes.next_id().0 - self.durable.first.0
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
        if self.durable.mode == Durability::Off || self.mailboxes.unstored(user).is_none() {
            return Ok(());
        }
        self.store_unstored(user, now, store)
    }

    #[inline(never)]
    fn store_unstored(
        &mut self,
        user: UserId,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        while let Some(text) = self.mailboxes.unstored(user) {
            let (id, kind, at) = (text.id, text.kind(), text.at);
            let (from, to) = (&*self.users[text.from].name, &*self.users[user].name);
            let mut buffer = [0; TEXT_MAX];
            let text = self.mailboxes.read_unstored(user, &mut buffer);
            let entry = Entry::Delivery { id, kind, from, to, at, text };
            let appended = self.append(&entry, store);
            self.durable.refuses = appended.is_err();
            if let Err(error) = appended {
                self.durable.retry_at = now + RETRY;
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
        let timeout = match self.durable.mode {
            Durability::Strict => STRICT_ACK_TIMEOUT,
            Durability::Relaxed => RELAXED_ACK_TIMEOUT,
            Durability::Off => return None,
        };
        let text = self.mailboxes.unstored(user)?;
        Some((text.at + timeout).max(self.durable.retry_at))
    }

    /// Releases the messages that were sent to `user` and that `user` has, and appends up to which
    /// number the store need not keep them. If the store refuses, those messages come again after a
    /// restart, with numbers that the receiver's client knows.
    pub fn release(&mut self, user: UserId, upto: Upto, store: &mut impl Store) {
        let mut stored = None;
        while let Some(released) = self.mailboxes.release_next(user, upto) {
            stored = released.stored.or(stored);
            if let Some(sender) = released.sender {
                self.wake_user(sender);
            }
        }
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
