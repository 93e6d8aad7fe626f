//! Mail of users who left while the store refused. The store is asked again until it takes the
//! mail, because no connection reminds of it.

use super::Chat;
use super::id::UserId;
use crate::environment::{Environment, Notice};
use crate::store::Store;
use crate::time::Instant;

/// The most rows of users that one call looks through.
const ROWS_AT_ONCE: usize = 4096;

impl Chat<'_> {
    /// Stores the mail of a user who has left. It was accepted already, so a refusal of the store
    /// changes no reply.
    pub(super) fn store_left_behind(
        &mut self,
        user: UserId,
        now: Instant,
        environment: &mut impl Environment,
    ) {
        if self.store_mailbox(user, now, environment).is_err() {
            self.durable.backlog_from =
                Some(self.durable.backlog_from.map_or(user, |first| first.min(user)));
            environment.notice(Notice::NotStored { user: &self.users[user].name });
        }
    }

    /// When [`store_backlog`](Self::store_backlog) is due.
    pub fn backlog_due(&self) -> Option<Instant> {
        self.durable.backlog_from.map(|_| self.durable.retry_at)
    }

    /// Asks the store again for offline users, if it is time.
    pub fn store_backlog(&mut self, now: Instant, store: &mut impl Store) {
        let Some(first) = self.durable.backlog_from.filter(|_| self.durable.retry_at <= now) else {
            return;
        };
        for row in first.index()..self.users.rows().min(first.index() + ROWS_AT_ONCE) {
            let user = UserId(row as u16);
            self.durable.backlog_from = Some(user);
            // The connection of a user who is back online asks for that user.
            if self.users[user].session.is_none() && self.store_mailbox(user, now, store).is_err() {
                return;
            }
        }
        let next = first.index() + ROWS_AT_ONCE;
        self.durable.backlog_from = (next < self.users.rows()).then_some(UserId(next as u16));
    }
}
