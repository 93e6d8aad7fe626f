//! Transfers between clients over real links on this machine.

mod leftovers;
mod liars;
mod sizes;
mod world;

use std::fs;
use std::time::Instant;

use super::command::TransferCommand;
use super::event::TransferEvent;
use world::{World, content, full};

const MIB: usize = 1024 * 1024;

#[test]
fn a_file_comes_from_two_holders_and_each_gives_a_third() {
    let world = World::new();
    let [luke, yoda, leia] = ["luke", "yoda", "leia"].map(|name| world.user(name));
    let content = content(40 * MIB + 5, 1);
    let offer = luke.offer(&luke.write("film.mkv", &content));
    assert_eq!(yoda.offer(&yoda.write("other name.mkv", &content)).id, offer.id);
    leia.download(&offer, &["luke", "yoda"]);
    let (path, from) = leia.finished();
    assert_eq!(path, leia.folder.join("film.mkv"));
    assert!(fs::read(&path).unwrap() == content, "the file is right");
    assert_eq!(from.len(), 2);
    assert!(from.iter().all(|(_, bytes)| bytes * 3 >= content.len() as u64), "{from:?}");
    assert_eq!(from.iter().map(|(_, bytes)| bytes).sum::<u64>(), content.len() as u64);
}

#[test]
fn whoever_has_loaded_a_file_gives_it_on() {
    let world = World::new();
    let [luke, yoda, leia] = ["luke", "yoda", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("a", &content(3 * MIB, 1)));
    yoda.download(&offer, &["luke"]);
    yoda.finished();
    leia.download(&offer, &["yoda"]);
    let (_, from) = leia.finished();
    assert_eq!(from, [("yoda".to_owned(), 3 * MIB as u64)]);
    let given = yoda.wait(|event| match event {
        TransferEvent::Giving { user, given, is_over: true, .. } => Some((user, given)),
        _ => None,
    });
    assert_eq!(given, ("leia".to_owned(), 3 * MIB as u64));
}

#[test]
fn a_small_and_an_empty_file_come_too() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    for (name, content) in [("small", &b"x"[..]), ("empty", b"")] {
        let offer = luke.offer(&luke.write(name, content));
        leia.download(&offer, &["luke"]);
        assert_eq!(fs::read(leia.finished().0).unwrap(), content);
    }
}

#[test]
fn what_a_stopped_download_has_loaded_does_not_come_again() {
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
    leia.download(&offer, &["luke"]);
    let (path, from) = leia.finished();
    assert!(fs::read(path).unwrap() == content, "the file is right");
    assert!(from[0].1 <= 45 * MIB as u64, "a quarter was there: {from:?}");
}

#[test]
fn a_file_that_changes_while_it_is_offered_is_withdrawn_and_told() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let path = luke.write("film", &content(3 * MIB, 1));
    let offer = luke.offer(&path);
    fs::write(&path, content(3 * MIB, 2)).unwrap();
    leia.download(&offer, &["luke"]);
    let why = luke.wait(|event| match event {
        TransferEvent::Withdrawn { id, why, .. } if id == offer.id => Some(why),
        _ => None,
    });
    assert_eq!(why.as_deref(), Some("it has changed"));
    let yoda = world.user("yoda");
    yoda.offer(&yoda.write("film", &content(3 * MIB, 1)));
    leia.transfers.command(TransferCommand::Holders { id: offer.id, holders: full(&["yoda"]) });
    let (before, end) = leia.end();
    assert!(matches!(end, TransferEvent::Finished { .. }), "{end:?}");
    let is_named = |event: &TransferEvent| matches!(event, TransferEvent::WrongChunk { .. });
    assert!(!before.iter().any(is_named), "its owner is no liar");
}

