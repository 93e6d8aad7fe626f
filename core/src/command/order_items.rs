//! The items of the answers to orders: accounts, bans, and who takes most of a table. One step
//! looks at few accounts, however many there are.
//! Knows no line.

use super::answer::{Answer, Step};
use super::prefix::Prefix;
use crate::chat::{Chat, Most, Table};
use crate::protocol::Item;
use crate::time::Instant;

/// Rows of the users that one step looks at. Only on the largest servers others get their turn in
/// between.
const ROWS: usize = 4096;

/// The next items of an order's answer.
#[inline(never)]
pub(crate) fn next_items(
    answer: Answer,
    chat: &Chat<'_>,
    now: Instant,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    match answer {
        Answer::Accounts { next, told, prefix } => accounts(chat, (next, told), prefix, now, sink),
        Answer::Bans { next, told } => bans(chat, (next, told), now, sink),
        Answer::Top { table, told, row, most } => top(chat, (table, told), row, most, sink),
        _ => Step::Nothing,
    }
}

fn accounts(
    chat: &Chat<'_>,
    (next, mut told): (u16, u16),
    prefix: Prefix,
    now: Instant,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let goes_on = |next: usize, told| Answer::Accounts { next: next as u16, told, prefix };
    let begin = usize::from(next);
    let end = chat.account_rows().min(begin + ROWS);
    for row in begin..end {
        let Some(user) = chat.nth_account(row) else { continue };
        let name = chat.name(user);
        if !prefix.begins(name) {
            continue;
        }
        let mark = |is, mark| if is { mark } else { "" };
        let marks = [
            if chat.is_online(user) { "online" } else { "offline" },
            if chat.is_given(user) { "given" } else { "registered" },
            mark(chat.is_locked(user, now), "locked"),
            mark(chat.user_ban(user, now).is_some(), "banned"),
            mark(chat.is_admin(user), "admin"),
        ];
        if !sink(Item::Account { name, marks }) {
            return Step::Full(goes_on(row, told));
        }
        told += 1;
    }
    match end == chat.account_rows() {
        true => total(told.into(), "users", goes_on(end, told), sink),
        false => Step::Yield(goes_on(end, told)),
    }
}

fn bans(
    chat: &Chat<'_>,
    (next, mut told): (u16, u16),
    now: Instant,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let mut next = usize::from(next);
    while let Some((row, whom, left)) = chat.next_ban(next, now) {
        if !sink(Item::Ban { whom, left }) {
            return Step::Full(Answer::Bans { next: row as u16, told });
        }
        (next, told) = (row + 1, told + 1);
    }
    total(told.into(), "bans", Answer::Bans { next: next as u16, told }, sink)
}

fn top(
    chat: &Chat<'_>,
    (table, mut told): (u8, u8),
    row: u16,
    mut most: Most,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    let Some(&of) = Table::ALL.get(usize::from(table)) else {
        return total(told.into(), "places", Answer::Top { table, told, row, most }, sink);
    };
    let begin = usize::from(row);
    let end = chat.account_rows().min(begin + ROWS);
    chat.look_for_most(of, &mut most, begin..end);
    let row = end as u16;
    if end < chat.account_rows() {
        return Step::Yield(Answer::Top { table, told, row, most });
    }
    while let Some(user) = most.first() {
        let count = chat.taken(of, user);
        if count > 0 && !sink(Item::Place { table: of.name(), user: chat.name(user), count }) {
            return Step::Full(Answer::Top { table, told, row, most });
        }
        (told, most) = (told + u8::from(count > 0), most.behind_first());
    }
    let (table, most) = (table + 1, Most::NOBODY);
    Step::Yield(Answer::Top { table, told, row: 0, most })
}

/// The last item: how many there were.
fn total(
    count: u32,
    of: &'static str,
    again: Answer,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    match sink(Item::Tally(count, of)) {
        true => Step::Last,
        false => Step::Full(again),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::testing::chat_of;

    /// How many turns of others there are in an answer of `chat`, and its items.
    fn told(chat: &Chat<'_>, mut answer: Answer) -> (usize, Vec<String>) {
        let (mut turns, mut items) = (0, Vec::new());
        loop {
            let mut sink = |item: Item<'_>| {
                items.push(format!("{item:?}"));
                true
            };
            match next_items(answer, chat, Instant::START, &mut sink) {
                Step::Yield(next) => (answer, turns) = (next, turns + 1),
                Step::Last => return (turns, items),
                step => panic!("{step:?}"),
            }
        }
    }

    #[test]
    fn one_step_looks_at_no_more_accounts_than_a_turn_allows() {
        for (accounts, steps) in [(ROWS - 1, 1), (ROWS, 1), (ROWS + 1, 2), (2 * ROWS + 1, 3)] {
            let chat = chat_of(accounts);
            let (turns, items) = told(&chat, Answer::TOP);
            assert_eq!((turns, items.len()), (Table::ALL.len() * steps, 1), "{accounts}");
            let prefix = Prefix::new("?");
            let (turns, items) = told(&chat, Answer::Accounts { next: 0, told: 0, prefix });
            assert_eq!((turns, items.len()), (steps - 1, 1), "{accounts}");
        }
    }
}
