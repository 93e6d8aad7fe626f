//! The credentials file at a start: what is read, and what stops the start.

use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;

use smolchat_core::protocol::LineFault;
use tempfile::tempdir;

use super::*;

fn accounts(path: &Path) -> Result<Vec<Account>, CredentialsError> {
    Credentials::read(path)?.accounts(path).map(|accounts| accounts.list)
}

#[test]
fn every_bad_line_of_a_file_is_told_with_its_number_and_not_more_than_a_screen_full() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::write(&path, "\u{feff}# crew\r\nhans a\r\nlando\r\n\r\nhans b\r\n").unwrap();
    let error = accounts(&path).unwrap_err();
    let CredentialsError::Lines { bad, more: 0, .. } = &error else { panic!("{error}") };
    let expected = [(3, LineFault::Form), (5, LineFault::Duplicate { first: 2 })];
    assert_eq!(*bad, expected.map(|(line, fault)| BadLine { line, fault }));
    let told: Vec<_> = error.to_string().lines().map(str::to_owned).collect();
    assert!(
        told[0].ends_with("accounts, line 3: not \"username password\" with one space between")
    );
    assert!(told[1].ends_with("accounts, line 5: the username stands in line 2 already"));

    fs::write(&path, "lando\n".repeat(17)).unwrap();
    let told = accounts(&path).unwrap_err().to_string();
    assert_eq!((told.lines().count(), told.lines().last()), (11, Some("and 7 lines more")));
}

#[test]
fn an_admin_is_who_has_an_account_above_the_line_that_says_so() {
    let file = "max $admin\nhans a\nhans $admin\nmax b\nluke ssh-ed25519 \
        AAAAC3NzaC1lZDI1NTE5AAAAIGH5mPIiGUp6Iq8BqPzPPDM1Jv6nVSNbzUVq2AkD2tTP\nluke $admin\n";
    let accounts = Accounts::parse(file.as_bytes()).unwrap();
    assert_eq!(accounts.admins, ["hans", "luke"], "whoever registered as max is none");
    assert_eq!(accounts.orphans, [1]);
    let alone = Accounts::parse(b"hans a\nmax $admin\n").unwrap();
    assert!(alone.admins.is_empty() && alone.orphans == [2]);
}

#[test]
fn a_missing_file_comes_with_the_way_to_create_one() {
    let error = accounts(Path::new("/nonexistent/credentials.txt")).unwrap_err();
    assert!(matches!(error, CredentialsError::Missing(_)));
    assert!(error.to_string().contains("smolchatd user add hans"), "{error}");
}

#[test]
fn what_is_no_file_is_named_and_nobody_waits_for_it() {
    let folder = tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let name = CString::new(pipe.as_os_str().as_bytes()).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &*name, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
        .unwrap();
    for (path, said) in [
        (folder.path(), "is a folder"),
        (&pipe, "is a pipe"),
        (Path::new("/dev/zero"), "is a device"),
    ] {
        let error = accounts(path).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[test]
fn a_file_larger_than_any_is_not_read_into_memory() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(accounts(&path), Err(CredentialsError::TooLarge(_))));
}
