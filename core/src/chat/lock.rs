//! A name's lock: wrong passwords in a row close it, and time opens it. A source that once had the
//! right password, and no wrong one since, is not locked out. So strangers keep no owner out.
//! Knows no password.

use super::budget::Wait;
use super::source::Origin;
use crate::environment::Verdict;
use crate::time::{Duration, Instant};

/// Wrong passwords in a row that lock a name.
const STRIKES: u8 = 3;

/// Why a password does not open an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LoginError {
    /// The name is locked, and the password was not checked.
    Locked,
    /// The password is wrong.
    WrongPassword,
    /// The password is wrong, and the name is locked now.
    WrongAndLocked,
    /// Nobody knows yet whether the password is right. Nothing has changed.
    NotYet,
    /// Nobody will look into it, because too many others wait. Nothing has changed.
    Busy,
}

/// The lock of one name.
#[derive(Debug, Default)]
pub(super) struct Lock {
    /// The lock's end; the start of time if there is no lock.
    until: Instant,
    /// The last sources with the right password, the latest first.
    known: [Origin; 2],
    /// Which of them made one of the mistakes.
    erred: [bool; 2],
    strikes: u8,
    /// The source of the last mistakes, and how many it made in a row.
    slips_of: Origin,
    slips: u8,
}

impl Lock {
    /// Whether the source had the right password before, and made none of the mistakes.
    pub(super) fn trusts(&self, from: Origin, now: Instant) -> bool {
        self.position(from).is_some_and(|at| !self.erred[at] || self.is_over(now))
    }

    /// Whether nobody made a mistake since the last right password.
    pub(super) fn is_untried(&self) -> bool {
        self.strikes == 0
    }

    /// How long the lock still holds, in whole seconds, rounded up.
    pub(super) fn remaining(&self, now: Instant) -> Wait {
        let millis = self.until.saturating_since(now).as_millis();
        Wait(u32::try_from(millis.div_ceil(1000)).unwrap_or(u32::MAX))
    }

    /// Tries a password. `verdict` tells whether it is right, and is asked only if that matters.
    /// Answers how many wrong ones of this source the right one makes up for: those at this name
    /// since the source last erred elsewhere. `in_a_row` tells that its last mistake was at this
    /// name.
    ///
    /// # Errors
    /// [`LoginError`] says why not.
    pub(super) fn attempt(
        &mut self,
        verdict: impl FnOnce() -> Verdict,
        from: Origin,
        in_a_row: bool,
        now: Instant,
        block_duration: Duration,
    ) -> Result<u8, LoginError> {
        if self.is_over(now) {
            self.open();
        }
        let locked = self.until != Instant::START;
        if locked && !self.trusts(from, now) {
            return Err(LoginError::Locked);
        }
        let is_right = match verdict() {
            Verdict::Right => true,
            Verdict::Wrong => false,
            Verdict::Later => return Err(LoginError::NotYet),
            Verdict::Full => return Err(LoginError::Busy),
        };
        if self.slips_of != from || !in_a_row {
            (self.slips_of, self.slips) = (from, 0);
        }
        if is_right {
            let slips = core::mem::take(&mut self.slips);
            self.open();
            self.slips_of = Origin::NONE;
            self.remember(from);
            return Ok(slips);
        }
        self.note_slip(from);
        if !locked {
            self.strikes += 1;
            if self.strikes < STRIKES {
                return Err(LoginError::WrongPassword);
            }
            self.until = now + block_duration;
        }
        Err(LoginError::WrongAndLocked)
    }

    /// Whether it was locked and the time is over.
    fn is_over(&self, now: Instant) -> bool {
        self.until != Instant::START && now >= self.until
    }

    fn open(&mut self) {
        (self.until, self.strikes, self.erred) = (Instant::START, 0, [false; 2]);
    }

    fn note_slip(&mut self, from: Origin) {
        if let Some(at) = self.position(from) {
            self.erred[at] = true;
        }
        self.slips = self.slips.saturating_add(1);
    }

    fn remember(&mut self, from: Origin) {
        if self.known[0] != from {
            self.known = [from, self.known[0]];
        }
    }

    fn position(&self, from: Origin) -> Option<usize> {
        self.known.iter().position(|&known| known == from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Origin = Origin::new(1);
    const AWAY: Origin = Origin::new(3);
    const STRANGER: Origin = Origin::new(5);

    fn attempt(lock: &mut Lock, right: bool, from: Origin, second: u64) -> Result<u8, LoginError> {
        let now = Instant::from_millis(second * 1000);
        let verdict = if right { Verdict::Right } else { Verdict::Wrong };
        lock.attempt(|| verdict, from, true, now, Duration::from_secs(10))
    }

    fn lock_out(lock: &mut Lock, from: Origin, second: u64) {
        for _ in 0..2 {
            assert_eq!(attempt(lock, false, from, second), Err(LoginError::WrongPassword));
        }
        assert_eq!(attempt(lock, false, from, second), Err(LoginError::WrongAndLocked));
    }

    #[test]
    fn three_strikes_in_a_row_lock_and_time_unlocks() {
        let mut lock = Lock::default();
        lock_out(&mut lock, STRANGER, 0);
        let remaining = |millis| lock.remaining(Instant::from_millis(millis));
        assert_eq!([0, 1, 9_000, 9_001, 10_000].map(remaining), [10, 10, 1, 1, 0].map(Wait));
        assert_eq!(attempt(&mut lock, true, STRANGER, 9), Err(LoginError::Locked));
        assert_eq!(attempt(&mut lock, true, HOME, 9), Err(LoginError::Locked));
        assert_eq!(attempt(&mut lock, false, HOME, 10), Err(LoginError::WrongPassword));
        assert_eq!(attempt(&mut lock, false, HOME, 10), Err(LoginError::WrongPassword));
        assert_eq!(attempt(&mut lock, true, HOME, 10), Ok(2), "the count began anew");
        lock_out(&mut lock, STRANGER, 10);
    }

    #[test]
    fn strangers_keep_an_owner_out_of_no_place_where_the_owner_was_before() {
        let mut lock = Lock::default();
        assert_eq!(attempt(&mut lock, true, AWAY, 0), Ok(0));
        assert_eq!(attempt(&mut lock, true, HOME, 0), Ok(0));
        assert_eq!(attempt(&mut lock, true, HOME, 0), Ok(0));
        lock_out(&mut lock, STRANGER, 0);
        let trusts = |lock: &Lock, from| lock.trusts(from, Instant::from_millis(1000));
        assert!(trusts(&lock, HOME) && trusts(&lock, AWAY) && !trusts(&lock, STRANGER));
        assert_eq!(attempt(&mut lock, true, AWAY, 1), Ok(0));
        assert_eq!(attempt(&mut lock, true, STRANGER, 1), Ok(0), "a success opens it for all");
        assert!(!trusts(&lock, HOME), "the last two are remembered");
    }

    #[test]
    fn a_known_place_that_made_a_mistake_is_locked_out_like_any_other() {
        let mut lock = Lock::default();
        assert_eq!(attempt(&mut lock, true, HOME, 0), Ok(0));
        lock_out(&mut lock, STRANGER, 0);
        assert_eq!(attempt(&mut lock, false, HOME, 1), Err(LoginError::WrongAndLocked));
        assert_eq!(attempt(&mut lock, true, HOME, 1), Err(LoginError::Locked));
        assert_eq!(attempt(&mut lock, true, HOME, 10), Ok(1));
        lock_out(&mut lock, HOME, 10);
        assert_eq!(attempt(&mut lock, true, HOME, 11), Err(LoginError::Locked));
    }
}
