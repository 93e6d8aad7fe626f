//! Peers that tell another size of a file than it has, and a client that turns to the right one.

use std::fs;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU32, Ordering};

use smolchat_files::record::{What, Why};
use smolchat_files::wire::{read_record, write_record};
use smolchat_files::{Bitmap, Offered, Record, Shape};
use smolchat_peer::Link;

use super::super::command::{Offer, TransferCommand};
use super::super::event::TransferEvent;
use super::world::{User, World, content, full};

const MIB: usize = 1024 * 1024;

/// Says that it has all of a file of this shape, sends this list, and these bytes for each chunk.
/// Where it has none it is busy.
fn lie(
    link: Link,
    shape: Shape,
    list: &[u8],
    chunk: impl Fn(u32) -> Option<Vec<u8>>,
) -> std::io::Result<()> {
    let (mut reader, mut writer) = link.split();
    while let Some(record) = read_record(&mut reader)? {
        let mut body = vec![0; record.bytes()];
        reader.read_exact(&mut body)?;
        match record {
            Record::AskList { id } => write_record(&mut writer, &Record::List { id, shape }, list)?,
            Record::AskHeld { id } => {
                let map = Bitmap::full(shape.count());
                let bytes = map.as_bytes().len() as u16;
                write_record(&mut writer, &Record::Held { id, bytes }, map.as_bytes())?;
            }
            Record::Want { id, index } => {
                let (what, why) = (What::Chunk(index), Why::Busy);
                let bytes = chunk(index);
                let record = match &bytes {
                    Some(bytes) => Record::Chunk { id, index, bytes: bytes.len() as u32 },
                    None => Record::Not { id, what, why },
                };
                write_record(&mut writer, &record, &bytes.unwrap_or_default())?;
            }
            _ => {}
        }
        writer.flush()?;
    }
    Ok(())
}

fn of_size(offer: &Offer, size: u64) -> Offer {
    Offer { size, ..offer.clone() }
}

fn is_named(user: &User) {
    let named = user.wait(|event| match event {
        TransferEvent::WrongChunk { user, .. } => Some(user),
        TransferEvent::Finished { .. } => panic!("it is no such file"),
        _ => None,
    });
    assert_eq!(named, "vader");
}

fn part_files(user: &User) -> usize {
    let entries = fs::read_dir(&user.folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.ends_with(".part")).count()
}

#[test]
fn a_size_with_as_many_chunks_is_refuted_by_the_last_one_and_the_others_stay() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let content = content(4 * MIB + 9, 1);
    let path = luke.write("film", &content);
    let offer = luke.offer(&path);
    let size = offer.size - 4;
    let (shape, of_liar) = (Shape::of(size).unwrap(), content.clone());
    let offered = Offered::of_file(&path, |_, _| std::ops::ControlFlow::Continue(())).unwrap();
    world.stranger("vader", move |link| {
        let given = AtomicU32::new(0);
        let chunk = |index| {
            // All others come first, whatever the order is in which they are asked for.
            let is_last = index + 1 == shape.count();
            if is_last && given.load(Ordering::Relaxed) + 1 < shape.count() {
                return None;
            }
            given.fetch_add(1, Ordering::Relaxed);
            let begin = shape.offset(index) as usize;
            Some(of_liar[begin..][..shape.len_of(index).unwrap() as usize].to_vec())
        };
        _ = lie(link, shape, offered.list.as_bytes(), chunk);
    });
    leia.download(&of_size(&offer, size), &["vader"]);
    is_named(&leia);
    leia.download(&offer, &["luke"]);
    let (path, from) = leia.finished();
    assert!(fs::read(path).unwrap() == content, "the file is right");
    assert_eq!(from, [("luke".to_owned(), 9)], "what was right stays");
}

#[test]
fn who_tells_a_tiny_size_takes_nothing_away_of_what_is_here() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let content = content(60 * MIB, 1);
    let offer = luke.offer(&luke.write("film", &content));
    leia.download(&offer, &["luke"]);
    leia.wait(|event| match event {
        TransferEvent::Share { share, .. } if share >= 64 => Some(()),
        _ => None,
    });
    leia.transfers.command(TransferCommand::Stop { id: offer.id });
    leia.wait(|event| matches!(event, TransferEvent::Stopped { .. }).then_some(()));
    // The value of an only chunk is the id, so this list is right.
    let list = offer.id;
    let shape = Shape::of(100).unwrap();
    world.stranger("vader", move |link| _ = lie(link, shape, &list, |_| Some(vec![7; 100])));
    leia.download(&of_size(&offer, 100), &["vader"]);
    is_named(&leia);
    leia.download(&offer, &["luke"]);
    let (path, from) = leia.finished();
    assert!(fs::read(path).unwrap() == content, "the file is right");
    assert!(from[0].1 <= 45 * MIB as u64, "a quarter was there: {from:?}");
}

#[test]
fn nothing_is_taken_of_the_disk_for_a_size_that_no_list_has_shown() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film", &content(MIB, 1)));
    let size = 200 << 30;
    let shape = Shape::of(size).unwrap();
    let list = vec![7; 32 * shape.count() as usize];
    world.stranger("vader", move |link| _ = lie(link, shape, &list, |_| None));
    leia.download(&of_size(&offer, size), &["vader"]);
    is_named(&leia);
    assert_eq!(part_files(&leia), 0);
    // Nobody is there with that size. The next one is right.
    leia.transfers.command(TransferCommand::Holders { id: offer.id, holders: full(&[]) });
    leia.download(&offer, &["luke"]);
    leia.finished();
    assert_eq!(part_files(&leia), 0);
}
