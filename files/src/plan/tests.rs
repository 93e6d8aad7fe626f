//! Plans, step by step.

use super::holder::STRIKES;
use super::*;
use crate::shape::CHUNK_MIN;

fn shape(count: u32) -> Shape {
    Shape::of(u64::from(count) * u64::from(CHUNK_MIN)).unwrap()
}

fn plan(count: u32) -> Plan {
    Plan::new(at(0), shape(count), Bitmap::empty(count), 1, None)
}

fn at(millis: u64) -> Moment {
    Duration::from_millis(millis)
}

/// Everything that is asked now.
fn asks(plan: &mut Plan, now: Moment) -> Vec<Ask> {
    std::iter::from_fn(|| plan.next(now)).collect()
}

fn answer(plan: &mut Plan, now: Moment, ask: Ask) -> Vec<Ask> {
    plan.moved(now, ask.holder, CHUNK_MIN.into());
    plan.arrived(ask.holder, ask.index)
}

fn some(count: u32, indices: &[u32]) -> Bitmap {
    let mut map = Bitmap::empty(count);
    indices.iter().for_each(|index| assert!(map.insert(*index)));
    map
}

#[test]
fn a_file_without_chunks_is_done_at_once() {
    let mut plan = plan(0);
    assert!(plan.is_done());
    assert_eq!((plan.done_bytes(), plan.left(at(0))), (0, None));
    plan.join(at(0), 1, Bitmap::empty(0));
    assert_eq!(asks(&mut plan, at(0)), []);
    assert_eq!(plan.stalled(at(100_000)), None);
}

#[test]
fn two_chunks_are_asked_for_first_and_more_once_the_rate_is_known() {
    let mut plan = plan(1000);
    plan.join(at(0), 1, Bitmap::full(1000));
    let first = asks(&mut plan, at(0));
    assert_eq!(first.len(), 2);
    assert_eq!(asks(&mut plan, at(0)), []);
    answer(&mut plan, at(10), first[0]);
    // 256 KiB in a quarter of a second at least: half a second is two chunks.
    assert_eq!(asks(&mut plan, at(10)).len(), 1);
    for millis in 11..100 {
        let ask = plan.all_asked()[0];
        answer(&mut plan, at(millis), ask);
        asks(&mut plan, at(millis));
    }
    assert_eq!(plan.all_asked().len(), 16);
}

#[test]
fn the_rarest_chunk_is_asked_for_first() {
    let mut plan = plan(8);
    plan.join(at(0), 1, some(8, &[0, 1, 2, 3, 4, 5, 6]));
    plan.join(at(0), 2, some(8, &[0, 1, 2, 3, 4, 5, 7]));
    plan.join(at(0), 3, some(8, &[0, 1, 2, 3, 5]));
    let first: Vec<_> = asks(&mut plan, at(0));
    let of = |holder| first.iter().find(|ask| ask.holder == holder).unwrap().index;
    assert_eq!((of(1), of(2)), (6, 7));
    assert!(
        first.contains(&Ask { holder: 1, index: 4 })
            || first.contains(&Ask { holder: 2, index: 4 })
    );
}

#[test]
fn a_chunk_that_comes_from_another_is_cancelled_at_the_first() {
    let mut plan = plan(2);
    plan.join(at(0), 1, Bitmap::full(2));
    let first = asks(&mut plan, at(0));
    plan.join(at(1), 2, Bitmap::full(2));
    assert_eq!(asks(&mut plan, at(499)), []);
    let second = asks(&mut plan, at(500));
    assert_eq!(second.len(), 2, "what is late is asked of another, too");
    assert_eq!(asks(&mut plan, at(60_000)), [], "a third is not asked");
    let others = answer(&mut plan, at(600), second[0]);
    assert_eq!(others, [Ask { holder: 1, index: second[0].index }]);
    assert!(first.contains(&others[0]));
    assert_eq!(answer(&mut plan, at(601), Ask { holder: 1, index: second[1].index }).len(), 1);
    assert!(plan.is_done() && plan.all_asked().is_empty());
    assert_eq!(plan.done_bytes(), 2 * u64::from(CHUNK_MIN));
}

#[test]
fn what_a_lost_holder_owed_is_asked_of_others() {
    let mut plan = plan(2);
    plan.join(at(0), 1, Bitmap::full(2));
    assert_eq!(asks(&mut plan, at(0)).len(), 2);
    plan.leave(1);
    assert!(plan.all_asked().is_empty());
    assert_eq!(asks(&mut plan, at(0)), []);
    plan.join(at(0), 2, Bitmap::full(2));
    assert_eq!(asks(&mut plan, at(0)).len(), 2);
}

