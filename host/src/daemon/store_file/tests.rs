//! The store's file: made, found, held, replaced. A file that is no store is left alone.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;

use embassy_futures::block_on;
use embedded_storage_async::nor_flash::{NorFlash, ReadNorFlash};
use rustix::fs::{CWD, FileType, mknodat};
use smolchat_core::protocol::MessageId;
use smolchat_core::store::{Entry, Store};
use smolchat_store::{Flash, Log, OpenError};

use super::*;

const BYTES: u64 = 3 * PAGE as u64;

/// A new store with `word` at its start, let go again.
fn made(path: &Path, word: &[u8]) {
    let file = StoreFile::at(path).unwrap();
    let Held::New(mut flash) = file.hold(BYTES).unwrap() else { panic!("there is one") };
    block_on(flash.write(0, word)).unwrap();
    flash.sync().unwrap();
    file.put_in_place(false).unwrap();
}

fn found(path: &Path) -> Result<FlashFile, StoreFileError> {
    match StoreFile::at(path).unwrap().hold(BYTES)? {
        Held::Found(flash) => Ok(flash),
        Held::New(_) => panic!("it is not there"),
    }
}

#[test]
fn a_new_file_is_private_allocated_erased_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    made(&path, b"word");
    let status = fs::metadata(&path).unwrap();
    assert_eq!(status.permissions().mode() & 0o777, 0o600);
    assert_eq!(status.len(), BYTES);
    assert!(status.blocks() * 512 >= BYTES, "every byte has its place on the disk");
    assert!(fs::read(&path).unwrap()[4..].iter().all(|&byte| byte == ERASED));
    let mut word = [0; 5];
    block_on(found(&path).unwrap().read(0, &mut word)).unwrap();
    assert_eq!(&word, b"word\xff");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_without_its_name_is_never_taken_for_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    let file = StoreFile::at(&path).unwrap();
    let Held::New(mut flash) = file.hold(BYTES).unwrap() else { panic!("there is one") };
    block_on(flash.write(0, b"lost")).unwrap();
    flash.sync().unwrap();
    drop(flash);
    made(&path, b"kept");
    assert!(fs::read(&path).unwrap().starts_with(b"kept"));
}

#[test]
fn two_servers_never_hold_one_file_whether_it_is_made_or_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    let file = StoreFile::at(&path).unwrap();
    let first = file.hold(BYTES).unwrap();
    assert_eq!(StoreFile::at(&path).unwrap().hold(BYTES).unwrap_err(), StoreFileError::Locked);
    file.put_in_place(false).unwrap();
    assert_eq!(found(&path).unwrap_err(), StoreFileError::Locked);
    drop(first);
    assert!(found(&path).is_ok());
}

#[test]
fn a_larger_file_takes_the_place_of_one_that_is_held_and_nobody_gets_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    made(&path, b"old");
    let old = found(&path).unwrap();
    let file = StoreFile::at(&path).unwrap();
    let new = file.prepare(2 * BYTES).unwrap();
    file.put_in_place(true).unwrap();
    drop(old);
    assert_eq!(found(&path).unwrap_err(), StoreFileError::Locked);
    drop(new);
    assert_eq!(found(&path).unwrap().capacity() as u64, 2 * BYTES);
}

#[test]
fn a_file_that_came_meanwhile_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    let file = StoreFile::at(&path).unwrap();
    let _new = file.hold(BYTES).unwrap();
    fs::write(&path, "somebody's").unwrap();
    assert_eq!(file.put_in_place(false), Err(StoreFileError::Locked));
    assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's");
}

#[test]
fn what_is_no_file_of_whole_pages_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    for content in [vec![], vec![1; PAGE - 1], vec![1; PAGE + 1]] {
        fs::write(&path, &content).unwrap();
        assert_eq!(found(&path).unwrap_err(), StoreFileError::OtherKind);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
    assert_eq!(found(folder.path()).unwrap_err(), StoreFileError::OtherKind);
}

