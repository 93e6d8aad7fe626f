//! Peers that break the rules, played by hand.

use std::fs;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smolchat_files::record::{What, Why};
use smolchat_files::wire::{read_record, write_record};
use smolchat_files::{Bitmap, ContentId, Offered, Record};
use smolchat_peer::Link;

use super::super::event::TransferEvent;
use super::world::{World, content};

const MIB: usize = 1024 * 1024;

/// Answers what a holder answers; `chunk` says what it sends for a chunk, and whether it goes on.
fn hold(
    link: Link,
    offered: &Offered,
    chunk: impl Fn(u32, &mut Vec<u8>) -> bool,
) -> std::io::Result<()> {
    let (mut reader, mut writer) = link.split();
    while let Some(record) = read_record(&mut reader)? {
        let mut body = vec![0; record.bytes()];
        reader.read_exact(&mut body)?;
        let shape = offered.list.shape();
        match record {
            Record::AskList { id } => {
                let list = offered.list.as_bytes();
                write_record(&mut writer, &Record::List { id, shape }, list)?;
            }
            Record::AskHeld { id } => {
                let map = Bitmap::full(shape.count());
                let bytes = map.as_bytes().len() as u16;
                write_record(&mut writer, &Record::Held { id, bytes }, map.as_bytes())?;
            }
            Record::Want { id, index } => {
                let mut bytes = Vec::new();
                offered.read(index, &mut bytes).unwrap();
                if !chunk(index, &mut bytes) {
                    return Ok(());
                }
                let record = Record::Chunk { id, index, bytes: bytes.len() as u32 };
                write_record(&mut writer, &record, &bytes)?;
            }
            _ => {}
        }
        writer.flush()?;
    }
    Ok(())
}

