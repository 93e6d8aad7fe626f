//! What is seen of earlier downloads, and how it is dropped.

use std::fs;
use std::os::unix::fs::symlink;

use super::*;

fn folder(world: &World) -> Folder {
    Folder::open(world.folder.path()).unwrap()
}

#[test]
fn what_is_left_is_seen_without_reading_it() {
    let world = world(8 * CHUNK_MIN as usize);
    assert_eq!(left(&folder(&world), world.id()), None);
    let part = world.open().unwrap();
    part.note_name(NAME).unwrap();
    part.write(6, world.chunk(6)).unwrap();
    part.write(2, world.chunk(2)).unwrap();
    drop(part);
    // What was reserved looks written on some disks, once somebody has read it.
    fs::read(world.part_path()).unwrap();
    let seen = left(&folder(&world), world.id()).unwrap();
    assert_eq!((seen.id, seen.size), (world.id(), world.list.shape().size()));
    // A disk without attributes shows all of it, if it does not tell what was only reserved.
    assert!([2, 8].contains(&(seen.done / u64::from(CHUNK_MIN))), "{seen:?}");
    // Nor does each disk keep names.
    assert!(seen.name.is_none_or(|name| name == NAME));
    assert_eq!(leftovers(&folder(&world)).unwrap(), [left(&folder(&world), world.id()).unwrap()]);
}

#[test]
fn what_another_name_or_user_has_a_hand_in_is_not_left_by_us() {
    let world = world(10);
    fs::write(world.folder.path().join("film.mkv"), "x").unwrap();
    fs::write(world.folder.path().join(".smolchat-3f.part"), "x").unwrap();
    symlink("film.mkv", world.part_path()).unwrap();
    assert_eq!(leftovers(&folder(&world)).unwrap(), []);
    assert!(matches!(discard(&folder(&world), world.id()), Err(PartError::InTheWay)));
    assert_eq!(world.names().len(), 3);
}

#[test]
fn what_is_left_is_dropped_unless_a_program_loads_it() {
    let world = world(10);
    let part = world.loaded();
    assert!(matches!(discard(&folder(&world), world.id()), Err(PartError::InUse)));
    drop(part);
    assert!(discard(&folder(&world), world.id()).unwrap() > 0);
    assert_eq!(world.names(), [""; 0]);
    assert!(matches!(discard(&folder(&world), world.id()), Err(PartError::Io(_))));
}

#[test]
fn the_name_that_a_file_will_get_is_known_before() {
    let world = world(10);
    let free = |name| folder(&world).free_name(name).unwrap();
    assert_eq!(free(NAME), NAME);
    fs::write(world.folder.path().join("FILM.mkv"), "other").unwrap();
    assert_eq!(free(NAME), "film (2).mkv");
    assert_eq!(world.loaded().finish(NAME, &world.list, going_on).unwrap(), {
        world.folder.path().join("film (2).mkv")
    });
    assert_eq!(free(NAME), "film (3).mkv");
}

#[test]
fn a_whole_file_has_no_name_beside_it() {
    let world = world(10);
    let part = world.open().unwrap();
    part.note_name(NAME).unwrap();
    part.write(0, world.chunk(0)).unwrap();
    let path = part.finish(NAME, &world.list, going_on).unwrap();
    let listed = rustix::fs::listxattr_query(&path);
    assert!(listed.is_err() || listed == Ok(0), "{listed:?}");
}
