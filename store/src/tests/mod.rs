//! The log on a flash that loses power, wears out, and is spoiled.

mod broadcast;
mod compaction;
mod damage;
mod full;
mod model;
mod power;
mod rot;
mod seed;
#[cfg(feature = "operator")]
mod settings;

use smolchat_core::protocol::{Kind, MessageId};
use smolchat_core::store::{Entry, Store, StoreError};
use smolchat_core::time::Instant;

use crate::simulated::{Medium, SimulatedFlash};
use crate::{Flash, Log, OpenError};

/// A small flash, as on most boards.
type Small = SimulatedFlash<4, 1024>;

const EPOCH: u32 = 7;

fn flash(pages: usize) -> Small {
    SimulatedFlash::new(Medium::Flash, pages, 1)
}

fn open<F: Flash>(flash: F) -> Result<Log<F>, (OpenError, F)> {
    let range = 0..flash.capacity() as u32;
    Log::open(flash, range, EPOCH)
}

fn opened<F: Flash>(flash: F) -> Log<F> {
    open(flash).map_err(|(error, _)| error).expect("the flash is fine")
}

/// A delivery to somebody.
fn delivery<'a>(id: u64, to: &'a str, text: &'a str) -> Entry<'a> {
    let (id, at) = (MessageId(id), Instant::from_millis(id));
    Entry::Delivery { id, kind: Kind::Message, from: "hans", to, at, text }
}

/// One of a broadcast's deliveries.
fn shout<'a>(id: u64, to: &'a str, text: &'a str) -> Entry<'a> {
    let (id, at) = (MessageId(id), Instant::from_millis(id));
    Entry::Delivery { id, kind: Kind::Broadcast, from: "hans", to, at, text }
}

/// Everything matters.
fn keep_all<F: Flash>(log: &mut Log<F>, entry: &Entry<'_>) -> Result<(), StoreError> {
    log.append(entry, &|_| true)
}

/// What the log replays, as text.
fn replayed<F: Flash>(log: &Log<F>) -> Vec<String> {
    let mut replayed = Vec::new();
    log.replay(&mut |entry| replayed.push(format!("{entry:?}"))).expect("the flash can be read");
    replayed
}

#[test]
fn an_empty_flash_is_an_empty_log_and_is_not_written_to_before_the_first_entry() {
    let mut log = opened(flash(4));
    assert_eq!((replayed(&log), log.epoch()), (vec![], EPOCH));
    log.commit().unwrap();
    assert!(log.into_flash().bytes().iter().all(|byte| *byte == 0xff));
}

#[test]
fn what_was_appended_is_replayed_in_its_order_after_each_start() {
    let mut flash = flash(4);
    let mut expected = Vec::new();
    for start in 0..3 {
        let mut log = opened(flash);
        assert_eq!(replayed(&log), expected);
        let block = Entry::Block { blocker: "lando", blocked: "hans", number: start as u32 };
        let released = Entry::Released { to: "yoda", id: MessageId(start) };
        for entry in [block, delivery(start, "yoda", "hi"), released] {
            keep_all(&mut log, &entry).unwrap();
            expected.push(format!("{entry:?}"));
        }
        log.commit().unwrap();
        flash = log.into_flash();
        flash.restart();
    }
}

#[test]
fn an_account_is_replayed_before_what_names_it_even_where_it_was_copied_behind_it() {
    let mut log = opened(flash(4));
    let since = MessageId(0);
    let account =
        Entry::Account { user: "hans", secret: "c".into(), change: 0, is_given: false, since };
    keep_all(&mut log, &account).unwrap();
    let is_live = |entry: &Entry<'_>| match entry {
        Entry::Delivery { id, .. } => id.0 > 30,
        _ => true,
    };
    for id in 1.. {
        log.append(&delivery(id, "yoda", "hi"), &is_live).unwrap();
        if log.figures().copied > 0 {
            break;
        }
    }
    log.commit().unwrap();
    let replayed = replayed(&opened(log.into_flash()));
    assert_eq!(replayed[0], format!("{account:?}"));
    assert!(replayed.len() > 10, "there are deliveries before the copy");
}

#[test]
fn every_word_and_page_size_holds_a_log() {
    fn with<const WORD: usize, const PAGE: usize>() {
        let mut log = opened(SimulatedFlash::<WORD, PAGE>::new(Medium::Flash, 3, 1));
        let text = "t".repeat(432);
        for id in 1..200 {
            log.append(&delivery(id, "yoda", &text), &|_| false).unwrap();
        }
        log.commit().unwrap();
        let last = format!("{:?}", delivery(199, "yoda", &text));
        assert_eq!(replayed(&opened(log.into_flash())).last(), Some(&last), "{WORD} {PAGE}");
    }
    with::<1, 1024>();
    with::<4, 1024>();
    with::<8, 2048>();
    with::<16, 8192>();
    with::<32, 4096>();
    with::<32, 131_072>();
}

#[test]
fn a_flash_too_small_for_a_log_is_refused() {
    for pages in [0, 1] {
        assert!(matches!(open(flash(pages)), Err((OpenError::Geometry, _))));
    }
    let tiny = SimulatedFlash::<4, 512>::new(Medium::Flash, 8, 1);
    assert!(matches!(open(tiny), Err((OpenError::Geometry, _))));
    let log = Log::open(flash(4), 512..2048, EPOCH);
    assert!(matches!(log, Err((OpenError::Geometry, _))));
}

#[test]
fn only_what_promises_something_is_made_durable_at_once() {
    let mut log = opened(flash(4));
    keep_all(&mut log, &delivery(1, "yoda", "hi")).unwrap();
    let syncs = log.figures().syncs;
    log.commit().unwrap();
    log.commit().unwrap();
    assert_eq!(log.figures().syncs, syncs + 1);
    keep_all(&mut log, &Entry::Released { to: "yoda", id: MessageId(1) }).unwrap();
    log.commit().unwrap();
    assert_eq!(log.figures().syncs, syncs + 1);
}
