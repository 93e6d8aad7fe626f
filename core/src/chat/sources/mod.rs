//! What the server remembers of each source: wrong passwords, accounts made. One table has a row
//! for each source with something against it or with a stranger connected.
//! Knows no connection.
//!
//! A row with nothing against it is given to the next source, because nothing is lost with it. A
//! row with something against it is never taken; time frees it. A source that finds no row shares
//! one with the other sources of its neighbourhood that found none. So an owner of many sources can
//! fill the table with them, and then has only the one budget of the neighbourhood.

use core::ops::Range;

use super::budget::{Bucket, Rate, Wait, second};
use super::id::UserId;
use super::source::Source;
use crate::time::Instant;

/// Rows in a set. A source's row is in one set, and is looked for nowhere else.
const WAYS: usize = 16;

/// One row in this many is shared by sources that found none.
const OWN_FOR_EACH_SHARED: usize = 16;

/// How many of so many rows are shared.
pub(super) const fn shared(rows: usize) -> usize {
    rows.div_ceil(OWN_FOR_EACH_SHARED)
}

/// Seconds without a wrong password that make up for one.
const FORGIVEN_AFTER: u32 = 60;

/// The longest wait after a wrong password, in seconds, is two to this power.
const LONGEST: u8 = 6;

/// One source.
#[derive(Debug, Default)]
pub(super) struct SourceRow {
    /// A part of the source's hash; 0 in a row that never had one.
    key: u32,
    registrations: Bucket,
    /// Until this second no further password is checked.
    waits_until: u32,
    /// Wrong passwords that are not forgiven yet, as of that second.
    wrong: u8,
    /// The name of its last mistake, as a short mark; 0 if no account has that name.
    last: u8,
    /// Accounts made from this source, while the row is remembered.
    accounts: u16,
}

impl SourceRow {
    fn wrong_at(&self, second: u32) -> u8 {
        let forgiven = second.saturating_sub(self.waits_until) / FORGIVEN_AFTER;
        u32::from(self.wrong).saturating_sub(forgiven) as u8
    }

    fn is_clean(&self, now: Instant) -> bool {
        self.wrong_at(second(now)) == 0 && self.registrations.is_whole(now)
    }
}

/// Why a source may not create an account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RegistrationRefusal {
    /// Its budget is used up for this long.
    Wait(Wait),
    /// It has made as many accounts as one source may.
    Share,
}

/// All sources.
#[derive(Debug)]
pub(super) struct Sources<'s> {
    rows: &'s mut [SourceRow],
    seed: u64,
    used: usize,
    sharing: u32,
}

impl<'s> Sources<'s> {
    pub(crate) fn new(rows: &'s mut [SourceRow], seed: u64) -> Self {
        Sources { rows, seed, used: 0, sharing: 0 }
    }

    /// How many rows serve one source each.
    pub(super) fn capacity(&self) -> usize {
        self.rows.len() - self.shared()
    }

    /// How many of them were ever used.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// How often a source found no row of its own.
    pub(super) fn sharing(&self) -> u32 {
        self.sharing
    }

    /// The row of `source`, which has a stranger connected from now on. `is_held` tells which rows
    /// have one already.
    pub(super) fn admit(
        &mut self,
        source: Source,
        now: Instant,
        is_held: impl Fn(usize) -> bool,
    ) -> u16 {
        let hash = source.hash(self.seed);
        let (key, set) = (hash as u32 | 1, self.set(hash));
        let row = set.clone().find(|&row| self.rows[row].key == key);
        let row = row.or_else(|| {
            let free = set.filter(|&row| !is_held(row) && self.rows[row].is_clean(now));
            let row = free.min_by_key(|&row| self.rows[row].accounts)?;
            self.used += usize::from(self.rows[row].key == 0);
            self.rows[row] = SourceRow { key, ..SourceRow::default() };
            Some(row)
        });
        let row = row.unwrap_or_else(|| {
            self.sharing = self.sharing.wrapping_add(1);
            self.shared_row(source)
        });
        row as u16
    }

