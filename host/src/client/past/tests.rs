//! What is shown of the past, and what is told to be missing.

use super::*;
use crate::client::said::Channel;

fn past(earlier: Option<(u32, u64)>) -> Past {
    let mut past = Past::default();
    past.recall(earlier.map(|(epoch, id)| Seen { epoch, id: MessageId(id) }));
    past.handle_epoch(Some(7));
    assert_eq!(past.handle_login(), AT_START);
    past
}

fn take(past: &mut Past, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        let (from, text) = ("yoda".to_owned(), id.to_string());
        past.take(MessageId(id), Said { from, channel: Channel::All, text, age: 0 });
    }
}

fn texts(said: &[Said]) -> Vec<&str> {
    said.iter().map(|said| &*said.text).collect()
}

#[test]
fn what_an_earlier_run_has_seen_stands_before_the_line() {
    let mut past = past(Some((7, 3)));
    take(&mut past, 1..=5);
    assert_eq!(past.more(), None);
    let shown = past.finish("hans", false, vec![]);
    assert!(shown.has_line);
    assert_eq!((texts(&shown.seen), texts(&shown.new)), (vec!["1", "2", "3"], vec!["4", "5"]));
    assert_eq!(past.seen(), Some(Seen { epoch: 7, id: MessageId(5) }));
}

#[test]
fn as_many_are_asked_for_as_were_missed() {
    let mut past = past(Some((7, 50)));
    take(&mut past, 81..=100);
    assert_eq!(past.more(), Some(WHOLE));
    take(&mut past, 1..=100);
    assert_eq!(past.more(), None);
    let shown = past.finish("hans", false, vec![]);
    assert!(shown.seen.is_empty() && shown.new.len() == 50 && shown.has_line);
    let mut few = self::past(Some((7, 95)));
    take(&mut few, 81..=100);
    assert_eq!(few.more(), None);
    assert_eq!(few.finish("hans", false, vec![]).seen.len(), 15, "twenty together");
}

#[test]
fn a_first_start_and_a_server_that_lost_its_history_hide_nothing() {
    for earlier in [None, Some((8, 1000))] {
        let mut past = past(earlier);
        take(&mut past, 1..=20);
        assert_eq!(past.more(), None);
        let shown = past.finish("hans", false, vec![]);
        assert_eq!((shown.seen.len(), shown.new.len(), shown.has_line), (20, 0, false));
    }
    let mut past = past(Some((7, 1000)));
    take(&mut past, 1..=3);
    assert_eq!(
        past.finish("hans", false, vec![]).seen.len(),
        3,
        "the same epoch and lower numbers"
    );
    assert_eq!(past.seen().unwrap().id, MessageId(1000));
}

#[test]
fn what_is_not_caught_up_with_is_not_kept_as_seen() {
    let mut past = past(Some((7, 3)));
    past.note(MessageId(9));
    assert_eq!(past.seen(), None, "the reply has not come");
    past.handle_epoch(Some(7));
    past.handle_login();
    take(&mut past, 4..=10);
    let shown = past.finish("hans", false, vec![]);
    assert_eq!(texts(&shown.new), ["4", "5", "6", "7", "8", "10"]);
    past.note(MessageId(12));
    assert_eq!(past.seen().unwrap().id, MessageId(12));
}

#[test]
fn a_later_login_of_a_run_shows_what_is_new_and_no_line() {
    let mut past = past(None);
    take(&mut past, 1..=2);
    past.finish("hans", false, vec![]);
    past.handle_epoch(Some(7));
    past.handle_login();
    take(&mut past, 1..=4);
    let shown = past.finish("hans", false, vec![]);
    assert_eq!((texts(&shown.new), shown.seen.len(), shown.has_line), (vec!["3", "4"], 0, false));
}

#[test]
fn a_run_whose_server_was_empty_at_first_shows_what_is_new_alone() {
    let mut past = past(None);
    past.finish("hans", false, vec![]);
    past.handle_epoch(Some(7));
    past.handle_login();
    take(&mut past, 1..=2);
    assert_eq!(past.finish("hans", false, vec![]).seen.len(), 2);
}

#[test]
fn own_broadcasts_are_never_the_first_that_is_new() {
    let mut past = past(Some((7, 1)));
    take(&mut past, [1]);
    let own = Said { from: "hans".into(), channel: Channel::All, text: "own".into(), age: 0 };
    past.take(MessageId(2), own);
    take(&mut past, [3]);
    let shown = past.finish("hans", false, vec![]);
    assert_eq!((texts(&shown.seen), texts(&shown.new)), (vec!["1", "own"], vec!["3"]));
}

#[test]
fn what_is_kept_of_the_past_is_bounded() {
    let mut past = past(None);
    take(&mut past, 1..=WHOLE as u64 + 5);
    assert_eq!(past.told.len(), WHOLE as usize);
    (0..LIVE as u64 + 5).for_each(|id| {
        past.note(MessageId(id));
    });
    assert_eq!(past.live.len(), LIVE);
}

#[test]
fn what_the_server_no_longer_keeps_may_be_missing() {
    for (oldest, is_cut) in [(3, false), (4, false), (5, true)] {
        let mut past = past(Some((7, 3)));
        take(&mut past, oldest..=9);
        assert_eq!(past.finish("hans", false, vec![]).is_cut, is_cut, "{oldest}");
    }
    let mut first = past(None);
    take(&mut first, 5..=9);
    assert!(!first.finish("hans", false, vec![]).is_cut, "nobody knows what was seen");
    let mut none = past(Some((7, 3)));
    assert!(!none.finish("hans", false, vec![]).is_cut, "nothing is new");
}

#[test]
fn what_the_server_forgot_may_be_missing_wherever_it_stands() {
    for (seen, gap, ids, told) in [
        (3, 0, vec![3, 4, 5], None),
        (3, 100, vec![3, 4, 104, 105], Some(1)),
        (3, 100, vec![3, 104], Some(0)),
        (3, 100, vec![3, 4], Some(1)),
        (3, 100, vec![3], Some(0)),
        (104, 100, vec![3, 104, 105], None),
    ] {
        let mut past = past(Some((7, seen)));
        past.handle_gap(MessageId(gap));
        take(&mut past, ids.clone());
        assert_eq!(past.finish("hans", false, vec![]).gap, told, "{seen} {gap} {ids:?}");
    }
    let mut first = past(None);
    first.handle_gap(MessageId(100));
    take(&mut first, [3, 104]);
    assert_eq!(first.finish("hans", false, vec![]).gap, None, "nobody knows what was seen");
}

#[test]
fn a_gap_is_told_once_and_no_later_run_hears_of_it() {
    let mut run = past(Some((7, 3)));
    for told in [Some(0), None] {
        run.handle_epoch(Some(7));
        run.handle_login();
        run.handle_gap(MessageId(100));
        take(&mut run, [3]);
        assert_eq!(run.finish("hans", false, vec![]).gap, told);
    }
    let seen = run.seen().unwrap();
    assert_eq!(seen.id, MessageId(99));
    let mut later = past(Some((7, seen.id.0)));
    later.handle_gap(MessageId(100));
    take(&mut later, [3]);
    assert_eq!(later.finish("hans", false, vec![]).gap, None);
}
