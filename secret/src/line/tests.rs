//! Lines as values, with askers and answers made up.

use super::*;
use proptest::prelude::*;
use std::vec::Vec;

const PLACES: usize = 512;

fn line() -> Line<Vec<Row>> {
    Line::new((0..PLACES).map(|_| Row::default()).collect())
}

fn job(password: &str) -> Job {
    Job::new(Task::Verify(Packed::from_array([1; 8])), password).unwrap()
}

fn ask(line: &mut Line<Vec<Row>>, asker: u16, source: u16) -> Result<Option<Answer>, Full> {
    line.ask(Place { asker, source }, &job("p"))
}

/// Has all jobs done; the order in which they were.
fn run(line: &mut Line<Vec<Row>>) -> Vec<u16> {
    run_all(line, Answer::Right)
}

fn run_all(line: &mut Line<Vec<Row>>, answer: Answer) -> Vec<u16> {
    let mut order = Vec::new();
    while line.next_job().is_some() {
        order.extend(line.answer(answer.clone()));
    }
    order
}

#[test]
fn sources_take_turns_and_each_keeps_its_order() {
    // The turn of a line that is years old goes around.
    for turn in [0, u32::MAX - 1, u32::MAX / 2] {
        let mut line = Line { turn, ..line() };
        for (asker, source) in [(1, 7), (2, 7), (3, 7), (4, 8), (5, 9), (6, 8)] {
            assert_eq!(ask(&mut line, asker, source), Ok(None));
        }
        assert_eq!(run(&mut line), [1, 4, 5, 2, 6, 3]);
        for asker in 1..=6 {
            assert_eq!(ask(&mut line, asker, 0), Ok(Some(Answer::Right)), "until it is forgotten");
            line.forget(asker);
        }
        assert!(run(&mut line).is_empty());
    }
}

#[test]
fn whoever_comes_late_waits_for_one_job_of_a_source_that_has_many() {
    let mut line = line();
    for asker in 0..100 {
        ask(&mut line, asker, 7).unwrap();
    }
    for _ in 0..10 {
        line.next_job();
        line.answer(Answer::Wrong);
    }
    line.next_job();
    ask(&mut line, 500, 8).unwrap();
    line.answer(Answer::Wrong);
    assert_eq!(run(&mut line)[..2], [500, 11]);
}

#[test]
fn one_source_gets_half_and_a_hundred_greedy_ones_leave_room_for_another() {
    let mut line = line();
    let mut asker = 0;
    let mut fill = |line: &mut Line<Vec<Row>>, source| {
        let before = asker;
        while ask(line, asker, source) == Ok(None) {
            asker += 1;
        }
        asker - before
    };
    assert_eq!(fill(&mut line, 0), PLACES as u16 / 2);
    assert_eq!(fill(&mut line, 1), PLACES as u16 / 4);
    for source in 2..100 {
        fill(&mut line, source);
    }
    assert_eq!(ask(&mut line, 9000, 0), Err(Full));
    let full = line.held().count();
    line.forget(0);
    assert_eq!(full - line.held().count(), 1);
    assert_eq!(ask(&mut line, 9001, 200), Ok(None));
}

#[test]
fn the_last_place_is_taken_and_the_next_asker_hears_that_it_is_full() {
    for places in [1, 4, 8] {
        let mut line = Line::new((0..places).map(|_| Row::default()).collect());
        for asker in 0..places {
            assert_eq!(ask(&mut line, asker, asker), Ok(None), "{asker} of {places}");
        }
        assert_eq!(ask(&mut line, places, places), Err(Full));
        assert_eq!(run(&mut line).len(), places.into());
        assert_eq!(ask(&mut line, places, places), Err(Full), "answers take places, too");
        line.forget(0);
        assert_eq!(ask(&mut line, places, places), Ok(None));
    }
}

#[test]
fn an_asker_who_left_gets_no_answer_and_the_next_in_its_place_gets_its_own() {
    let mut line = line();
    ask(&mut line, 1, 7).unwrap();
    line.next_job();
    assert!(line.is_awaited());
    line.forget(1);
    assert!(!line.is_awaited());
    assert_eq!(line.ask(Place { asker: 1, source: 7 }, &job("q")), Ok(None));
    assert!(line.next_job().is_none(), "one job is out");
    assert_eq!(line.answer(Answer::Right), None);
    assert_eq!(ask(&mut line, 2, 8), Ok(None));
    assert_eq!(run(&mut line), [1, 2]);
}

