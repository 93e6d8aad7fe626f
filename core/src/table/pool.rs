//! A pool: lent slots that are taken and given back one by one, found again by [`Key`].

use core::num::NonZeroU32;

/// Set in the link of every free slot, so that misuse shows without a field of its own.
const FREE: u32 = 1 << 31;

/// Names a used slot of one [`Pool`]; `Option<Key>` takes 4 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(NonZeroU32);

/// The first slot's key. It stands in slots that are not used yet.
impl Default for Key {
    fn default() -> Self {
        Key(NonZeroU32::MIN)
    }
}

impl Key {
    const fn new(index: usize) -> Self {
        Key(NonZeroU32::MIN.saturating_add(index as u32))
    }

    /// The position of the slot in the lent storage.
    pub(crate) const fn index(self) -> usize {
        (self.0.get() - 1) as usize
    }
}

/// Storage for one value of a [`Pool`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolSlot<T> {
    value: T,
    /// The index + 1 of the next slot, 0 for none. With [`FREE`] it belongs to the free chain,
    /// without it to the slot's user.
    link: u32,
}

impl<T> PoolSlot<T> {
    /// A slot to lend; `value` stands in it until the pool first uses it.
    pub(crate) const fn new(value: T) -> Self {
        PoolSlot { value, link: 0 }
    }
}

impl<T: Default> Default for PoolSlot<T> {
    fn default() -> Self {
        PoolSlot::new(T::default())
    }
}

/// Values in lent slots; each used slot carries one link for its user to chain with.
///
/// A pool refuses nothing. Whoever takes from it asks [`free`](Pool::free) first, for all slots of
/// all pools that it needs. So something that takes several slots is never half done.
///
/// A key is good from [`insert`](Pool::insert) to [`remove`](Pool::remove), with the pool that gave
/// it. Using another key is a bug of the caller's, and debug builds report it. A key of a larger
/// pool may panic in every build.
#[derive(Debug)]
pub(crate) struct Pool<'a, T> {
    slots: &'a mut [PoolSlot<T>],
    first_free: Option<Key>,
    free: usize,
}

impl<'a, T> Pool<'a, T> {
    /// An empty pool over `slots`; it can hold as many values as there are slots, below 2³¹.
    pub(crate) fn new(slots: &'a mut [PoolSlot<T>]) -> Self {
        let count = slots.len().min(FREE as usize - 1);
        let slots = &mut slots[..count];
        let mut first_free = None;
        for (index, slot) in slots.iter_mut().enumerate().rev() {
            slot.link = FREE | encode(first_free);
            first_free = Some(Key::new(index));
        }
        Pool { slots, first_free, free: count }
    }

    /// Puts `value` in a free slot, with no link.
    ///
    /// # Panics
    /// Every slot is used: the caller did not ask whether one is [`free`](Pool::free).
    pub(crate) fn insert(&mut self, value: T) -> Key {
        // Without a free slot this is out of range.
        let index = self.first_free.map_or(self.slots.len(), Key::index);
        let slot = &mut self.slots[index];
        self.first_free = decode(slot.link);
        self.free -= 1;
        *slot = PoolSlot::new(value);
        Key::new(index)
    }

    /// Gives the slot back and returns what it held.
    pub(crate) fn remove(&mut self, key: Key) -> T
    where
        T: Copy,
    {
        let slot = &mut self.slots[key.index()];
        debug_assert!(slot.link & FREE == 0, "{key:?} is removed twice");
        // A second removal would tie the free chain into a loop, so it is ignored.
        if slot.link & FREE == 0 {
            slot.link = FREE | encode(self.first_free);
            self.first_free = Some(key);
            self.free += 1;
        }
        slot.value
    }

    /// The value at `key`.
    pub(crate) fn get(&self, key: Key) -> &T {
        &self.slot(key).value
    }

    /// The value at `key`, to change.
    pub(crate) fn get_mut(&mut self, key: Key) -> &mut T {
        &mut self.slot_mut(key).value
    }

    /// The key that the link of `key` points at; `None` until [`set_link`](Pool::set_link) sets
    /// one.
    pub(crate) fn link(&self, key: Key) -> Option<Key> {
        decode(self.slot(key).link)
    }

    /// Points the link of `key` at `link`.
    pub(crate) fn set_link(&mut self, key: Key, link: Option<Key>) {
        let slot = self.slot_mut(key);
        // In a free slot the link belongs to the free chain.
        if slot.link & FREE == 0 {
            slot.link = encode(link);
        }
    }

