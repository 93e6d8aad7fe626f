//! Who wants nothing of whom: one table of ordered pairs, and a share of it for every user so that nobody fills it for all.
//! Touches `table::Pairs`.

use super::UserId;
use crate::table::Pairs;

/// Why a block does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockError {
    /// The table is full.
    Full,
    /// The user's share is used up.
    Quota,
}

/// All blocks.
#[derive(Debug)]
pub struct Blocks<'s> {
    pairs: Pairs<'s>,
    counts: &'s mut [u16],
}

impl<'s> Blocks<'s> {
    pub(crate) fn new(counts: &'s mut [u16], pairs: &'s mut [u32], capacity: usize) -> Self {
        Blocks { pairs: Pairs::new(pairs, capacity), counts }
    }

    /// The most blocks of one user: a quarter of what there is.
    pub fn quota(&self) -> usize {
        (self.pairs.capacity() / 4).clamp(1, u16::MAX as usize)
    }

    /// How many blocks stand.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether no block stands.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether `blocker` blocks `blocked`.
    pub fn contains(&self, blocker: UserId, blocked: UserId) -> bool {
        self.pairs.contains(blocker.0, blocked.0)
    }

    /// Whether [`insert`](Self::insert) would take one more of `blocker`'s.
    pub fn check(&self, blocker: UserId) -> Result<(), BlockError> {
        if self.counts[blocker.index()] as usize >= self.quota() {
            return Err(BlockError::Quota);
        }
        match self.len() < self.pairs.capacity() {
            true => Ok(()),
            false => Err(BlockError::Full),
        }
    }

    /// Sets a block; `false` where it stood already.
    pub fn insert(&mut self, blocker: UserId, blocked: UserId) -> Result<bool, BlockError> {
        if self.contains(blocker, blocked) {
            return Ok(false);
        }
        self.check(blocker)?;
        self.pairs.insert(blocker.0, blocked.0).map_err(|_| BlockError::Full)?;
        self.counts[blocker.index()] += 1;
        Ok(true)
    }

    /// Takes a block back; `false` where there was none.
    pub fn remove(&mut self, blocker: UserId, blocked: UserId) -> bool {
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
        for blocker in 0..4 {
            assert_eq!(blocks.insert(user(blocker), user(6)), Ok(true));
            assert_eq!(blocks.insert(user(blocker), user(6)), Ok(false));
            assert_eq!(blocks.insert(user(blocker), user(7)), Ok(true));
            assert_eq!(blocks.insert(user(blocker), user(5)), Err(BlockError::Quota));
        }
        assert_eq!(blocks.insert(user(4), user(7)), Err(BlockError::Full));
        assert!(blocks.remove(user(0), user(6)) && !blocks.remove(user(0), user(6)));
        assert_eq!(blocks.insert(user(4), user(7)), Ok(true));
        assert_eq!(blocks.insert(user(0), user(5)), Err(BlockError::Full));
    }
}
