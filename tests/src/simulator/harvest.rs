//! The accounts that the attacker made: no more than a source may make, and no more in a round than
//! the store may be asked for.

/// Accounts that are stored in one round at most (docs/LIMITS.md).
const ROUND: usize = 16;
/// How long a source's budget takes to have regained one account, in milliseconds: a source whose
/// budget is whole may be forgotten.
const REGAINED: u64 = 120_000;

/// What the attacker has made, as far as the server has to remember it.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    made: usize,
    last: u64,
    /// Accounts that were free before the first of them, and that are free now.
    free_before: usize,
    free: usize,
    /// Accounts that were stored in this round, whoever made them.
    pub(super) stored: usize,
}

impl Harvest {
    /// A round begins with so many free accounts.
    pub(super) fn begin_round(&mut self, free: usize) {
        (self.free, self.stored) = (free, 0);
    }

    /// The attacker made an account at `now`, by the server's clock.
    pub(super) fn reap(&mut self, now: u64) {
        if self.made == 0 || now >= self.last + REGAINED * self.made as u64 {
            (self.made, self.free_before) = (0, self.free);
        }
        self.made += 1;
        self.stored += 1;
        self.last = now;
    }

    /// # Errors
    /// It made too many.
    pub(super) fn check(&self) -> Result<(), String> {
        let Harvest { made, free_before, stored, .. } = *self;
        if made > (free_before / 4).max(1) {
            return Err(format!("the attacker made {made} of {free_before} free accounts"));
        }
        match stored > ROUND {
            true => Err(format!("{stored} accounts were stored in one round")),
            false => Ok(()),
        }
    }
}
