//! An index: finds small values (positions, packed pairs) by hash, with open addressing and no
//! tombstones.

use core::fmt::Debug;

use super::Full;

/// What an index holds.
pub(crate) trait Value: Copy + PartialEq + Debug {
    /// The mark of an empty slot; never a value.
    const EMPTY: Self;
}

impl Value for u32 {
    const EMPTY: Self = u32::MAX;
}

impl Value for u64 {
    const EMPTY: Self = u64::MAX;
}

/// A hash index over values. The caller knows what a value means, its hash and its equality.
///
/// Probing is linear. One slot always stays empty, so `n` slots hold at most `n - 1` values. Lend
/// about twice as many slots as values, to keep probes short. Only the high half of a hash chooses
/// the slot.
#[derive(Debug)]
pub(crate) struct Index<'a, V = u32> {
    slots: &'a mut [V],
    len: usize,
}

impl<'a, V: Value> Index<'a, V> {
    /// An empty index over `slots`, of any count up to 2³².
    pub(crate) fn new(slots: &'a mut [V]) -> Self {
        slots.fill(V::EMPTY);
        Index { slots, len: 0 }
    }

    /// The value under `hash` for which `eq` says yes.
    pub(crate) fn find(&self, hash: u64, eq: impl FnMut(V) -> bool) -> Option<V> {
        self.position(hash, eq).map(|at| self.slots[at])
    }

    /// Adds `value`; [`Full`] if only one slot is left. `value` must not be [`EMPTY`](Value::EMPTY)
    /// nor in the index.
    pub(crate) fn insert(&mut self, hash: u64, value: V) -> Result<(), Full> {
        debug_assert_ne!(value, V::EMPTY, "the empty mark is not a value");
        if self.len + 1 >= self.slots.len() {
            return Err(Full);
        }
        let mut at = self.home(hash);
        while self.slots[at] != V::EMPTY {
            at = self.after(at);
        }
        self.slots[at] = value;
        self.len += 1;
        Ok(())
    }

    /// Takes out the value under `hash` for which `eq` says yes. `hash_of` tells the hashes of
    /// other values, because they may move.
    pub(crate) fn remove(
        &mut self,
        hash: u64,
        eq: impl FnMut(V) -> bool,
        hash_of: impl FnMut(V) -> u64,
    ) -> Option<V> {
        let at = self.position(hash, eq)?;
        let value = self.slots[at];
        self.close(at, hash_of);
        self.len -= 1;
        Some(value)
    }

    /// How many values the index holds.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether the index holds no value.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn position(&self, hash: u64, mut eq: impl FnMut(V) -> bool) -> Option<usize> {
        let mut at = self.home(hash);
        loop {
            match *self.slots.get(at)? {
                value if value == V::EMPTY => return None,
                value if eq(value) => return Some(at),
                _ => at = self.after(at),
            }
        }
    }

    /// Empties `hole`, and moves back every later value of its run that the hole would hide.
    fn close(&mut self, mut hole: usize, mut hash_of: impl FnMut(V) -> u64) {
        let mut at = self.after(hole);
        while self.slots[at] != V::EMPTY {
            let home = self.home(hash_of(self.slots[at]));
            if self.distance(home, at) >= self.distance(hole, at) {
                self.slots[hole] = self.slots[at];
                hole = at;
            }
            at = self.after(at);
        }
        self.slots[hole] = V::EMPTY;
    }

    /// The slot at which probing for `hash` starts. Scaled and not reduced, because a Cortex-M has
    /// no 64-bit divide.
    fn home(&self, hash: u64) -> usize {
        (((hash >> 32) * self.slots.len() as u64) >> 32) as usize
    }

    fn after(&self, at: usize) -> usize {
        if at + 1 < self.slots.len() { at + 1 } else { 0 }
    }

    fn distance(&self, from: usize, to: usize) -> usize {
        if from <= to { to - from } else { to + self.slots.len() - from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Few distinct homes, the last slot among them: long runs that wrap around.
    fn crowded(value: u32) -> u64 {
        let home = [0, 1 << 30, u32::MAX - 1, u32::MAX][value as usize % 4];
        u64::from(home) << 32
    }

    fn insert(index: &mut Index<'_>, value: u32) -> Result<(), Full> {
        index.insert(crowded(value), value)
    }

    fn find(index: &Index<'_>, value: u32) -> Option<u32> {
        index.find(crowded(value), |other| other == value)
    }

    fn remove(index: &mut Index<'_>, value: u32) -> Option<u32> {
        index.remove(crowded(value), |other| other == value, crowded)
    }

    #[test]
    fn holds_one_value_fewer_than_slots_and_one_more_after_a_removal() {
        let mut slots = [0; 4];
        let mut index = Index::new(&mut slots);
        assert_eq!(insert(&mut index, 1), Ok(()));
        assert_eq!(insert(&mut index, 2), Ok(()));
        assert_eq!(insert(&mut index, 3), Ok(()));
        assert_eq!(insert(&mut index, 4), Err(Full));
        assert_eq!((index.len(), find(&index, 4)), (3, None));
        assert_eq!(remove(&mut index, 2), Some(2));
        assert_eq!(insert(&mut index, 4), Ok(()));
        assert_eq!([1, 2, 3, 4].map(|v| find(&index, v).is_some()), [true, false, true, true]);
    }

    #[test]
    fn none_or_one_slot_hold_nothing() {
        for count in 0..=1 {
            let mut slots = vec![0; count];
            let mut index = Index::new(&mut slots);
            assert_eq!(insert(&mut index, 7), Err(Full));
            assert_eq!((find(&index, 7), remove(&mut index, 7)), (None, None));
            assert!(index.is_empty());
        }
    }

    #[test]
    fn equal_hashes_are_told_apart_by_equality() {
        let mut slots = [0_u32; 8];
        let mut index = Index::new(&mut slots);
        index.insert(5, 10).unwrap();
        index.insert(5, 11).unwrap();
        assert_eq!(index.find(5, |value| value == 11), Some(11));
        assert_eq!(index.find(5, |_| false), None);
    }

    proptest! {
        #[test]
        fn behaves_like_a_set(steps in prop::collection::vec((any::<bool>(), 0u32..24), 0..200)) {
            let mut slots = [0; 13];
            let mut index = Index::new(&mut slots);
            let mut model = BTreeSet::new();
            for (adding, value) in steps {
                if !adding {
                    prop_assert_eq!(remove(&mut index, value).is_some(), model.remove(&value));
                } else if !model.contains(&value) {
                    let fits = model.len() < 12 && model.insert(value);
                    prop_assert_eq!(insert(&mut index, value).is_ok(), fits);
                }
                prop_assert_eq!(index.len(), model.len());
                for value in 0..24 {
                    prop_assert_eq!(find(&index, value).is_some(), model.contains(&value));
                }
            }
        }
    }
}
