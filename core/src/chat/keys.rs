//! The keys that users added to their accounts: one table of rows, and a share of it for every
//! user, so that nobody fills it for all. It is looked through from end to end: only logins by a
//! key, changes of keys and the store ask it.

use super::id::UserId;
use super::share::{self, NoMore};

/// The most keys of one user, however many are free: one for each of a person's machines.
pub(super) const KEYS_MAX: usize = 8;

/// One key, or a free row.
#[derive(Debug, Default)]
pub(super) struct KeyRow {
    /// Whose it is: the user's number, plus one. 0 is nobody.
    owner: u16,
    /// A key that is removed and added again has another number.
    number: u32,
    key: [u8; 32],
}

/// Why a key is not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyError {
    /// The table is full.
    Full,
    /// The user's share is used up.
    Quota,
}

/// All keys.
#[derive(Debug)]
pub(super) struct Keys<'s> {
    rows: &'s mut [KeyRow],
    /// The number that the next key gets.
    next: u32,
}

impl<'s> Keys<'s> {
    pub(crate) fn new(rows: &'s mut [KeyRow]) -> Self {
        Keys { rows, next: 0 }
    }

    /// How many keys there are.
    pub(super) fn len(&self) -> usize {
        self.rows.iter().filter(|row| row.owner > 0).count()
    }

    /// The number of the user's key. An old entry of the store has another number than the key that
    /// stands.
    pub(super) fn number(&self, user: UserId, key: &[u8; 32]) -> Option<u32> {
        self.find(user, key).map(|row| self.rows[row].number)
    }

    /// The first key of the user from that row on, and its row.
    pub(super) fn next_of(&self, user: UserId, row: usize) -> Option<(usize, &[u8; 32])> {
        let mut rows = self.rows.iter().enumerate().skip(row);
        rows.find(|(_, row)| row.is_of(user)).map(|(at, row)| (at, &row.key))
    }

    /// The most keys that `user` may have now: see `share`.
    pub(super) fn quota(&self, user: UserId) -> usize {
        share::limit(self.held(user), self.free()).min(KEYS_MAX)
    }

    /// Whether [`set`](Self::set) would take one more of the user's.
    pub(super) fn check(&self, user: UserId) -> Result<(), KeyError> {
        let held = self.held(user);
        if held >= KEYS_MAX {
            return Err(KeyError::Quota);
        }
        share::may_take(held, 1, self.free()).map_err(|no| match no {
            NoMore::Full => KeyError::Full,
            NoMore::Share => KeyError::Quota,
        })
    }

    /// A number for the next key. It begins again after 2³².
    pub(super) fn next_number(&mut self) -> u32 {
        let number = self.next;
        self.next = number.wrapping_add(1);
        number
    }

    /// Sets a key, whatever the user's share is now. A key that stands gets the new number.
    pub(super) fn set(
        &mut self,
        user: UserId,
        key: &[u8; 32],
        number: u32,
    ) -> Result<(), KeyError> {
        let place = self.find(user, key).or_else(|| self.rows.iter().position(KeyRow::is_free));
        let row = place.and_then(|place| self.rows.get_mut(place)).ok_or(KeyError::Full)?;
        *row = KeyRow { owner: user.0 + 1, number, key: *key };
        Ok(())
    }

    /// Sets a key that a store had. No later key gets its number.
    pub(super) fn restore(
        &mut self,
        user: UserId,
        key: &[u8; 32],
        number: u32,
    ) -> Result<(), KeyError> {
        self.set(user, key, number)?;
        self.next = self.next.max(number.wrapping_add(1));
        Ok(())
    }

    /// Removes a key; `false` if there was none.
    pub(super) fn remove(&mut self, user: UserId, key: &[u8; 32]) -> bool {
        match self.find(user, key) {
            Some(row) => {
                self.rows[row] = KeyRow::default();
                true
            }
            None => false,
        }
    }

    /// Removes the user's keys whose numbers are below `before`.
    #[cfg(feature = "operator")]
    pub(super) fn forget(&mut self, user: UserId, before: u32) {
        let is_old = |row: &KeyRow| (row.number.wrapping_sub(before) as i32) < 0;
        for row in self.rows.iter_mut().filter(|row| row.is_of(user) && is_old(row)) {
            *row = KeyRow::default();
        }
    }

