//! The accounts: names, passwords, locks and budgets. The row of an account that was removed stays
//! its own, under its name, until nothing that its user said waits for anybody.

#[cfg(feature = "operator")]
mod gone;

use core::hash::Hasher;
use core::ops::{Index, IndexMut};

use siphasher::sip::SipHasher13;

use super::budget::Bucket;
use super::id::{ConnectionId, UserId};
use super::lock::{Lock, LoginError};
use super::source::Origin;
use crate::environment::Verdict;
use crate::protocol::{KeptSecret, MessageId, UserName};
use crate::table;
use crate::time::{Duration, Instant};

/// One account.
#[derive(Debug, Default)]
pub(super) struct User {
    /// Its name.
    pub name: UserName,
    secret: KeptSecret,
    /// The lock of its name.
    pub lock: Lock,
    /// How often its password was changed, as far as the store counts.
    pub change: u16,
    /// How often it may log in.
    pub logins: Bucket,
    /// How often it may set or remove blocks and ask for introductions.
    pub changes: Bucket,
    /// The connection on which the user is online.
    pub session: Option<ConnectionId>,
    /// When the last session ended.
    pub last_logout: Option<Instant>,
    /// Texts below this number are not this account's, but of earlier ones of its name. Of an
    /// account that was removed: the number at its removal.
    #[cfg(feature = "operator")]
    pub since: MessageId,
    /// It came with the product: from its accounts file, or with its image.
    #[cfg(feature = "operator")]
    pub is_given: bool,
    /// It was removed.
    #[cfg(feature = "operator")]
    pub is_gone: bool,
    /// Its user may give orders.
    #[cfg(feature = "operator")]
    pub is_admin: bool,
}

impl User {
    /// Has it open with this secret, which is its `change`th.
    pub(super) fn set_secret(&mut self, secret: KeptSecret, change: u16) {
        (self.secret, self.change) = (secret, change);
    }

    /// Whether the store has a later account of this name, or a later password of this one.
    pub(super) fn is_older(&self, since: MessageId, change: u16) -> bool {
        since > self.since() || since == self.since() && change > self.change
    }

    /// It is the account that began at this number, and was changed so often.
    pub(super) fn begin(&mut self, change: u16, _since: MessageId) {
        self.change = change;
        #[cfg(feature = "operator")]
        {
            self.since = _since;
        }
    }

    /// Texts below this number are not this account's.
    pub(super) fn since(&self) -> MessageId {
        #[cfg(feature = "operator")]
        return self.since;
        #[cfg(not(feature = "operator"))]
        MessageId(0)
    }

    /// What opens it.
    pub(super) fn secret(&self) -> &KeptSecret {
        &self.secret
    }
}

/// Why an account is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) enum AddUserError {
    /// No further account fits.
    Full,
    /// An account has that name.
    NameTaken,
}

/// All accounts, found by name in one probe.
#[derive(Debug)]
pub(super) struct Users<'s> {
    slots: &'s mut [User],
    /// How many of them accounts may have. The operator speaks by the row behind them.
    capacity: u16,
    /// Rows that were ever used.
    used: u16,
    /// Rows among them whose account is gone.
    #[cfg(feature = "operator")]
    gone: u16,
    /// The first so many came with the product.
    #[cfg(not(feature = "operator"))]
    given: u16,
    /// Later accounts begin at this number: no text of an account that was removed is above it.
    #[cfg(feature = "operator")]
    fresh: MessageId,
    names: table::Index<'s>,
    seed: u64,
}

impl<'s> Users<'s> {
    pub(crate) fn new(
        slots: &'s mut [User],
        capacity: usize,
        names: &'s mut [u32],
        seed: u64,
    ) -> Self {
        Users {
            capacity: capacity.min(slots.len()) as u16,
            slots,
            used: 0,
            #[cfg(feature = "operator")]
            gone: 0,
            #[cfg(not(feature = "operator"))]
            given: 0,
            #[cfg(feature = "operator")]
            fresh: MessageId(0),
            names: table::Index::new(names),
            seed,
        }
    }

    /// How many accounts there are.
    pub(super) fn len(&self) -> usize {
        (self.used - self.gone()).into()
    }

