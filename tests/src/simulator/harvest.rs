//! The accounts that the attacker made: no more than a source may make, and no more in a round than
//! the store may be asked for.

/// Accounts that are stored in one round at most (docs/LIMITS.md).
const ROUND: usize = 16;
/// How long a source's budget takes to regain one account, in milliseconds.
const REGAINED: u64 = 120_000;
/// The server counts such time in whole seconds.
const SECOND: u64 = 1_000;

/// What a source may make of the accounts that are free: a quarter.
fn share(free: usize) -> usize {
    (free / 4).max(1)
}

/// What the attacker has made, as far as one row of the server's sources has to remember it.
#[derive(Debug)]
struct Row {
    made: usize,
    /// When its budget is whole. From then on it may be forgotten.
    whole_at: u64,
    /// Accounts that were free before the first of them.
    free_before: usize,
}

/// What the attacker has made, as far as the server has to remember it.
#[derive(Debug, Default)]
pub(super) struct Harvest {
    rows: Vec<Row>,
    /// Accounts that are free now.
    free: usize,
    /// Accounts that were stored in this round, whoever made them.
    pub(super) stored: usize,
}

impl Harvest {
    /// A round begins with so many free accounts.
    pub(super) fn begin_round(&mut self, free: usize) {
        (self.free, self.stored) = (free, 0);
    }

    /// The attacker made an account at `now`, by the server's clock. What is beyond a row's share
    /// belongs to another row.
    pub(super) fn reap(&mut self, now: u64) {
        self.rows.retain(|row| now + SECOND < row.whole_at);
        if self.rows.last().is_none_or(|row| row.made >= share(row.free_before)) {
            self.rows.push(Row { made: 0, whole_at: now, free_before: self.free });
        }
        if let Some(row) = self.rows.last_mut() {
            row.made += 1;
            row.whole_at = row.whole_at.max(now) + REGAINED;
        }
        self.stored += 1;
    }

    /// A source that found no row of its own shares one, and has another share when it finds one.
    ///
    /// # Errors
    /// It made too many.
    pub(super) fn check(&self, is_sharing: bool) -> Result<(), String> {
        let (rows, stored) = (&self.rows, self.stored);
        if rows.len() > if is_sharing { 2 } else { 1 } {
            let made: usize = rows.iter().map(|row| row.made).sum();
            let free = rows[0].free_before;
            return Err(format!("the attacker made {made} of {free} free accounts"));
        }
        match stored > ROUND {
            true => Err(format!("{stored} accounts were stored in one round")),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Makes as many accounts at `now`, of so many that are free.
    fn made(harvest: &mut Harvest, now: u64, free: usize, count: usize) {
        harvest.begin_round(free);
        (0..count).for_each(|_| harvest.reap(now));
    }

    #[test]
    fn a_share_is_a_quarter_and_who_shares_a_row_may_have_two() {
        let mut harvest = Harvest::default();
        made(&mut harvest, 0, 40, 10);
        assert!(harvest.check(false).is_ok());
        made(&mut harvest, 1, 30, 1);
        assert!(harvest.check(false).is_err() && harvest.check(true).is_ok());
        made(&mut harvest, 2, 29, 7);
        assert!(harvest.check(true).is_err());
    }

    #[test]
    fn each_row_is_forgotten_once_its_own_budget_is_whole() {
        let mut harvest = Harvest::default();
        made(&mut harvest, 0, 40, 10);
        made(&mut harvest, 0, 30, 7);
        // The row of seven is whole after fourteen minutes, and that of ten after twenty.
        made(&mut harvest, 14 * 60_000, 23, 5);
        assert!(harvest.check(true).is_ok());
        made(&mut harvest, 19 * 60_000, 18, 1);
        assert!(harvest.check(true).is_err());
    }
}
