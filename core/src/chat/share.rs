//! How users share a table: one of them may hold at most a third of what is then left for all.
//! Knows counts alone, and not whose or of what they are.
//!
//! A switch shares its memory among its ports by the same dynamic threshold (Choudhury and Hahne,
//! 1998). Each user gets at most a quarter of what is free when it comes. One user leaves three
//! quarters, and two leave nine sixteenths. Ten leave a twentieth if they come one after the other,
//! and 3/13 if they come together. A fixed quota would either be full with its fourth holder or be
//! small while nobody else wants anything. A user who holds nothing may have one thing of any size
//! that fits; otherwise small shares could never begin.

/// This many times what a user holds has to be left.
const REST: usize = 3;

/// Why a user gets no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoMore {
    /// There is not enough left.
    Full,
    /// There is enough left, but it would be more than the user's share.
    Share,
}

/// Whether a user who holds `held` may have `more`, if `free` is left.
pub(super) fn may_take(held: usize, more: usize, free: usize) -> Result<(), NoMore> {
    if more > free {
        return Err(NoMore::Full);
    }
    match held == 0 || REST * (held + more) <= free - more {
        true => Ok(()),
        false => Err(NoMore::Share),
    }
}

/// The same for one thing more, where the last `kept` are for users who hold nothing: each of them
/// gets one there. So whoever wants all of it needs as many users as are kept.
pub(super) fn may_take_one(held: usize, free: usize, kept: usize) -> Result<(), NoMore> {
    match held > 0 && free <= kept {
        true => Err(NoMore::Share),
        false => may_take(held, 1, free),
    }
}

/// The most that a user who holds `held` may come to hold, taken one by one, if `free` is left.
pub(super) fn limit(held: usize, free: usize) -> usize {
    let fair = (held + free) / (REST + 1);
    fair.max(held).max(free.min(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each of `people` holds of a table once none gets any more, and what is left.
    fn greed(people: usize, capacity: usize) -> (Vec<usize>, usize) {
        let (mut held, mut free) = (vec![0; people], capacity);
        loop {
            let before = free;
            for held in &mut held {
                if may_take(*held, 1, free).is_ok() {
                    (*held, free) = (*held + 1, free - 1);
                }
            }
            if free == before {
                return (held, free);
            }
        }
    }

    #[test]
    fn one_gets_a_quarter_and_no_ten_fill_a_table() {
        assert_eq!(greed(1, 1024), (vec![256], 768));
        assert_eq!(greed(2, 1000), (vec![200, 200], 600));
        let (held, free) = greed(10, 1300);
        assert!(held.iter().all(|held| *held == 100) && free == 300, "{held:?}, {free}");
    }

    #[test]
    fn those_who_come_later_share_what_is_left() {
        let mut free: usize = 4096;
        for left in [3072, 2304, 1728, 1296, 972] {
            let mut held = 0;
            while may_take(held, 1, free).is_ok() {
                (held, free) = (held + 1, free - 1);
            }
            assert_eq!(free, left);
        }
    }

    /// How many users, one after the other and each as greedy as can be, fill a table of which the
    /// last `kept` are for users who hold nothing.
    fn users_to_fill(capacity: usize, kept: usize) -> usize {
        let (mut users, mut free) = (0, capacity);
        while free > 0 {
            let mut held = 0;
            while may_take_one(held, free, kept).is_ok() {
                (held, free) = (held + 1, free - 1);
            }
            assert!(held > 0, "whoever holds nothing gets one");
            users += 1;
        }
        users
    }

    #[test]
    fn what_is_kept_for_newcomers_takes_a_user_for_each() {
        assert_eq!(users_to_fill(1024, 0), 25);
        assert_eq!(users_to_fill(1024, 128), 136);
        assert_eq!((users_to_fill(36, 1), users_to_fill(36, 4)), (13, 13), "few share as before");
        assert_eq!((users_to_fill(1, 1), users_to_fill(0, 1)), (1, 0));
        assert_eq!(may_take_one(1, 128, 128), Err(NoMore::Share));
        assert_eq!((may_take_one(1, 129, 128), may_take_one(0, 128, 128)), (Ok(()), Ok(())));
        assert_eq!((may_take_one(0, 1, 128), may_take_one(0, 0, 128)), (Ok(()), Err(NoMore::Full)));
    }

    #[test]
    fn whoever_holds_nothing_gets_what_is_there_up_to_the_last() {
        assert_eq!(may_take(0, 7, 7), Ok(()));
        assert_eq!(may_take(0, 8, 7), Err(NoMore::Full));
        assert_eq!((may_take(1, 1, 7), may_take(1, 1, 6)), (Ok(()), Err(NoMore::Share)));
        assert_eq!(may_take(5, 9, 8), Err(NoMore::Full), "what is not there is nobody's share");
        for capacity in 0..20 {
            let (held, free) = greed(capacity, capacity);
            assert!(held.iter().all(|held| *held == 1) && free == 0, "{capacity}: {held:?}");
        }
    }

    #[test]
    fn the_limit_is_what_one_by_one_comes_to() {
        for capacity in 0..200 {
            let mut held = 0;
            while may_take(held, 1, capacity - held).is_ok() {
                held += 1;
            }
            assert_eq!(limit(0, capacity), held, "of {capacity}");
            assert_eq!(limit(held, capacity - held), held, "of {capacity}");
        }
    }
}