    /// How long no password from this source is checked.
    pub(super) fn wait(&self, row: u16, now: Instant) -> Option<Wait> {
        let seconds = self.rows[usize::from(row)].waits_until.saturating_sub(second(now));
        (seconds > 0).then_some(Wait(seconds))
    }

    /// Whether the last mistake of this source was at the name of `user`.
    pub(super) fn erred_last_at(&self, row: u16, user: UserId) -> bool {
        self.rows[usize::from(row)].last == mark(user)
    }

    /// Counts a wrong name or password, at the name of `user` if there is such an account. Beyond
    /// `free` of them, each costs a wait twice as long as the last one.
    pub(super) fn add_wrong(&mut self, row: u16, user: Option<UserId>, free: u8, now: Instant) {
        self.rows[usize::from(row)].last = user.map_or(0, mark);
        if free == 0 {
            return;
        }
        let (row, now) = (&mut self.rows[usize::from(row)], second(now));
        let worst = free.saturating_add(LONGEST + 1);
        row.wrong = row.wrong_at(now).saturating_add(1).min(worst);
        let wait = row.wrong.checked_sub(free + 1).map_or(0, |power| 1 << power);
        row.waits_until = row.waits_until.max(now + wait);
    }

    /// Forgives `count` of them: they were slips of somebody who then knew the password.
    pub(super) fn forgive(&mut self, row: u16, count: u8) {
        let wrong = &mut self.rows[usize::from(row)].wrong;
        *wrong = wrong.saturating_sub(count);
    }

    /// Whether one more account may be made from this source, if `free` more fit.
    ///
    /// # Errors
    /// [`RegistrationRefusal`] says why not.
    pub(super) fn check_registration(
        &self,
        row: u16,
        rate: Rate,
        free: usize,
        now: Instant,
    ) -> Result<(), RegistrationRefusal> {
        let accounts = usize::from(self.rows[usize::from(row)].accounts);
        // The share is a quarter of the accounts that would be free without this source's. So no
        // number of sources fills the table.
        if rate != Rate::UNLIMITED && accounts >= ((free + accounts) / 4).max(1) {
            return Err(RegistrationRefusal::Share);
        }
        self.check_storing(row, rate, now).map_err(RegistrationRefusal::Wait)
    }

    /// Whether this source may have one more account stored, new or not.
    ///
    /// # Errors
    /// How long until it may.
    pub(super) fn check_storing(&self, row: u16, rate: Rate, now: Instant) -> Result<(), Wait> {
        self.rows[usize::from(row)].registrations.check(rate, now)
    }

    /// Counts an account that was stored for this source, and is not new.
    pub(super) fn add_storing(&mut self, row: u16, rate: Rate, now: Instant) {
        self.rows[usize::from(row)].registrations.take(rate, now);
    }

    /// Counts an account that was made from this source.
    pub(super) fn add_registration(&mut self, row: u16, rate: Rate, now: Instant) {
        self.add_storing(row, rate, now);
        let row = &mut self.rows[usize::from(row)];
        row.accounts = row.accounts.saturating_add(1);
    }

    fn shared(&self) -> usize {
        shared(self.rows.len())
    }

    /// The set of rows for a source with this hash.
    fn set(&self, hash: u64) -> Range<usize> {
        let own = self.capacity();
        let sets = (own / WAYS).max(1);
        let set = scaled(hash, sets);
        let begin = |set: usize| self.shared() + set * own / sets;
        begin(set)..begin(set + 1)
    }

    fn shared_row(&self, source: Source) -> usize {
        scaled(source.neighbourhood().hash(self.seed), self.shared())
    }
}

/// A short mark of a name. Few users have the same one, and to them a source's mistakes at another
/// of them count as mistakes at their own.
fn mark(user: UserId) -> u8 {
    (user.index() % 255 + 1) as u8
}

/// Scaled and not reduced, because a Cortex-M has no 64-bit divide.
fn scaled(hash: u64, count: usize) -> usize {
    (((hash >> 32) * count as u64) >> 32) as usize
}

#[cfg(test)]
mod tests;
