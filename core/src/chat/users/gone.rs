//! Accounts that are gone: whoever had one keeps its row until nothing of it is left.

use super::{AddUserError, User, Users, hash_name};
use crate::chat::id::UserId;
use crate::protocol::{MessageId, UserName};

impl Users<'_> {
    /// No text of an earlier account has this number, or a higher one.
    pub(in crate::chat) fn begin_at(&mut self, number: MessageId) {
        self.fresh = self.fresh.max(number);
    }

    /// Removes an account: nobody finds its name any more. Its row is another's once it is idle.
    /// Texts below `before` may still be its user's.
    pub(in crate::chat) fn remove(&mut self, user: UserId, before: MessageId) {
        let (slots, seed) = (&self.slots, self.seed);
        let hash_of = |row: u32| hash_name(seed, &slots[row as usize].name);
        self.names.remove(hash_of(user.0.into()), |row| row == user.0.into(), hash_of);
        let name = core::mem::take(&mut self[user].name);
        self[user] = User { name, since: before, is_gone: true, ..User::default() };
        self.gone += 1;
        self.begin_at(before);
    }

    /// The row of an account of that name that is gone, if its row is still its own.
    pub(in crate::chat) fn find_gone(&self, name: &str) -> Option<UserId> {
        let mut rows = self.slots[..self.rows()].iter();
        rows.position(|user| user.is_gone && *user.name == *name).map(|row| UserId(row as u16))
    }

    /// A row for an account of that name that is gone, of which the store still has something.
    pub(in crate::chat) fn add_gone(
        &mut self,
        name: UserName,
        before: MessageId,
        is_idle: impl Fn(UserId) -> bool,
    ) -> Result<UserId, AddUserError> {
        let row = self.next_row(is_idle).ok_or(AddUserError::Full)?;
        let user = self.take(row, User { name, since: before, is_gone: true, ..User::default() });
        self.gone += 1;
        user
    }
}
