//! The timing wheel, alone and against a sorted map.

use super::*;
use crate::time::Duration;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u64 = 3_600_000;

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn drain(wheel: &mut Wheel<'_>, now: u64) -> Vec<usize> {
    core::iter::from_fn(|| wheel.pop(at(now))).collect()
}

#[test]
fn every_id_can_be_armed_and_armed_again_after_it_fired() {
    let mut slots = [WheelSlot::default(); 3];
    let mut wheel = Wheel::new(&mut slots, at(100));
    for round in 0..3 {
        let due = 150 + round * 100;
        wheel.arm(2, at(due));
        wheel.arm(1, at(due));
        wheel.arm(0, at(due));
        assert_eq!(drain(&mut wheel, due - 1), []);
        assert_eq!(drain(&mut wheel, due), [2, 1, 0]);
        assert_eq!((wheel.due(0), wheel.poll_at()), (None, None));
    }
}

#[test]
fn arming_again_replaces_the_deadline() {
    let mut slots = [WheelSlot::new(); 1];
    let mut wheel = Wheel::new(&mut slots, at(0));
    wheel.arm(0, at(10));
    wheel.arm(0, at(5000));
    assert_eq!(wheel.due(0), Some(at(5000)));
    assert_eq!(drain(&mut wheel, 4999), []);
    assert_eq!(drain(&mut wheel, 5000), [0]);
}

#[test]
fn arming_earlier_never_postpones() {
    let mut slots = [WheelSlot::new(); 1];
    let mut wheel = Wheel::new(&mut slots, at(0));
    wheel.arm_earlier(0, at(50));
    wheel.arm_earlier(0, at(70));
    assert_eq!(wheel.due(0), Some(at(50)));
    wheel.arm_earlier(0, at(20));
    assert_eq!(wheel.due(0), Some(at(20)));
}

#[test]
fn a_disarmed_id_does_not_fire() {
    let mut slots = [WheelSlot::new(); 2];
    let mut wheel = Wheel::new(&mut slots, at(0));
    wheel.arm(0, at(40));
    wheel.arm(1, at(40));
    wheel.disarm(0);
    wheel.disarm(0);
    wheel.disarm(9);
    assert_eq!(drain(&mut wheel, HOUR), [1]);
}

#[test]
fn an_id_armed_for_the_past_fires_at_once() {
    let mut slots = [WheelSlot::new(); 1];
    let mut wheel = Wheel::new(&mut slots, at(1000));
    wheel.arm(0, at(3));
    assert_eq!(wheel.poll_at(), Some(at(1000)));
    assert_eq!(drain(&mut wheel, 999), []);
    assert_eq!(drain(&mut wheel, 1000), [0]);
}

#[test]
fn deadlines_passed_in_one_jump_fire_in_their_order() {
    let mut slots = [WheelSlot::new(); 4];
    let mut wheel = Wheel::new(&mut slots, at(7));
    for (id, due) in [3 * HOUR, 60, 2000, 55].into_iter().enumerate() {
        wheel.arm(id, at(due));
    }
    assert_eq!(drain(&mut wheel, 9 * HOUR), [3, 1, 2, 0]);
}

#[test]
fn a_deadline_at_the_end_of_time_costs_no_walk_there() {
    let mut slots = [WheelSlot::new(); 2];
    let mut wheel = Wheel::new(&mut slots, at(0));
    let end = (Instant::START + Duration::from_millis(u64::MAX)).as_millis();
    wheel.arm(0, at(end));
    wheel.arm(1, at(20 * HOUR));
    assert_eq!(drain(&mut wheel, end - 1), [1]);
    assert_eq!(wheel.poll_at(), Some(at(end)));
    assert_eq!(drain(&mut wheel, end), [0]);
}

#[test]
fn following_poll_at_reaches_a_deadline_days_ahead_in_few_steps() {
    let mut slots = [WheelSlot::new(); 1];
    let mut wheel = Wheel::new(&mut slots, at(12_345));
    let due = at(12_345) + Duration::from_millis(50 * HOUR + 77);
    wheel.arm(0, due);
    let mut steps = 0;
    let fired = loop {
        let now = wheel.poll_at().unwrap();
        steps += 1;
        if wheel.pop(now).is_some() {
            break now;
        }
    };
    assert_eq!(fired, due);
    assert!(steps <= 12, "{steps} steps");
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "has no slot")]
fn debug_builds_report_an_id_without_a_slot() {
    let mut slots = [WheelSlot::new(); 2];
    Wheel::new(&mut slots, at(0)).arm(2, at(1));
}

#[derive(Clone, Debug)]
enum Step {
    Arm(usize, u64),
    ArmEarlier(usize, u64),
    Disarm(usize),
    Advance(u64),
}

/// Spans of every magnitude, from nothing to years.
fn span() -> impl Strategy<Value = u64> {
    (any::<u64>(), 24u32..64).prop_map(|(bits, shift)| bits >> shift)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0usize..8, span()).prop_map(|(id, ahead)| Step::Arm(id, ahead)),
        1 => (0usize..8, span()).prop_map(|(id, ahead)| Step::ArmEarlier(id, ahead)),
        1 => (0usize..8).prop_map(Step::Disarm),
        3 => span().prop_map(Step::Advance),
    ]
}

/// Moves `model` to `now` and returns the ids that fire on the way.
fn expire(model: &mut BTreeMap<usize, u64>, now: u64) -> BTreeSet<usize> {
    let due = model.extract_if(.., |_, due| *due <= now);
    due.map(|(id, _)| id).collect()
}

proptest! {
    #[test]
    fn behaves_like_a_map_of_deadlines(start in span(), steps in prop::collection::vec(step(), 0..120)) {
        let mut slots = [WheelSlot::new(); 8];
        let mut wheel = Wheel::new(&mut slots, at(start));
        let mut model = BTreeMap::new();
        // Deadlines reach a little into the past as well.
        let mut now = start + 100;
        for step in steps {
            match step {
                Step::Arm(id, ahead) => {
                    wheel.arm(id, at(now + ahead - 100));
                    model.insert(id, now + ahead - 100);
                }
                Step::ArmEarlier(id, ahead) => {
                    wheel.arm_earlier(id, at(now + ahead));
                    let due = model.entry(id).or_insert(now + ahead);
                    *due = (*due).min(now + ahead);
                }
                Step::Disarm(id) => {
                    wheel.disarm(id);
                    model.remove(&id);
                }
                Step::Advance(by) => {
                    now += by;
                    let fired = drain(&mut wheel, now);
                    let ids: BTreeSet<_> = fired.iter().copied().collect();
                    prop_assert_eq!(ids.len(), fired.len());
                    prop_assert_eq!(ids, expire(&mut model, now));
                }
            }
            for id in 0..8 {
                prop_assert_eq!(wheel.due(id), model.get(&id).map(|due| at(*due)));
            }
            let first = model.values().min().map(|due| at((*due).max(now)));
            prop_assert!(wheel.poll_at() <= first && wheel.poll_at().is_some() == first.is_some());
        }
    }
}
