//! Damage is reported, and left as it is.

use proptest::prelude::*;

use super::*;
use crate::record::{FORMAT, Header, Numbered, RECORD_MAX, Record};

/// A log of several segments, in which something is over.
fn written() -> Small {
    let mut log = opened(flash(5));
    for id in 1..120 {
        let is_live =
            |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id: old, .. } if old.0 + 20 > id);
        log.append(&delivery(id, "yoda", "twenty bytes of text"), &is_live).unwrap();
        log.commit().unwrap();
    }
    log.into_flash()
}

#[test]
fn a_bit_that_flips_in_what_is_needed_is_damage_and_nothing_is_written() {
    let whole = written();
    let all = replayed(&opened(whole.clone()));
    let (mut damaged, mut harmless) = (0, 0);
    for at in (0..whole.bytes().len()).step_by(7) {
        let mut flash = whole.clone();
        flash.bytes_mut()[at] ^= 0x10;
        let before = flash.bytes().to_vec();
        match open(flash) {
            Err((_, flash)) => {
                damaged += 1;
                assert_eq!(flash.bytes(), before, "byte {at}");
            }
            // The damage lies in a record that is not needed any more, in an end that nothing was
            // written to, or in the very last record, which might have been torn.
            Ok(log) => {
                harmless += 1;
                let found = replayed(&log);
                assert!(all.starts_with(&found) && found.len() + 1 >= all.len(), "byte {at}");
            }
        }
    }
    assert!(damaged > 300 && harmless > 50, "{damaged} {harmless}");
}

#[test]
fn a_log_of_a_later_format_is_left_alone() {
    let mut flash = written();
    // The format stands behind the page's marker, the library's eight bytes, our kind and number,
    // and the magic.
    let at = 4 + 8 + 5 + 8;
    assert_eq!(flash.bytes()[at..at + 2], crate::FORMAT.to_le_bytes());
    let page = rewritten_header(&flash, 9);
    flash.bytes_mut()[..1024].copy_from_slice(&page);
    let before = flash.bytes().to_vec();
    let Err((error, flash)) = open(flash) else { panic!("it was opened") };
    assert_eq!((error, flash.bytes()), (OpenError::Newer { format: 9 }, &*before));
}

/// The first page as a later version would have begun it.
fn rewritten_header(flash: &Small, format: u16) -> Vec<u8> {
    let header = Header { format, epoch: 1, sequence: 0, segments: 5 };
    let record = Record::Header(header);
    let numbered = Numbered { number: 0, is_first: true, is_copy: false, record };
    assert_eq!(flash.bytes().len() % 1024, 0);
    page_of(&[numbered])
}

/// A page with these records.
pub(super) fn page_of(records: &[Numbered<'_>]) -> Vec<u8> {
    let page = std::cell::RefCell::new(super::flash(1));
    let mut cache = crate::segment::new_cache();
    for record in records {
        let mut buffer = [0; RECORD_MAX];
        let bytes = record.encode(&mut buffer).expect("it is within the limits");
        crate::segment::push(&page, 0..1024, &mut cache, bytes).unwrap();
    }
    page.into_inner().bytes().to_vec()
}

#[test]
fn what_is_no_log_is_not_made_one() {
    for byte in [0x00, 0x55, 0xfe] {
        let mut flash = flash(4);
        flash.bytes_mut().fill(byte);
        let before = flash.bytes().to_vec();
        let Err((error, flash)) = open(flash) else { panic!("it was opened") };
        assert_eq!((error, flash.bytes()), (OpenError::NotOurs, &*before));
    }
}

#[test]
fn a_log_of_another_size_tells_its_own() {
    let mut larger = flash(6);
    let whole = written();
    larger.bytes_mut()[..whole.bytes().len()].copy_from_slice(whole.bytes());
    assert!(matches!(open(larger), Err((OpenError::Resized { segments: 5 }, _))));
}

#[test]
fn a_segment_that_is_gone_is_damage_unless_it_was_the_last_or_not_needed() {
    let whole = written();
    let log = opened(whole.clone());
    // The last page, and the free ones.
    let (last, free) = (log.active.sequence - 1, 5 - log.segments().0);
    let harmless: Vec<_> = (last..=last + free).map(|sequence| sequence % 5).collect();
    let mut damaged = 0;
    for page in 0..5_usize {
        let mut flash = whole.clone();
        flash.bytes_mut()[page * 1024..(page + 1) * 1024].fill(0xff);
        match open(flash) {
            Ok(_) => assert!(harmless.contains(&(page as u32)), "page {page}"),
            Err((error, _)) => {
                damaged += 1;
                assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
            }
        }
    }
    assert!(damaged >= 2, "{damaged}");
}

#[test]
fn a_turn_that_frees_what_comes_after_it_is_damage_even_where_the_next_is_not_ended() {
    let page =
        |sequence: u32, record: Option<Record<'_>>| {
            let header = Header { format: FORMAT, epoch: 1, sequence, segments: 4 };
            let records = [Some(Record::Header(header)), record];
            let numbered = (0..).zip(records.into_iter().flatten()).map(|(number, record)| {
                Numbered { number, is_first: number == 0, is_copy: false, record }
            });
            page_of(&numbered.collect::<Vec<_>>())
        };
    let mut flash = flash(4);
    flash.bytes_mut()[..1024].copy_from_slice(&page(0, Some(Record::Freed { oldest: 1 })));
    flash.bytes_mut()[1024..2048].copy_from_slice(&page(1, None));
    let opened = open(flash).map(|_| ()).map_err(|(error, _)| error);
    assert_eq!(opened, Err(OpenError::Damaged { sequence: 0 }));
}

