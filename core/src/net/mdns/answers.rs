//! Answers that wait for their moment, and what was said lately: no record is said to everybody
//! twice within a second (RFC 6762, 6).

use smoltcp::wire::IpAddress;

use super::set::{Record, Set};
use crate::time::{Duration, Instant};

/// The least time between two times that everybody hears a record.
const PAUSE: Duration = Duration::from_secs(1);
/// The same where a name is defended against a probe.
const SHORT_PAUSE: Duration = Duration::from_millis(250);

/// What one version of IP is to carry to everybody.
#[derive(Debug, Default)]
pub(super) struct Answers {
    waiting: Set,
    /// When those are said.
    due: Option<Instant>,
    /// Who asked for all of them; nobody if several did. The same host may say what it knows in
    /// further messages.
    asker: Option<IpAddress>,
    /// When everybody heard each record last.
    said: [Option<Instant>; Record::COUNT],
    /// They defend our name.
    urgent: bool,
}

impl Answers {
    /// Notes that everybody is to hear these records at `due`, or before.
    pub(super) fn add(&mut self, records: Set, due: Instant, asker: IpAddress, urgent: bool) {
        if records.is_empty() {
            return;
        }
        self.asker = if self.waiting.is_empty() { Some(asker) } else { self.asker };
        self.asker = self.asker.filter(|first| *first == asker);
        self.waiting |= records;
        self.urgent |= urgent;
        self.due = Some(self.due.map_or(due, |earlier| earlier.min(due)));
    }

    /// Notes that the asker has these records.
    pub(super) fn drop_known(&mut self, asker: IpAddress, known: Set) {
        if self.asker == Some(asker) {
            self.keep(self.waiting & !known);
        }
    }

    /// Forgets what waits.
    pub(super) fn clear(&mut self) {
        self.keep(Set::EMPTY);
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The records that everybody may hear now. The others wait until they may be said again.
    pub(super) fn take_due(&mut self, now: Instant) -> Set {
        if self.due.is_none_or(|due| due > now) {
            return Set::EMPTY;
        }
        let pause = if self.urgent { SHORT_PAUSE } else { PAUSE };
        let free = |record: &Record| self.said[record.index()].is_none_or(|at| at + pause <= now);
        let ready: Set = self.waiting.iter().filter(free).collect();
        let rest = self.waiting & !ready;
        let next = rest.iter().filter_map(|record| self.said[record.index()]).min();
        self.keep(rest);
        self.due = next.map(|said| said + pause);
        ready
    }

    /// Everybody has just heard these.
    pub(super) fn note_said(&mut self, now: Instant, records: Set) {
        records.iter().for_each(|record| self.said[record.index()] = Some(now));
    }

    /// Whether everybody heard all of these within a quarter of their time to live (RFC 6762, 5.4).
    pub(super) fn are_fresh(
        &self,
        now: Instant,
        records: Set,
        ttl: impl Fn(Record) -> u32,
    ) -> bool {
        records.iter().all(|record| {
            let fresh = Duration::from_secs(u64::from(ttl(record)) / 4);
            self.said[record.index()].is_some_and(|at| now.saturating_since(at) < fresh)
        })
    }

    fn keep(&mut self, records: Set) {
        self.waiting = records;
        if records.is_empty() {
            (self.due, self.asker, self.urgent) = (None, None, false);
        }
    }
}