/// What a person hears if vader, who gives such chunks, is asked beside luke.
fn beside_luke(
    chunk: impl Fn(u32, &mut Vec<u8>) -> bool + Send + Sync + 'static,
) -> Vec<TransferEvent> {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let content = content(20 * MIB, 1);
    let path = luke.write("film", &content);
    let offer = luke.offer(&path);
    let offered = Offered::of_file(&path, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    world.stranger("vader", move |link| _ = hold(link, &offered, &chunk));
    leia.download(&offer, &["luke", "vader"]);
    let (before, end) = leia.end();
    match end {
        TransferEvent::Finished { path, .. } => {
            assert!(fs::read(path).unwrap() == content, "the file is right");
        }
        other => panic!("{other:?}"),
    }
    before
}

fn named(events: &[TransferEvent]) -> Vec<&str> {
    let named = events.iter().filter_map(|event| match event {
        TransferEvent::WrongChunk { user, .. } => Some(user.as_str()),
        _ => None,
    });
    named.collect()
}

#[test]
fn who_sends_wrong_bytes_is_named_and_the_file_is_right() {
    let sent = Arc::new(AtomicU64::new(0));
    let count = sent.clone();
    let told = beside_luke(move |_, bytes| {
        count.fetch_add(1, Ordering::Relaxed);
        bytes[7] ^= 1;
        true
    });
    assert_eq!(named(&told), ["vader"]);
    assert!(sent.load(Ordering::Relaxed) <= 4, "it is asked no more");
}

#[test]
fn who_sends_a_chunk_of_another_length_is_named() {
    let told = beside_luke(|_, bytes| {
        bytes.pop();
        true
    });
    assert_eq!(named(&told), ["vader"]);
}

#[test]
fn who_hangs_up_is_not_named_and_the_file_comes_from_others() {
    assert_eq!(named(&beside_luke(|index, _| !index.is_multiple_of(5))), [""; 0]);
}

/// What leia's client says to a peer that says this, until it ends the link.
fn answers_to(say: impl Fn(&mut dyn Write)) -> Vec<Record> {
    let world = World::new();
    let leia = world.user("leia");
    world.stranger("vader", |_| {});
    let (mut reader, mut writer) = world.link("vader", "leia").split();
    say(&mut writer);
    // It may be cut already.
    let _ = writer.flush();
    let mut heard = Vec::new();
    while let Ok(Some(record)) = read_record(&mut reader) {
        let mut body = vec![0; record.bytes()];
        reader.read_exact(&mut body).unwrap();
        heard.push(record);
    }
    drop(leia);
    heard
}

#[test]
fn who_says_what_no_record_is_is_cut_off() {
    assert!(answers_to(|wire| _ = wire.write_all(b"GET / HTTP/1.1\r\n\r\n")).is_empty());
    assert!(answers_to(|wire| _ = wire.write_all(&[b'x'; 4096])).is_empty());
    let bound = format!("chunk {} 0 99999999999\n", ContentId([1; 32]));
    assert!(answers_to(|wire| _ = wire.write_all(bound.as_bytes())).is_empty());
}

#[test]
fn a_chunk_that_nobody_has_asked_for_ends_the_link() {
    let id = ContentId([1; 32]);
    let answers = answers_to(|mut wire| {
        let _ = write_record(&mut wire, &Record::AskHeld { id }, &[]);
        let _ = write_record(&mut wire, &Record::Chunk { id, index: 0, bytes: 5 }, b"hello");
    });
    assert!(answers.len() <= 1, "{answers:?}");
}

#[test]
fn who_asks_and_never_reads_is_cut_off() {
    let world = World::new();
    let luke = world.user("luke");
    let offer = luke.offer(&luke.write("film", &content(40 * MIB, 1)));
    world.stranger("vader", |_| {});
    let (reader, mut writer) = world.link("vader", "luke").split();
    let ask = Record::AskList { id: ContentId(offer.id) };
    let is_cut = (0..2_000_000).any(|_| write_record(&mut writer, &ask, &[]).is_err());
    assert!(is_cut);
    drop(reader);
}

#[test]
fn what_is_not_there_is_refused() {
    let world = World::new();
    let _luke = world.user("luke");
    world.stranger("vader", |_| {});
    let (mut reader, mut writer) = world.link("vader", "luke").split();
    let id = ContentId([7; 32]);
    write_record(&mut writer, &Record::Want { id, index: 0 }, &[]).unwrap();
    write_record(&mut writer, &Record::AskList { id }, &[]).unwrap();
    writer.flush().unwrap();
    for expected in [What::Chunk(0), What::List] {
        match read_record(&mut reader).unwrap() {
            Some(Record::Not { what, .. }) => assert_eq!(what, expected),
            other => panic!("{other:?}"),
        }
    }
}

/// What a peer asks and says, as fast as it can, is not for a person's eyes.
#[test]
fn a_flood_of_records_tells_the_event_loop_nothing() {
    const ROUNDS: u32 = 3000;
    let world = World::new();
    let luke = world.user("luke");
    let own = ContentId(luke.offer(&luke.write("film", &content(MIB, 1))).id);
    luke.told();
    world.stranger("vader", |_| {});
    let (mut reader, mut writer) = world.link("vader", "luke").split();
    let flood = std::thread::spawn(move || {
        for round in 0..ROUNDS {
            let mut id = ContentId([9; 32]);
            id.0[..4].copy_from_slice(&round.to_le_bytes());
            for record in [
                Record::AskHeld { id },
                Record::Held { id: own, bytes: 0 },
                Record::Have { id: own, index: round % 4096 },
                Record::Want { id: own, index: 99 },
                Record::Cancel { id: own, index: 1 },
                Record::Not { id: own, what: What::List, why: Why::Busy },
            ] {
                write_record(&mut writer, &record, &[]).unwrap();
            }
        }
        write_record(&mut writer, &Record::AskList { id: own }, &[]).unwrap();
        writer.flush().unwrap();
        writer
    });
    let mut answers = 0;
    while !matches!(read_record(&mut reader).unwrap(), Some(Record::List { .. })) {
        answers += 1;
    }
    assert_eq!(answers, 2 * ROUNDS);
    assert_eq!(luke.told(), []);
    drop(flood.join().unwrap());
}
