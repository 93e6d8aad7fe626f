//! A broadcast's text stands once in a segment, and each of its deliveries is still replayed in
//! full.

use super::damage::page_of;
use super::*;
use crate::record::{Header, Numbered, Record};

const NAMES: [&str; 4] = ["yoda", "luke", "leia", "lando"];

fn restarted(log: Log<Small>) -> Log<Small> {
    let mut flash = log.into_flash();
    flash.restart();
    opened(flash)
}

#[test]
fn further_receivers_take_few_bytes_and_are_told_with_the_text() {
    let mut log = opened(flash(4));
    let text = "t".repeat(300);
    let (mut expected, mut bytes) = (Vec::new(), Vec::new());
    for to in NAMES {
        let before = log.figures().bytes;
        keep_all(&mut log, &shout(1, to, &text)).unwrap();
        bytes.push(log.figures().bytes - before);
        expected.push(format!("{:?}", shout(1, to, &text)));
    }
    assert!(bytes[0] > 300 && bytes[1..].iter().all(|bytes| *bytes <= 24), "{bytes:?}");
    log.commit().unwrap();
    assert_eq!(replayed(&restarted(log)), expected);
}

#[test]
fn messages_and_other_broadcasts_between_do_not_confuse_it() {
    let mut log = opened(flash(8));
    let mut expected = Vec::new();
    for (id, to) in [(1, 0), (1, 1), (2, 0), (1, 2), (2, 1), (2, 2)] {
        let (ours, text) = (shout(id, NAMES[to], "to all"), format!("to {to}"));
        for entry in [ours, delivery(10 + id, "yoda", &text)] {
            keep_all(&mut log, &entry).unwrap();
            expected.push(format!("{entry:?}"));
        }
    }
    log.commit().unwrap();
    assert_eq!(replayed(&restarted(log)), expected);
}

/// The first receiver has its delivery, and the others wait. Theirs are copied round and round the
/// ring.
#[test]
fn who_still_waits_has_the_text_when_the_first_receiver_has_long_been_served() {
    let mut log = opened(flash(4));
    let text = "t".repeat(200);
    for to in NAMES {
        keep_all(&mut log, &shout(1, to, &text)).unwrap();
    }
    let waits = |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id, to, .. } if id.0 == 1 && *to != NAMES[0]);
    let erased = log.figures().erased;
    for id in 2.. {
        log.append(&delivery(id, "yoda", "over at once"), &waits).unwrap();
        if log.figures().erased > erased + 40 {
            break;
        }
    }
    assert!(log.figures().copied >= 30, "{:?}", log.figures());
    log.commit().unwrap();
    let mut replayed = replayed(&restarted(log));
    replayed.retain(|entry| entry.contains("MessageId(1)"));
    let expected: Vec<_> =
        NAMES[1..].iter().map(|to| format!("{:?}", shout(1, to, &text))).collect();
    assert_eq!(replayed, expected);
}

#[test]
fn a_further_receiver_without_the_text_is_damage() {
    let header = Header { format: crate::FORMAT, epoch: 1, sequence: 0, segments: 4 };
    let records =
        [Record::Header(header), Record::Freed { oldest: 0 }, Record::BackReference { to: "yoda" }];
    let opened = open(flash_with(&records)).map(|_| ()).map_err(|(error, _)| error);
    assert_eq!(opened, Err(OpenError::Damaged { sequence: 0 }));
}

#[test]
fn a_log_of_the_first_format_is_read_and_goes_on() {
    let header = Header { format: 1, epoch: 1, sequence: 0, segments: 4 };
    let old = [shout(1, "yoda", "to all"), shout(1, "luke", "to all"), delivery(2, "leia", "hi")];
    let mut records = vec![Record::Header(header), Record::Freed { oldest: 0 }];
    records.extend(old.map(Record::Entry));
    let mut log = opened(flash_with(&records));
    let new = [shout(3, "yoda", "more"), shout(3, "luke", "more")];
    for entry in &new {
        keep_all(&mut log, entry).unwrap();
    }
    log.commit().unwrap();
    let expected: Vec<_> = old.iter().chain(&new).map(|entry| format!("{entry:?}")).collect();
    assert_eq!(replayed(&restarted(log)), expected);
}

/// A flash whose first page holds these records, which only a test would write.
fn flash_with(records: &[Record<'_>]) -> Small {
    let numbered = (0..).zip(records).map(|(number, record)| Numbered {
        number,
        is_first: number == 0,
        is_copy: false,
        record: *record,
    });
    let page = page_of(&numbered.collect::<Vec<_>>());
    let mut flash = flash(4);
    flash.bytes_mut()[..1024].copy_from_slice(&page);
    flash
}
