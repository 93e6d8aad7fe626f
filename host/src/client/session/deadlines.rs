//! The session's deadlines: when something is due, and what is done then.

use std::time::Instant;

use super::{Action, Arrival, Phase, Reconnecting, Refused, Session};
use crate::client::exit::Ending;

impl Session {
    /// Every deadline that is due, and receipts that have come.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        if self.phase == Phase::Over {
            return;
        }
        let lines = self.receipts.poll_lines(now);
        self.actions.extend(lines.into_iter().map(Action::Show));
        if matches!(self.phase, Phase::Greeting(by) if now >= by) {
            self.handle_no_greeting(now, "the server does not answer");
        }
        if self.entering_until().is_some_and(|by| now >= by) {
            self.handle_failed_entry(now, "the server does not answer", Ending::Unreachable);
        }
        self.handle_long_entry(now);
        self.handle_arrival_timeout(now);
        self.handle_refused_timeout(now);
        self.handle_private_timeout(now);
        self.handle_files_timeout(now);
        self.handle_silence_timeout(now);
        self.handle_pressure_timeout(now);
        self.handle_leaving_timeout(now);
        self.handle_reconnecting_timeout(now);
    }

    /// The next deadline.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        let by = match self.phase {
            Phase::Over => return None,
            Phase::Greeting(by) | Phase::Leaving(by) | Phase::Waiting(by) => Some(by),
            Phase::Asking | Phase::Entering | Phase::Online | Phase::Connecting => None,
        };
        let online = |deadline: Option<Instant>| deadline.filter(|_| self.phase == Phase::Online);
        let deadlines = [
            by,
            self.entering_until(),
            self.sign_of_life_at(),
            online(self.leave_by.filter(|_| self.is_all_sent() && !self.waits_for_files())),
            online(self.pressure.poll_at()),
            self.arrival.as_ref().map(Arrival::poll_at),
            self.refused.as_ref().and_then(Refused::poll_at),
            online(self.activity_at),
            online(self.files.poll_at()),
            online(self.silence_until()),
            self.conversations.poll_at(),
            self.receipts.poll_at(),
            self.reconnecting.as_ref().and_then(Reconnecting::ends_at),
        ];
        deadlines.into_iter().flatten().min()
    }
}
