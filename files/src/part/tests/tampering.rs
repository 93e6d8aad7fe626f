//! Part files that another program has changed, or whose place something else has taken.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

/// Loads a file, lets somebody do this to its part file, and says what became of it.
fn tampered(harm: impl FnOnce(&World)) -> (World, Result<std::path::PathBuf, PartError>) {
    let world = world(3 * CHUNK_MIN as usize);
    let part = world.loaded();
    harm(&world);
    let end = part.finish(NAME, &world.list, going_on);
    (world, end)
}

#[test]
fn what_stands_in_the_place_of_the_part_file_does_not_get_its_name() {
    let moved = |world: &World| {
        fs::rename(world.part_path(), world.folder.path().join("moved")).unwrap();
    };
    let harms: [&dyn Fn(&World); 3] =
        [&|_| (), &|world| symlink("moved", world.part_path()).unwrap(), &|world| {
            fs::write(world.part_path(), "a dozen byte").unwrap()
        }];
    for harm in harms {
        let (world, end) = tampered(|world| {
            moved(world);
            harm(world);
        });
        assert!(matches!(end, Err(PartError::Tampered)), "{end:?}");
        assert!(!world.names().contains(&NAME.to_owned()));
    }
}

#[test]
fn a_part_file_that_another_program_wrote_to_is_hashed_again() {
    let open = |world: &World| fs::OpenOptions::new().write(true).open(world.part_path()).unwrap();
    let (_, end) = tampered(|world| open(world).set_len(12).unwrap());
    assert!(matches!(end, Err(PartError::Tampered)), "{end:?}");
    let (world, end) = tampered(|world| open(world).write_all_at(b"no", 7).unwrap());
    assert!(matches!(end, Err(PartError::Tampered)), "{end:?}");
    // What is right is found again.
    let part = world.open().unwrap();
    let found = part.find_chunks(&world.list, going_on).unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), [1, 2]);
    part.write(0, world.chunk(0)).unwrap();
    part.finish(NAME, &world.list, going_on).unwrap();
    // Who changes nothing of it does no harm.
    let (world, end) = tampered(|world| {
        let mode = fs::Permissions::from_mode(0o640);
        fs::set_permissions(world.part_path(), mode).unwrap();
    });
    assert_eq!(end.unwrap(), world.folder.path().join(NAME));
}

#[test]
fn what_is_changed_between_two_chunks_is_noticed() {
    let world = world(3 * CHUNK_MIN as usize);
    let part = world.loaded();
    let other = fs::OpenOptions::new().write(true).open(world.part_path()).unwrap();
    // The clock of files has steps.
    let before = fs::metadata(world.part_path()).unwrap().ctime_nsec();
    while fs::metadata(world.part_path()).unwrap().ctime_nsec() == before {
        other.write_all_at(b"no", 7).unwrap();
    }
    part.write(2, world.chunk(2)).unwrap();
    assert!(matches!(part.finish(NAME, &world.list, going_on), Err(PartError::Tampered)));
}

#[test]
fn whoever_waits_while_it_is_hashed_again_sees_how_far_that_is_and_may_end_it() {
    let world = world(3 * CHUNK_MIN as usize);
    let part = world.loaded();
    let other = fs::OpenOptions::new().write(true).open(world.part_path()).unwrap();
    other.set_len(world.list.shape().size() + 1).unwrap();
    let mut told = Vec::new();
    let stopped = part.finish(NAME, &world.list, |done| {
        told.push(done / u64::from(CHUNK_MIN));
        if told.len() < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    assert!(matches!(stopped, Err(PartError::Stopped)), "{stopped:?}");
    assert_eq!(told, [1, 2, 3]);
}