#[test]
fn a_secret_that_changed_meanwhile_is_checked_anew() {
    let mut line = line();
    let place = Place { asker: 1, source: 7 };
    ask(&mut line, 1, 7).unwrap();
    assert_eq!(run(&mut line), [1]);
    assert_eq!(line.ask(place, &job("other")), Ok(None));
    let seal = |salt| Job::new(Task::Seal([salt; 16]), "new").unwrap();
    assert_eq!(line.ask(place, &seal(1)), Ok(None));
    // The check goes first.
    line.next_job();
    assert_eq!(line.answer(Answer::Wrong), Some(1));
    line.next_job();
    let made = Answer::Sealed(Packed::from_array([2; 8]));
    assert_eq!(line.answer(made.clone()), Some(1));
    assert_eq!(line.ask(place, &job("other")), Ok(Some(Answer::Wrong)));
    // A new salt makes no new job.
    assert_eq!(line.ask(place, &seal(2)), Ok(Some(made)));
}

#[test]
fn whoever_has_no_answer_can_be_sent_away() {
    let mut line = line();
    for asker in 1..=3 {
        ask(&mut line, asker, asker).unwrap();
    }
    line.next_job();
    line.answer(Answer::Right);
    line.next_job();
    assert_eq!(
        [line.next_waiting(), line.next_waiting(), line.next_waiting()],
        [Some(2), Some(3), None]
    );
    assert_eq!(ask(&mut line, 1, 1), Ok(Some(Answer::Right)));
}

#[test]
fn a_hash_that_nobody_could_make_is_no_hash_and_is_not_tried_again() {
    let mut line = line();
    let seal = Job::new(Task::Seal([1; 16]), "new").unwrap();
    let place = Place { asker: 1, source: 7 };
    assert_eq!(line.ask(place, &seal), Ok(None));
    assert_eq!(run_all(&mut line, Answer::Wrong), [1]);
    assert_eq!(line.ask(place, &seal), Ok(Some(Answer::Wrong)));
}

#[test]
fn a_source_with_a_second_job_has_its_turn_while_fresh_sources_keep_coming() {
    let mut line = line();
    let seal = Job::new(Task::Seal([1; 16]), "new").unwrap();
    let owner = Place { asker: 0, source: 0 };
    ask(&mut line, 0, 0).unwrap();
    assert!(line.next_job().is_some());
    ask(&mut line, 1, 1).unwrap();
    assert_eq!(line.answer(Answer::Right), Some(0));
    assert_eq!(line.ask(owner, &seal), Ok(None));
    let mut order = Vec::new();
    for fresh in 2..20 {
        line.next_job();
        ask(&mut line, fresh, fresh).unwrap();
        order.extend(line.answer(Answer::Wrong));
    }
    assert_eq!(order[..3], [1, 0, 2], "passwd waits for whoever came before, and for nobody else");
}

#[test]
fn whoever_hangs_up_leaves_its_turn_to_its_source() {
    let mut line = line();
    for (asker, source) in [(1, 7), (2, 7), (3, 8), (4, 8), (5, 9)] {
        ask(&mut line, asker, source).unwrap();
    }
    line.forget(1);
    line.next_job();
    // The job that is out was its turn.
    line.forget(2);
    line.answer(Answer::Wrong);
    line.forget(3);
    ask(&mut line, 6, 7).unwrap();
    assert_eq!(run(&mut line), [4, 5, 6]);
}

proptest! {
    /// A job waits for the jobs of its own source before it. Between two of them, each source that
    /// was there has one job done, and no fresh one.
    #[test]
    fn a_job_is_overtaken_by_one_job_of_each_source_for_each_job_before_it(
        before in prop::collection::vec(0..6_u16, 0..30),
        fresh in prop::collection::vec(0..3_usize, 64),
    ) {
        let mut line = line();
        for (asker, source) in (0..).zip(&before) {
            ask(&mut line, asker, *source).unwrap();
        }
        let own = before.iter().filter(|source| **source == 0).count();
        ask(&mut line, 500, 0).unwrap();
        let (mut asker, mut done) = (1000, Vec::new());
        // In each step fresh sources come, and so does the next job of whoever was there.
        for count in fresh.iter().cycle().take(10_000) {
            if line.next_job().is_none() {
                break;
            }
            for _ in 0..*count {
                // A line that is full takes nobody.
                _ = ask(&mut line, asker, asker);
                asker += 1;
            }
            let answered = line.answer(Answer::Wrong).unwrap();
            line.forget(answered);
            done.push(answered);
            if answered == 500 {
                break;
            }
        }
        prop_assert_eq!(done.last(), Some(&500));
        let source = |asker: u16| {
            if asker >= 1000 { asker } else { before.get(usize::from(asker)).copied().unwrap_or(0) }
        };
        for other in done.iter().map(|asker| source(*asker)).filter(|source| *source != 0) {
            let turns = done.iter().filter(|asker| source(**asker) == other).count();
            prop_assert!(turns <= own + 1, "{} turns of {} for {}", turns, other, own + 1);
        }
        if own == 0 {
            prop_assert!(done.iter().all(|asker| *asker < 1000), "no fresh source overtakes it");
        }
    }
}
