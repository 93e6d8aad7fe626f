//! The arithmetic of the timing wheel: the bucket for a tick, and the bucket that comes next. Knows
//! ticks and bucket numbers, and not what is in a bucket.

/// Levels, each with buckets 32 times as long as those of the level below.
const LEVELS: usize = 5;

/// Bits of a tick that choose the bucket within a level.
const BITS: usize = 5;

/// Buckets of one level; as many as an occupancy word has bits.
const PER_LEVEL: usize = 1 << BITS;

/// Bits of a tick that the top level does not look at.
const TOP_SHIFT: usize = (LEVELS - 1) * BITS;

/// How many buckets ahead the top level reaches; one more would be the bucket the cursor is in.
const REACH: u64 = PER_LEVEL as u64 - 1;

/// Buckets in all; bucket `b` of level `l` has the number `l * 32 + b`.
pub(super) const BUCKETS: usize = LEVELS * PER_LEVEL;

/// The bucket for `due` when the wheel stands at `cursor`.
///
/// The highest bits in which the two differ choose the level. So all buckets of a level come before
/// those of the level above. Above the lowest level the bucket is never the cursor's own. Overdue
/// ticks go into the cursor's bucket. Ticks out of reach go into the last bucket of the top level,
/// and are placed again when the wheel gets there.
pub(super) fn bucket_for(cursor: u64, due: u64) -> usize {
    let due = due.max(cursor);
    let highest_difference = ((cursor ^ due) | 1).ilog2() as usize;
    let level = (highest_difference / BITS).min(LEVELS - 1);
    let position = position(cursor, level);
    let target = (due >> (level * BITS)).min(position.saturating_add(REACH));
    bucket_at(level, target)
}

/// Whether the wheel, going from `cursor` to `now`, passes every bucket it has.
pub(super) fn passes_all(cursor: u64, now: u64) -> bool {
    (now >> TOP_SHIFT) > (cursor >> TOP_SHIFT) + REACH
}

/// A bucket and when the wheel gets to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Upcoming {
    /// The bucket.
    pub(super) bucket: usize,
    /// Its first tick; in the lowest level its only one.
    pub(super) tick: u64,
}

impl Upcoming {
    /// Whether everything in the bucket is due at its tick, and not later.
    pub(super) fn is_exact(self) -> bool {
        self.bucket < PER_LEVEL
    }
}

/// Which buckets are occupied, one word a level.
#[derive(Debug, Default)]
pub(super) struct Occupancy([u32; LEVELS]);

impl Occupancy {
    /// Marks `bucket` as occupied or as empty.
    pub(super) fn set(&mut self, bucket: usize, occupied: bool) {
        let bit = 1 << (bucket % PER_LEVEL);
        let word = &mut self.0[bucket / PER_LEVEL];
        *word = if occupied { *word | bit } else { *word & !bit };
    }

    /// The first occupied bucket that a wheel at `cursor` gets to.
    pub(super) fn next(&self, cursor: u64) -> Option<Upcoming> {
        let level = self.0.iter().position(|&word| word != 0)?;
        let position = position(cursor, level);
        let ahead = self.0[level].rotate_right(position as u32 % u32::BITS);
        let target = position + u64::from(ahead.trailing_zeros());
        Some(Upcoming { bucket: bucket_at(level, target), tick: target << (level * BITS) })
    }
}

/// How many buckets of `level` lie before `tick`.
fn position(tick: u64, level: usize) -> u64 {
    tick >> (level * BITS)
}

fn bucket_at(level: usize, position: u64) -> usize {
    level * PER_LEVEL + position as usize % PER_LEVEL
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn upcoming(cursor: u64, due: u64) -> Upcoming {
        let mut occupancy = Occupancy::default();
        occupancy.set(bucket_for(cursor, due), true);
        occupancy.next(cursor).unwrap()
    }

    #[test]
    fn near_ticks_have_buckets_of_their_own() {
        assert_eq!(upcoming(64, 64), Upcoming { bucket: 0, tick: 64 });
        assert_eq!(upcoming(64, 95), Upcoming { bucket: 31, tick: 95 });
        assert_eq!(upcoming(64, 99), Upcoming { bucket: 35, tick: 96 });
    }

    #[test]
    fn overdue_ticks_are_up_at_once() {
        assert_eq!(upcoming(1000, 3).tick, 1000);
    }

    #[test]
    fn ticks_out_of_reach_are_up_in_the_last_bucket_of_the_top_level() {
        let last = REACH << TOP_SHIFT;
        assert_eq!(upcoming(0, last).tick, last);
        assert_eq!(upcoming(0, u64::MAX).tick, last);
        assert!(!passes_all(0, last + (1 << TOP_SHIFT) - 1));
        assert!(passes_all(0, last + (1 << TOP_SHIFT)));
    }

    #[test]
    fn the_end_of_time_is_an_ordinary_tick() {
        assert_eq!(upcoming(u64::MAX, u64::MAX).tick, u64::MAX);
        assert_eq!(upcoming(u64::MAX - 1, u64::MAX).tick, u64::MAX);
    }

    #[test]
    fn emptied_buckets_are_not_up() {
        let mut occupancy = Occupancy::default();
        occupancy.set(40, true);
        occupancy.set(40, false);
        assert_eq!(occupancy.next(0), None);
    }

    proptest! {
        #[test]
        fn a_bucket_is_never_up_after_what_is_in_it(cursor: u64, shift in 0u32..64, ahead: u64) {
            let due = cursor.saturating_add(ahead >> shift);
            let next = upcoming(cursor, due);
            prop_assert!(next.tick >= cursor && next.tick <= due);
            prop_assert!(!next.is_exact() || next.tick == due);
            prop_assert!(next.is_exact() || bucket_for(next.tick, due) != next.bucket);
        }
    }
}
