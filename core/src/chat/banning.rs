//! An operator keeps users and networks out, and tells everybody something.
//! Knows no line.

use core::net::IpAddr;

use super::audience::Audience;
use super::bans::{FOR_GOOD, Target};
use super::budget::Wait;
use super::id::UserId;
use super::mailboxes::{IsStored, Promise};
use super::texts::NewText;
use super::{Chat, Refusal, RestoreError};
use crate::operator::{Network, Whom};
use crate::protocol::{MessageId, Text};
use crate::store::{Entry, Store, StoreError};
use crate::time::{Duration, Instant};

/// Why a ban is not set or ended. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BanRefusal {
    /// The server has no table of bans.
    Off,
    /// No account has that name.
    NoSuchUser,
    /// The table is full.
    Full,
    /// There is no such ban.
    NoSuchBan,
    /// The store does not take it.
    Store(StoreError),
}

/// Whom a word of the operator's reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// Users who hear it.
    pub(crate) listeners: u32,
    /// Users online who have too much unread for it.
    pub(crate) full: u32,
}

/// Why something is not said to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SayRefusal {
    /// There is no room for it.
    NoRoom(Refusal),
    /// No numbers can be reserved.
    Store(StoreError),
}

impl Chat<'_> {
    /// Keeps somebody out for `span`, or for good. A ban takes the place of an earlier one. It is
    /// stored as a block is.
    ///
    /// # Errors
    /// Nothing changes; [`BanRefusal`] says why.
    pub(crate) fn ban(
        &mut self,
        whom: Whom<'_>,
        span: Option<Duration>,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<Target, BanRefusal> {
        if self.bans.capacity() == 0 {
            return Err(BanRefusal::Off);
        }
        let target = self.target(whom).ok_or(BanRefusal::NoSuchUser)?;
        self.bans.check(target, now).map_err(|_| BanRefusal::Full)?;
        let until = span.map_or(FOR_GOOD, |span| now + span);
        let entry = Entry::Ban { whom, until, number: self.mailboxes.next_id() };
        self.store_change(&entry, store).map_err(BanRefusal::Store)?;
        self.bans.set(target, until, now).map_err(|_| BanRefusal::Full)?;
        Ok(target)
    }

    /// Lets somebody in again.
    ///
    /// # Errors
    /// Nothing changes; [`BanRefusal`] says why.
    pub(crate) fn unban(
        &mut self,
        whom: Whom<'_>,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), BanRefusal> {
        if self.bans.capacity() == 0 {
            return Err(BanRefusal::Off);
        }
        let target = self.target(whom).ok_or(BanRefusal::NoSuchUser)?;
        self.bans.of(target).filter(|until| now < *until).ok_or(BanRefusal::NoSuchBan)?;
        self.store_change(&Entry::Unban { whom }, store).map_err(BanRefusal::Store)?;
        self.bans.remove(target);
        Ok(())
    }

    fn target(&self, whom: Whom<'_>) -> Option<Target> {
        match whom {
            Whom::User(name) => self.users.find(name).map(Target::User),
            Whom::Network(network) => Some(Target::Network(network)),
        }
    }

    /// The first ban from that row on: its row, whom it keeps out, and for how many seconds yet;
    /// `None` for good.
    pub(crate) fn next_ban(
        &self,
        row: usize,
        now: Instant,
    ) -> Option<(usize, Whom<'_>, Option<u32>)> {
        let (row, target, until) = self.bans.next(row, now)?;
        let whom = match target {
            Target::User(user) => Whom::User(self.name(user)),
            Target::Network(network) => Whom::Network(network),
        };
        Some((row, whom, left(until, now)))
    }

    /// How long the user is kept out yet.
    pub(crate) fn user_ban(&self, user: UserId, now: Instant) -> Option<Wait> {
        let until = self.bans.until(now, |target| target == Target::User(user));
        until.map(|until| Wait(left(until, now).unwrap_or(u32::MAX)))
    }

    /// How long whoever comes from there is kept out yet.
    fn address_ban(&self, from: IpAddr, now: Instant) -> Option<Wait> {
        let is_met = |target| matches!(target, Target::Network(network) if network.holds(from));
        let until = self.bans.until(now, is_met);
        until.map(|until| Wait(left(until, now).unwrap_or(u32::MAX)))
    }

    /// How long the peer of a connection is kept out yet by its address.
    pub(crate) fn ban_of(&self, connection: super::ConnectionId, now: Instant) -> Option<Wait> {
        self.address_ban(self.sessions[connection].from.address, now)
    }

    /// Whether this network holds the address of a connection.
    pub(crate) fn is_from(&self, connection: super::ConnectionId, network: Network) -> bool {
        network.holds(self.sessions[connection].from.address)
    }

    /// Nobody is banned by the row of this user any more.
    pub(super) fn forget_ban(&mut self, user: UserId) {
        self.bans.remove(Target::User(user));
    }

    /// Whether the store must keep a ban.
    pub(super) fn is_ban_live(&self, whom: Whom<'_>, until: Instant) -> bool {
        self.target(whom).is_some_and(|target| self.bans.of(target) == Some(until))
    }

    /// Puts a ban back. One of an earlier account of that name is over.
    pub(super) fn restore_ban(
        &mut self,
        whom: Whom<'_>,
        until: Instant,
        number: MessageId,
    ) -> Result<(), RestoreError> {
        let target = self.target(whom).ok_or(RestoreError::NoSuchUser)?;
        if matches!(target, Target::User(user) if number < self.users[user].since) {
            return Ok(());
        }
        // Without room for it, there is room for fewer bans than before: nothing was promised.
        let _ = self.bans.set(target, until, self.started);
        Ok(())
    }

    /// A ban was over.
    pub(super) fn restore_unban(&mut self, whom: Whom<'_>) {
        if let Some(target) = self.target(whom) {
            self.bans.remove(target);
        }
    }
}

