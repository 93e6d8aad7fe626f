//! A set of ordered pairs of small ids: who has blocked whom.
//! Touches only [`Index`].

use super::{Full, Index};

/// A set of ordered pairs; (a, b) and (b, a) are two. The pair (0xffff, 0xffff) is never in it.
#[derive(Debug)]
pub struct Pairs<'a> {
    index: Index<'a>,
    capacity: usize,
}

impl<'a> Pairs<'a> {
    /// An empty set of at most `capacity` pairs; fewer where there are not more slots than that. Lend about twice as many.
    pub fn new(slots: &'a mut [u32], capacity: usize) -> Self {
        let capacity = capacity.min(slots.len().saturating_sub(1));
        let index = Index::new(slots);
        Pairs { index, capacity }
    }

    /// Whether the pair is in the set.
    pub fn contains(&self, a: u16, b: u16) -> bool {
        let pair = pack(a, b);
        self.index.find(mix(pair), |other| other == pair).is_some()
    }

    /// Adds the pair. `Ok(false)` where it was there already; [`Full`] where it was not and the set is at its capacity.
    pub fn insert(&mut self, a: u16, b: u16) -> Result<bool, Full> {
        if self.contains(a, b) {
            return Ok(false);
        }
        if self.len() == self.capacity {
            return Err(Full);
        }
        let pair = pack(a, b);
        self.index.insert(mix(pair), pair)?;
        Ok(true)
    }

    /// Takes the pair out; false where it was not in the set.
    pub fn remove(&mut self, a: u16, b: u16) -> bool {
        let pair = pack(a, b);
        let removed = self.index.remove(mix(pair), |other| other == pair, mix);
        removed.is_some()
    }

    /// How many pairs are in the set.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether the set holds no pair.
    pub fn is_empty(&self) -> bool {
        self.index.is_empty()
    }

    /// How many pairs the set holds at most.
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}

fn pack(a: u16, b: u16) -> u32 {
    u32::from(a) << 16 | u32::from(b)
}

/// Spreads a packed pair over the hash half that [`Index`] looks at. Different pairs never hash alike, since each step can be
/// undone; the constants are those of the `lowbias32` mixer. Ids are dense and the server's own, so it needs no seed.
fn mix(pair: u32) -> u64 {
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
        assert_eq!(pairs.insert(1, 2), Ok(true));
        assert_eq!(pairs.insert(1, 3), Ok(true));
        assert_eq!(pairs.insert(2, 1), Ok(true));
        assert_eq!(pairs.insert(9, 9), Err(Full));
        assert_eq!(pairs.insert(1, 3), Ok(false));
        assert!(pairs.remove(1, 3));
        assert_eq!(pairs.insert(9, 9), Ok(true));
        assert_eq!((pairs.len(), pairs.capacity()), (3, 3));
    }

    #[test]
    fn order_within_a_pair_matters() {
        let mut slots = [0; 4];
        let mut pairs = Pairs::new(&mut slots, 2);
        pairs.insert(1, 2).unwrap();
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
        assert_eq!(pairs.insert(1, 1), Ok(true));
        assert_eq!(pairs.insert(1, 2), Ok(true));
        assert_eq!(pairs.insert(1, 3), Err(Full));
        let mut none = Pairs::new(&mut [], 10);
        assert_eq!((none.capacity(), none.insert(1, 1)), (0, Err(Full)));
    }

    #[test]
    fn the_pair_that_marks_an_empty_slot_is_never_found() {
        let mut slots = [0; 4];
        let mut pairs = Pairs::new(&mut slots, 2);
        assert!(!pairs.contains(u16::MAX, u16::MAX));
        assert!(!pairs.remove(u16::MAX, u16::MAX));
        assert_eq!(pairs.insert(u16::MAX, 0), Ok(true));
        assert_eq!(pairs.insert(0, u16::MAX), Ok(true));
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