#[test]
fn a_store_that_is_cut_off_is_told_from_what_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    made(&path, b"");
    let mut log = Log::open(found(&path).unwrap(), 0..BYTES as u32, 7).unwrap();
    log.append(&Entry::Reserved { next: MessageId(1) }, &|_| true).unwrap();
    log.commit().unwrap();
    drop(log);
    let whole = fs::read(&path).unwrap();
    for length in [64, PAGE - 1, PAGE + 1, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(found(&path).unwrap_err(), StoreFileError::CutOff, "{length} bytes");
        assert_eq!(fs::read(&path).unwrap(), whole[..length]);
    }
    fs::write(&path, vec![ERASED; PAGE + 1]).unwrap();
    assert_eq!(found(&path).unwrap_err(), StoreFileError::CutOff, "nothing was written to it");
    // At a page's border only the log can tell: it was made with another number of segments.
    fs::write(&path, &whole[..2 * PAGE]).unwrap();
    let cut = Log::open(found(&path).unwrap(), 0..2 * PAGE as u32, 7);
    assert!(matches!(cut, Err((OpenError::Resized { segments: 3 }, _))));
}

#[test]
fn a_link_that_leads_nowhere_and_a_folder_that_is_not_there_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    symlink(folder.path().join("unmounted/chat.store"), &path).unwrap();
    assert_eq!(StoreFile::at(&path).unwrap_err(), StoreFileError::LeadsNowhere);
    let deeper = folder.path().join("missing/chat.store");
    assert_eq!(StoreFile::at(&deeper).unwrap_err(), StoreFileError::NoFolder);
    // A link that leads to a store is followed.
    let real = folder.path().join("real.store");
    made(&real, b"word");
    fs::remove_file(&path).unwrap();
    symlink(&real, &path).unwrap();
    assert!(found(&path).is_ok());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn what_is_no_file_at_all_is_told_and_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    mknodat(CWD, path("pipe"), FileType::Fifo, MODE, 0).unwrap();
    let _socket = UnixListener::bind(path("socket")).unwrap();
    symlink("/dev/null", path("device")).unwrap();
    symlink("loop", path("loop")).unwrap();
    for name in ["pipe", "socket", "device"] {
        assert_eq!(found(&path(name)).unwrap_err(), StoreFileError::OtherKind, "{name}");
    }
    let looped = StoreFile::at(&path("loop")).unwrap_err();
    assert_eq!(looped, StoreFileError::System(Errno::LOOP));
}

#[test]
fn what_stands_where_a_new_file_is_made_is_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    let way = folder.path().join(".chat.store.new");
    let file = StoreFile::at(&path).unwrap();
    let precious = folder.path().join("precious");
    fs::write(&precious, "precious").unwrap();
    symlink(&precious, &way).unwrap();
    assert_eq!(file.hold(BYTES).unwrap_err(), StoreFileError::InTheWay);
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    fs::remove_file(&way).unwrap();
    mknodat(CWD, &way, FileType::Fifo, MODE, 0).unwrap();
    assert_eq!(file.hold(BYTES).unwrap_err(), StoreFileError::InTheWay);
    fs::remove_file(&way).unwrap();
    fs::create_dir(&way).unwrap();
    assert_eq!(file.hold(BYTES).unwrap_err(), StoreFileError::InTheWay);
    fs::remove_dir(&way).unwrap();
    made(&path, b"word");
}

#[test]
fn a_file_that_is_removed_renamed_or_replaced_is_not_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.store");
    let away = folder.path().join("away");
    made(&path, b"word");
    let place = Place::of(&path).unwrap();
    assert!(place.is_kept());
    fs::rename(&path, &away).unwrap();
    assert!(!place.is_kept());
    fs::copy(&away, &path).unwrap();
    assert!(!place.is_kept());
    fs::rename(&away, &path).unwrap();
    assert!(place.is_kept());
    fs::remove_file(&path).unwrap();
    assert!(!place.is_kept());
}

#[test]
fn a_store_beyond_its_limit_or_the_disk_is_told_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = StoreFile::at(&folder.path().join("chat.store")).unwrap();
    let most = (PAGES_MAX * PAGE) as u64;
    let error = file.hold(most + 1).unwrap_err();
    assert_eq!(error, StoreFileError::TooLarge(most + 1));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
