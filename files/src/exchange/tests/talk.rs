//! One exchange, and peers that are played by hand.

use super::super::*;
use crate::list::ChunkList;
use crate::record::Why;
use crate::shape::{CHUNK_MIN, Shape};

const NOW: Moment = Moment::ZERO;
/// The link with yoda.
const YODA: LinkId = 1;
/// The link with luke.
const LUKE: LinkId = 2;

fn list(seed: u8, count: u32) -> ChunkList {
    let shape = Shape::of(u64::from(count) * u64::from(CHUNK_MIN)).unwrap();
    ChunkList::of_values(shape, (0..count).map(|at| [at as u8 ^ seed; 32]).collect())
}

fn actions(exchange: &mut Exchange) -> Vec<Action> {
    std::iter::from_fn(|| exchange.next_action()).collect()
}

fn send(link: LinkId, record: Record) -> Action {
    Action::Send { link, record, body: Vec::new() }
}

fn send_list(link: LinkId, list: &ChunkList) -> Action {
    let record = Record::List { id: list.id(), shape: list.shape() };
    Action::Send { link, record, body: list.as_bytes().to_vec() }
}

fn held(id: ContentId, map: &Bitmap) -> (Record, Vec<u8>) {
    let body = map.as_bytes().to_vec();
    (Record::Held { id, bytes: body.len() as u16 }, body)
}

fn holders(users: &[&str]) -> Vec<(String, u8)> {
    users.iter().map(|user| ((*user).to_owned(), 255)).collect()
}

/// Loads the file of this list; yoda and luke are linked and were asked what they hold.
fn loading(list: &ChunkList) -> Exchange {
    let mut exchange = Exchange::new();
    exchange.load(list.id(), list.shape(), 1);
    exchange.holders(NOW, list.id(), &holders(&["luke", "yoda"]));
    let calls: Vec<_> = actions(&mut exchange);
    assert_eq!(calls.len(), 2, "{calls:?}");
    exchange.linked(NOW, YODA, "yoda");
    exchange.linked(NOW, LUKE, "luke");
    let id = list.id();
    let asked = [
        send(YODA, Record::AskHeld { id }),
        send(YODA, Record::AskList { id }),
        send(LUKE, Record::AskHeld { id }),
    ];
    assert_eq!(actions(&mut exchange), asked);
    exchange
}

/// The same, and both have said that they hold all.
fn prepared(list: &ChunkList, before: Bitmap) -> Exchange {
    let mut exchange = loading(list);
    let (id, shape) = (list.id(), list.shape());
    exchange.heard(NOW, YODA, Record::List { id, shape }, list.as_bytes());
    assert_eq!(actions(&mut exchange), [Action::Prepare { id, list: list.clone() }]);
    let (record, body) = held(id, &Bitmap::full(shape.count()));
    exchange.heard(NOW, YODA, record, &body);
    exchange.heard(NOW, LUKE, record, &body);
    assert_eq!(actions(&mut exchange), []);
    exchange.prepared(NOW, list.clone(), before);
    exchange
}

fn wants(exchange: &mut Exchange) -> Vec<(LinkId, u32)> {
    let wants = actions(exchange).into_iter().filter_map(|action| match action {
        Action::Send { link, record: Record::Want { index, .. }, .. } => Some((link, index)),
        _ => None,
    });
    wants.collect()
}

