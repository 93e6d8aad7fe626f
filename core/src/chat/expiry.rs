//! Expiry: mail that nobody fetches does not stay for ever, and its sender hears of its end. Each
//! call looks at a bounded number of users and removes a bounded number of deliveries.

use super::Chat;
use super::id::UserId;
use super::mailboxes::Overdue;
use crate::environment::{Environment, Notice};
use crate::store::{Entry, StoreError};
use crate::time::{Duration, Instant};

/// The most users that one call looks at.
const ROWS: usize = 1024;
/// The most deliveries that one call removes.
const DELIVERIES: usize = 256;
/// How often the server looks at all users within the time that mail has.
const ROUNDS: u64 = 32;
/// The shortest and the longest time between two looks.
const PERIODS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(3600));
/// No mail is older than this. Otherwise the clock was not set when the mail was accepted.
const UNKNOWN: Duration = Duration::from_secs(10 * 365 * 86_400);

/// The progress of the look at all users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expiry {
    /// When it goes on.
    due: Instant,
    /// The user with whom it goes on.
    next: u16,
}

impl Expiry {
    /// Begins a part of `patience` after the start. So if the server was off for longer than mail
    /// has, or its clock was wrong, receivers still have that time to come and fetch their mail.
    pub(super) fn new(now: Instant, patience: Duration) -> Self {
        Expiry { due: now + part(patience).max(PERIODS.0), next: 0 }
    }
}

/// A part of the time that mail has.
fn part(patience: Duration) -> Duration {
    Duration::from_millis(patience.as_millis() / ROUNDS)
}

impl Chat<'_> {
    /// When [`expire_mail`](Self::expire_mail) is due: never if no mail expires, or none waits.
    pub fn expiry_due(&self) -> Option<Instant> {
        let expires = self.settings.mail_expires > Duration::from_millis(0);
        (expires && self.mailboxes.deliveries().used > 0).then_some(self.expiry.due)
    }

    /// If it is time to look, removes mail that was accepted too long ago. It does not matter
    /// whether the receiver is online.
    pub fn expire_mail(&mut self, now: Instant, environment: &mut impl Environment) {
        if self.expiry_due().is_none_or(|due| now < due) {
            return;
        }
        let (first, mut left) = (usize::from(self.expiry.next), DELIVERIES);
        let end = self.users.rows().min(first + ROWS);
        for row in first..end {
            left -= self.expire_mail_of(UserId(row as u16), now, left, environment);
            if left == 0 {
                self.expiry.next = row as u16;
                return;
            }
        }
        self.expiry.next = end as u16;
        if end == self.users.rows() {
            let period = part(self.settings.mail_expires).clamp(PERIODS.0, PERIODS.1);
            self.expiry = Expiry { due: now + period, next: 0 };
        }
    }

    /// Removes up to `most` of the user's deliveries, and answers how many. The store hears of it
    /// first, so that a message that was called gone does not come back. If the store does not
    /// work, the deliveries stay until the next look.
    fn expire_mail_of(
        &mut self,
        user: UserId,
        now: Instant,
        most: usize,
        environment: &mut impl Environment,
    ) -> usize {
        let patience = self.settings.mail_expires;
        let Overdue { count, stored } = self.mailboxes.overdue(user, now, patience, most);
        let noted = stored.map_or(Ok(()), |id| {
            self.append(&Entry::Expired { to: &self.users[user].name, id }, environment)
        });
        if noted == Err(StoreError::Failed) {
            return 0;
        }
        for _ in 0..count {
            self.expire_first(user, environment);
        }
        // The deliveries that are gone make room in a full store.
        if let (Err(StoreError::Full), Some(id)) = (noted, stored) {
            let to = &self.users[user].name;
            let _ = self.append(&Entry::Expired { to, id }, environment);
        }
        count
    }

    fn expire_first(&mut self, user: UserId, environment: &mut impl Environment) {
        let Some((id, told)) = self.mailboxes.expire_first(user) else { return };
        if let Some(from) = told {
            self.wake_user(from);
        }
        environment.notice(Notice::Expired { user: &self.users[user].name, id });
    }

    /// The moment from which the age of a restored delivery counts.
    pub(crate) fn restored_at(&self, at: Instant) -> Instant {
        known_at(at, self.started)
    }
}

/// A restored moment, on the clock of this start. If the moment is later than the start, or
/// absurdly early, another clock named it. Then the age is unknown and counts from the start.
fn known_at(at: Instant, started: Instant) -> Instant {
    let is_known = at <= started && started.saturating_since(at) < UNKNOWN;
    if is_known { at } else { started }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_makes_mail_as_old_as_the_start_and_never_older() {
        let started = Instant::START + UNKNOWN + UNKNOWN;
        let ago = |millis| started - Duration::from_millis(millis);
        for (at, known) in [
            (started, started),
            (ago(1), ago(1)),
            (started + Duration::from_millis(1), started),
            (Instant::from_millis(u64::MAX), started),
            (ago(UNKNOWN.as_millis() - 1), ago(UNKNOWN.as_millis() - 1)),
            (ago(UNKNOWN.as_millis()), started),
            (Instant::START, started),
        ] {
            assert_eq!(known_at(at, started), known, "{at:?}");
        }
    }

    #[test]
    fn a_start_leaves_a_part_of_the_time_before_it_looks() {
        let due = |secs| Expiry::new(Instant::START, Duration::from_secs(secs)).due.as_millis();
        assert_eq!([0, 2, 64, 30 * 86_400].map(due), [1_000, 1_000, 2_000, 81_000_000]);
    }

    #[test]
    fn no_time_that_mail_may_have_is_too_long() {
        let expiry = Expiry::new(Instant::START, Duration::from_secs(u64::MAX));
        assert!(expiry.due > Instant::START);
    }
}
