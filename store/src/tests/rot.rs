//! Rot at the end of a log: either everything that was promised is there, or the start says so. A
//! start never goes on with less in silence.

use std::cell::RefCell;
use std::ops::Range;

use super::*;
use crate::item::{Item, item_at};
use crate::record::RECORD_MAX;
use crate::tail::Tail;

const PAGE: usize = 4096;
type Pages = SimulatedFlash<4, PAGE>;

/// What happens to some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rot {
    /// A bit of the byte at this place turns.
    Flipped(usize),
    /// They read as erased.
    Erased,
    /// They read as zeros.
    Zeros,
}

/// A log whose last two batches have several records each. Some of the records cross a sector's
/// border.
struct Written {
    flash: Pages,
    /// What it replays.
    all: Vec<String>,
    /// The places of those records of its last two batches that lie in the last page, and of the
    /// closing mark if it was closed.
    records: Vec<Range<usize>>,
    /// The end of their page.
    page_end: usize,
}

fn written(medium: Medium, before: u64, is_closed: bool) -> Written {
    let mut log = opened(Pages::new(medium, 3, before));
    let mut id = 0;
    for records in [before, 5, 4] {
        for _ in 0..records {
            id += 1;
            let text = "t".repeat((id * 97 % 380) as usize);
            let is_live = |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id: old, .. } if old.0 + 9 > id);
            log.append(&delivery(id, "yoda", &text), &is_live).unwrap();
        }
        log.commit().unwrap();
    }
    let sequence = log.active.sequence;
    if is_closed {
        log.close(&|_| true).unwrap();
    }
    let mut flash = log.into_flash();
    flash.restart();
    let all = replayed(&opened(flash.clone()));
    let from = sequence as usize % 3 * PAGE;
    let mut records = items(&flash, from);
    records.drain(..records.len().saturating_sub(9 + usize::from(is_closed)));
    Written { flash, all, records, page_end: from + PAGE }
}

/// The places of a page's records.
fn items(flash: &Pages, page: usize) -> Vec<Range<usize>> {
    let (flash, mut at, mut found) = (RefCell::new(flash.clone()), page + 4, Vec::new());
    let mut buffer = [0; RECORD_MAX];
    while let Item::Intact(len) =
        item_at(&flash, at as u32, (page + PAGE - 4) as u32, &mut buffer).unwrap()
    {
        let end = at + 8 + len.next_multiple_of(4);
        found.push(at..end);
        at = end;
    }
    found
}

/// The result of a start with a spoiled log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// All is there.
    Complete,
    /// It says that it is damaged.
    Refused,
    /// It goes on with less, and says that the end was not closed, or is not whole.
    Reported,
    /// It goes on with less, and says nothing.
    Silent,
}

fn start(written: &Written, range: Range<usize>, rot: Rot) -> Start {
    let mut flash = written.flash.clone();
    let bytes = &mut flash.bytes_mut()[range.clone()];
    match rot {
        Rot::Flipped(at) => bytes[at] ^= 0x10,
        Rot::Erased => bytes.fill(0xff),
        Rot::Zeros => bytes.fill(0),
    }
    let before = flash.bytes().to_vec();
    match open(flash) {
        Err((_, flash)) => {
            assert_eq!(flash.bytes(), before, "nothing is written");
            Start::Refused
        }
        Ok(log) if replayed(&log) == written.all => Start::Complete,
        Ok(log) if log.tail() == Tail::Closed => Start::Silent,
        Ok(_) => Start::Reported,
    }
}

