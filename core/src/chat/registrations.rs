//! Whose turn it is to have an account or a new password stored. Everybody waits while a disk or a
//! flash stores one. So one round stores few accounts. The next round that stores comes only when
//! storing has taken a small part of all time. Requests keep their order. Knows connections and
//! `time`.

use super::id::ConnectionId;
use crate::time::{Duration, Instant};

/// The most accounts that one round stores, with one wait for all.
const ROUND: u8 = 16;
/// One in this many milliseconds may go into storing accounts, so that fewer than one in a hundred
/// other requests meets it.
const SHARE: u64 = 200;
/// Milliseconds that may be saved up, so that a household's or a class's accounts never wait, even
/// on a slow flash.
const CREDIT: i16 = 2_000;
/// Milliseconds that may be overdrawn, so that the next account has its turn within a third of a
/// minute on any disk.
const DEBT: i16 = 100;
/// Nobody's turn.
const NONE: u16 = u16::MAX;

/// Registrations that wait for their turn, and the time of that turn.
#[derive(Debug)]
pub(super) struct Registrations<'s> {
    /// Connections, oldest first from `first` on, around the end.
    waiting: &'s mut [u16],
    first: u16,
    len: u16,
    /// The connection that waited and whose turn it is.
    next: u16,
    /// Accounts stored in the round that began at `at`.
    stored: u8,
    /// Milliseconds that the store may take.
    credit: i16,
    /// The beginning of the round that stores; otherwise the moment up to which the credit is
    /// computed.
    at: Instant,
}

impl<'s> Registrations<'s> {
    pub(crate) fn new(waiting: &'s mut [u16], now: Instant) -> Self {
        Registrations { waiting, first: 0, len: 0, next: NONE, stored: 0, credit: CREDIT, at: now }
    }

    /// Whether the account that `connection` asks for may be stored now. If not, its request waits
    /// in its socket until [`is_turn_of`](Self::is_turn_of) says yes.
    pub(crate) fn admit(&mut self, connection: ConnectionId, now: Instant) -> bool {
        self.settle(now);
        let waited = self.is_turn_of(connection);
        let may = self.is_open() && (waited || (self.next == NONE && self.len == 0));
        if !may && !waited {
            self.push(connection);
        }
        if may {
            self.next = NONE;
            if self.stored == 0 {
                self.at = now;
            }
            self.stored += 1;
        }
        may
    }

    /// The last admitted account was not stored, so nobody waits for it.
    pub(crate) fn take_back(&mut self) {
        self.stored = self.stored.saturating_sub(1);
    }

    /// The waiting connection whose turn it is.
    pub(crate) fn turn(&mut self, now: Instant) -> Option<ConnectionId> {
        self.settle(now);
        if self.next == NONE && self.len > 0 && self.is_open() {
            self.next = self.waiting[usize::from(self.first)];
            self.first = (self.first + 1) % self.waiting.len() as u16;
            self.len -= 1;
        }
        (self.next != NONE).then_some(ConnectionId(self.next))
    }

    /// Whether `connection` has waited and has its turn now.
    pub(crate) fn is_turn_of(&self, connection: ConnectionId) -> bool {
        self.next == connection.0
    }

    /// Whether `connection` waits for its turn.
    pub(crate) fn has_in_line(&self, connection: ConnectionId) -> bool {
        let place = |step: usize| (usize::from(self.first) + step) % self.waiting.len().max(1);
        (0..self.len.into()).any(|step| self.waiting[place(step)] == connection.0)
    }

    /// The connection whose turn it is gives it up.
    pub(crate) fn forfeit(&mut self) {
        self.next = NONE;
    }

    /// `connection` is gone. Whoever has its place next neither waits for its turn nor has it.
    pub(crate) fn leave(&mut self, connection: ConnectionId) {
        if self.is_turn_of(connection) {
            self.forfeit();
        }
        let size = self.waiting.len().max(1);
        let place = |step: u16| (usize::from(self.first) + usize::from(step)) % size;
        let Some(at) = (0..self.len).find(|&step| self.waiting[place(step)] == connection.0) else {
            return;
        };
        for step in at + 1..self.len {
            self.waiting[place(step - 1)] = self.waiting[place(step)];
        }
        self.len -= 1;
    }

