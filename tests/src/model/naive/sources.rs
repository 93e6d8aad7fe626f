//! Sources in the naive chat: what counts against each, how many strangers it has, and which
//! sources a name trusts. The server uses ranks and hashes; here everything is looked through.

use smolchat_core::chat::Rate;
use smolchat_core::protocol::{CloseReason, Reply};

use super::links::State;
use super::{Millis, Naive, Place, User};
use crate::model::ask::Word;

/// Wrong passwords in a row that lock a user.
const STRIKES: usize = 3;
/// Seconds that make up for a wrong password.
const FORGIVEN_AFTER: u64 = 60;
/// The longest wait after one.
const LONGEST: u64 = 64;

/// A source is called by a number.
pub(super) type Source = usize;

/// A budget: the second in which it is whole again.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Budget(u64);

impl Budget {
    /// Takes one, or tells how long until there is one.
    pub(super) fn wait(self, rate: Rate, now: Millis) -> Option<u32> {
        let most = (u64::from(rate.burst()) - 1) * u64::from(rate.period());
        let wait = self.0.saturating_sub(now / 1000).saturating_sub(most);
        (wait > 0).then_some(wait as u32)
    }

    pub(super) fn take(&mut self, rate: Rate, now: Millis) {
        self.0 = self.0.max(now / 1000) + u64::from(rate.period());
    }
}

/// A row of the table of sources.
#[derive(Debug, Default)]
pub(super) struct Row {
    whose: Option<Source>,
    pub(super) registrations: Budget,
    /// Seconds of wrong passwords that are not forgiven yet, and how long to wait.
    wrong: u64,
    waits_until: u64,
    /// Where its last mistake was.
    last: Option<User>,
    pub(super) accounts: usize,
    /// Its number of strangers, and the change of any row since which it has had that many.
    strangers: usize,
    since: u64,
}

impl Row {
    fn wrong_at(&self, second: u64) -> u64 {
        self.wrong.saturating_sub(second.saturating_sub(self.waits_until) / FORGIVEN_AFTER)
    }

    fn is_free(&self, now: Millis) -> bool {
        let second = now / 1000;
        self.strangers == 0 && self.wrong_at(second) == 0 && self.registrations.0 <= second
    }
}

/// A name's lock.
#[derive(Debug, Default)]
pub(super) struct Lock {
    until: Option<Millis>,
    known: Vec<Source>,
    erred: Vec<Source>,
    strikes: usize,
    slips: Vec<Source>,
}

impl Lock {
    fn trusts(&self, source: Source, now: Millis) -> bool {
        let over = self.until.is_some_and(|until| now >= until);
        self.known.contains(&source) && (over || !self.erred.contains(&source))
    }

    /// Whether it keeps somebody out now.
    pub(super) fn is_shut(&self, now: Millis) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    fn open(&mut self) {
        self.until = None;
        self.erred.clear();
        self.strikes = 0;
    }
}

/// What became of a password.
pub(super) enum Tried {
    /// Right; so many slips are forgiven.
    Right(u64),
    /// Wrong, with this answer.
    Wrong(Reply<'static>),
    /// Not looked at for so many seconds more.
    Locked(u32),
    /// Not looked at: too many others wait.
    Unknown,
}

impl Naive {
    /// The table: the first row is shared, and there is one in sixteen of those.
    pub(super) fn rows(sources: usize) -> Vec<Row> {
        assert!(sources <= 16, "larger tables are divided by a hash");
        (0..sources.max(1)).map(|_| Row::default()).collect()
    }

    /// The row of a source from which somebody comes.
    pub(super) fn admit(&mut self, source: Source, now: Millis) -> usize {
        if let Some(row) = self.rows.iter().skip(1).position(|row| row.whose == Some(source)) {
            return row + 1;
        }
        let free = (1..self.rows.len()).filter(|&row| self.rows[row].is_free(now));
        match free.min_by_key(|&row| (self.rows[row].accounts, row)) {
            Some(row) => {
                let since = self.rows[row].since;
                self.rows[row] = Row { whose: Some(source), since, ..Row::default() };
                row
            }
            None => {
                self.sharing += 1;
                0
            }
        }
    }

