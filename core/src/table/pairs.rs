//! Ordered pairs of small ids, each with a number; blocks are such pairs.

use super::{Full, Index};

/// A map from ordered pairs to numbers; (a, b) and (b, a) are two. The pair (0xffff, 0xffff) is
/// never in it.
#[derive(Debug)]
pub(crate) struct Pairs<'a> {
    /// The pair in the upper half, its number in the lower.
    index: Index<'a, u64>,
    capacity: usize,
}

impl<'a> Pairs<'a> {
    /// An empty map of at most `capacity` pairs, and of fewer if there are not more slots than
    /// that. Lend about twice as many slots.
    pub(crate) fn new(slots: &'a mut [u64], capacity: usize) -> Self {
        let capacity = capacity.min(slots.len().saturating_sub(1));
        let index = Index::new(slots);
        Pairs { index, capacity }
    }

    /// Whether the pair is in the map.
    pub(crate) fn contains(&self, a: u16, b: u16) -> bool {
        self.number(a, b).is_some()
    }

    /// The pair's number.
    pub(crate) fn number(&self, a: u16, b: u16) -> Option<u32> {
        let pair = pack(a, b);
        // The lower half is the number.
        self.index.find(mix(pair), |other| pair_of(other) == pair).map(|found| found as u32)
    }

    /// Adds the pair. `Ok(false)` if it was there already; it keeps its number. [`Full`] if it is
    /// new and the map is at its capacity.
    pub(crate) fn insert(&mut self, a: u16, b: u16, number: u32) -> Result<bool, Full> {
        if self.contains(a, b) {
            return Ok(false);
        }
        if self.len() == self.capacity {
            return Err(Full);
        }
        let pair = pack(a, b);
        self.index.insert(mix(pair), u64::from(pair) << 32 | u64::from(number))?;
        Ok(true)
    }

    /// Takes the pair out; false if it was not in the map.
    pub(crate) fn remove(&mut self, a: u16, b: u16) -> bool {
        let pair = pack(a, b);
        let is_it = |other| pair_of(other) == pair;
        self.index.remove(mix(pair), is_it, |other| mix(pair_of(other))).is_some()
    }

    /// How many pairs are in the map.
    pub(crate) fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether the map holds no pair.
    #[cfg(test)]
    pub(crate) fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// How many pairs the map holds at most.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }
}

/// An ordered pair as one number.
pub(crate) fn pack(a: u16, b: u16) -> u32 {
    u32::from(a) << 16 | u32::from(b)
}

fn pair_of(value: u64) -> u32 {
    (value >> 32) as u32
}

/// Spreads a packed pair over the hash half that [`Index`] looks at. Different pairs never hash
/// alike, because each step can be undone. The constants are those of the `lowbias32` mixer. Ids
/// are dense and the server's own, so no seed is needed.
pub(crate) fn mix(pair: u32) -> u64 {
    let mut hash = pair;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x21f0_aaad);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x735a_2d97);
    u64::from(hash ^ (hash >> 15)) << 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_its_capacity_and_one_more_after_a_removal() {
        let mut slots = [0; 8];
        let mut pairs = Pairs::new(&mut slots, 3);
        assert_eq!(pairs.insert(1, 2, 7), Ok(true));
        assert_eq!(pairs.insert(1, 3, 7), Ok(true));
        assert_eq!(pairs.insert(2, 1, 7), Ok(true));
        assert_eq!(pairs.insert(9, 9, 7), Err(Full));
        assert_eq!(pairs.insert(1, 3, 7), Ok(false));
        assert!(pairs.remove(1, 3));
        assert_eq!(pairs.insert(9, 9, 7), Ok(true));
        assert_eq!((pairs.len(), pairs.capacity()), (3, 3));
    }

    #[test]
    fn a_number_is_kept_until_its_pair_is_removed() {
        let mut slots = [0; 8];
        let mut pairs = Pairs::new(&mut slots, 3);
        pairs.insert(1, 2, u32::MAX).unwrap();
        assert_eq!(pairs.insert(1, 2, 5), Ok(false));
        pairs.insert(2, 1, 0).unwrap();
        assert_eq!((pairs.number(1, 2), pairs.number(2, 1)), (Some(u32::MAX), Some(0)));
        assert!(pairs.remove(1, 2));
        assert_eq!(pairs.number(1, 2), None);
        pairs.insert(1, 2, 5).unwrap();
        assert_eq!(pairs.number(1, 2), Some(5));
    }

    #[test]
    fn order_within_a_pair_matters() {
        let mut slots = [0; 4];
        let mut pairs = Pairs::new(&mut slots, 2);
        pairs.insert(1, 2, 7).unwrap();
        assert!(pairs.contains(1, 2));
        assert!(!pairs.contains(2, 1));
        assert!(!pairs.remove(2, 1));
        assert!(pairs.remove(1, 2));
        assert!(pairs.is_empty());
    }

    #[test]
    fn too_few_slots_lower_the_capacity() {
        let mut slots = [0; 3];
        let mut pairs = Pairs::new(&mut slots, 10);
        assert_eq!(pairs.capacity(), 2);
        assert_eq!(pairs.insert(1, 1, 7), Ok(true));
        assert_eq!(pairs.insert(1, 2, 7), Ok(true));
        assert_eq!(pairs.insert(1, 3, 7), Err(Full));
        let mut none = Pairs::new(&mut [], 10);
        assert_eq!((none.capacity(), none.insert(1, 1, 7)), (0, Err(Full)));
    }

    #[test]
    fn the_pair_that_marks_an_empty_slot_is_never_found() {
        let mut slots = [0; 4];
        let mut pairs = Pairs::new(&mut slots, 2);
        assert!(!pairs.contains(u16::MAX, u16::MAX));
        assert!(!pairs.remove(u16::MAX, u16::MAX));
        assert_eq!(pairs.insert(u16::MAX, 0, 7), Ok(true));
        assert_eq!(pairs.insert(0, u16::MAX, 7), Ok(true));
        assert!(pairs.contains(u16::MAX, 0) && pairs.contains(0, u16::MAX));
    }

    #[test]
    fn a_dense_square_of_pairs_stays_within_short_probes() {
        let mut homes = [0_u32; 512];
        for a in 0..16 {
            for b in 0..16 {
                homes[(mix(pack(a, b)) >> 55) as usize] += 1;
            }
        }
        assert!(homes.iter().all(|&count| count <= 5), "{homes:?}");
    }
}