#[test]
fn what_was_offered_is_offered_again_by_the_next_run_if_it_is_as_it_was() {
    let world = World::new();
    let luke = world.user("luke");
    let offers = ["kept", "changed", "gone"].map(|name| {
        let path = luke.write(name, name.as_bytes());
        (luke.offer(&path), path)
    });
    drop(luke);
    fs::write(&offers[1].1, "other content").unwrap();
    fs::remove_file(&offers[2].1).unwrap();
    let luke = world.user("luke");
    let mut told: Vec<_> = (0..3)
        .map(|_| match luke.next() {
            TransferEvent::Offered { offer, is_kept: true, .. } => (offer.name, String::new()),
            TransferEvent::NotOffered { path, why } => {
                (path.file_name().unwrap().to_string_lossy().into_owned(), why)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    told.sort();
    assert_eq!(told[0], ("changed".to_owned(), "it has changed".to_owned()));
    assert!(told[1].0 == "gone" && told[1].1.starts_with("it cannot be opened"));
    assert_eq!(told[2], ("kept".to_owned(), String::new()));
    let leia = world.user("leia");
    leia.download(&offers[0].0, &["luke"]);
    leia.finished();
}

#[test]
fn what_cannot_be_loaded_says_why() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film", b"x"));
    let fails = |offer: super::command::Offer, folder: std::path::PathBuf| {
        let holders = full(&["luke"]);
        leia.transfers.command(TransferCommand::Download { offer, folder, holders });
        match leia.end().1 {
            TransferEvent::Failed { why, .. } => why,
            other => panic!("{other:?}"),
        }
    };
    let missing = fails(offer.clone(), leia.folder.join("missing"));
    assert!(missing.starts_with("the folder cannot be opened"), "{missing}");
    let mut promise = offer.clone();
    promise.size = 8 << 40;
    let promise = fails(promise, leia.folder.clone());
    assert!(promise.contains("256 GiB"), "{promise}");
    let mut bad = offer.clone();
    bad.name = "../evil".to_owned();
    let name = fails(bad, leia.folder.clone());
    assert_eq!(name, "the name has '/' in it");
    let mut empty = offer;
    (empty.size, empty.id) = (0, [1; 32]);
    assert_eq!(fails(empty, leia.folder.clone()), "no empty file has this content");
}

#[test]
fn a_copy_of_what_is_offered_takes_no_place_from_the_first() {
    let world = World::new();
    let luke = world.user("luke");
    let (first, copy) = (luke.write("first", b"x"), luke.write("copy", b"x"));
    luke.offer(&first);
    luke.transfers.command(TransferCommand::Offer { path: copy.clone() });
    let why = luke.wait(|event| match event {
        TransferEvent::NotOffered { path, why } if path == copy => Some(why),
        TransferEvent::Offered { .. } => panic!("it took the place"),
        _ => None,
    });
    assert_eq!(why, format!("you offer it already: {}", first.display()));
    luke.offer(&first);
    fs::remove_file(&first).unwrap();
    assert_eq!(luke.offer(&copy).name, "copy", "the first is gone");
}

#[test]
fn a_file_that_is_being_read_is_read_no_more_when_that_is_wanted() {
    let world = World::new();
    let luke = world.user("luke");
    let path = luke.write("film", b"");
    // It has no bytes on the disk, and takes minutes to be read.
    fs::File::create(&path).unwrap().set_len(64 << 30).unwrap();
    luke.transfers.command(TransferCommand::Offer { path: path.clone() });
    luke.wait(|event| matches!(event, TransferEvent::Hashing { .. }).then_some(()));
    luke.transfers.command(TransferCommand::StopReading { path });
    let why = luke.wait(|event| match event {
        TransferEvent::NotOffered { why, .. } => Some(why),
        _ => None,
    });
    assert_eq!(why, "it was stopped");
}

#[test]
fn what_is_here_is_looked_at() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offered = luke.write("film", b"x");
    let offer = luke.offer(&offered);
    leia.download(&offer, &["luke"]);
    let loaded = leia.finished().0;
    for (user, path) in [(&luke, offered), (&leia, loaded)] {
        let look = || {
            user.transfers.command(TransferCommand::Look { id: offer.id, path: path.clone() });
            user.wait(|event| match event {
                TransferEvent::Looked { is_there, .. } => Some(is_there),
                _ => None,
            })
        };
        assert!(look());
        fs::remove_file(&path).unwrap();
        assert!(!look());
    }
    leia.transfers.command(TransferCommand::Look { id: [1; 32], path: "/".into() });
    let looked = |event| match event {
        TransferEvent::Looked { is_there, .. } => Some(is_there),
        _ => None,
    };
    assert!(!leia.wait(looked), "it never had it");
}

#[test]
fn an_introduction_is_wanted_where_there_is_no_other_way() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film", b"x"));
    leia.download(&offer, &["yoda"]);
    let wanted = |event| match event {
        TransferEvent::WantsIntroduction { user } => Some(user),
        _ => None,
    };
    assert_eq!(leia.wait(wanted), "yoda");
    // The server has introduced them: a link comes.
    let yoda = world.user("yoda");
    yoda.offer(&yoda.write("film", b"x"));
    let link = world.link("leia", "yoda");
    let serve = leia.transfers.serve();
    std::thread::spawn(move || serve(link));
    leia.finished();
}