    /// Counts the strangers of each row again after each change.
    pub(super) fn count_strangers(&mut self) {
        for number in 0..self.rows.len() {
            let is_one = |state| state == State::Stranger;
            let links = self.links.values().filter(|link| link.row == number && is_one(link.state));
            let strangers = links.count();
            let row = &mut self.rows[number];
            if row.strangers != strangers {
                self.changes += 1;
                (row.strangers, row.since) = (strangers, self.changes);
            }
        }
    }

    /// Has a stranger make room, if there is another one than the newcomer.
    pub(super) fn make_room(&mut self, now: Millis, newcomer: Place) -> bool {
        let crowded = (0..self.rows.len()).filter(|&row| self.rows[row].strangers > 0);
        let row = crowded
            .max_by_key(|&row| (self.rows[row].strangers, std::cmp::Reverse(self.rows[row].since)));
        let strangers = self
            .links
            .iter()
            .filter(|(_, link)| link.state == State::Stranger && Some(link.row) == row);
        let oldest = strangers.min_by_key(|(_, link)| link.number).map(|(&place, _)| place);
        match oldest.filter(|&oldest| oldest != newcomer) {
            Some(oldest) => {
                self.dismiss(now, oldest, CloseReason::MakingRoom);
                true
            }
            None => false,
        }
    }

    /// How long no password from the connection's source is checked, for this user or for an
    /// unknown one.
    pub(super) fn guess_wait(&self, now: Millis, place: Place, user: Option<User>) -> Option<u32> {
        let link = &self.links[&place];
        let wait = self.rows[link.row].waits_until.saturating_sub(now / 1000);
        let may_try = user.is_some_and(|user| {
            let lock = &self.accounts[user].lock;
            lock.strikes == 0 || lock.trusts(link.source, now)
        });
        (wait > 0 && !may_try).then_some(wait as u32)
    }

    /// A name or a password was wrong.
    pub(super) fn add_wrong(&mut self, now: Millis, place: Place, user: Option<User>) {
        let free = u64::from(self.shape.settings.limits.guesses);
        let (second, row) = (now / 1000, self.links[&place].row);
        let row = &mut self.rows[row];
        row.last = user;
        if free == 0 {
            return;
        }
        let wrong = (row.wrong_at(second) + 1).min(free + 7);
        let wait = if wrong > free { (1 << (wrong - free - 1)).min(LONGEST) } else { 0 };
        (row.wrong, row.waits_until) = (wrong, row.waits_until.max(second + wait));
    }

    /// So many were slips.
    pub(super) fn forgive(&mut self, place: Place, slips: u64) {
        let row = self.links[&place].row;
        self.rows[row].wrong = self.rows[row].wrong.saturating_sub(slips);
    }

    /// A password is tried.
    pub(super) fn try_password(
        &mut self,
        now: Millis,
        place: Place,
        user: User,
        word: Word,
    ) -> Tried {
        let link = &self.links[&place];
        let (source, last) = (link.source, self.rows[link.row].last);
        let block_duration = self.shape.settings.block_duration.as_millis();
        let right = self.accounts[user].word == word;
        let lock = &mut self.accounts[user].lock;
        if lock.until.is_some_and(|until| now >= until) {
            lock.open();
        }
        let remaining = |until: Millis| (until - now).div_ceil(1000) as u32;
        if let Some(until) = lock.until
            && !lock.trusts(source, now)
        {
            return Tried::Locked(remaining(until));
        }
        if self.is_busy {
            return Tried::Unknown;
        }
        if last != Some(user) {
            lock.slips.clear();
        }
        if right {
            let slips = lock.slips.iter().rev().take_while(|&&of| of == source).count();
            lock.open();
            lock.slips.clear();
            if lock.known.first() != Some(&source) {
                lock.known.insert(0, source);
                lock.known.truncate(2);
            }
            return Tried::Right(slips as u64);
        }
        lock.erred.push(source);
        lock.slips.push(source);
        if lock.until.is_none() {
            lock.strikes += 1;
            if lock.strikes < STRIKES {
                return Tried::Wrong(Reply::InvalidCredentials);
            }
            lock.until = Some(now + block_duration);
        }
        Tried::Wrong(Reply::Locked { seconds: remaining(lock.until.unwrap_or(now)) })
    }

    /// Rows that have ever been a source's own.
    pub(super) fn sources_used(&self) -> usize {
        self.rows.iter().filter(|row| row.whose.is_some()).count()
    }
}
