//! Who has a place among those who are asked: whoever says nothing loses it, whoever cannot be
//! reached rests longer each time, and a peer that does not read loses its slot.

use std::time::Duration;

use super::super::*;
use crate::list::ChunkList;
use crate::plan::{HOLDERS_MAX, STALL};
use crate::shape::{CHUNK_MIN, Shape};
use crate::slots::{PATIENCE, SLOTS};

fn list(count: u32) -> ChunkList {
    let shape = Shape::of(u64::from(count) * u64::from(CHUNK_MIN)).unwrap();
    ChunkList::of_values(shape, (0..count).map(|at| [at as u8; 32]).collect())
}

fn seconds(seconds: u64) -> Moment {
    Duration::from_secs(seconds)
}

fn actions(exchange: &mut Exchange) -> Vec<Action> {
    std::iter::from_fn(|| exchange.next_action()).collect()
}

fn called(exchange: &mut Exchange) -> Vec<String> {
    let calls = actions(exchange).into_iter().filter_map(|action| match action {
        Action::Call { user } => Some(user),
        _ => None,
    });
    calls.collect()
}

/// Loads the file of this list from eight liars, who all have a link, and from luke.
fn beside_liars(list: &ChunkList) -> Exchange {
    let mut exchange = Exchange::new();
    exchange.load(list.id(), list.shape(), 1);
    let liars = (0..HOLDERS_MAX).map(|at| (format!("liar{at}"), 255));
    let holders: Vec<_> = liars.chain([("luke".to_owned(), 254)]).collect();
    exchange.holders(seconds(0), list.id(), &holders);
    let called = called(&mut exchange);
    assert_eq!(called.len(), HOLDERS_MAX);
    for (link, user) in (0..).zip(called) {
        exchange.linked(seconds(0), link, &user);
    }
    exchange
}

#[test]
fn holders_that_say_nothing_lose_their_places_and_come_last() {
    let list = list(3);
    let mut exchange = beside_liars(&list);
    actions(&mut exchange);
    exchange.tick(seconds(14));
    assert_eq!(called(&mut exchange), [""; 0]);
    exchange.tick(seconds(15));
    assert_eq!(called(&mut exchange), ["luke"]);
    // One that ends its link and rests is called again after all others.
    exchange.not_linked(seconds(15), "luke");
    (0..8).for_each(|link| exchange.lost(seconds(15), link));
    exchange.tick(seconds(25));
    assert_eq!(called(&mut exchange)[0], "luke");
}

#[test]
fn who_says_what_it_holds_and_sends_no_list_loses_its_place_too() {
    let list = list(3);
    let mut exchange = beside_liars(&list);
    let map = Bitmap::full(3);
    let record = Record::Held { id: list.id(), bytes: map.as_bytes().len() as u16 };
    (0..8).for_each(|link| exchange.heard(seconds(0), link, record, map.as_bytes()));
    actions(&mut exchange);
    exchange.tick(seconds(15));
    assert_eq!(called(&mut exchange), ["luke"]);
}

#[test]
fn a_stall_is_said_before_the_list_is_here_too() {
    let list = list(3);
    let mut exchange = beside_liars(&list);
    let mut stalls = |at: u64| {
        exchange.tick(seconds(at));
        let is_stall = |action: &Action| matches!(action, Action::Tell(Notice::Stalled { .. }));
        actions(&mut exchange).iter().filter(|action| is_stall(action)).count()
    };
    assert_eq!([19, STALL.as_secs(), 21, 60].map(&mut stalls), [0, 1, 0, 0]);
}

#[test]
fn who_cannot_be_reached_rests_longer_each_time_until_it_proves_itself() {
    let list = list(3);
    let mut exchange = Exchange::new();
    exchange.load(list.id(), list.shape(), 1);
    exchange.holders(seconds(0), list.id(), &[("vader".to_owned(), 255)]);
    let mut now = 0;
    for rest in [10, 20, 40, 80, 160, 320, 600, 600] {
        assert_eq!(called(&mut exchange), ["vader"]);
        exchange.not_linked(seconds(now), "vader");
        exchange.tick(seconds(now + rest - 1));
        assert_eq!(called(&mut exchange), [""; 0]);
        now += rest;
        exchange.tick(seconds(now));
    }
    exchange.linked(seconds(now), 1, "vader");
    exchange.lost(seconds(now), 1);
    actions(&mut exchange);
    exchange.tick(seconds(now + 10));
    assert_eq!(called(&mut exchange), ["vader"]);
    // A call that nobody answers is one that failed.
    exchange.tick(seconds(now + 70));
    assert_eq!(called(&mut exchange), [""; 0]);
    exchange.tick(seconds(now + 80));
    assert_eq!(called(&mut exchange), ["vader"]);
}

#[test]
fn peers_that_do_not_read_or_read_little_keep_nobody_waiting() {
    let (mut exchange, list) = (Exchange::new(), list(3));
    let id = list.id();
    exchange.offer(list);
    for link in 0..=SLOTS as LinkId {
        exchange.linked(seconds(0), link, &format!("user{link}"));
        exchange.heard(seconds(0), link, Record::Want { id, index: 0 }, &[]);
    }
    assert_eq!(actions(&mut exchange).len(), SLOTS);
    exchange.tick(seconds(4));
    // One of them reads nothing, and the others a little.
    (1..SLOTS as LinkId).for_each(|link| exchange.taken(seconds(4), link));
    assert_eq!(actions(&mut exchange), []);
    exchange.tick(PATIENCE);
    assert_eq!(actions(&mut exchange), [Action::Give { link: SLOTS as LinkId, id, index: 0 }]);
}
