//! Chance that repeats itself, and what it does to frames.

/// How many frames get lost, and which.
pub(super) struct Loss {
    pub(super) percent: u8,
    pub(super) chance: Chance,
}

/// A row of numbers that looks random, always the same for the same seed (splitmix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next_u32(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 32) as u32
    }

    /// Yes, once in so many times.
    pub(super) fn once_in(&mut self, times: u32) -> bool {
        self.next_u32().is_multiple_of(times)
    }
}