    /// Rows whose account is gone.
    fn gone(&self) -> u16 {
        #[cfg(feature = "operator")]
        return self.gone;
        #[cfg(not(feature = "operator"))]
        0
    }

    /// The account comes with the product. Where none is removed, such accounts come first.
    pub(super) fn give(&mut self, user: UserId) {
        #[cfg(feature = "operator")]
        {
            self[user].is_given = true;
        }
        #[cfg(not(feature = "operator"))]
        {
            self.given = user.0 + 1;
        }
    }

    /// Whether the account came with the product.
    pub(super) fn is_given(&self, user: UserId) -> bool {
        #[cfg(feature = "operator")]
        return self[user].is_given;
        #[cfg(not(feature = "operator"))]
        return user.0 < self.given;
    }

    /// How many rows were ever used. Some of them may be of accounts that are gone.
    pub(super) fn rows(&self) -> usize {
        self.used.into()
    }

    /// The account of that name.
    pub(super) fn find(&self, name: &str) -> Option<UserId> {
        let slots = &self.slots;
        let hash = hash_name(self.seed, name);
        self.names.find(hash, |row| slots[row as usize].name == name).map(|row| UserId(row as u16))
    }

    /// The account in that row.
    pub(super) fn nth(&self, row: usize) -> Option<UserId> {
        (row < self.rows() && !self.is_gone(row)).then_some(UserId(row as u16))
    }

    /// Whether the row's account was removed. Lists ask it of every row, so nobody looks at the
    /// rows where no account is gone.
    fn is_gone(&self, _row: usize) -> bool {
        #[cfg(feature = "operator")]
        return self.gone > 0 && self.slots[_row].is_gone;
        #[cfg(not(feature = "operator"))]
        false
    }

    /// The row that the next account gets: one that was never used, or that of an account that is
    /// gone and of which nothing is left. `is_idle` tells that.
    fn next_row(&self, is_idle: impl Fn(UserId) -> bool) -> Option<usize> {
        if self.used < self.capacity {
            return Some(self.rows());
        }
        let may = |row: &usize| self.is_gone(*row) && is_idle(UserId(*row as u16));
        (0..self.rows()).filter(|_| self.gone() > 0).find(may)
    }

    /// Whether [`add`](Self::add) would take `name`.
    pub(super) fn can_add(
        &self,
        name: &str,
        is_idle: impl Fn(UserId) -> bool,
    ) -> Result<(), AddUserError> {
        if self.find(name).is_some() {
            return Err(AddUserError::NameTaken);
        }
        self.next_row(is_idle).map(|_| ()).ok_or(AddUserError::Full)
    }

    /// As [`can_add`](Self::can_add), for a registered name, which must differ from every other in
    /// more than case.
    pub(super) fn can_register(
        &self,
        name: &str,
        is_idle: impl Fn(UserId) -> bool,
    ) -> Result<(), AddUserError> {
        let alike = |row: u32| self.slots[row as usize].name.eq_ignore_ascii_case(name);
        match self.names.find(hash_name(self.seed, name), alike) {
            Some(_) => Err(AddUserError::NameTaken),
            None => self.can_add(name, is_idle),
        }
    }

    /// Adds an account whose name was checked. Whoever had its row before has left nothing in it.
    pub(super) fn add(
        &mut self,
        name: UserName,
        secret: KeptSecret,
        is_idle: impl Fn(UserId) -> bool,
    ) -> Result<UserId, AddUserError> {
        if self.find(&name).is_some() {
            return Err(AddUserError::NameTaken);
        }
        let row = self.next_row(is_idle).ok_or(AddUserError::Full)?;
        self.names
            .insert(hash_name(self.seed, &name), row as u32)
            .map_err(|_| AddUserError::Full)?;
        self.take(
            row,
            User {
                name,
                secret,
                #[cfg(feature = "operator")]
                since: self.fresh,
                ..User::default()
            },
        )
    }

    /// Puts a user in the row of [`next_row`](Self::next_row).
    fn take(&mut self, row: usize, user: User) -> Result<UserId, AddUserError> {
        if row == self.rows() {
            self.used += 1;
        } else {
            #[cfg(feature = "operator")]
            {
                self.gone -= 1;
            }
        }
        self.slots[row] = user;
        Ok(UserId(row as u16))
    }

