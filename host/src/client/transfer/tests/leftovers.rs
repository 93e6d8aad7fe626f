//! What a folder is like before a download, and what is left in it after one was given up.

use std::fs;
use std::path::Path;

use super::super::command::{Offer, TransferCommand};
use super::super::event::{Survey, TransferEvent};
use super::world::{User, World, content};

const MIB: usize = 1024 * 1024;

fn survey(user: &User, offer: &Offer, folder: &Path) -> Result<Survey, String> {
    let (offer, folder) = (offer.clone(), folder.to_owned());
    user.transfers.command(TransferCommand::Survey { offer, folder });
    user.wait(|event| match event {
        TransferEvent::Surveyed { seen, .. } => Some(seen.map(|seen| *seen)),
        _ => None,
    })
}

fn leftovers(user: &User) -> usize {
    let folder = user.folder.clone();
    user.transfers.command(TransferCommand::Leftovers { folder });
    user.wait(|event| match event {
        TransferEvent::Leftovers { left, .. } => Some(left.unwrap().len()),
        _ => None,
    })
}

fn discard(user: &User, offer: &Offer) -> Result<u64, String> {
    let folder = user.folder.clone();
    user.transfers.command(TransferCommand::Discard { id: offer.id, folder });
    user.wait(|event| match event {
        TransferEvent::Discarded { dropped, .. } => Some(dropped),
        _ => None,
    })
}

#[test]
fn a_folder_is_looked_at_before_anything_is_loaded() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film.mkv", &content(MIB, 1)));
    let seen = survey(&leia, &offer, &leia.folder).unwrap();
    assert_eq!(seen, Survey { name: "film.mkv".into(), left: None });
    leia.write("film.mkv", b"another");
    assert_eq!(survey(&leia, &offer, &leia.folder).unwrap().name, "film (2).mkv");
    let missing = survey(&leia, &offer, &leia.folder.join("missing")).unwrap_err();
    assert!(missing.starts_with("the folder cannot be opened"), "{missing}");
}

#[test]
fn chunks_that_came_one_by_one_are_seen_and_dropped() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let offer = luke.offer(&luke.write("film", &content(MIB, 1)));
    let (of_leia, folder, user) = (offer.clone(), leia.folder.clone(), "luke".to_owned());
    leia.transfers.command(TransferCommand::Chunk { offer: of_leia, folder, user, index: 1 });
    leia.wait(|event| matches!(event, TransferEvent::Chunk { .. }).then_some(()));
    let left = survey(&leia, &offer, &leia.folder).unwrap().left.unwrap();
    assert_eq!((left.id, left.size), (offer.id, MIB as u64));
    assert!(left.done >= 256 * 1024 && leftovers(&leia) == 1);
    assert!(discard(&leia, &offer).unwrap() >= 256 * 1024);
    assert_eq!(leftovers(&leia), 0);
    discard(&leia, &offer).unwrap_err();
    // It can be loaded anew.
    leia.download(&offer, &["luke"]);
    leia.finished();
}

#[test]
fn nothing_is_dropped_of_what_is_being_loaded() {
    let world = World::new();
    let [luke, leia] = ["luke", "leia"].map(|name| world.user(name));
    let content = content(40 * MIB, 1);
    let offer = luke.offer(&luke.write("film", &content));
    leia.download(&offer, &["luke"]);
    assert_eq!(discard(&leia, &offer), Err("it is being loaded".to_owned()));
    assert!(fs::read(leia.finished().0).unwrap() == content);
}
