//! Chance out of a seed, for an order in which to ask: SplitMix64 (Steele and others, 2014).
//! Nothing secret comes of it.

/// A row of numbers.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The row of this seed.
    pub fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u32) -> u32 {
        // Multiplied and shifted: the high bits are the better ones.
        ((u128::from(self.number()) * u128::from(end)) >> 64) as u32
    }

    /// All numbers below `count`, in an order of its own.
    pub fn order(&mut self, count: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..count).collect();
        for at in (1..count).rev() {
            order.swap(at as usize, self.below(at + 1) as usize);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_has_each_number_once_and_seeds_differ() {
        let [one, other] = [1, 2].map(|seed| Chance::new(seed).order(1000));
        assert_ne!(one, other);
        assert_eq!(one, Chance::new(1).order(1000));
        for mut order in [one, other] {
            assert!(!order.is_sorted());
            order.sort_unstable();
            assert!(order.into_iter().eq(0..1000));
        }
        assert!(Chance::new(1).order(0).is_empty());
    }
}
