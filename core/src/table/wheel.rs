//! A hierarchical timing wheel: ids with a due moment, armed, disarmed and popped without a sorted
//! queue.

use super::buckets::{BUCKETS, Occupancy, bucket_for, passes_all};
use super::{NONE, reachable};
use crate::time::Instant;

/// Stands for "in no bucket".
const DISARMED: u8 = u8::MAX;

/// Storage for one id of a [`Wheel`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct WheelSlot {
    due: u64,
    /// The links of the bucket's ring: after the last id comes the first.
    next: u16,
    prev: u16,
    bucket: u8,
}

impl WheelSlot {
    /// A slot to lend.
    pub(crate) const fn new() -> Self {
        WheelSlot { due: 0, next: NONE, prev: NONE, bucket: DISARMED }
    }
}

impl Default for WheelSlot {
    fn default() -> Self {
        WheelSlot::new()
    }
}

/// Deadlines in ticks of 1 ms, one for each id; ids are positions in the lent slots, so the wheel
/// is never full.
///
/// Five levels of 32 buckets reach about nine hours ahead. Later deadlines wait in the last bucket
/// and are placed again when time gets there. The work for each id that is armed, fires or moves to
/// a lower level is constant. An id moves at most four times, and once more for every nine hours
/// that it waits.
#[derive(Debug)]
pub(crate) struct Wheel<'a> {
    slots: &'a mut [WheelSlot],
    /// The first id of every bucket's ring.
    heads: [u16; BUCKETS],
    occupancy: Occupancy,
    /// The tick the wheel stands at; no occupied bucket begins before it.
    cursor: u64,
}

impl<'a> Wheel<'a> {
    /// A wheel that stands at `now`, for as many ids as there are slots, none armed.
    pub(crate) fn new(slots: &'a mut [WheelSlot], now: Instant) -> Self {
        slots.fill(WheelSlot::new());
        Wheel {
            slots: reachable(slots),
            heads: [NONE; BUCKETS],
            occupancy: Occupancy::default(),
            cursor: now.as_millis(),
        }
    }

    /// Arms `id` for `due`, and forgets its earlier deadline. An id without a slot is ignored.
    pub(crate) fn arm(&mut self, id: usize, due: Instant) {
        debug_assert!(id < self.slots.len(), "id {id} has no slot");
        self.disarm(id);
        if let Some(slot) = self.slots.get_mut(id) {
            slot.due = due.as_millis();
            self.attach(id as u16);
        }
    }

    /// Arms `id` for `due` unless it is armed for that moment or an earlier one.
    pub(crate) fn arm_earlier(&mut self, id: usize, due: Instant) {
        if self.due(id).is_none_or(|armed| due < armed) {
            self.arm(id, due);
        }
    }

    /// Forgets the deadline of `id`, if it has one.
    pub(crate) fn disarm(&mut self, id: usize) {
        if self.due(id).is_some() {
            self.detach(id as u16);
        }
    }

    /// The moment `id` is armed for.
    pub(crate) fn due(&self, id: usize) -> Option<Instant> {
        let slot = self.slots.get(id)?;
        (slot.bucket != DISARMED).then_some(Instant::from_millis(slot.due))
    }

    /// Disarms and returns the next id that is due at `now`. Call it until there is none.
    ///
    /// Ids come in the order of their deadlines. Exceptions are ids that were armed too late, and
    /// ids that fire after a leap over the wheel's whole reach. Time does not go back: a `now` that
    /// is earlier than the last one finds nothing.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<usize> {
        let now = now.as_millis();
        if passes_all(self.cursor, now) {
            self.leap(now);
        }
        while let Some(next) = self.occupancy.next(self.cursor).filter(|next| next.tick <= now) {
            self.cursor = next.tick;
            if next.is_exact() {
                let id = self.heads[next.bucket];
                self.detach(id);
                return Some(usize::from(id));
            }
            self.cascade(next.bucket);
        }
        self.cursor = self.cursor.max(now);
        None
    }

    /// When to [`pop`](Self::pop) again: the next deadline if it is near, else an earlier moment at
    /// which ids move to a lower level. If an id is overdue, that is the last moment popped at.
    /// `None` if no id is armed.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        let next = self.occupancy.next(self.cursor)?;
        Some(Instant::from_millis(next.tick))
    }

    /// Places every id of the bucket again. None comes back to it, because the cursor has reached
    /// it.
    fn cascade(&mut self, bucket: usize) {
        while self.heads[bucket] != NONE {
            let id = self.heads[bucket];
            self.detach(id);
            self.attach(id);
        }
    }

    /// Goes to `now` past all buckets at once. Step by step, a distant deadline would be placed
    /// again for every nine hours.
    fn leap(&mut self, now: u64) {
        self.heads = [NONE; BUCKETS];
        self.occupancy = Occupancy::default();
        self.cursor = now;
        for id in 0..self.slots.len() {
            if self.slots[id].bucket != DISARMED {
                self.attach(id as u16);
            }
        }
    }

    /// Puts `id` at the end of the ring of the bucket for its deadline.
    fn attach(&mut self, id: u16) {
        let due = self.slots[usize::from(id)].due;
        let bucket = bucket_for(self.cursor, due);
        if self.heads[bucket] == NONE {
            self.heads[bucket] = id;
            self.occupancy.set(bucket, true);
            self.join(id, id);
        } else {
            let head = self.heads[bucket];
            self.join(self.slots[usize::from(head)].prev, id);
            self.join(id, head);
        }
        self.slots[usize::from(id)].bucket = bucket as u8;
    }

    /// Takes `id`, which is armed, out of its bucket's ring.
    fn detach(&mut self, id: u16) {
        let slot = self.slots[usize::from(id)];
        let bucket = usize::from(slot.bucket);
        self.join(slot.prev, slot.next);
        if slot.next == id {
            self.heads[bucket] = NONE;
            self.occupancy.set(bucket, false);
        } else if self.heads[bucket] == id {
            self.heads[bucket] = slot.next;
        }
        self.slots[usize::from(id)].bucket = DISARMED;
    }

    fn join(&mut self, prev: u16, next: u16) {
        self.slots[usize::from(prev)].next = next;
        self.slots[usize::from(next)].prev = prev;
    }
}

#[cfg(test)]
mod tests;