    /// The values and their keys, in no order. Looks at every slot.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Key, &T)> {
        let used = self.slots.iter().enumerate().filter(|(_, slot)| slot.link & FREE == 0);
        used.map(|(index, slot)| (Key::new(index), &slot.value))
    }

    /// The values, to change, in no order. Looks at every slot.
    #[cfg(feature = "operator")]
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        let used = self.slots.iter_mut().filter(|slot| slot.link & FREE == 0);
        used.map(|slot| &mut slot.value)
    }

    /// How many more values the pool takes.
    pub(crate) fn free(&self) -> usize {
        self.free
    }

    /// How many values the pool holds.
    pub(crate) fn used(&self) -> usize {
        self.slots.len() - self.free
    }

    /// How many values the pool holds at most.
    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    fn slot(&self, key: Key) -> &PoolSlot<T> {
        let slot = &self.slots[key.index()];
        debug_assert!(slot.link & FREE == 0, "{key:?} is used while free");
        slot
    }

    fn slot_mut(&mut self, key: Key) -> &mut PoolSlot<T> {
        let slot = &mut self.slots[key.index()];
        debug_assert!(slot.link & FREE == 0, "{key:?} is used while free");
        slot
    }
}

fn encode(key: Option<Key>) -> u32 {
    key.map_or(0, |key| key.0.get())
}

fn decode(link: u32) -> Option<Key> {
    NonZeroU32::new(link & !FREE).map(Key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_as_many_values_as_slots_and_one_more_after_a_removal() {
        let mut slots = [PoolSlot::new(0); 3];
        let mut pool = Pool::new(&mut slots);
        let first = pool.insert(1);
        let second = pool.insert(2);
        assert_eq!((pool.free(), pool.used(), pool.capacity()), (1, 2, 3));
        pool.insert(3);
        assert_eq!((pool.free(), pool.used()), (0, 3));
        assert_eq!(pool.remove(second), 2);
        assert_eq!((pool.free(), pool.insert(5)), (1, second));
        assert_eq!((*pool.get(first), *pool.get(second)), (1, 5));
        assert_eq!((pool.free(), pool.used()), (0, 3));
    }

    #[test]
    #[should_panic(expected = "out of bounds")]
    fn one_value_more_than_slots_is_a_bug_in_every_build() {
        let mut slots = [PoolSlot::new(0); 1];
        let mut pool = Pool::new(&mut slots);
        pool.insert(1);
        pool.insert(2);
    }

    #[test]
    fn all_values_are_found_and_nothing_that_was_removed() {
        let mut slots = [PoolSlot::new(0); 3];
        let mut pool = Pool::new(&mut slots);
        let keys = [1, 2, 3].map(|value| pool.insert(value));
        pool.remove(keys[1]);
        assert_eq!(Vec::from_iter(pool.iter()), [(keys[0], &1), (keys[2], &3)]);
    }

    #[test]
    fn hands_out_slots_from_the_front_first() {
        let mut slots: [PoolSlot<u8>; 2] = Default::default();
        let mut pool = Pool::new(&mut slots);
        assert_eq!(pool.insert(1).index(), 0);
        assert_eq!(pool.insert(1).index(), 1);
    }

    #[test]
    fn a_new_value_has_no_link_whatever_its_slot_had() {
        let mut slots = [PoolSlot::new('-'); 2];
        let mut pool = Pool::new(&mut slots);
        let (a, b) = (pool.insert('a'), pool.insert('b'));
        pool.set_link(a, Some(b));
        assert_eq!(pool.link(a), Some(b));
        pool.remove(a);
        let again = pool.insert('c');
        assert_eq!((again, pool.link(again)), (a, None));
        *pool.get_mut(again) = 'd';
        assert_eq!(*pool.get(again), 'd');
    }

    #[test]
    fn a_pool_over_no_slots_is_always_full() {
        let pool = Pool::<u8>::new(&mut []);
        assert_eq!((pool.free(), pool.used(), pool.capacity()), (0, 0, 0));
    }

    #[test]
    fn an_optional_key_takes_four_bytes() {
        assert_eq!(size_of::<Option<Key>>(), 4);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "removed twice")]
    fn debug_builds_report_a_double_removal() {
        let mut slots = [PoolSlot::new(0); 1];
        let mut pool = Pool::new(&mut slots);
        let key = pool.insert(1);
        pool.remove(key);
        pool.remove(key);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic(expected = "used while free")]
    fn debug_builds_report_the_use_of_a_free_slot() {
        let mut slots = [PoolSlot::new(0); 1];
        let mut pool = Pool::new(&mut slots);
        let key = pool.insert(1);
        pool.remove(key);
        pool.get(key);
    }
}
