//! A chain: keys of a pool, first in first out, threaded through the links of the pool's slots.

use super::{Key, Pool};

/// A queue of keys that all name slots of one [`Pool`], given again with every call.
///
/// It owns the links of the slots it holds: a key is in at most one chain at a time. Copying a
/// chain copies its ends, not its keys; change only one of the copies.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Chain {
    front: Option<Key>,
    back: Option<Key>,
    len: u32,
}

impl Chain {
    /// A chain of nothing.
    pub(crate) const fn new() -> Self {
        Chain { front: None, back: None, len: 0 }
    }

    /// Appends `key`. It must be used in `pool` and be in no chain.
    pub(crate) fn push_back<T>(&mut self, pool: &mut Pool<'_, T>, key: Key) {
        pool.set_link(key, None);
        match self.back {
            Some(back) => pool.set_link(back, Some(key)),
            None => self.front = Some(key),
        }
        self.back = Some(key);
        self.len += 1;
    }

    /// Puts `key` behind `after`, or at the front if `after` is `None`. `key` must be used in
    /// `pool` and be in no chain; `after` must be in this chain.
    pub(crate) fn insert_after<T>(&mut self, pool: &mut Pool<'_, T>, after: Option<Key>, key: Key) {
        let next = match after {
            Some(after) => pool.link(after),
            None => self.front,
        };
        pool.set_link(key, next);
        match after {
            Some(after) => pool.set_link(after, Some(key)),
            None => self.front = Some(key),
        }
        if next.is_none() {
            self.back = Some(key);
        }
        self.len += 1;
    }

    /// Takes the key that has waited longest; its slot stays used.
    pub(crate) fn pop_front<T>(&mut self, pool: &Pool<'_, T>) -> Option<Key> {
        let key = self.front?;
        self.front = pool.link(key);
        if self.front.is_none() {
            self.back = None;
        }
        self.len -= 1;
        Some(key)
    }

    /// The key that has waited longest.
    pub(crate) fn front(&self) -> Option<Key> {
        self.front
    }

    /// How many keys are in the chain.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Whether the chain holds no key.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests {
    use core::iter::successors;

    use super::*;
    use crate::table::PoolSlot;

    fn append(chain: &mut Chain, pool: &mut Pool<'_, u32>, value: u32) {
        let key = pool.insert(value);
        chain.push_back(pool, key);
    }

    fn take(chain: &mut Chain, pool: &mut Pool<'_, u32>) -> Option<u32> {
        let key = chain.pop_front(pool)?;
        Some(pool.remove(key))
    }

    fn values(chain: &Chain, pool: &Pool<'_, u32>) -> Vec<u32> {
        successors(chain.front(), |key| pool.link(*key)).map(|key| *pool.get(key)).collect()
    }

    #[test]
    fn keys_leave_in_the_order_they_came() {
        let mut slots = [PoolSlot::new(0); 3];
        let mut pool = Pool::new(&mut slots);
        let mut chain = Chain::new();
        for value in 1..=3 {
            append(&mut chain, &mut pool, value);
        }
        assert_eq!(values(&chain, &pool), [1, 2, 3]);
        assert_eq!(pool.free(), 0);
        assert_eq!(take(&mut chain, &mut pool), Some(1));
        append(&mut chain, &mut pool, 4);
        assert_eq!((values(&chain, &pool), chain.len()), (vec![2, 3, 4], 3));
    }

    #[test]
    fn a_key_is_put_at_the_front_in_the_middle_and_at_the_back() {
        let mut slots = [PoolSlot::new(0); 4];
        let mut pool = Pool::new(&mut slots);
        let mut chain = Chain::new();
        let keys = [2, 4, 1, 3].map(|value| pool.insert(value));
        chain.insert_after(&mut pool, None, keys[0]);
        chain.insert_after(&mut pool, Some(keys[0]), keys[1]);
        chain.insert_after(&mut pool, None, keys[2]);
        chain.insert_after(&mut pool, Some(keys[0]), keys[3]);
        assert_eq!((values(&chain, &pool), chain.len()), (vec![1, 2, 3, 4], 4));
        assert_eq!(chain.back, Some(keys[1]));
    }

    #[test]
    fn an_emptied_chain_starts_over() {
        let mut slots = [PoolSlot::new(0); 1];
        let mut pool = Pool::new(&mut slots);
        let mut chain = Chain::new();
        for value in 1..=3 {
            append(&mut chain, &mut pool, value);
            assert_eq!(chain.front(), chain.back);
            assert_eq!(take(&mut chain, &mut pool), Some(value));
            assert!(chain.is_empty() && chain.back.is_none());
            assert_eq!(take(&mut chain, &mut pool), None);
        }
    }

    #[test]
    fn two_chains_share_one_pool_without_mixing() {
        let mut slots = [PoolSlot::new(0); 6];
        let mut pool = Pool::new(&mut slots);
        let (mut odd, mut even) = (Chain::new(), Chain::new());
        for value in 1..=6 {
            let chain = if value % 2 == 0 { &mut even } else { &mut odd };
            append(chain, &mut pool, value);
        }
        assert_eq!(take(&mut odd, &mut pool), Some(1));
        append(&mut even, &mut pool, 7);
        assert_eq!(values(&odd, &pool), [3, 5]);
        assert_eq!(values(&even, &pool), [2, 4, 6, 7]);
    }
}
