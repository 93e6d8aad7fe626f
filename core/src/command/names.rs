//! Lists of users, over all rows of the users.
//! Knows no text. The command chooses which users are listed.

use super::answer::Step;
use crate::chat::{Chat, UserId};
use crate::protocol::Item;

/// Rows of the users that one step looks at. Only on the largest servers others get their turn in
/// between.
const ROWS: usize = 4096;

/// Hands on the listed users from row `next` on; the cursor of the step is a row. `sink` answers
/// whether it took the item. A function of its own, so that its long loop shares its registers with
/// nothing else.
#[inline(never)]
pub(super) fn list_users(
    chat: &Chat<'_>,
    next: usize,
    mut is_listed: impl FnMut(UserId) -> bool,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step<usize> {
    let end = chat.account_rows().min(next + ROWS);
    for row in next..end {
        let Some(user) = chat.nth_account(row).filter(|&user| is_listed(user)) else { continue };
        if !sink(Item::User(chat.name(user))) {
            return Step::Full(row);
        }
    }
    if end == chat.account_rows() { Step::Last } else { Step::Yield(end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::testing::chat_of;

    /// The users of a list of those of `count` users that `listed` picks, from a sink that takes
    /// `most` at a time; how often the sink was full, and how often others got their turn.
    fn listed(
        count: usize,
        most: usize,
        listed: impl Fn(UserId) -> bool,
    ) -> (Vec<String>, usize, usize) {
        let chat = chat_of(count);
        let (mut next, mut told, mut full, mut turns) = (0, Vec::new(), 0, 0);
        loop {
            let mut room = most;
            let mut sink = |item: Item<'_>| {
                let Item::User(name) = item else { panic!("{item:?} is no user") };
                if room == 0 {
                    return false;
                }
                room -= 1;
                told.push(name.to_owned());
                true
            };
            match list_users(&chat, next, &listed, &mut sink) {
                Step::Full(row) => (next, full) = (row, full + 1),
                Step::Yield(row) => (next, turns) = (row, turns + 1),
                Step::Last => return (told, full, turns),
                Step::Nothing | Step::Instead(_) => {
                    panic!("a list says at least that it is empty")
                }
            }
        }
    }

    #[test]
    fn many_rows_without_a_name_give_others_their_turn() {
        let last = 2 * ROWS;
        let (told, full, turns) = listed(last + 1, 10, |user| user.index() == last);
        assert_eq!((told, full, turns), (vec![format!("u{last}")], 0, 2));
    }

    #[test]
    fn a_list_in_several_parts_tells_everybody_once_and_in_order() {
        let count = ROWS + 500;
        let (told, full, _) = listed(count, 60, |_| true);
        assert_eq!(told, (0..count).map(|number| format!("u{number}")).collect::<Vec<_>>());
        assert!(full >= count / 60 - 1, "{full}");
    }

    #[test]
    fn a_list_of_nobody_is_over_at_once() {
        assert_eq!(listed(3, 10, |_| false), (vec![], 0, 0));
    }
}
