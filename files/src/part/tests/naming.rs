//! The end of a download: which name the file gets, and what is in its way.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

#[test]
fn a_file_that_came_out_of_order_is_whole_under_its_name() {
    let world = world(5 * CHUNK_MIN as usize + 7);
    let part = world.loaded();
    assert_eq!(world.names(), [part_name(world.id())]);
    assert_eq!(part.finish(NAME, &world.list, going_on).unwrap(), world.folder.path().join(NAME));
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
        world.open().unwrap().finish(NAME, &world.list, going_on).unwrap(),
        world.folder.path().join(NAME)
    );
    assert_eq!(fs::read(world.folder.path().join(NAME)).unwrap(), [0; 0]);
}

#[test]
fn whatever_has_the_name_already_is_kept_and_the_next_number_is_taken() {
    let world = world(10);
    let folder = world.folder.path();
    fs::write(folder.join("FILM.mkv"), "other").unwrap();
    symlink("/nowhere", folder.join("film (2).mkv")).unwrap();
    fs::create_dir(folder.join("film (3).mkv")).unwrap();
    let path = world.loaded().finish(NAME, &world.list, going_on).unwrap();
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
        assert!(
            matches!(part.finish(name, &world.list, going_on), Err(PartError::Name(_))),
            "{name:?}"
        );
    }
    assert!(matches!(
        part.finish(&"x".repeat(300), &world.list, going_on),
        Err(PartError::Name(_))
    ));
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
    assert_eq!(part.finish(NAME, &world.list, going_on).unwrap(), there.join(NAME));
    assert_eq!(fs::read(there.join(NAME)).unwrap(), world.content);
    assert_eq!(fs::read_dir(&here).unwrap().count(), 0);
}

#[test]
fn a_folder_that_is_none_is_said() {
    let world = world(10);
    let file = world.folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(Folder::open(&file).is_err());
    assert!(Folder::open(&world.folder.path().join("missing")).is_err());
}