    /// When to call [`turn`](Self::turn): soon after a round that stored, to see how long it took,
    /// and when the next may store.
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.stored > 0 {
            return Some(self.at + Duration::from_millis(1));
        }
        if self.len == 0 && self.next == NONE {
            return None;
        }
        let missing = u64::try_from(1 - self.credit).unwrap_or(0);
        Some(self.at + Duration::from_millis(missing * SHARE))
    }

    fn is_open(&self) -> bool {
        self.credit > 0 && self.stored < ROUND
    }

    /// Once time has passed, the round that stored is over, and its time is charged.
    fn settle(&mut self, now: Instant) {
        let passed = now.saturating_since(self.at).as_millis();
        if self.stored == 0 {
            let gained = passed / SHARE;
            self.at = self.at + Duration::from_millis(gained * SHARE);
            let gained = i16::try_from(gained).unwrap_or(i16::MAX);
            self.credit = self.credit.saturating_add(gained).min(CREDIT);
        } else if passed > 0 {
            let taken = i16::try_from(passed).unwrap_or(i16::MAX);
            self.credit = self.credit.saturating_sub(taken).max(-DEBT);
            (self.stored, self.at) = (0, now);
        }
    }

    fn push(&mut self, connection: ConnectionId) {
        let size = self.waiting.len();
        let at = |step: usize| (usize::from(self.first) + step) % size.max(1);
        let len = usize::from(self.len);
        if len < size && !self.has_in_line(connection) {
            self.waiting[at(len)] = connection.0;
            self.len += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Instant {
        Instant::from_millis(millis)
    }

    /// Every connection asks once, and again when it is its turn. Answers the order in which they
    /// were admitted.
    fn admitted(registrations: &mut Registrations<'_>, now: Instant) -> Vec<u16> {
        let mut order = Vec::new();
        while let Some(connection) = registrations.turn(now) {
            if !registrations.admit(connection, now) {
                break;
            }
            order.push(connection.0);
        }
        order
    }

    #[test]
    fn a_round_stores_so_many_and_the_others_keep_their_order() {
        let mut memory = [0; 40];
        let mut registrations = Registrations::new(&mut memory, at(0));
        let first: Vec<u16> = (0..40)
            .filter(|&connection| registrations.admit(ConnectionId(connection), at(5)))
            .collect();
        assert_eq!(first, Vec::from_iter(0..u16::from(ROUND)));
        assert_eq!(registrations.turn(at(5)), None, "the same round");
        assert_eq!(registrations.due(), Some(at(6)));
        assert!(!registrations.admit(ConnectionId(3), at(6)), "who comes again is the last");
        assert_eq!(admitted(&mut registrations, at(6)), Vec::from_iter(16..32));
        assert_eq!(admitted(&mut registrations, at(7)), [32, 33, 34, 35, 36, 37, 38, 39, 3]);
        assert_eq!(registrations.due(), Some(at(8)));
        assert_eq!((registrations.turn(at(8)), registrations.due()), (None, None));
    }

    #[test]
    fn the_store_takes_a_small_part_of_the_time_however_slow_it_is() {
        for took in [1, 7, 90, 5_000] {
            let mut memory = [0; 2];
            let mut registrations = Registrations::new(&mut memory, at(0));
            let (mut now, mut taken, mut longest) = (0, 0, 0);
            let asker = ConnectionId(1);
            while now < 3_600_000 {
                let asked = now;
                while !registrations.admit(asker, at(now)) {
                    now = now.max(registrations.due().unwrap().as_millis());
                    registrations.turn(at(now));
                }
                longest = longest.max(now - asked);
                now += took;
                taken += took;
            }
            let counted = taken / took * took.min(DEBT as u64 + 1);
            assert!(counted <= 3_600_000 / SHARE + 2 * CREDIT as u64, "{took}: {counted}");
            assert!(longest <= (DEBT as u64 + 1) * SHARE, "{took}: {longest}");
        }
    }

    #[test]
    fn a_few_accounts_in_a_quiet_hour_never_wait() {
        let mut memory = [0; 2];
        let mut registrations = Registrations::new(&mut memory, at(0));
        for number in 0..20 {
            let now = at(7_000 + 10 * number);
            registrations.turn(now);
            assert!(registrations.admit(ConnectionId(0), now), "{number}");
            registrations.turn(now + Duration::from_millis(3));
        }
    }

    #[test]
    fn what_was_not_stored_takes_no_time() {
        let mut memory = [0; 2];
        let mut registrations = Registrations::new(&mut memory, at(0));
        for _ in 0..3 * ROUND {
            assert!(registrations.admit(ConnectionId(0), at(1)));
            registrations.take_back();
        }
        assert_eq!(registrations.due(), None);
    }

    #[test]
    fn whoever_is_gone_leaves_the_line_and_the_others_keep_their_order() {
        for gone in 0..4 {
            let mut memory = [0; 5];
            let mut registrations = Registrations::new(&mut memory, at(0));
            // The line goes around the end of its memory.
            for _ in 0..2 {
                while registrations.admit(ConnectionId(9), at(1)) {}
                for connection in 0..3 {
                    assert!(!registrations.admit(ConnectionId(connection), at(1)));
                }
                registrations.leave(ConnectionId(9));
                assert_eq!(admitted(&mut registrations, at(2)), [0, 1, 2]);
                registrations.turn(at(3));
            }
            while registrations.admit(ConnectionId(3), at(4)) {}
            for connection in 0..3 {
                assert!(!registrations.admit(ConnectionId(connection), at(4)));
            }
            registrations.leave(ConnectionId(gone));
            registrations.leave(ConnectionId(gone));
            assert!(!registrations.has_in_line(ConnectionId(gone)));
            let left: Vec<u16> = [3, 0, 1, 2].into_iter().filter(|&other| other != gone).collect();
            assert_eq!(admitted(&mut registrations, at(5)), left);
        }
    }

    #[test]
    fn a_turn_goes_on_when_its_owner_is_gone() {
        let mut memory = [0; 2];
        let mut registrations = Registrations::new(&mut memory, at(0));
        while registrations.admit(ConnectionId(0), at(1)) {}
        assert!(!registrations.admit(ConnectionId(1), at(1)));
        assert_eq!(registrations.turn(at(2)), Some(ConnectionId(0)));
        registrations.leave(ConnectionId(0));
        assert_eq!(registrations.turn(at(2)), Some(ConnectionId(1)));
    }

    #[test]
    fn whoever_is_gone_holds_up_nobody_and_the_place_is_free_again() {
        let mut memory = [0; 2];
        let mut registrations = Registrations::new(&mut memory, at(0));
        while registrations.admit(ConnectionId(0), at(1)) {}
        for _ in 0..3 {
            assert!(!registrations.admit(ConnectionId(1), at(1)));
        }
        assert_eq!(registrations.turn(at(2)), Some(ConnectionId(0)));
        assert!(!registrations.is_turn_of(ConnectionId(1)));
        registrations.forfeit();
        assert_eq!(registrations.turn(at(2)), Some(ConnectionId(1)));
        assert!(registrations.admit(ConnectionId(1), at(2)));
        assert!(registrations.admit(ConnectionId(0), at(2)));
    }
}