#[test]
fn what_is_offered_is_given_and_nothing_else() {
    let (mut exchange, list) = (Exchange::new(), list(1, 3));
    let (id, shape) = (list.id(), list.shape());
    exchange.offer(list.clone());
    exchange.linked(NOW, YODA, "yoda");
    exchange.heard(NOW, YODA, Record::AskHeld { id }, &[]);
    let (record, body) = held(id, &Bitmap::full(3));
    assert_eq!(actions(&mut exchange), [Action::Send { link: YODA, record, body }]);
    exchange.heard(NOW, YODA, Record::AskList { id }, &[]);
    assert_eq!(actions(&mut exchange), [send_list(YODA, &list)]);
    exchange.heard(NOW, YODA, Record::Want { id, index: 2 }, &[]);
    assert_eq!(actions(&mut exchange), [Action::Give { link: YODA, id, index: 2 }]);
    exchange.given(NOW, YODA, id, Giving::Sent(CHUNK_MIN));
    assert!(exchange.given_bytes().eq([(YODA, "yoda", id, u64::from(CHUNK_MIN))]));

    exchange.heard(NOW, YODA, Record::Want { id, index: 3 }, &[]);
    let not = |id, what| send(YODA, Record::Not { id, what, why: Why::Gone });
    assert_eq!(actions(&mut exchange), [not(id, What::Chunk(3))]);
    let other = ContentId([9; 32]);
    exchange.heard(NOW, YODA, Record::Want { id: other, index: 0 }, &[]);
    exchange.heard(NOW, YODA, Record::AskList { id: other }, &[]);
    exchange.heard(NOW, YODA, Record::AskHeld { id: other }, &[]);
    let nothing = send(YODA, Record::Held { id: other, bytes: 0 });
    let refused = [not(other, What::Chunk(0)), not(other, What::List), nothing];
    assert_eq!(actions(&mut exchange), refused);
    // What nobody asked for changes nothing.
    exchange.heard(NOW, YODA, Record::List { id, shape }, list.as_bytes());
    exchange.heard(NOW, YODA, Record::Have { id, index: 0 }, &[]);
    exchange.heard(NOW, YODA, Record::Held { id, bytes: 0 }, &[]);
    exchange.heard(NOW, 99, Record::AskList { id }, &[]);
    assert_eq!(actions(&mut exchange), []);
}

#[test]
fn what_is_withdrawn_is_refused_and_whoever_loads_it_is_told() {
    let (mut exchange, list) = (Exchange::new(), list(1, 9));
    let id = list.id();
    exchange.offer(list);
    exchange.linked(NOW, YODA, "yoda");
    exchange.heard(NOW, YODA, Record::AskHeld { id }, &[]);
    (0..4).for_each(|index| exchange.heard(NOW, YODA, Record::Want { id, index }, &[]));
    assert_eq!(actions(&mut exchange).len(), 3, "two of the four are on their way");
    exchange.withdraw(id);
    let not = |index| send(YODA, Record::Not { id, what: What::Chunk(index), why: Why::Gone });
    let nothing = send(YODA, Record::Held { id, bytes: 0 });
    assert_eq!(actions(&mut exchange), [not(2), not(3), nothing]);
    exchange.withdraw(id);
    assert_eq!(actions(&mut exchange), []);
}

#[test]
fn a_list_of_another_file_is_refused_and_its_sender_named() {
    for (wrong_shape, wrong_values) in [(true, false), (false, true)] {
        let list = list(1, 3);
        let mut exchange = loading(&list);
        let id = list.id();
        let shape = match wrong_shape {
            true => Shape::of(list.shape().size() - 1).unwrap(),
            false => list.shape(),
        };
        let mut body = list.as_bytes().to_vec();
        body[0] ^= u8::from(wrong_values);
        exchange.heard(NOW, YODA, Record::List { id, shape }, &body);
        let named = Action::Tell(Notice::Wrong { id, user: "yoda".into() });
        let asked = send(LUKE, Record::AskList { id });
        assert_eq!(actions(&mut exchange), [named, Action::Close { link: YODA }, asked]);
        // A list of somebody who was not asked.
        exchange.linked(NOW, 7, "leia");
        exchange.heard(NOW, 7, Record::List { id, shape: list.shape() }, list.as_bytes());
        assert_eq!(actions(&mut exchange), []);
        exchange.heard(NOW, LUKE, Record::List { id, shape: list.shape() }, list.as_bytes());
        assert_eq!(actions(&mut exchange), [Action::Prepare { id, list }]);
    }
}

