//! The history's tests: which broadcast makes room, and what the store is told.

use super::*;

const FROM: [UserId; 3] = [UserId(0), UserId(1), UserId(2)];

fn with(rows: usize, pieces: usize, test: impl FnOnce(&mut History<'_>)) {
    let (mut rows, mut links) = (vec![HistoryRow::default(); rows], vec![LinkSlot::new(); rows]);
    let mut chunks = vec![PoolSlot::new(Chunk::default()); pieces];
    let mut held = [0; FROM.len()];
    test(&mut History::new(&mut rows, &mut links, &mut chunks, &mut held));
}

fn say(history: &mut History<'_>, id: u64, from: UserId, text: &str) {
    history.record(MessageId(id), NewText { from, text, at: Instant::START });
}

fn restore(history: &mut History<'_>, id: u64, text: &str) {
    history.restore(MessageId(id), NewText { from: FROM[0], text, at: Instant::START });
}

fn ids(history: &History<'_>) -> Vec<u64> {
    history.links.iter(&history.order).map(|row| history.get(row).id.0).collect()
}

fn of(history: &History<'_>, user: UserId) -> usize {
    history.links.iter(&history.order).filter(|&row| history.get(row).from == user).count()
}

#[test]
fn the_last_broadcasts_stay_and_the_oldest_makes_room() {
    with(6, 12, |history| {
        for id in 1..=6 {
            say(history, id, FROM[0], "hi");
            assert_eq!(ids(history), Vec::from_iter(1..=id));
        }
        say(history, 7, FROM[0], "hi");
        say(history, 9, FROM[1], "hi");
        assert_eq!(ids(history), [3, 4, 5, 6, 7, 9]);
        assert_eq!(history.used(), (6, 6));
    });
}

#[test]
fn a_long_text_takes_the_room_of_several_and_gives_it_back() {
    with(6, 12, |history| {
        (1..=6).for_each(|id| say(history, id, FROM[0], "hi"));
        say(history, 7, FROM[1], &"x".repeat(4 * Chunk::SIZE + 1));
        assert_eq!(ids(history), [4, 5, 6, 7]);
        say(history, 8, FROM[1], &"y".repeat(TEXT_MAX));
        assert_eq!(ids(history), [8]);
        let mut buffer = [0; TEXT_MAX];
        let row = history.oldest().unwrap();
        assert_eq!(history.read(row, &mut buffer), "y".repeat(TEXT_MAX));
        (9..=14).for_each(|id| say(history, id, FROM[0], "hi"));
        assert_eq!(ids(history), Vec::from_iter(9..=14));
        assert_eq!(history.free, 0);
    });
}

#[test]
fn who_talks_without_end_leaves_three_quarters_to_others() {
    with(16, 32, |history| {
        let mut next = 1..;
        let mut talk = |from, count| {
            for id in next.by_ref().take(count) {
                say(history, id, FROM[from], "hi");
            }
            [0, 1, 2].map(|user| of(history, FROM[user]))
        };
        // Nobody else speaks, so all of it is for one.
        assert_eq!(talk(0, 20), [16, 0, 0]);
        // Two share it.
        assert_eq!(talk(1, 100), [8, 8, 0]);
        assert_eq!(talk(0, 100), [8, 8, 0]);
        // The oldest are the second user's now.
        assert_eq!(talk(2, 4), [8, 4, 4]);
        assert_eq!(talk(2, 100), [8, 4, 4]);
        assert_eq!(talk(0, 100), [8, 4, 4]);
    });
}

#[test]
fn what_the_store_tells_is_put_in_order_and_once() {
    with(6, 12, |history| {
        for id in [5, 7, 3, 7, 5, 6, 3, 9] {
            restore(history, id, "hi");
        }
        assert_eq!(ids(history), [3, 5, 6, 7, 9]);
        restore(history, 1, "hi");
        assert_eq!(ids(history), [1, 3, 5, 6, 7, 9]);
        restore(history, 0, "hi");
        assert_eq!(ids(history), [1, 3, 5, 6, 7, 9], "it is older than all others");
        restore(history, 8, "hi");
        assert_eq!(ids(history), [3, 5, 6, 7, 8, 9]);
        restore(history, 4, &"x".repeat(TEXT_MAX));
        assert_eq!(history.due(), None, "the store has them");
        let is_held = |id| history.holds(MessageId(id));
        assert!(is_held(9) && !is_held(2) && !is_held(10));
    });
}

#[test]
fn the_store_is_told_each_broadcast_once_and_none_that_made_room() {
    with(6, 12, |history| {
        let unstored =
            |history: &History<'_>| history.unstored(&mut [0; TEXT_MAX]).map(|(row, _)| row.id.0);
        (1..=3).for_each(|id| say(history, id, FROM[0], "hi"));
        assert_eq!((unstored(history), history.due()), (Some(1), Some(Instant::START + STORING)));
        history.mark_stored();
        assert_eq!(unstored(history), Some(2));
        (4..=8).for_each(|id| say(history, id, FROM[0], "hi"));
        assert_eq!(unstored(history), Some(3), "the second made room");
        (3..=8).for_each(|_| history.mark_stored());
        assert_eq!((unstored(history), history.due()), (None, None));
        say(history, 9, FROM[1], "hi");
        assert_eq!(unstored(history), Some(9));
    });
}

#[test]
fn a_history_without_room_keeps_nothing() {
    with(0, 0, |history| {
        say(history, 1, FROM[0], "hi");
        restore(history, 2, "hi");
        assert_eq!((ids(history), history.due()), (vec![], None));
    });
}

#[test]
fn a_broadcast_that_made_room_is_followed_by_the_next_and_preceded_by_the_last() {
    with(6, 12, |history| {
        (1..=6).for_each(|id| say(history, id, FROM[0], "hi"));
        let second = history.newer(history.oldest().unwrap()).unwrap();
        let id = |row: Option<usize>| row.map(|row| history.rows[row].id.0);
        assert_eq!(id(history.at_or_behind(second, MessageId(2))), Some(2));
        assert_eq!(id(history.at_or_before(second, MessageId(2))), Some(2));
        say(history, 9, FROM[1], &"x".repeat(TEXT_MAX / 3));
        assert_eq!(ids(history), [3, 4, 5, 6, 9]);
        let id = |row: Option<usize>| row.map(|row| history.rows[row].id.0);
        assert_eq!(id(history.at_or_behind(second, MessageId(2))), Some(3));
        assert_eq!(id(history.at_or_before(second, MessageId(2))), None);
        assert_eq!(id(history.at_or_before(second, MessageId(7))), Some(6));
        assert_eq!(id(history.at_or_behind(second, MessageId(10))), None);
    });
}