    /// How many keys the user has.
    #[cfg(feature = "operator")]
    pub(super) fn count(&self, user: UserId) -> u32 {
        self.held(user) as u32
    }

    /// The number that the next key gets.
    #[cfg(feature = "operator")]
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    fn find(&self, user: UserId, key: &[u8; 32]) -> Option<usize> {
        self.rows.iter().position(|row| row.is_of(user) && row.key == *key)
    }

    fn held(&self, user: UserId) -> usize {
        self.rows.iter().filter(|row| row.is_of(user)).count()
    }

    fn free(&self) -> usize {
        self.rows.len() - self.len()
    }
}

impl KeyRow {
    fn is_of(&self, user: UserId) -> bool {
        self.owner == user.0 + 1
    }

    fn is_free(&self) -> bool {
        self.owner == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(capacity: usize) -> Keys<'static> {
        Keys::new(Vec::from_iter((0..capacity).map(|_| KeyRow::default())).leak())
    }

    /// Adds keys of the user until one is refused: how many, and why no more.
    fn greed(keys: &mut Keys<'_>, user: UserId) -> (usize, KeyError) {
        for count in 0.. {
            match keys.check(user) {
                Ok(()) => {
                    let number = keys.next_number();
                    keys.set(user, &[count as u8; 32], number).unwrap();
                }
                Err(no) => return (count, no),
            }
        }
        unreachable!()
    }

    #[test]
    fn one_has_a_few_and_two_do_not_fill_the_table() {
        let mut keys = table(1_000);
        assert_eq!(greed(&mut keys, UserId(0)), (KEYS_MAX, KeyError::Quota));
        assert_eq!((keys.quota(UserId(0)), keys.quota(UserId(1))), (KEYS_MAX, KEYS_MAX));
        let mut keys = table(8);
        assert_eq!(greed(&mut keys, UserId(0)), (2, KeyError::Quota));
        assert_eq!(greed(&mut keys, UserId(1)), (1, KeyError::Quota));
        assert_eq!((keys.quota(UserId(0)), keys.len()), (2, 3));
    }

    #[test]
    fn as_many_keys_fit_as_were_lent_and_one_more_after_a_removal() {
        let mut keys = table(3);
        for user in [0, 1, 2] {
            assert_eq!(keys.check(UserId(user)), Ok(()));
            keys.set(UserId(user), &[7; 32], 0).unwrap();
        }
        assert_eq!(keys.check(UserId(3)), Err(KeyError::Full));
        assert_eq!(keys.set(UserId(3), &[7; 32], 0), Err(KeyError::Full));
        assert!(keys.remove(UserId(1), &[7; 32]) && !keys.remove(UserId(1), &[7; 32]));
        assert!(!keys.remove(UserId(2), &[8; 32]), "it has no such key");
        assert_eq!(keys.check(UserId(3)), Ok(()));
        assert_eq!(keys.set(UserId(3), &[7; 32], 0), Ok(()));
        assert_eq!(table(0).check(UserId(0)), Err(KeyError::Full));
    }

    #[test]
    fn a_key_is_of_its_user_alone_and_is_told_in_the_order_of_its_row() {
        let mut keys = table(8);
        keys.set(UserId(0), &[1; 32], 0).unwrap();
        keys.set(UserId(1), &[2; 32], 1).unwrap();
        keys.set(UserId(0), &[3; 32], 2).unwrap();
        assert_eq!(keys.number(UserId(0), &[3; 32]), Some(2));
        assert_eq!(keys.number(UserId(1), &[3; 32]), None);
        assert_eq!(keys.next_of(UserId(0), 0), Some((0, &[1; 32])));
        assert_eq!(keys.next_of(UserId(0), 1), Some((2, &[3; 32])));
        assert_eq!(keys.next_of(UserId(0), 3), None);
    }

    #[test]
    fn a_key_that_is_added_again_has_another_number_even_after_a_restart() {
        let mut keys = table(4);
        for earlier in [0, 6] {
            keys.restore(UserId(0), &[7; 32], earlier).unwrap();
        }
        assert_eq!((keys.number(UserId(0), &[7; 32]), keys.len()), (Some(6), 1));
        assert_eq!(keys.next_number(), 7);
    }
}
