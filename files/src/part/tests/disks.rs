//! Disks that are full, too small or read-only.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

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
        part.file().set_len(0).unwrap();
        part.file().set_len(shape.size()).unwrap();
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