#[test]
fn who_cannot_be_introduced_is_passed_over() {
    let world = World::new();
    let leia = world.user("leia");
    let luke = world.user("luke");
    let offer = luke.offer(&luke.write("film", b"x"));
    let (of_leia, folder, user) = (offer.clone(), leia.folder.clone(), "yoda".to_owned());
    leia.transfers.command(TransferCommand::Chunk { offer: of_leia, folder, user, index: 0 });
    let wanted = |event| match event {
        TransferEvent::WantsIntroduction { user } => Some(user),
        _ => None,
    };
    let (user, why) = (leia.wait(wanted), "yoda is offline".to_owned());
    leia.transfers.command(TransferCommand::NotIntroduced { user, why });
    let no_chunk = |event| matches!(event, TransferEvent::NoChunk { .. }).then_some(());
    leia.wait(no_chunk);
    leia.download(&offer, &["luke"]);
    leia.finished();
}

#[test]
fn what_is_withdrawn_is_given_no_more() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film", b"x"));
    luke.transfers.command(TransferCommand::Withdraw { id: offer.id });
    let why = luke.wait(|event| match event {
        TransferEvent::Withdrawn { why, name, .. } => Some((name, why)),
        _ => None,
    });
    assert_eq!(why, ("film".to_owned(), None));
    let (of_leia, user) = (offer, "luke".to_owned());
    leia.transfers.command(TransferCommand::Ask { offer: of_leia, user });
    let held = |event| match event {
        TransferEvent::Held { chunks, .. } => Some(chunks),
        _ => None,
    };
    assert_eq!(leia.wait(held), [false]);
}

#[test]
fn one_chunk_and_what_a_user_holds_are_asked_for() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let content = content(MIB + 9, 1);
    let offer = luke.offer(&luke.write("film", &content));
    let chunk = |index| {
        let (offer, folder, user) = (offer.clone(), leia.folder.clone(), "luke".to_owned());
        leia.transfers.command(TransferCommand::Chunk { offer, folder, user, index });
    };
    for (index, held) in [(3, 1), (0, 2), (3, 2)] {
        chunk(index);
        let came = leia.wait(|event| match event {
            TransferEvent::Chunk { index, held, user, .. } => Some((index, held, user)),
            TransferEvent::NoChunk { why, .. } => panic!("{why}"),
            _ => None,
        });
        assert_eq!(came, (index, (held, 5), "luke".to_owned()));
    }
    let (of_leia, user) = (offer.clone(), "leia".to_owned());
    luke.transfers.command(TransferCommand::Ask { offer: of_leia, user });
    let chunks = luke.wait(|event| match event {
        TransferEvent::Held { chunks, .. } => Some(chunks),
        _ => None,
    });
    assert_eq!(chunks, [true, false, false, true, false]);
    chunk(5);
    let why = leia.wait(|event| match event {
        TransferEvent::NoChunk { index: 5, why, .. } => Some(why),
        _ => None,
    });
    assert_eq!(why, "the file has no such chunk");
    leia.download(&offer, &["luke"]);
    let (path, from) = leia.finished();
    assert!(fs::read(path).unwrap() == content);
    assert_eq!(from, [("luke".to_owned(), content.len() as u64)]);
}

#[test]
fn progress_is_told_four_times_a_second_at_most() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film", &content(100 * MIB, 1)));
    let begun = Instant::now();
    leia.download(&offer, &["luke"]);
    let (before, _) = leia.end();
    let count = before.iter().filter(|e| matches!(e, TransferEvent::Progress { .. })).count();
    let most = begun.elapsed().as_millis() / 250 + 2;
    assert!((1..=most).contains(&(count as u128)), "{count} in {:?}", begun.elapsed());
}
