//! What an earlier run has left, and part files that are used by several or by none.

use std::fs;

use super::*;

#[test]
fn what_an_earlier_run_has_written_is_found_and_a_hole_is_no_chunk() {
    let world = world(6 * CHUNK_MIN as usize);
    let part = world.open().unwrap();
    assert!(!part.is_old());
    part.write(1, world.chunk(1)).unwrap();
    part.write(4, world.chunk(4)).unwrap();
    part.write(5, &world.chunk(5)[..100]).unwrap();
    drop(part);
    let part = world.open().unwrap();
    assert!(part.is_old());
    let mut told = 0;
    let found = part
        .find_chunks(&world.list, |done| {
            told = done;
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(found.iter().collect::<Vec<_>>(), [1, 4]);
    assert_eq!(told, world.list.shape().size());
    let stopped = part.find_chunks(&world.list, |_| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(PartError::Stopped)));
}

#[test]
fn holes_are_the_chunks_of_a_file_of_zeros() {
    let shape = Shape::of(3 * u64::from(CHUNK_MIN)).unwrap();
    let (_, list) = hash(&vec![0; 3 * CHUNK_MIN as usize][..], shape, going_on).unwrap();
    let world = World { folder: tempfile::tempdir().unwrap(), content: Vec::new(), list };
    let part = world.open().unwrap();
    assert!(part.find_chunks(&world.list, going_on).unwrap().is_full());
}

#[test]
fn a_part_file_that_was_cut_or_has_grown_gets_its_size_again() {
    let world = world(3 * CHUNK_MIN as usize);
    for (bytes, found) in [(10, [].as_slice()), (4 * u64::from(CHUNK_MIN), &[0, 1, 2])] {
        drop(world.loaded());
        let file = fs::OpenOptions::new().write(true).open(world.part_path()).unwrap();
        file.set_len(bytes).unwrap();
        let part = world.open().unwrap();
        let there = part.find_chunks(&world.list, going_on).unwrap();
        assert_eq!(there.iter().collect::<Vec<_>>(), found, "{bytes}");
    }
    // Only now its size is known to be right.
    let path = world.open().unwrap().finish(NAME, &world.list, going_on).unwrap();
    assert!(fs::read(path).unwrap() == world.content);
}

#[test]
fn whoever_tells_another_size_takes_nothing_away_that_is_here() {
    let world = world(3 * CHUNK_MIN as usize + 9);
    let part = world.loaded();
    let told = |bytes: u64| part.of_shape(Shape::of(bytes).unwrap()).unwrap();
    for bytes in [1, 3 * u64::from(CHUNK_MIN), 4 * u64::from(CHUNK_MIN)] {
        drop(told(bytes));
    }
    let part = told(world.list.shape().size());
    assert!(part.find_chunks(&world.list, going_on).unwrap().is_full());
    let path = part.finish(NAME, &world.list, going_on).unwrap();
    assert!(fs::read(path).unwrap() == world.content);
}

#[test]
fn two_programs_do_not_load_one_file_into_one_folder() {
    let world = world(10);
    let first = world.open().unwrap();
    assert!(matches!(world.open(), Err(PartError::InUse)));
    drop(first);
    assert!(world.open().is_ok());
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let world = world(10);
    world.open().unwrap().remove().unwrap();
    assert_eq!(world.names(), [""; 0]);
}
