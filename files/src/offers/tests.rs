//! Offered files on a real disk.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::thread;

use tempfile::TempDir;

use super::*;
use crate::shape::CHUNK_MIN;
use crate::testing::noise;

fn offer(path: &Path) -> Result<Offered, OfferError> {
    Offered::of_file(path, |_, _| ControlFlow::Continue(()))
}

fn film(folder: &TempDir, bytes: usize) -> PathBuf {
    let path = folder.path().join("a film.mkv");
    fs::write(&path, noise(bytes, 9)).unwrap();
    path
}

#[test]
fn an_offered_file_gives_its_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let path = film(&folder, 2 * CHUNK_MIN as usize + 5);
    let mut told = Vec::new();
    let offered = Offered::of_file(&path, |done, size| {
        told.push((done, size));
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(told.last(), Some(&(offered.stamp.size, offered.stamp.size)));
    assert_eq!(offered.name, "a film.mkv");
    let (mut chunk, mut all) = (Vec::new(), Vec::new());
    for index in 0..3 {
        offered.read(index, &mut chunk).unwrap();
        all.extend_from_slice(&chunk);
    }
    assert_eq!(all, fs::read(&path).unwrap());
    assert!(offered.read(3, &mut chunk).is_err());
}

#[test]
fn a_file_that_changes_while_it_is_offered_gives_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = film(&folder, 1000);
    let offered = offer(&path).unwrap();
    let mut chunk = Vec::new();
    offered.read(0, &mut chunk).unwrap();
    let was = fs::metadata(&path).unwrap().modified().unwrap();

    fs::write(&path, noise(1001, 9)).unwrap();
    assert!(matches!(offered.read(0, &mut chunk), Err(SourceError::Changed)), "longer");

    fs::write(&path, noise(1000, 9)).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_modified(was + std::time::Duration::from_nanos(1_000_000)).unwrap();
    assert!(matches!(offered.look(), Err(SourceError::Changed)), "touched");

    file.set_modified(was).unwrap();
    offered.read(0, &mut chunk).unwrap();
    fs::write(&path, noise(1000, 8)).unwrap();
    file.set_modified(was).unwrap();
    assert!(offered.look().is_ok());
    assert!(matches!(offered.read(0, &mut chunk), Err(SourceError::Changed)), "other bytes");

    fs::remove_file(&path).unwrap();
    assert!(matches!(offered.read(0, &mut chunk), Err(SourceError::Gone(_))));
}

#[test]
fn a_file_that_another_takes_the_place_of_gives_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = film(&folder, 1000);
    let offered = offer(&path).unwrap();
    let other = folder.path().join("other");
    fs::write(&other, noise(1000, 8)).unwrap();
    fs::rename(&other, &path).unwrap();
    assert!(offered.read(0, &mut Vec::new()).is_err());
}

#[test]
fn what_is_no_file_is_refused_and_nothing_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| {
        let error = offer(path).unwrap_err();
        assert!(matches!(error, OfferError::Source(SourceError::NoFile)), "{path:?}: {error}");
    };
    refused(Path::new("/dev"));
    refused(Path::new("/dev/zero"));
    refused(Path::new("/"));
    let fifo = folder.path().join("fifo");
    let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &fifo, kind, mode, 0).unwrap();
    refused(&fifo);
    let link = folder.path().join("link");
    symlink(&fifo, &link).unwrap();
    refused(&link);
    let missing = offer(&folder.path().join("missing")).unwrap_err();
    assert!(matches!(missing, OfferError::Source(SourceError::Gone(_))));
}

#[test]
fn a_link_that_its_owner_names_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (film(&folder, 1000), folder.path().join("link.mkv"));
    symlink(&path, &link).unwrap();
    let offered = offer(&link).unwrap();
    assert_eq!((offered.id, &*offered.name), (offer(&path).unwrap().id, "link.mkv"));
}