#[test]
fn eight_holders_are_asked_at_once_and_a_ninth_once_one_has_left() {
    let mut plan = plan(100);
    for id in 0..8 {
        assert!(plan.join(at(0), id, Bitmap::full(100)), "{id}");
    }
    assert!(plan.is_crowded() && !plan.join(at(0), 8, Bitmap::full(100)));
    plan.leave(3);
    assert!(plan.join(at(0), 8, Bitmap::full(100)));
}

#[test]
fn who_has_nothing_that_is_missing_makes_room() {
    let mut plan = plan(3);
    (0..8).for_each(|id| assert!(plan.join(at(0), id, some(3, &[0]))));
    assert!(!plan.join(at(0), 9, Bitmap::empty(3)), "nothing to ask for");
    assert!(!plan.join(at(0), 9, Bitmap::full(4)), "of another file");
    let ask = asks(&mut plan, at(0))[0];
    answer(&mut plan, at(0), ask);
    assert!(plan.join(at(0), 9, some(3, &[1])));
}

#[test]
fn a_busy_holder_is_left_alone_for_a_while() {
    let mut plan = plan(2);
    plan.join(at(0), 1, Bitmap::full(2));
    let first = asks(&mut plan, at(0));
    first.iter().for_each(|ask| plan.refused(at(10), 1, ask.index, Refusal::Busy));
    assert_eq!(asks(&mut plan, at(509)), []);
    assert_eq!(asks(&mut plan, at(510)).len(), 2);
}

#[test]
fn a_holder_without_the_chunk_is_not_asked_for_it_again() {
    let mut plan = plan(1);
    plan.join(at(0), 1, Bitmap::full(1));
    assert_eq!(asks(&mut plan, at(0)).len(), 1);
    plan.refused(at(0), 1, 0, Refusal::NotThis);
    assert_eq!(asks(&mut plan, at(100_000)), []);
    assert!(plan.has(1, 0));
    assert_eq!(asks(&mut plan, at(100_000)).len(), 1);
    assert!(!plan.has(2, 0));
}

#[test]
fn what_is_overdue_is_asked_of_others_and_its_holder_is_given_up_at_last() {
    let mut plan = plan(10);
    plan.join(at(0), 1, Bitmap::full(10));
    let first = asks(&mut plan, at(0));
    // Two chunks of a holder that nobody has measured: 15 s, and four times 16 s at 32 KiB/s.
    assert_eq!(plan.overdue(at(46_999)), Overdue::default());
    let overdue = plan.overdue(at(47_000));
    assert_eq!(overdue, Overdue { cancelled: vec![first[0]], given_up: vec![] });
    let mut strikes = 1;
    let mut now = 47_000;
    while plan.is_holder(1) {
        asks(&mut plan, at(now));
        now += 1000;
        strikes += plan.overdue(at(now)).cancelled.len() as u32;
        assert!(now < 300_000);
    }
    assert_eq!(strikes, STRIKES);
    assert!(plan.all_asked().is_empty());
}

#[test]
fn one_chunk_only_is_asked_for_if_only_one_is_wanted() {
    let mut plan = Plan::new(at(0), shape(5), some(5, &[1]), 1, Some(3));
    plan.join(at(0), 1, Bitmap::full(5));
    let ask = Ask { holder: 1, index: 3 };
    assert_eq!(asks(&mut plan, at(0)), [ask]);
    answer(&mut plan, at(0), ask);
    assert_eq!(asks(&mut plan, at(0)), []);
    assert_eq!(plan.held().iter().collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn a_part_is_kept_back_for_who_is_being_called_but_not_for_ever() {
    let mut plan = plan(9);
    plan.expect(at(0), 7, 255);
    plan.join(at(0), 1, Bitmap::full(9));
    let mut taken = 0;
    for step in 0..20 {
        for ask in asks(&mut plan, at(step)) {
            answer(&mut plan, at(step), ask);
            taken += 1;
        }
    }
    assert_eq!(taken, 6, "a third is kept back");
    plan.overdue(at(4_999));
    assert_eq!(asks(&mut plan, at(4_999)), []);
    plan.overdue(at(5_000));
    assert_eq!(asks(&mut plan, at(5_000)).len(), 2);
}

#[test]
fn fewer_chunks_than_holders_go_to_whoever_is_there() {
    let mut plan = plan(1);
    plan.expect(at(0), 7, 255);
    plan.join(at(0), 1, Bitmap::full(1));
    assert_eq!(asks(&mut plan, at(0)).len(), 1);
}

#[test]
fn the_last_chunk_counts_with_its_own_length() {
    let size = 3 * u64::from(CHUNK_MIN) + 10;
    let mut plan = Plan::new(at(0), Shape::of(size).unwrap(), Bitmap::empty(4), 1, None);
    plan.join(at(0), 1, Bitmap::full(4));
    plan.arrived(1, 3);
    assert_eq!(plan.done_bytes(), 10);
    (0..3).for_each(|index| _ = plan.arrived(1, index));
    assert_eq!((plan.done_bytes(), plan.bytes_of(1)), (size, size));
}
