//! The accounts that the attacker made: no more than a source may make, and no more in a round than
//! the store may be asked for.

/// Accounts that are stored in one round at most (docs/LIMITS.md).
const ROUND: usize = 16;
/// How long a source's budget takes to regain one account, in milliseconds.
const REGAINED: u64 = 120_000;
/// The server counts such time in whole seconds.
const SECOND: u64 = 1_000;

/// What the attacker has made, as far as the server has to remember it.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    made: usize,
    /// When its source's budget is whole. From then on the source may be forgotten.
    whole_at: u64,
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
        if self.made == 0 || now + SECOND >= self.whole_at {
            (self.made, self.free_before) = (0, self.free);
        }
        self.made += 1;
        self.stored += 1;
        self.whole_at = self.whole_at.max(now) + REGAINED;
    }

    /// A source that found no row of its own shares one, and has another share when it finds one.
    ///
    /// # Errors
    /// It made too many.
    pub(super) fn check(&self, is_sharing: bool) -> Result<(), String> {
        let Harvest { made, free_before, stored, .. } = *self;
        let share = |free: usize| (free / 4).max(1);
        let own = share(free_before);
        let shared = if is_sharing { share(free_before.saturating_sub(own)) } else { 0 };
        if made > own + shared {
            return Err(format!("the attacker made {made} of {free_before} free accounts"));
        }
        match stored > ROUND {
            true => Err(format!("{stored} accounts were stored in one round")),
            false => Ok(()),
        }
    }
}
