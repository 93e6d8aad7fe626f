//! How a text is accepted, for one user or for all. One half decides and changes nothing: it
//! answers a ticket or a refusal. The other half does what the ticket allows.
//! Knows no line. The mailboxes decide whether there is room, and `durable` when the store is told.

use super::Chat;
use super::audience::{Audience, BroadcastSummary};
use super::id::{ConnectionId, UserId};
use super::mailboxes::{IsStored, OpenText, Promise, Refusal};
use super::texts::NewText;
use crate::protocol::{Kind, Text};
use crate::store::{Store, StoreError};
use crate::time::Instant;

/// Why a message may not be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageRefusal {
    /// No other user has that name.
    InvalidReceiver,
    /// The receiver blocks the sender.
    Blocked,
    /// There is no room.
    NoRoom(Refusal),
}

/// A message may be accepted now. [`Chat::send`] accepts it, if nothing happens before.
#[derive(Clone, Copy, Debug)]
pub struct MessageTicket {
    to: UserId,
    online: Option<ConnectionId>,
    /// The store takes it before it is accepted.
    at_once: bool,
    /// The store takes further numbers before it is accepted.
    reserves: bool,
}

impl MessageTicket {
    /// Whether the store has to take something first, which may fail.
    pub fn needs_store(&self) -> bool {
        self.at_once || self.reserves
    }
}

/// A broadcast may be accepted now. [`Chat::broadcast`] accepts it, if nothing happens before.
#[derive(Clone, Copy, Debug)]
pub struct BroadcastTicket {
    /// Receivers who do not read have room, too.
    for_all: bool,
    /// The store takes it for each receiver.
    at_once: bool,
    /// The store takes further numbers before it is accepted.
    reserves: bool,
}

impl BroadcastTicket {
    /// Whether the store has to take something first, which may fail.
    pub fn needs_store(&self) -> bool {
        self.at_once || self.reserves
    }
}

impl Chat<'_> {
    /// Decides about a message from `from` to the user named `name`. Changes nothing.
    ///
    /// # Errors
    /// [`MessageRefusal`] says why it may not be accepted.
    pub fn admit_message(
        &self,
        from: UserId,
        name: &str,
        text: Text<'_>,
    ) -> Result<MessageTicket, MessageRefusal> {
        let to = self.users.find(name).filter(|&to| to != from);
        let to = to.ok_or(MessageRefusal::InvalidReceiver)?;
        if self.blocks.contains(to, from) {
            return Err(MessageRefusal::Blocked);
        }
        let online = self.users[to].session;
        self.mailboxes
            .check(from, to, text.as_str(), online.is_some())
            .map_err(MessageRefusal::NoRoom)?;
        let at_once = self.durable.stores_message_at_once(online.is_some());
        Ok(MessageTicket { to, online, at_once, reserves: self.reserves_numbers() })
    }

    /// Accepts the message that `ticket` admitted, and wakes its receiver. The sender hears the OK
    /// among its notifications.
    ///
    /// # Errors
    /// The store does not take it. That happens only if the ticket needs the store.
    pub fn send(
        &mut self,
        from: UserId,
        ticket: MessageTicket,
        text: Text<'_>,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        let MessageTicket { to, online, at_once, reserves } = ticket;
        let text = text.as_str();
        if reserves {
            self.reserve_numbers(store)?;
        }
        let is_stored = if at_once {
            self.store_text(Kind::Message, from, to, text, now, store)?
        } else {
            IsStored::No
        };
        let open = self.mailboxes.open(NewText { from, text, at: now });
        self.mailboxes.add(&open, to, is_stored);
        let audience = if online.is_some() { Audience::Online } else { Audience::Offline(to) };
        self.mailboxes.close(open, audience, self.durable.promise());
        if let Some(connection) = online {
            self.ready.push(connection.index());
        }
        Ok(())
    }

    /// Decides about a broadcast. Changes nothing.
    ///
    /// # Errors
    /// [`Refusal`] says why it may not be accepted.
    pub fn admit_broadcast(
        &self,
        from: UserId,
        text: Text<'_>,
    ) -> Result<BroadcastTicket, Refusal> {
        // The sender is online too.
        let most = self.sessions.online_count().saturating_sub(1);
        let for_all = self.mailboxes.check_broadcast(from, text.as_str(), most)?;
        let at_once = self.durable.stores_broadcast_at_once();
        Ok(BroadcastTicket { for_all, at_once, reserves: self.reserves_numbers() })
    }

    /// Accepts the broadcast that `ticket` admitted, for everybody who may get it. Receivers whom
    /// the store refuses count as full mailboxes, unless the store refuses all.
    ///
    /// # Errors
    /// The store takes it for nobody. That happens only if the ticket needs the store.
    pub fn broadcast(
        &mut self,
        from: UserId,
        ticket: BroadcastTicket,
        text: Text<'_>,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), StoreError> {
        if ticket.reserves {
            self.reserve_numbers(store)?;
        }
        let (id, new) = (self.mailboxes.next_id(), NewText { from, text: text.as_str(), at: now });
        let open = self.mailboxes.open(new);
        let (mut summary, mut refused) = (BroadcastSummary::default(), None);
        let mut next = self.sessions.first_online();
        while let Some(connection) = next {
            next = self.sessions.next_online(connection);
            let Some(to) = self.user_of(connection).filter(|&to| to != from) else { continue };
            match self.add_recipient(&open, ticket, new, to, store) {
                Ok(()) => {
                    summary.recipients += 1;
                    self.ready.push(connection.index());
                }
                Err(Skipped::Blocks) => summary.has_blocked = true,
                Err(Skipped::Full) => summary.full += 1,
                Err(Skipped::Store(error)) => {
                    summary.full += 1;
                    refused = Some(error);
                }
            }
        }
        match refused {
            Some(error) if summary.recipients == 0 => {
                self.mailboxes.abandon(open);
                Err(error)
            }
            _ => {
                let audience = Audience::All(summary);
                self.mailboxes.close(open, audience, self.durable.promise());
                self.history.record(id, new);
                Ok(())
            }
        }
    }

    /// Adds a receiver to a broadcast, and has the store take it first if it must.
    fn add_recipient(
        &mut self,
        open: &OpenText,
        ticket: BroadcastTicket,
        new: NewText<'_>,
        to: UserId,
        store: &mut impl Store,
    ) -> Result<(), Skipped> {
        let NewText { from, text, at } = new;
        if self.blocks.contains(to, from) {
            return Err(Skipped::Blocks);
        }
        let room = self.mailboxes.check_recipient(from, to, ticket.for_all);
        room.map_err(|_| Skipped::Full)?;
        let is_stored = if ticket.at_once {
            self.store_text(Kind::Broadcast, from, to, text, at, store).map_err(Skipped::Store)?
        } else {
            IsStored::No
        };
        self.mailboxes.add(open, to, is_stored);
        Ok(())
    }

    /// Whether an OK of `user` is outstanding: an OK, or another notification, comes before any
    /// other reply. Only on a strict server.
    pub fn has_ok_outstanding(&self, user: UserId) -> bool {
        self.durable.promise() == Promise::WhenStored && self.mailboxes.has_notifications(user)
    }
}

/// Why a user online does not get a broadcast.
enum Skipped {
    /// The user blocks the sender.
    Blocks,
    /// The user's mailbox is full.
    Full,
    /// The store does not take the broadcast for this user.
    Store(StoreError),
}
