//! Which deliveries expired, and what that means for what is heard: none too early, none heard of
//! later, none without a reason. Users are numbers, moments are the world's milliseconds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// How a delivery ended.
#[derive(Clone, Copy, Debug)]
struct End {
    at: u64,
    /// It does not come any more; else it may.
    for_good: bool,
}

/// What expired.
#[derive(Debug)]
pub(super) struct Expiry {
    /// How long mail has; 0 for ever.
    patience: u64,
    /// How far the server's clocks leapt forward so far, and how far before this life.
    leaps: u64,
    leaps_before: u64,
    /// When the server gave each number at the earliest, with the leaps before: a message has it
    /// once its OK is heard.
    given: BTreeMap<u64, u64>,
    ends: BTreeMap<(usize, u64), End>,
    numbers: BTreeSet<u64>,
}

impl Expiry {
    pub(super) fn new(patience: u64) -> Self {
        Expiry {
            patience,
            leaps: 0,
            leaps_before: 0,
            given: BTreeMap::new(),
            ends: BTreeMap::new(),
            numbers: BTreeSet::new(),
        }
    }

    /// The server starts. What its clock had left out until now, it does not any more.
    pub(super) fn begin_life(&mut self) {
        self.leaps_before = self.leaps;
    }

    /// The server's clock leaps forward.
    pub(super) fn leap(&mut self, millis: u64) {
        self.leaps += millis;
    }

    /// The next number that the server gives, now.
    pub(super) fn note_next(&mut self, now: u64, next: u64) {
        self.given.entry(next).or_insert(now + self.leaps_before);
    }

    /// A delivery is over.
    ///
    /// # Errors
    /// It had time left.
    pub(super) fn end(
        &mut self,
        now: u64,
        to: usize,
        id: u64,
        for_good: bool,
    ) -> Result<(), String> {
        // Numbers rise: this one was not given before those below it could be.
        let given = self.given.range(..=id).next_back().map_or(0, |(_, given)| *given);
        let age = now + self.leaps - given;
        if self.patience == 0 || age < self.patience {
            return Err(format!("{id} expired for {to} after {age} ms"));
        }
        let end = self.ends.entry((to, id)).or_insert(End { at: now, for_good });
        // What expires again had come back.
        (end.at, end.for_good) = (now, for_good);
        self.numbers.insert(id);
        Ok(())
    }

    /// A delivery to nobody of whom anything is checked is over.
    pub(super) fn end_elsewhere(&mut self, id: u64) {
        self.numbers.insert(id);
    }

    /// Somebody whose connection is there since then hears a text.
    ///
    /// # Errors
    /// It was gone by then.
    pub(super) fn check_arrival(&self, to: usize, id: u64, since: u64) -> Result<(), String> {
        match self.ends.get(&(to, id)) {
            Some(end) if end.for_good && end.at < since => {
                Err(format!("{id} comes to {to}, and expired before it connected"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a delivery may be over.
    pub(super) fn may_be_gone(&self, to: usize, id: u64) -> bool {
        self.ends.contains_key(&(to, id))
    }

    /// Whether a delivery is over for good.
    pub(super) fn is_gone(&self, to: usize, id: u64) -> bool {
        self.ends.get(&(to, id)).is_some_and(|end| end.for_good)
    }

    /// Whether any delivery of this text is over.
    pub(super) fn has_ended(&self, id: u64) -> bool {
        self.numbers.contains(&id)
    }

    /// How many receivers of a broadcast have it or lost it, at least and at most.
    pub(super) fn ends(&self, id: Option<u64>, arrived: &BTreeSet<usize>) -> RangeInclusive<usize> {
        let mut range = (arrived.len(), arrived.len());
        for (&(to, ended), end) in &self.ends {
            if Some(ended) == id && !arrived.contains(&to) {
                range = (range.0 + usize::from(end.for_good), range.1 + 1);
            }
        }
        range.0..=range.1
    }
}
