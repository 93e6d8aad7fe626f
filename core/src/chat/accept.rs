//! How a text is accepted, for one user or for all: whether the store takes it first, and when its
//! sender may hear the OK.
//! Touches the mailboxes and `keep`. The mailboxes decide whether there is room.

use super::mailboxes::Promise;
use super::{Accepted, BroadcastSummary, Chat, IsStored, OpenText, Refusal, UserId};
use crate::protocol::Kind;
use crate::store::{Durability, Store};
use crate::time::Instant;

/// A broadcast that is being accepted. Close it once all its receivers are added.
#[derive(Debug)]
#[must_use]
pub struct OpenBroadcast {
    text: OpenText,
    /// The store takes it for each receiver that is added.
    at_once: bool,
}

impl Chat<'_> {
    /// Accepts a text for one receiver, and has the store take it first if it must.
    pub fn accept(
        &mut self,
        from: UserId,
        to: UserId,
        text: &str,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<Accepted, Refusal> {
        self.mailboxes.check(from, to, text, self.users[to].session.is_some())?;
        self.reserve_number(store).map_err(Refusal::Store)?;
        let stored = match self.stores_at_once(to) {
            true => self.keep(Kind::Message, from, to, text, now, store).map_err(Refusal::Store)?,
            false => IsStored::No,
        };
        self.mailboxes.accept(from, to, text, now, stored, self.promise())
    }

    /// Begins to accept a broadcast for up to `recipients` users. They are then added one by one,
    /// and all of them are online.
    pub fn open_broadcast(
        &mut self,
        from: UserId,
        text: &str,
        recipients: usize,
        now: Instant,
    ) -> Result<OpenBroadcast, Refusal> {
        let text = self.mailboxes.open(from, Kind::Broadcast, text, recipients, now)?;
        let is_strict = self.settings.durability == Durability::Strict;
        Ok(OpenBroadcast { text, at_once: is_strict && self.store_refuses })
    }

    /// Adds a receiver to a broadcast, and has the store take it first if it must.
    pub fn add_recipient(
        &mut self,
        open: &OpenBroadcast,
        from: UserId,
        to: UserId,
        text: &str,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), Refusal> {
        self.mailboxes.check_recipient(&open.text, from, to)?;
        let stored = match open.at_once {
            true => {
                self.keep(Kind::Broadcast, from, to, text, now, store).map_err(Refusal::Store)?
            }
            false => IsStored::No,
        };
        self.mailboxes.add(&open.text, to, stored)
    }

    /// Accepts the broadcast for the receivers that were added.
    pub fn close_broadcast(&mut self, open: OpenBroadcast, summary: BroadcastSummary) -> Accepted {
        self.mailboxes.close(open.text, summary, self.promise())
    }

    /// Whether texts for `to` are stored at once. If its store refuses, a strict server says so
    /// before it accepts anything.
    pub fn stores_at_once(&self, to: UserId) -> bool {
        match self.settings.durability {
            Durability::Strict => self.users[to].session.is_none() || self.store_refuses,
            Durability::Relaxed => self.users[to].session.is_none(),
            Durability::Off => false,
        }
    }

    /// Whether the store refused when it was last asked.
    pub fn store_refuses(&self) -> bool {
        self.store_refuses
    }

    /// Whether `user` has to hear an OK, or another notification behind it, before any other reply.
    pub fn has_ok_outstanding(&self, user: UserId) -> bool {
        self.promise() == Promise::WhenKept && self.mailboxes.has_notifications(user)
    }

    fn promise(&self) -> Promise {
        match self.settings.durability {
            Durability::Strict => Promise::WhenKept,
            Durability::Relaxed | Durability::Off => Promise::Made,
        }
    }
}