#[test]
fn somebody_without_the_list_or_without_an_answer_is_passed_over() {
    let list = list(1, 3);
    let id = list.id();
    let mut exchange = loading(&list);
    let none = Record::Not { id, what: What::List, why: Why::Gone };
    exchange.heard(NOW, YODA, none, &[]);
    assert_eq!(actions(&mut exchange), [send(LUKE, Record::AskList { id })]);
    exchange.tick(NOW + Duration::from_secs(14));
    assert_eq!(actions(&mut exchange), []);
    exchange.tick(NOW + Duration::from_secs(15));
    assert_eq!(actions(&mut exchange), [send(YODA, Record::AskList { id })]);
    exchange.lost(NOW + Duration::from_secs(15), YODA);
    exchange.tick(NOW + Duration::from_secs(30));
    let asked = actions(&mut exchange);
    assert!(asked.contains(&send(LUKE, Record::AskList { id })), "{asked:?}");
}

#[test]
fn only_what_an_earlier_run_lacks_is_asked_for() {
    let list = list(1, 4);
    let mut before = Bitmap::empty(4);
    (0..3).for_each(|index| _ = before.insert(index));
    let mut exchange = prepared(&list, before);
    let wants = wants(&mut exchange);
    assert_eq!(wants.len(), 1);
    assert_eq!(wants[0].1, 3);
    assert_eq!(exchange.progress(NOW, list.id()).unwrap().done, 3 * u64::from(CHUNK_MIN));
}

#[test]
fn a_file_that_is_whole_before_anything_is_asked_is_told_once() {
    let list = list(1, 4);
    let mut exchange = prepared(&list, Bitmap::full(4));
    let id = list.id();
    let told = [Notice::Share { id, share: 255 }, Notice::Whole { id }].map(Action::Tell);
    assert_eq!(actions(&mut exchange), told);
    exchange.finished(id);
    exchange.heard(NOW, YODA, Record::Want { id, index: 0 }, &[]);
    assert_eq!(actions(&mut exchange), [Action::Give { link: YODA, id, index: 0 }]);
}

#[test]
fn who_follows_a_file_hears_of_each_chunk() {
    let list = list(1, 4);
    let id = list.id();
    let mut exchange = prepared(&list, Bitmap::empty(4));
    let wanted = wants(&mut exchange);
    exchange.linked(NOW, 3, "leia");
    exchange.heard(NOW, 3, Record::AskHeld { id }, &[]);
    let (record, body) = held(id, &Bitmap::empty(4));
    let answers = actions(&mut exchange);
    // Who loads the same file is asked what it has, too.
    let expected = [Action::Send { link: 3, record, body }, send(3, Record::AskHeld { id })];
    assert_eq!(answers, expected);
    let (link, index) = wanted[0];
    exchange.arrived(NOW, link, id, index, Arrival::Written);
    let said = actions(&mut exchange);
    assert!(said.contains(&send(3, Record::Have { id, index })), "{said:?}");
}

#[test]
fn several_links_with_one_user_are_one_holder() {
    let list = list(1, 40);
    let id = list.id();
    let mut exchange = prepared(&list, Bitmap::empty(40));
    assert_eq!(wants(&mut exchange).len(), 4);
    exchange.linked(NOW, 3, "yoda");
    let (record, body) = held(id, &Bitmap::full(40));
    exchange.heard(NOW, 3, record, &body);
    assert_eq!(wants(&mut exchange), []);
    exchange.lost(NOW, YODA);
    let of_yoda = wants(&mut exchange);
    assert!(of_yoda.len() == 2 && of_yoda.iter().all(|(link, _)| *link == 3), "{of_yoda:?}");
}

#[test]
fn what_a_user_holds_is_asked_and_told() {
    let list = list(1, 9);
    let (id, shape) = (list.id(), list.shape());
    let mut exchange = Exchange::new();
    exchange.ask(NOW, id, shape, "yoda");
    assert_eq!(actions(&mut exchange), [Action::Call { user: "yoda".into() }]);
    exchange.linked(NOW, YODA, "yoda");
    assert_eq!(actions(&mut exchange), [send(YODA, Record::AskHeld { id })]);
    let mut map = Bitmap::empty(9);
    map.insert(8);
    let (record, body) = held(id, &map);
    exchange.heard(NOW, YODA, record, &body);
    let told = Notice::Held { id, user: "yoda".into(), held: map };
    assert_eq!(actions(&mut exchange), [Action::Tell(told)]);

    exchange.ask(NOW, id, shape, "yoda");
    assert_eq!(actions(&mut exchange), [send(YODA, Record::AskHeld { id })]);
    exchange.heard(NOW, YODA, Record::Held { id, bytes: 1 }, &[1]);
    let told = Action::Tell(Notice::NotHeld { id, user: "yoda".into() });
    assert_eq!(actions(&mut exchange), [told, Action::Close { link: YODA }]);

    exchange.ask(NOW, id, shape, "luke");
    exchange.not_linked(NOW, "luke");
    let told = Action::Tell(Notice::NotHeld { id, user: "luke".into() });
    assert_eq!(actions(&mut exchange)[1..], [told]);
}

