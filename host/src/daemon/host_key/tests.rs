//! The key's file: made once, kept, and refused where it is not safe.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts.hostkey");
    (folder, path)
}

fn fingerprint(made: Result<HostKey, HostKeyError>) -> String {
    made.unwrap().fingerprint().to_string()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_key_is_made_once_for_its_owner_alone_and_kept() {
    let (folder, path) = place();
    assert_eq!(read(&path).err(), Some(HostKeyError::Missing));
    let made = fingerprint(read_or_make(&path));
    assert_eq!((mode(&path), fs::read_dir(folder.path()).unwrap().count()), (0o600, 1));
    assert_eq!(fingerprint(read_or_make(&path)), made);
    assert_eq!(fingerprint(read(&path)), made);
    assert!(fs::read_to_string(&path).unwrap().contains(&made));
    fs::remove_file(&path).unwrap();
    assert_ne!(fingerprint(read_or_make(&path)), made, "another key each time");
}

#[test]
fn what_a_lost_server_left_is_in_nobodys_way() {
    let (folder, path) = place();
    fs::write(folder.path().join(".accounts.hostkey.new"), "half").unwrap();
    let made = fingerprint(read_or_make(&path));
    assert_eq!(fingerprint(read(&path)), made);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_key_that_others_may_use_is_refused_and_not_replaced() {
    let (_folder, path) = place();
    let made = fingerprint(read_or_make(&path));
    for mode in [0o640, 0o604, 0o660, 0o602, 0o610] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(read_or_make(&path).err(), Some(HostKeyError::OthersMayUseIt), "{mode:o}");
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    assert_eq!(fingerprint(read_or_make(&path)), made);
}

#[test]
fn a_damaged_key_is_refused_wherever_the_damage_is() {
    let (_folder, path) = place();
    read_or_make(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let seed = format!("\n{SEED}").into_bytes();
    let seed = whole.windows(seed.len()).position(|bytes| bytes == seed).unwrap();
    for at in seed + 1..whole.len() - 1 {
        let mut bytes = whole.clone();
        bytes[at] = if bytes[at] == b'0' { b'1' } else { b'0' };
        fs::write(&path, &bytes).unwrap();
        assert_eq!(read_or_make(&path).err(), Some(HostKeyError::Damaged), "{at}");
        fs::write(&path, &whole[..at]).unwrap();
        assert_eq!(read_or_make(&path).err(), Some(HostKeyError::Damaged), "cut at {at}");
    }
    fs::write(&path, [&whole[..], &[0xff]].concat()).unwrap();
    assert_eq!(read_or_make(&path).err(), Some(HostKeyError::Damaged));
}

#[test]
fn a_file_that_is_something_else_is_told_as_such_and_nobody_is_to_remove_it() {
    let (_folder, path) = place();
    let store = [&[0, 0, 0, 1], &MAGIC[..], &[0xff; 6000]].concat();
    let others: [(&[u8], HostKeyError); 6] = [
        (&store, HostKeyError::Store),
        (b"# ours\nhans falcon*solo\nyoda wise\n", HostKeyError::Accounts),
        (b"hans falcon*solo", HostKeyError::Accounts),
        (&[0xff; 64], HostKeyError::NoKey),
        (b"", HostKeyError::NoKey),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", HostKeyError::NoKey),
    ];
    for (bytes, kind) in others {
        for mode in [0o600, 0o644] {
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = read_or_make(&path).err().unwrap();
            assert_eq!(error, kind, "{bytes:?}");
            assert!(!error.to_string().contains("remove"), "{error}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }
}

#[test]
fn what_is_no_file_and_what_is_nowhere_is_told_apart() {
    let (folder, path) = place();
    fs::create_dir(&path).unwrap();
    let is_told = |error| matches!(error, Some(HostKeyError::OtherKind));
    assert!(is_told(read_or_make(&path).err()));
    let link = folder.path().join("link");
    symlink(folder.path().join("nowhere"), &link).unwrap();
    assert_eq!(read_or_make(&link).err(), Some(HostKeyError::LeadsNowhere));
    let deep = folder.path().join("none").join("key");
    assert_eq!(read_or_make(&deep).err(), Some(HostKeyError::NoFolder));
}
