//! A user blocks another and takes the block back. Each change is stored before it counts.
//! Knows no line.

use super::Chat;
use super::blocks::BlockError;
use super::budget::Wait;
use super::id::UserId;
use crate::store::{Entry, Store, StoreError};
use crate::time::Instant;

/// Why a block is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockRefusal {
    /// No other user has that name.
    InvalidUser,
    /// It is set already.
    Already,
    /// The table is full.
    Full,
    /// The user holds as many blocks as its share allows.
    Quota {
        /// How many that is.
        limit: usize,
    },
    /// The user made too many changes for now.
    Wait(Wait),
    /// The store does not take it.
    Store(StoreError),
}

/// Why a block is not removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnblockRefusal {
    /// The user does not block anybody of that name.
    InvalidUser,
    /// The user made too many changes for now.
    Wait(Wait),
    /// The store does not take the change.
    Store(StoreError),
}

impl Chat<'_> {
    /// Has `user` block the user named `whom`.
    ///
    /// # Errors
    /// Nothing changes; [`BlockRefusal`] says why.
    pub fn block(
        &mut self,
        user: UserId,
        whom: &str,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), BlockRefusal> {
        let blocked = self.users.find(whom).filter(|&blocked| blocked != user);
        let blocked = blocked.ok_or(BlockRefusal::InvalidUser)?;
        if self.blocks.contains(user, blocked) {
            return Err(BlockRefusal::Already);
        }
        match self.blocks.check(user) {
            Err(BlockError::Full) => return Err(BlockRefusal::Full),
            Err(BlockError::Quota) => {
                return Err(BlockRefusal::Quota { limit: self.blocks.quota(user) });
            }
            Ok(()) => {}
        }
        self.check_change(user, now).map_err(BlockRefusal::Wait)?;
        let number = self.blocks.next_number();
        let (blocker, name) = (&self.users[user].name, &self.users[blocked].name);
        self.store_change(&Entry::Block { blocker, blocked: name, number }, store)
            .map_err(BlockRefusal::Store)?;
        self.blocks.insert(user, blocked, number).map_err(|_| BlockRefusal::Full)?;
        self.take_change(user, now);
        Ok(())
    }

    /// Removes the block of the user named `whom` by `user`.
    ///
    /// # Errors
    /// Nothing changes; [`UnblockRefusal`] says why.
    pub fn unblock(
        &mut self,
        user: UserId,
        whom: &str,
        now: Instant,
        store: &mut impl Store,
    ) -> Result<(), UnblockRefusal> {
        let blocked = self.users.find(whom).filter(|&whom| self.blocks.contains(user, whom));
        let blocked = blocked.ok_or(UnblockRefusal::InvalidUser)?;
        self.check_change(user, now).map_err(UnblockRefusal::Wait)?;
        let (blocker, name) = (&self.users[user].name, &self.users[blocked].name);
        self.store_change(&Entry::Unblock { blocker, blocked: name }, store)
            .map_err(UnblockRefusal::Store)?;
        self.blocks.remove(user, blocked);
        self.take_change(user, now);
        Ok(())
    }
}