/// Every way in which this test spoils the log.
fn rots(written: &Written) -> Vec<(Range<usize>, Rot)> {
    let Written { records, page_end, .. } = written;
    let mut rots = Vec::new();
    for record in records {
        rots.extend((0..record.len()).step_by(9).map(|at| (record.clone(), Rot::Flipped(at))));
        let (start, half) = (record.start, record.start + record.len() / 2);
        for range in [start..record.end, start..half, half..record.end, half + 1..record.end - 1] {
            rots.extend([Rot::Erased, Rot::Zeros].map(|rot| (range.clone(), rot)));
        }
        for from in [start, start + 3, half] {
            rots.extend([Rot::Erased, Rot::Zeros].map(|rot| (from..*page_end, rot)));
        }
    }
    let page = page_end - PAGE..*page_end;
    for sector in page.clone().step_by(512) {
        rots.extend([Rot::Erased, Rot::Zeros].map(|rot| (sector..sector + 512, rot)));
    }
    rots.extend([Rot::Erased, Rot::Zeros].map(|rot| (page.clone(), rot)));
    rots
}

#[test]
fn nothing_at_the_end_of_a_log_rots_without_a_word() {
    let mut count = [0; 4];
    for (medium, before, is_closed) in [
        (Medium::Disk, 3, true),
        (Medium::Disk, 4, false),
        (Medium::Flash, 3, true),
        (Medium::Flash, 4, false),
        (Medium::Disk, 40, true),
        (Medium::Flash, 41, false),
    ] {
        let written = written(medium, before, is_closed);
        let last = written.records.last().unwrap().clone();
        for (range, rot) in rots(&written) {
            let start = start(&written, range.clone(), rot);
            count[start as usize] += 1;
            let case = format!("{medium:?} {before} {is_closed}: {range:?} {rot:?}");
            assert_ne!(start, Start::Silent, "{case}");
            // A start reports an end that is erased or looks like a power cut, and refuses every
            // other end. A disk leaves no corrupt byte, and a flash leaves one at most in the last
            // record.
            let is_tail =
                rot == Rot::Erased || medium == Medium::Flash && range.start >= last.start;
            assert!(start != Start::Reported || is_tail, "{case}");
        }
    }
    let [complete, refused, reported, _] = count;
    assert!(refused > 1_600 && complete + refused + reported > 1_900, "{count:?}");
}

#[test]
fn a_log_that_was_closed_says_so_and_one_that_was_not_says_that() {
    for medium in [Medium::Disk, Medium::Flash] {
        let mut log = opened(Pages::new(medium, 3, 1));
        assert_eq!(log.tail(), Tail::Empty);
        log.close(&|_| true).unwrap();
        assert_eq!(log.tail(), Tail::Empty);
        keep_all(&mut log, &delivery(1, "yoda", "hi")).unwrap();
        log.commit().unwrap();
        let mut log = opened(log.into_flash());
        assert_eq!(log.tail(), Tail::Open);
        // It has written nothing, and still says that this is the end.
        log.close(&|_| true).unwrap();
        let mut log = opened(log.into_flash());
        let operations = log.flash().operations;
        log.close(&|_| true).unwrap();
        assert_eq!((log.tail(), replayed(&log).len()), (Tail::Closed, 1));
        assert!(log.flash().operations <= operations + 1, "nothing but a sync");
        keep_all(&mut log, &delivery(2, "yoda", "hi")).unwrap();
        log.commit().unwrap();
        assert_eq!(opened(log.into_flash()).tail(), Tail::Open);
    }
}

#[test]
fn a_segment_that_is_gone_although_the_one_before_tells_of_it_is_damage() {
    let mut log = opened(Pages::new(Medium::Disk, 3, 1));
    keep_all(&mut log, &delivery(1, "yoda", "hi")).unwrap();
    log.close(&|_| true).unwrap();
    let mut log = opened(log.into_flash());
    keep_all(&mut log, &delivery(2, "yoda", "hi")).unwrap();
    log.commit().unwrap();
    for byte in [0x00, 0xff] {
        let mut flash = log.flash().clone();
        flash.restart();
        flash.bytes_mut()[PAGE..2 * PAGE].fill(byte);
        let opened = open(flash).map(|_| ()).map_err(|(error, _)| error);
        assert_eq!(opened, Err(OpenError::Damaged { sequence: 0 }), "{byte}");
    }
}