#[test]
fn a_name_that_may_not_travel_is_refused_before_the_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for name in [&b".hidden"[..], b"-rf", b"a\nb", b"a\\b", b"x ", "a\u{202e}b".as_bytes()] {
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        fs::write(&path, "x").unwrap();
        let refused = Offered::of_file(&path, |_, _| unreachable!("it is read"));
        assert!(matches!(refused, Err(OfferError::Name(_))), "{path:?}");
    }
    let path = folder.path().join(std::ffi::OsStr::from_bytes(b"a\xff"));
    fs::write(&path, "x").unwrap();
    assert!(matches!(offer(&path), Err(OfferError::NameNotText)));
}

#[test]
fn hashing_stops_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = film(&folder, 3 * CHUNK_MIN as usize);
    let stopped = Offered::of_file(&path, |_, _| ControlFlow::Break(()));
    assert!(matches!(stopped, Err(OfferError::Hash(HashError::Stopped))));
}

#[test]
fn a_file_that_is_written_to_while_it_is_hashed_is_not_offered() {
    let folder = tempfile::tempdir().unwrap();
    let path = film(&folder, 3 * CHUNK_MIN as usize);
    let mut is_first = true;
    let refused = Offered::of_file(&path, |_, _| {
        if std::mem::take(&mut is_first) {
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(std::time::UNIX_EPOCH).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert!(matches!(refused, Err(OfferError::Hash(HashError::SizeChanged))));
}

#[test]
fn the_list_is_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("data").join("offers");
    let offers = Offers::new(Some(place.clone()));
    assert!(offers.read_all().is_empty());
    let offered = offer(&film(&folder, 2 * CHUNK_MIN as usize)).unwrap();
    offers.keep(&offered).unwrap();
    offers.keep(&offered).unwrap();
    assert_eq!(Offers::new(Some(place.clone())).read_all(), std::slice::from_ref(&offered));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!([mode(&place), mode(&place.join(offered.id.to_string()))], [0o700, 0o600]);
    assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
    offers.forget(offered.id).unwrap();
    offers.forget(offered.id).unwrap();
    assert!(offers.read_all().is_empty());
}

#[test]
fn a_path_of_any_bytes_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join(std::ffi::OsStr::from_bytes(b"a b%\n\xff"));
    fs::create_dir(&below).unwrap();
    let path = below.join("\u{e4} 1%.txt");
    fs::write(&path, "x").unwrap();
    let offered = offer(&path).unwrap();
    assert_eq!(entry::parse(offered.id, &entry::emit(&offered)), Some(offered));
}

#[test]
fn an_entry_that_is_damaged_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let offers = Offers::new(Some(folder.path().join("offers")));
    let offered = offer(&film(&folder, 2 * CHUNK_MIN as usize)).unwrap();
    let whole = entry::emit(&offered);
    for at in (0..whole.len()).step_by(3) {
        assert_eq!(entry::parse(offered.id, &whole[..at]), None, "{at}");
    }
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(entry::parse(offered.id, &flipped), None);
    offers.keep(&offered).unwrap();
    fs::write(folder.path().join("offers").join(ContentId([1; 32]).to_string()), &whole).unwrap();
    fs::write(folder.path().join("offers").join("notes"), "x").unwrap();
    assert_eq!(offers.read_all(), [offered]);
}

#[test]
fn two_programs_keep_their_entries_side_by_side() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("offers");
    let paths: Vec<_> = (0..8).map(|number| folder.path().join(format!("{number}"))).collect();
    thread::scope(|scope| {
        for (number, path) in paths.iter().enumerate() {
            let place = place.clone();
            scope.spawn(move || {
                fs::write(path, noise(100, number as u64)).unwrap();
                Offers::new(Some(place)).keep(&offer(path).unwrap()).unwrap();
            });
        }
    });
    assert_eq!(Offers::new(Some(place)).read_all().len(), 8);
}