/// How the operator speaks.
impl Chat<'_> {
    /// The row by which the operator speaks. No account has it.
    pub(crate) fn operator(&self) -> UserId {
        UserId(self.capacities.users as u16)
    }

    /// Tells everybody online something. It goes the way of a broadcast, but nobody blocks it, and
    /// no history keeps it. The operator has one sender's part of a mailbox, and whoever has too
    /// much of it unread does not get it.
    ///
    /// # Errors
    /// Nobody hears it; [`SayRefusal`] says why.
    pub(crate) fn say(
        &mut self,
        text: Text<'_>,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<Reach, SayRefusal> {
        let (from, online) = (self.operator(), self.sessions.online_count());
        let room = self.mailboxes.check_broadcast(from, text.as_str(), online);
        let for_all = room.map_err(SayRefusal::NoRoom)?;
        if self.reserves_numbers() {
            self.reserve_numbers(store).map_err(SayRefusal::Store)?;
        }
        let open = self.mailboxes.open(NewText { from, text: text.as_str(), at: now });
        let mut reach = Reach::default();
        let mut next = self.sessions.first_online();
        while let Some(connection) = next {
            next = self.sessions.next_online(connection);
            let Some(to) = self.user_of(connection) else { continue };
            if self.mailboxes.check_recipient(from, to, for_all).is_err() {
                reach.full += 1;
                continue;
            }
            self.mailboxes.add(&open, to, IsStored::No);
            self.ready.push(connection.index());
            reach.listeners += 1;
        }
        if reach.listeners == 0 {
            self.mailboxes.abandon(open);
            return Ok(reach);
        }
        self.mailboxes.close(open, Audience::Everybody, Promise::Made);
        self.mailboxes.mark_notified(from);
        Ok(reach)
    }
}

/// How many seconds it is until then; `None` if that never comes.
fn left(until: Instant, now: Instant) -> Option<u32> {
    if until == FOR_GOOD {
        return None;
    }
    let seconds = until.saturating_since(now).as_millis().div_ceil(1_000);
    Some(u32::try_from(seconds).unwrap_or(u32::MAX - 1).min(u32::MAX - 1))
}
