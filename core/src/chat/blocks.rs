//! Blocks: one table of ordered pairs, and a share of it for every user, so that nobody fills it
//! for all.

use super::id::UserId;
use super::share::{self, NoMore};
use crate::table::Pairs;

/// Why a block is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockError {
    /// The table is full.
    Full,
    /// The user's share is used up.
    Quota,
}

/// All blocks.
#[derive(Debug)]
pub(super) struct Blocks<'s> {
    pairs: Pairs<'s>,
    counts: &'s mut [u16],
    /// The number that the next block gets.
    next: u32,
}

impl<'s> Blocks<'s> {
    pub(crate) fn new(counts: &'s mut [u16], pairs: &'s mut [u64], capacity: usize) -> Self {
        Blocks { pairs: Pairs::new(pairs, capacity), counts, next: 0 }
    }

    /// The most blocks that `blocker` may hold now: see `share`.
    pub(super) fn quota(&self, blocker: UserId) -> usize {
        share::limit(self.counts[blocker.index()].into(), self.free())
    }

    fn free(&self) -> usize {
        self.pairs.capacity() - self.len()
    }

    /// How many blocks stand.
    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether `blocker` blocks `blocked`.
    pub(super) fn contains(&self, blocker: UserId, blocked: UserId) -> bool {
        // Most users block nobody, and then there is nothing to look for.
        self.counts[blocker.index()] > 0 && self.pairs.contains(blocker.0, blocked.0)
    }

    /// The number of the block of `blocked` by `blocker`. A block that is removed and set again has
    /// another number. So an old entry of the store can be told from the block that stands.
    pub(super) fn number(&self, blocker: UserId, blocked: UserId) -> Option<u32> {
        self.pairs.number(blocker.0, blocked.0)
    }

    /// A number for the next block. It begins again after 2³².
    pub(super) fn next_number(&mut self) -> u32 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        number
    }

    /// Whether [`insert`](Self::insert) would take one more of `blocker`'s.
    pub(super) fn check(&self, blocker: UserId) -> Result<(), BlockError> {
        let held = self.counts[blocker.index()].into();
        share::may_take(held, 1, self.free()).map_err(|no| match no {
            NoMore::Full => BlockError::Full,
            NoMore::Share => BlockError::Quota,
        })
    }

    /// Sets a block that a store had, whatever its blocker's share is now. It keeps its number, and
    /// no later block gets that number.
    pub(super) fn restore(
        &mut self,
        blocker: UserId,
        blocked: UserId,
        number: u32,
    ) -> Result<(), BlockError> {
        self.remove(blocker, blocked);
        self.set(blocker, blocked, number)?;
        self.next = self.next.max(number.wrapping_add(1));
        Ok(())
    }

    /// Sets a block; `false` if it stood already.
    pub(super) fn insert(
        &mut self,
        blocker: UserId,
        blocked: UserId,
        number: u32,
    ) -> Result<bool, BlockError> {
        if self.contains(blocker, blocked) {
            return Ok(false);
        }
        self.check(blocker)?;
        self.set(blocker, blocked, number).map(|()| true)
    }

    fn set(&mut self, blocker: UserId, blocked: UserId, number: u32) -> Result<(), BlockError> {
        self.pairs.insert(blocker.0, blocked.0, number).map_err(|_| BlockError::Full)?;
        self.counts[blocker.index()] += 1;
        Ok(())
    }

    /// Removes the blocks of `user` and against it, if their numbers are below `before`. There are
    /// `rows` users.
    #[cfg(feature = "operator")]
    pub(super) fn forget(&mut self, user: UserId, rows: usize, before: u32) {
        for other in (0..rows).map(|row| UserId(row as u16)) {
            for (blocker, blocked) in [(user, other), (other, user)] {
                let number = self.number(blocker, blocked);
                if number.is_some_and(|number| (number.wrapping_sub(before) as i32) < 0) {
                    self.remove(blocker, blocked);
                }
            }
        }
    }

    /// How many blocks the user has set.
    #[cfg(feature = "operator")]
    pub(super) fn count(&self, blocker: UserId) -> u32 {
        self.counts[blocker.index()].into()
    }

    /// The number that the next block gets.
    #[cfg(feature = "operator")]
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// Removes a block; `false` if there was none.
    pub(super) fn remove(&mut self, blocker: UserId, blocked: UserId) -> bool {
        let removed = self.pairs.remove(blocker.0, blocked.0);
        self.counts[blocker.index()] -= u16::from(removed);
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_table_and_a_full_share_are_two_answers_and_freeing_helps_both() {
        let (mut counts, mut pairs) = ([0; 8], [0; 16]);
        let mut blocks = Blocks::new(&mut counts, &mut pairs, 8);
        let user = UserId;
        for blocked in [5, 6] {
            assert_eq!(blocks.insert(user(0), user(blocked), 0), Ok(true));
            assert_eq!(blocks.insert(user(0), user(blocked), 0), Ok(false));
        }
        assert_eq!(blocks.quota(user(0)), 2);
        assert_eq!(blocks.insert(user(0), user(7), 0), Err(BlockError::Quota));
        for blocker in 1..7 {
            assert_eq!(blocks.insert(user(blocker), user(7), 0), Ok(true), "{blocker} had none");
        }
        assert_eq!(blocks.insert(user(7), user(6), 0), Err(BlockError::Full));
        assert!(blocks.remove(user(0), user(6)) && !blocks.remove(user(0), user(6)));
        assert_eq!(blocks.insert(user(0), user(6), 0), Err(BlockError::Quota), "others have them");
        assert_eq!(blocks.insert(user(7), user(6), 0), Ok(true));
        assert_eq!(blocks.insert(user(0), user(6), 0), Err(BlockError::Full));
    }

    #[test]
    fn blocks_that_come_back_are_set_whatever_the_shares_are_and_count_in_them() {
        let (mut counts, mut pairs) = ([0; 8], [0; 16]);
        let mut blocks = Blocks::new(&mut counts, &mut pairs, 8);
        for blocked in 1..7 {
            blocks.restore(UserId(0), UserId(blocked), blocked.into()).unwrap();
        }
        assert_eq!(blocks.check(UserId(0)), Err(BlockError::Quota));
        assert_eq!((blocks.check(UserId(1)), blocks.quota(UserId(0))), (Ok(()), 6));
        blocks.restore(UserId(0), UserId(7), 7).unwrap();
        blocks.restore(UserId(1), UserId(7), 8).unwrap();
        assert_eq!(blocks.restore(UserId(2), UserId(7), 9), Err(BlockError::Full));
    }

    #[test]
    fn a_block_that_is_set_again_has_another_number_even_after_a_restart() {
        let (mut counts, mut pairs) = ([0; 4], [0; 8]);
        let mut blocks = Blocks::new(&mut counts, &mut pairs, 4);
        let (hans, yoda) = (UserId(0), UserId(1));
        for earlier in [0, 6] {
            blocks.restore(hans, yoda, earlier).unwrap();
        }
        assert_eq!((blocks.number(hans, yoda), blocks.len()), (Some(6), 1));
        blocks.remove(hans, yoda);
        let number = blocks.next_number();
        blocks.insert(hans, yoda, number).unwrap();
        assert_eq!(blocks.number(hans, yoda), Some(7));
    }
}
