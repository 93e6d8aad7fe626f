//! Who is kept out: users and networks, each until a moment. One table of rows, looked through from
//! end to end when somebody connects or logs in.
//! Knows no name.

use super::id::UserId;
use crate::operator::Network;
use crate::table::Full;
use crate::time::Instant;

/// The end of a ban for good.
pub(super) const FOR_GOOD: Instant = Instant::from_millis(u64::MAX);

/// Whom a ban keeps out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A user.
    User(UserId),
    /// All addresses of a network.
    Network(Network),
}

/// One ban, or a free row.
#[derive(Debug, Default)]
pub(super) struct BanRow(Option<(Target, Instant)>);

/// All bans.
#[derive(Debug)]
pub(super) struct Bans<'s> {
    rows: &'s mut [BanRow],
}

impl<'s> Bans<'s> {
    pub(super) fn new(rows: &'s mut [BanRow]) -> Self {
        Bans { rows }
    }

    /// How many there may be.
    pub(super) fn capacity(&self) -> usize {
        self.rows.len()
    }

    /// The first ban from that row on that is not over, and its row.
    pub(super) fn next(&self, row: usize, now: Instant) -> Option<(usize, Target, Instant)> {
        let rows = self.rows.iter().enumerate().skip(row);
        let mut bans =
            rows.filter_map(|(at, row)| row.0.map(|(target, until)| (at, target, until)));
        bans.find(|(_, _, until)| now < *until)
    }

    /// Until when the last ban lasts for which `is_met` says yes.
    pub(super) fn until(&self, now: Instant, is_met: impl Fn(Target) -> bool) -> Option<Instant> {
        let bans = self.rows.iter().filter_map(|row| row.0);
        let met = bans.filter(|(target, until)| now < *until && is_met(*target));
        met.map(|(_, until)| until).max()
    }

    /// Whether [`set`](Self::set) would take a ban of `target`.
    pub(super) fn check(&self, target: Target, now: Instant) -> Result<(), Full> {
        self.place(target, now).map(|_| ()).ok_or(Full)
    }

    /// Sets a ban, in the place of an earlier one of the same target, or of one that is over.
    pub(super) fn set(&mut self, target: Target, until: Instant, now: Instant) -> Result<(), Full> {
        let place = self.place(target, now).ok_or(Full)?;
        self.rows[place].0 = Some((target, until));
        Ok(())
    }

    fn place(&self, target: Target, now: Instant) -> Option<usize> {
        let is_free = |row: &BanRow| row.0.is_none_or(|(_, until)| until <= now);
        self.find(target).or_else(|| self.rows.iter().position(is_free))
    }

    /// Ends the ban of `target`, and answers until when it would have lasted.
    pub(super) fn remove(&mut self, target: Target) -> Option<Instant> {
        let place = self.find(target)?;
        self.rows[place].0.take().map(|(_, until)| until)
    }

    /// Until when the ban of this very target lasts, over or not.
    pub(super) fn of(&self, target: Target) -> Option<Instant> {
        self.find(target).and_then(|place| self.rows[place].0).map(|(_, until)| until)
    }

    fn find(&self, target: Target) -> Option<usize> {
        self.rows.iter().position(|row| row.0.is_some_and(|(other, _)| other == target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1_000);
    const LATER: Instant = Instant::from_millis(2_000);

    fn user(number: u16) -> Target {
        Target::User(UserId(number))
    }

    fn network(text: &str, bits: u8) -> Target {
        Target::Network(Network::new(text.parse().unwrap(), bits).unwrap())
    }

    #[test]
    fn as_many_bans_fit_as_were_lent_and_one_more_after_one_is_over() {
        let mut rows: [BanRow; 3] = Default::default();
        let mut bans = Bans::new(&mut rows);
        for number in 0..3 {
            assert_eq!(bans.check(user(number), NOW), Ok(()));
            bans.set(user(number), FOR_GOOD, NOW).unwrap();
        }
        assert_eq!(bans.set(user(3), FOR_GOOD, NOW), Err(Full));
        bans.set(user(2), LATER, NOW).unwrap();
        assert_eq!(bans.check(user(3), NOW), Err(Full));
        assert_eq!(
            (bans.check(user(3), LATER), bans.set(user(3), FOR_GOOD, LATER)),
            (Ok(()), Ok(()))
        );
        assert_eq!((bans.remove(user(0)), bans.remove(user(0))), (Some(FOR_GOOD), None));
        assert_eq!(bans.set(user(4), FOR_GOOD, NOW), Ok(()));
        assert_eq!(Bans::new(&mut []).set(user(0), LATER, NOW), Err(Full));
    }

    #[test]
    fn the_longest_ban_that_meets_somebody_counts() {
        let mut rows: [BanRow; 4] = Default::default();
        let mut bans = Bans::new(&mut rows);
        bans.set(network("10.0.0.0", 8), LATER, NOW).unwrap();
        bans.set(network("10.1.0.0", 16), FOR_GOOD, NOW).unwrap();
        let until = |bans: &Bans<'_>, address: &str, now| {
            let address = address.parse().unwrap();
            bans.until(now, |target| matches!(target, Target::Network(net) if net.holds(address)))
        };
        assert_eq!(until(&bans, "10.1.2.3", NOW), Some(FOR_GOOD));
        assert_eq!(until(&bans, "10.2.2.3", NOW), Some(LATER));
        assert_eq!(until(&bans, "10.2.2.3", LATER), None);
        assert_eq!(until(&bans, "11.2.2.3", NOW), None);
        assert_eq!(bans.next(0, LATER), Some((1, network("10.1.0.0", 16), FOR_GOOD)));
        assert_eq!(bans.of(network("10.0.0.0", 8)), Some(LATER));
    }
}