#[test]
fn one_chunk_is_loaded_from_one_user() {
    let list = list(1, 9);
    let (id, shape) = (list.id(), list.shape());
    let mut exchange = Exchange::new();
    exchange.linked(NOW, YODA, "yoda");
    exchange.load_one(NOW, id, shape, "yoda", 5);
    actions(&mut exchange);
    exchange.heard(NOW, YODA, Record::List { id, shape }, list.as_bytes());
    let (record, body) = held(id, &Bitmap::full(9));
    exchange.heard(NOW, YODA, record, &body);
    exchange.prepared(NOW, list, Bitmap::empty(9));
    assert_eq!(wants(&mut exchange), [(YODA, 5)]);
    let changed = Record::Not { id, what: What::Chunk(5), why: Why::Changed };
    exchange.heard(NOW, YODA, changed, &[]);
    let told = Notice::NoChunk { id, user: "yoda".into(), index: 5 };
    assert_eq!(actions(&mut exchange), [Action::Tell(told)]);
}

#[test]
fn after_one_chunk_another_or_all_may_be_wanted() {
    let list = list(1, 9);
    let id = list.id();
    let mut exchange = prepared(&list, Bitmap::empty(9));
    assert_eq!(wants(&mut exchange).len(), 4);
    exchange.load_one(NOW, id, list.shape(), "yoda", 5);
    let said = actions(&mut exchange);
    let cancels = said
        .iter()
        .filter(|action| matches!(action, Action::Send { record: Record::Cancel { .. }, .. }));
    assert_eq!(cancels.count(), 4, "{said:?}");
    assert!(
        said.iter()
            .any(|action| *action == Action::want(YODA, id, 5)
                || *action == Action::want(LUKE, id, 5))
    );
    exchange.arrived(NOW, YODA, id, 5, Arrival::Written);
    exchange.arrived(NOW, LUKE, id, 5, Arrival::Written);
    let said = actions(&mut exchange);
    assert_eq!(said, [Action::Tell(Notice::Share { id, share: 28 })], "told once");
    exchange.load_all(NOW, id);
    let all = wants(&mut exchange);
    assert!(all.len() == 4 && all.iter().all(|(_, index)| *index != 5), "{all:?}");
}

#[test]
fn an_empty_file_needs_nobody() {
    let list = list(1, 0);
    let (id, shape) = (list.id(), list.shape());
    let mut exchange = Exchange::new();
    exchange.load(id, shape, 1);
    assert_eq!(actions(&mut exchange), [Action::Prepare { id, list: list.clone() }]);
    exchange.prepared(NOW, list, Bitmap::empty(0));
    let told = [Notice::Share { id, share: 255 }, Notice::Whole { id }].map(Action::Tell);
    assert_eq!(actions(&mut exchange), told);
}

#[test]
fn what_a_stopped_download_has_asked_for_is_cancelled() {
    let list = list(1, 9);
    let id = list.id();
    let mut exchange = prepared(&list, Bitmap::empty(9));
    let wanted = wants(&mut exchange);
    exchange.stop(id);
    let cancelled = actions(&mut exchange);
    assert_eq!(cancelled.len(), wanted.len());
    for (link, index) in wanted {
        assert!(cancelled.contains(&send(link, Record::Cancel { id, index })));
    }
    exchange.heard(NOW, YODA, Record::Want { id, index: 0 }, &[]);
    let not = Record::Not { id, what: What::Chunk(0), why: Why::Gone };
    assert_eq!(actions(&mut exchange), [send(YODA, not)]);
}