/// Turns a bit of the byte behind `needle`.
fn rot<const PAGE: usize>(flash: &mut SimulatedFlash<4, PAGE>, needle: &str) {
    let found = flash.bytes().windows(needle.len()).position(|bytes| bytes == needle.as_bytes());
    flash.bytes_mut()[found.expect("it is in the flash")] ^= 1;
}

#[test]
fn what_rots_while_the_log_is_used_is_noticed_before_its_segment_is_given_up() {
    for segments in [2, 3, 4, 8] {
        let mut log = opened(flash(segments));
        log.append(&delivery(1, "yoda", "kept"), &|_| true).unwrap();
        log.append(&delivery(2, "yoda", "rotten"), &|_| true).unwrap();
        log.append(&delivery(3, "yoda", "behind it"), &|_| true).unwrap();
        rot(log.flash(), "rotten");
        let matters = |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id, .. } if id.0 <= 3);
        let mut refusal = None;
        for id in 4..1_000 {
            if let Err(error) = log.append(&delivery(id, "yoda", "a text"), &matters) {
                refusal = Some(error);
                break;
            }
        }
        assert_eq!(refusal, Some(StoreError::Failed), "{segments} segments");
        // Nor does it wear the flash from now on.
        let operations = log.flash().operations;
        assert_eq!(log.append(&delivery(9, "yoda", "x"), &matters), Err(StoreError::Failed));
        assert_eq!(log.flash().operations, operations);
        let replayed = open(log.into_flash()).map(|log| replayed(&log)).map_err(|(error, _)| error);
        assert_eq!(replayed, Err(OpenError::Damaged { sequence: 0 }), "{segments} segments");
    }
}

/// A number near one of the ends of its range.
fn odd_number() -> impl Strategy<Value = u32> {
    prop_oneof![0..6_u32, (u32::MAX - 5)..=u32::MAX]
}

/// Records with right checksums and any numbers.
fn odd_page() -> impl Strategy<Value = Vec<u8>> {
    let record = (odd_number(), any::<bool>(), any::<bool>(), 0..6, odd_number());
    let record = record.prop_map(|(number, is_first, is_copy, kind, field)| {
        let record = match kind {
            0 => Record::Freed { oldest: field },
            1 => Record::Entry(Entry::Reserved { next: MessageId(u64::MAX - u64::from(field)) }),
            2 => Record::Entry(Entry::Released { to: "yoda", id: MessageId(field.into()) }),
            _ => Record::Entry(delivery(field.into(), "yoda", "a text")),
        };
        Numbered { number, is_first, is_copy, record }
    });
    let header = (odd_number(), odd_number(), 0..2_u32);
    let page = (header, any::<bool>(), prop::collection::vec(record, 0..6));
    page.prop_map(|((number, sequence, epoch), in_order, mut records)| {
        let header = Header { format: FORMAT, epoch, sequence, segments: 4 };
        let record = Record::Header(header);
        records.insert(0, Numbered { number, is_first: true, is_copy: false, record });
        if in_order {
            for (count, record) in (0..).zip(&mut records) {
                record.number = number.wrapping_add(count);
            }
        }
        page_of(&records)
    })
}

proptest! {
    #[test]
    fn whatever_a_flash_holds_a_log_that_opens_takes_entries_and_one_that_does_not_is_left_alone(
        pages in prop::collection::vec((0..4_usize, odd_page()), 1..5),
    ) {
        let mut flash = flash(4);
        for (place, page) in pages {
            flash.bytes_mut()[place * 1024..(place + 1) * 1024].copy_from_slice(&page);
        }
        let before = flash.bytes().to_vec();
        match open(flash) {
            Err((_, flash)) => assert_eq!(flash.bytes(), before),
            Ok(mut log) => {
                replayed(&log);
                for id in 0..100 {
                    if keep_few(&mut log, id).is_err() {
                        // It has used up the numbers of segments.
                        assert_eq!(log.active.sequence, u32::MAX);
                        return Ok(());
                    }
                }
                log.commit().unwrap();
                let log = opened(log.into_flash());
                assert!(replayed(&log).contains(&format!("{:?}", delivery(99, "yoda", "x"))));
            }
        }
    }
}

fn keep_few(log: &mut Log<Small>, id: u64) -> Result<(), StoreError> {
    log.append(&delivery(id, "yoda", "x"), &|_| false)
}