    /// The number at which later accounts begin.
    pub(super) fn fresh(&self) -> MessageId {
        #[cfg(feature = "operator")]
        return self.fresh;
        #[cfg(not(feature = "operator"))]
        MessageId(0)
    }

    /// Tries a password, and counts mistakes; see [`Lock::attempt`]. `verdict` judges it by the
    /// account's secret.
    pub(super) fn check(
        &mut self,
        user: UserId,
        verdict: impl FnOnce(&KeptSecret) -> Verdict,
        from: Origin,
        in_a_row: bool,
        now: Instant,
        block_duration: Duration,
    ) -> Result<u8, LoginError> {
        let User { lock, secret, .. } = &mut self[user];
        lock.attempt(|| verdict(secret), from, in_a_row, now, block_duration)
    }
}

impl Index<UserId> for Users<'_> {
    type Output = User;

    fn index(&self, user: UserId) -> &User {
        &self.slots[user.index()]
    }
}

impl IndexMut<UserId> for Users<'_> {
    fn index_mut(&mut self, user: UserId) -> &mut User {
        &mut self.slots[user.index()]
    }
}

/// A keyed hash, so that nobody can register names that all fall into one place of the index. Names
/// that differ only in case have one hash: the bit that tells `a` from `A` is set in every byte,
/// eight bytes at a time.
fn hash_name(seed: u64, name: &str) -> u64 {
    hash_words(seed, name.as_bytes(), 0x2020_2020_2020_2020)
}

/// A keyed hash of bytes, eight at a time: of names, which hold no zeros, or of ids, which are of
/// one length. The bits of `set` do not count.
pub(super) fn hash_words(seed: u64, bytes: &[u8], set: u64) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(seed, !seed);
    for piece in bytes.chunks(8) {
        let word = piece.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
        hasher.write_u64(word | set);
    }
    hasher.finish()
}

/// A number from `seed` that tells nothing of it.
pub(super) fn hash(seed: u64, purpose: &str) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(seed, !seed);
    hasher.write(purpose.as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users<R>(capacity: usize, work: impl FnOnce(Users<'_>) -> R) -> R {
        let mut slots: Vec<User> = (0..capacity).map(|_| User::default()).collect();
        let mut names = vec![0; 2 * capacity];
        work(Users::new(&mut slots, capacity, &mut names, 7))
    }

    fn add(users: &mut Users<'_>, name: &str) -> Result<UserId, AddUserError> {
        users.add(name.try_into().unwrap(), KeptSecret::new("secret".into()).unwrap(), |_| true)
    }

    #[test]
    fn as_many_accounts_fit_as_were_lent_and_one_more_does_not() {
        users(3, |mut users| {
            for name in ["a", "b", "c"] {
                add(&mut users, name).unwrap();
            }
            assert_eq!(add(&mut users, "a"), Err(AddUserError::NameTaken));
            assert_eq!(add(&mut users, "d"), Err(AddUserError::Full));
            assert_eq!(users.find("c"), users.nth(2));
            assert_eq!(users.find("d"), None);
        });
    }

    #[test]
    fn a_name_that_differs_only_in_case_can_be_added_and_not_registered() {
        users(4, |mut users| {
            let yoda = add(&mut users, "yoda").unwrap();
            assert_eq!(users.find("Yoda"), None);
            assert_eq!(users.can_register("yODa", |_| true), Err(AddUserError::NameTaken));
            assert_eq!(users.can_register("yoda2", |_| true), Ok(()));
            // The accounts file may hold both, and then neither is taken for the other.
            let twin = add(&mut users, "YODA").unwrap();
            assert_eq!((users.find("yoda"), users.find("YODA")), (Some(yoda), Some(twin)));
            add(&mut users, "a-name-of-more-than-8-bytes").unwrap();
            assert_eq!(
                users.can_register("A-Name-of-more-than-8-byteS", |_| true),
                Err(AddUserError::NameTaken)
            );
            // Bytes that fold to the same hash are still told apart.
            assert_eq!(users.can_register("a\u{d}name", |_| true), Ok(()));
            add(&mut users, "a-name").unwrap();
            assert_eq!(users.can_register("a\u{d}name", |_| true), Err(AddUserError::Full));
        });
    }
}
