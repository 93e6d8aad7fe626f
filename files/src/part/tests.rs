//! Part files on a real disk: the folder of a test's own, and small disks for what a full or a
//! read-only one says.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::*;
use crate::hashing::hash;
use crate::shape::CHUNK_MIN;
use crate::testing::noise;

const NAME: &str = "film.mkv";

struct World {
    folder: TempDir,
    content: Vec<u8>,
    list: ChunkList,
}

fn going_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn world(bytes: usize) -> World {
    let content = noise(bytes, 5);
    let shape = Shape::of(bytes as u64).unwrap();
    let (_, list) = hash(&content[..], shape, going_on).unwrap();
    World { folder: tempfile::tempdir().unwrap(), content, list }
}

impl World {
    fn id(&self) -> ContentId {
        self.list.id()
    }

    fn open(&self) -> Result<PartFile, PartError> {
        let folder = Folder::open(self.folder.path()).map_err(PartError::NoFolder)?;
        PartFile::open(Arc::new(folder), self.id(), self.list.shape())
    }

    fn chunk(&self, index: u32) -> &[u8] {
        let begin = self.list.shape().offset(index) as usize;
        &self.content[begin..][..self.list.shape().len_of(index).unwrap() as usize]
    }

    fn part_path(&self) -> std::path::PathBuf {
        self.folder.path().join(part_name(self.id()))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn loaded(&self) -> PartFile {
        let part = self.open().unwrap();
        for index in (0..self.list.shape().count()).rev() {
            part.write(index, self.chunk(index)).unwrap();
        }
        part
    }
}

#[test]
fn a_file_that_came_out_of_order_is_whole_under_its_name() {
    let world = world(5 * CHUNK_MIN as usize + 7);
    let part = world.loaded();
    assert_eq!(world.names(), [part_name(world.id())]);
    assert_eq!(part.finish(NAME, &world.list).unwrap(), world.folder.path().join(NAME));
    assert_eq!(world.names(), [NAME]);
    assert_eq!(fs::read(world.folder.path().join(NAME)).unwrap(), world.content);
    let mode = fs::metadata(world.folder.path().join(NAME)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut chunk = Vec::new();
    part.read(5, &mut chunk).unwrap();
    assert_eq!(chunk, world.chunk(5));
}

#[test]
fn an_empty_file_is_a_file() {
    let world = world(0);
    assert_eq!(
        world.open().unwrap().finish(NAME, &world.list).unwrap(),
        world.folder.path().join(NAME)
    );
    assert_eq!(fs::read(world.folder.path().join(NAME)).unwrap(), [0; 0]);
}

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
    drop(world.loaded());
    for bytes in [10, 4 * u64::from(CHUNK_MIN)] {
        let file = fs::OpenOptions::new().write(true).open(world.part_path()).unwrap();
        file.set_len(bytes).unwrap();
        let part = world.open().unwrap();
        assert_eq!(fs::metadata(world.part_path()).unwrap().len(), world.list.shape().size());
        part.find_chunks(&world.list, going_on).unwrap();
    }
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
fn whatever_has_the_name_already_is_kept_and_the_next_number_is_taken() {
    let world = world(10);
    let folder = world.folder.path();
    fs::write(folder.join("FILM.mkv"), "other").unwrap();
    symlink("/nowhere", folder.join("film (2).mkv")).unwrap();
    fs::create_dir(folder.join("film (3).mkv")).unwrap();
    let path = world.loaded().finish(NAME, &world.list).unwrap();
    assert_eq!(path, folder.join("film (4).mkv"));
    assert_eq!(fs::read(folder.join("FILM.mkv")).unwrap(), b"other");
    assert!(fs::symlink_metadata(folder.join("film (2).mkv")).unwrap().is_symlink());
}

#[test]
fn a_name_that_is_taken_meanwhile_is_kept_by_a_rename_and_by_a_link() {
    let world = world(10);
    let folder = Folder::open(world.folder.path()).unwrap();
    drop(world.loaded());
    fs::write(world.folder.path().join("taken"), "other").unwrap();
    let name = part_name(world.id());
    let taken = [folder.link_and_remove(&name, "taken"), folder.rename(&name, "taken")];
    for taken in taken {
        assert_eq!(taken.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    }
    folder.link_and_remove(&name, NAME).unwrap();
    assert_eq!(world.names(), [NAME, "taken"]);
    assert_eq!(fs::read(world.folder.path().join(NAME)).unwrap(), world.content);
}

#[test]
fn an_unsafe_name_is_refused_at_the_end_too() {
    let world = world(10);
    let part = world.loaded();
    for name in ["../evil", "/tmp/evil", ".bashrc", "-rf", "a\u{202e}b", "a\nb", "x.", ""] {
        assert!(matches!(part.finish(name, &world.list), Err(PartError::Name(_))), "{name:?}");
    }
    assert!(matches!(part.finish(&"x".repeat(300), &world.list), Err(PartError::Name(_))));
    assert_eq!(world.names(), [part_name(world.id())]);
}

#[test]
fn links_folders_fifos_and_others_files_in_the_way_are_not_touched() {
    let world = world(10);
    let (path, outside) = (world.part_path(), tempfile::tempdir().unwrap());
    let victim = outside.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    let expect_in_the_way = |what: &str| {
        assert!(matches!(world.open(), Err(PartError::InTheWay)), "{what}");
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
    };
    symlink(&victim, &path).unwrap();
    expect_in_the_way("a symbolic link");
    fs::remove_file(&path).unwrap();
    fs::hard_link(&victim, &path).unwrap();
    expect_in_the_way("a hard link");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    expect_in_the_way("a folder");
    fs::remove_dir(&path).unwrap();
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &path, kind, mode, 0).unwrap();
    expect_in_the_way("a FIFO");
    fs::remove_file(&path).unwrap();
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    expect_in_the_way("a socket");
}

#[test]
fn a_folder_that_is_moved_meanwhile_still_gets_the_file() {
    let world = world(10);
    let (here, there) = (world.folder.path().join("here"), world.folder.path().join("there"));
    fs::create_dir(&here).unwrap();
    let folder = Arc::new(Folder::open(&here).unwrap());
    let part = PartFile::open(folder, world.id(), world.list.shape()).unwrap();
    part.write(0, world.chunk(0)).unwrap();
    fs::rename(&here, &there).unwrap();
    fs::create_dir(&here).unwrap();
    assert_eq!(part.finish(NAME, &world.list).unwrap(), there.join(NAME));
    assert_eq!(fs::read(there.join(NAME)).unwrap(), world.content);
    assert_eq!(fs::read_dir(&here).unwrap().count(), 0);
}

/// Loads a file, lets somebody do this to its part file, and says what became of it.
fn tampered(harm: impl FnOnce(&World)) -> (World, Result<std::path::PathBuf, PartError>) {
    let world = world(3 * CHUNK_MIN as usize);
    let part = world.loaded();
    harm(&world);
    let end = part.finish(NAME, &world.list);
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
    part.finish(NAME, &world.list).unwrap();
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
    assert!(matches!(part.finish(NAME, &world.list), Err(PartError::Tampered)));
}

#[test]
fn a_folder_that_is_none_is_said() {
    let world = world(10);
    let file = world.folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Folder::open(&file).is_err());
    assert!(Folder::open(&world.folder.path().join("missing")).is_err());
}

#[test]
fn what_is_given_up_leaves_nothing() {
    let world = world(10);
    world.open().unwrap().remove().unwrap();
    assert_eq!(world.names(), [""; 0]);
}

#[test]
fn the_largest_promise_takes_no_room_where_there_is_none() {
    let world = world(10);
    let shape = Shape::of(crate::SIZE_MAX).unwrap();
    let folder = Arc::new(Folder::open(world.folder.path()).unwrap());
    if folder.free().unwrap() > crate::SIZE_MAX {
        eprintln!("this disk has room for the largest file");
        return;
    }
    match PartFile::open(folder, world.id(), shape) {
        Err(PartError::NoSpace { needed, .. }) => assert_eq!(needed, crate::SIZE_MAX),
        other => panic!("{other:?}"),
    }
    assert_eq!(world.names(), [""; 0]);
    assert!(Shape::of(8 << 40).is_err());
}

/// A disk of `megabytes` in memory, mounted here for the time of `work`. Needs root, and tells who
/// runs the test without it.
fn on_small_disk(megabytes: u64, work: impl FnOnce(&Path)) {
    if !rustix::process::geteuid().is_root() {
        eprintln!("this test mounts a small disk, which takes root: it is left out");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let options = format!("size={megabytes}m");
    let mount = |arguments: &[&str]| {
        let status = Command::new("mount").args(arguments).arg(folder.path()).status();
        assert!(status.unwrap().success());
    };
    mount(&["-t", "tmpfs", "-o", &options, "smolchat-test"]);
    let mounted = Mounted(folder.path());
    work(folder.path());
    drop(mounted);
}

struct Mounted<'a>(&'a Path);

impl Drop for Mounted<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_is_said_before_a_byte_is_written_and_nothing_stays() {
    on_small_disk(80, |disk| {
        let folder = Arc::new(Folder::open(disk).unwrap());
        let before = folder.free().unwrap();
        let shape = Shape::of(100 * 1024 * 1024).unwrap();
        match PartFile::open(folder.clone(), ContentId([1; 32]), shape) {
            Err(PartError::NoSpace { needed, free }) => {
                assert_eq!(needed, shape.size());
                assert_eq!(free, before);
                let error = PartError::NoSpace { needed, free };
                let words = "it needs 104 MB, 83.8 MB are free, and 67.1 MB must stay free";
                assert_eq!(error.to_string(), format!("the disk has no room for it: {words}"));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(fs::read_dir(disk).unwrap().count(), 0);
        assert_eq!(folder.free().unwrap(), before);
        // The reserve is not for downloads; what is beyond it is.
        let shape = Shape::of(10 * 1024 * 1024).unwrap();
        PartFile::open(folder, ContentId([1; 32]), shape).unwrap();
    });
}

#[test]
fn a_disk_that_fills_up_meanwhile_is_said_and_what_is_there_stays() {
    on_small_disk(80, |disk| {
        let folder = Arc::new(Folder::open(disk).unwrap());
        let shape = Shape::of(10 * u64::from(CHUNK_MIN)).unwrap();
        let part = PartFile::open(folder, ContentId([1; 32]), shape).unwrap();
        // A disk that cannot reserve has holes, and another program takes the rest.
        part.file.set_len(0).unwrap();
        part.file.set_len(shape.size()).unwrap();
        part.write(0, &noise(CHUNK_MIN as usize, 1)).unwrap();
        let mut other = File::create(disk.join("other")).unwrap();
        let filled = io::copy(&mut io::repeat(1), &mut other).unwrap_err();
        assert_eq!(filled.kind(), io::ErrorKind::StorageFull);
        let error = part.write(1, &noise(CHUNK_MIN as usize, 1)).unwrap_err();
        assert!(matches!(error, PartError::NoSpace { .. }), "{error:?}");
        assert!(error.to_string().starts_with("the disk is full"));
        let mut chunk = Vec::new();
        part.read(0, &mut chunk).unwrap();
        assert_eq!(chunk, noise(CHUNK_MIN as usize, 1));
    });
}

#[test]
fn a_folder_on_a_disk_that_is_read_only_is_said() {
    on_small_disk(1, |disk| {
        let remount = Command::new("mount").args(["-o", "remount,ro"]).arg(disk).status();
        assert!(remount.unwrap().success());
        let folder = Arc::new(Folder::open(disk).unwrap());
        let error = PartFile::open(folder, ContentId([1; 32]), Shape::of(9).unwrap()).unwrap_err();
        assert!(matches!(error, PartError::NotWritable(_)), "{error:?}");
    });
}
