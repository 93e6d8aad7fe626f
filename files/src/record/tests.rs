//! Records as lines, there and back.

use proptest::prelude::*;

use super::*;
use crate::shape::{CHUNK_MAX, CHUNKS_MAX, SIZE_MAX};

const ID: ContentId = ContentId([0xab; 32]);

fn any_record() -> impl Strategy<Value = Record> {
    let id = any::<[u8; 32]>().prop_map(ContentId);
    let why =
        prop_oneof![Just(Why::Busy), Just(Why::Gone), Just(Why::Changed), Just(Why::Cancelled)];
    (id, 0..=SIZE_MAX, 0..CHUNKS_MAX, 0..=CHUNK_MAX, why, 0..10).prop_map(
        |(id, size, index, bytes, why, kind)| match kind {
            0 => Record::AskList { id },
            1 => Record::List { id, shape: Shape::of(size).unwrap() },
            2 => Record::AskHeld { id },
            3 => Record::Held { id, bytes: (bytes % 513) as u16 },
            4 => Record::Have { id, index },
            5 => Record::Want { id, index },
            6 => Record::Chunk { id, index, bytes },
            7 => Record::Not { id, what: What::List, why },
            8 => Record::Not { id, what: What::Chunk(index), why },
            _ => Record::Cancel { id, index },
        },
    )
}

proptest! {
    #[test]
    fn every_record_is_read_as_it_was_written(record in any_record()) {
        let line = record.to_string();
        prop_assert!(line.len() < LINE_MAX);
        prop_assert_eq!(parse(&line), Ok(record));
    }

    #[test]
    fn whatever_is_read_has_one_spelling(line in "(list|held|have|want|chunk|not|cancel) [0-9a-f]{64}( [0-9]{1,12}| list| busy| gone){0,3}") {
        if let Ok(record) = parse(&line) {
            prop_assert_eq!(record.to_string(), line);
        }
    }

    #[test]
    fn no_line_panics(line in ".{0,200}") {
        let _ = parse(&line);
    }
}

#[test]
fn the_lines_are_those_of_the_document() {
    let shape = Shape::of(1_000_000_000).unwrap();
    let id = ID.to_string();
    for (record, line, bytes) in [
        (Record::AskList { id: ID }, format!("list {id}"), 0),
        (Record::List { id: ID, shape }, format!("list {id} 1000000000 262144 3815"), 122_080),
        (Record::AskHeld { id: ID }, format!("held {id}"), 0),
        (Record::Held { id: ID, bytes: 477 }, format!("held {id} 477"), 477),
        (Record::Have { id: ID, index: 3 }, format!("have {id} 3"), 0),
        (Record::Want { id: ID, index: 3 }, format!("want {id} 3"), 0),
        (Record::Chunk { id: ID, index: 3, bytes: 9 }, format!("chunk {id} 3 9"), 9),
        (
            Record::Not { id: ID, what: What::List, why: Why::Gone },
            format!("not {id} list gone"),
            0,
        ),
        (
            Record::Not { id: ID, what: What::Chunk(0), why: Why::Busy },
            format!("not {id} 0 busy"),
            0,
        ),
        (Record::Cancel { id: ID, index: 3 }, format!("cancel {id} 3"), 0),
    ] {
        assert_eq!((record.to_string(), record.bytes(), record.id()), (line.clone(), bytes, ID));
        assert_eq!(parse(&line), Ok(record));
    }
}

#[test]
fn numbers_out_of_bounds_are_refused_before_memory_is_taken() {
    let id = ID.to_string();
    for line in [
        format!("have {id} 4096"),
        format!("want {id} 99999999999999999999999"),
        format!("chunk {id} 4096 1"),
        format!("chunk {id} 0 {}", CHUNK_MAX + 1),
        format!("held {id} 513"),
        format!("list {id} {} {CHUNK_MAX} 4097", SIZE_MAX + 1),
        format!("list {id} 8796093022208 262144 4096"),
        format!("list {id} 1000000000 262144 3814"),
        format!("list {id} 1000000000 524288 1908"),
    ] {
        assert_eq!(parse(&line), Err(RecordError::OutOfBounds), "{line}");
    }
}

#[test]
fn what_is_no_record_is_refused() {
    let id = ID.to_string();
    for line in [
        String::new(),
        "list".into(),
        "list ".into(),
        format!("list {id} "),
        format!("list  {id}"),
        format!("LIST {id}"),
        format!("list {}", id.to_uppercase()),
        format!("list {id} 1 262144"),
        format!("list {id} 1 262144 1 1"),
        format!("have {id}"),
        format!("have {id} 01"),
        format!("have {id} +1"),
        format!("have {id} -1"),
        format!("have {id} ١"),
        format!("not {id} 1"),
        format!("not {id} 1 tired"),
        format!("have {id} 1\r"),
        format!("text {id}"),
    ] {
        assert_eq!(parse(&line), Err(RecordError::Unknown), "{line:?}");
    }
    assert_eq!(parse(&"x".repeat(LINE_MAX)), Err(RecordError::TooLong));
}
