//! Recent logins and logouts: one ring of entries for everybody. Every session knows how far it has
//! heard, so a login costs one entry and not one for each listener. A session that lags by more
//! than the ring hears how many it missed.

use super::id::UserId;
use crate::protocol::MessageId;

/// Whether the user came or went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PresenceKind {
    /// Went online.
    #[default]
    Login,
    /// Went offline.
    Logout,
}

/// One login or logout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PresenceEntry {
    /// Who.
    pub user: UserId,
    /// Whether the user came or went.
    pub kind: PresenceKind,
    /// The number of the next message when it happened, which is its place among the messages.
    pub before: MessageId,
}

/// The ring. Entries are numbered from 0 and never renumbered.
#[derive(Debug)]
pub(super) struct Presence<'s> {
    ring: &'s mut [PresenceEntry],
    next: u64,
    /// `next` modulo the ring's length. A 64-bit remainder is slow on a small board.
    at: usize,
    /// Entries before this one are not there any more, as if others had taken their places.
    #[cfg(feature = "operator")]
    floor: u64,
}

impl<'s> Presence<'s> {
    pub(crate) fn new(ring: &'s mut [PresenceEntry]) -> Self {
        Presence {
            ring,
            next: 0,
            at: 0,
            #[cfg(feature = "operator")]
            floor: 0,
        }
    }

    /// The number of the next entry.
    pub(super) fn next(&self) -> u64 {
        self.next
    }

    /// The number of the oldest entry that is still there.
    pub(super) fn oldest(&self) -> u64 {
        let oldest = self.next.saturating_sub(self.ring.len() as u64);
        #[cfg(feature = "operator")]
        let oldest = oldest.max(self.floor);
        oldest
    }

    /// The row of `user` is another's from now on: its entries are not told any more. Whoever has
    /// not heard of them hears that it missed some.
    #[cfg(feature = "operator")]
    pub(super) fn forget(&mut self, user: UserId) {
        let mut numbers = (self.oldest()..self.next).rev();
        let last = numbers.find(|&number| self.get(number).is_some_and(|entry| entry.user == user));
        self.floor = last.map_or(self.floor, |last| last + 1);
    }

    /// Adds an entry in the place of the oldest.
    pub(super) fn record(&mut self, entry: PresenceEntry) {
        if let Some(slot) = self.ring.get_mut(self.at) {
            *slot = entry;
            self.at = if self.at + 1 == self.ring.len() { 0 } else { self.at + 1 };
        }
        self.next += 1;
    }

    /// The entry of that number; `None` if it is not there yet or not any more.
    pub(super) fn get(&self, number: u64) -> Option<&PresenceEntry> {
        if number < self.oldest() || number >= self.next {
            return None;
        }
        let back = (self.next - number) as usize;
        let index = if back <= self.at { self.at - back } else { self.at + self.ring.len() - back };
        self.ring.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_keeps_the_last_entries_and_says_which() {
        let mut ring = [PresenceEntry::default(); 3];
        let mut presence = Presence::new(&mut ring);
        assert_eq!(presence.get(0), None);
        for number in 0..10u16 {
            presence.record(PresenceEntry { user: UserId(number), ..Default::default() });
            let oldest = presence.oldest();
            assert_eq!(oldest, u64::from(number).saturating_sub(2));
            assert_eq!(presence.get(oldest).unwrap().user, UserId(oldest as u16));
            assert_eq!(presence.get(number.into()).unwrap().user, UserId(number));
            assert_eq!(presence.get(u64::from(number) + 1), None);
            assert!(oldest == 0 || presence.get(oldest - 1).is_none());
        }
    }
}
