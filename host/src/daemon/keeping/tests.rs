//! Accounts that are removed: nothing of them is left for whoever takes the name, and whoever
//! cannot be removed stays as it was.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use smolchat_core::environment::Environment;
use smolchat_core::protocol::MessageId;
use tempfile::{TempDir, tempdir};

use super::*;
use crate::daemon::credentials::Credentials;
use crate::daemon::hashing::Hashing;
use crate::daemon::keeper::Keeper;
use crate::daemon::log;
use crate::daemon::signals::Signals;

const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];
const FILE: &str = "hans a\nyoda b\n";

fn place() -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::write(&path, FILE).unwrap();
    (folder, path)
}

fn environment(path: &Path) -> HostEnvironment {
    let keys = ["hans", "hans2", "yoda"].map(|name| (name.to_owned(), KEY)).to_vec();
    let hashing = (Hashing::start(Hashing::blocks()).unwrap(), Hashing::blocks());
    let (signals, log) = (Signals::listen().unwrap(), log::Log::open(None, 0).unwrap());
    let keeper = Keeper::start(path.to_owned()).unwrap();
    let mut environment = HostEnvironment::new(signals, log, hashing, keeper, keys);
    environment.credentials =
        Some(CredentialsFile::open(Credentials::read(path).unwrap()).unwrap());
    environment
}

fn remove(environment: &mut HostEnvironment, user: &str) -> Result<(), StoreError> {
    let before = MessageId(1);
    let entry = Entry::AccountRemoved { user, before, block: 0, key: 0, is_given: true };
    environment.append(&entry, &|_| true)
}

#[test]
fn the_keys_of_a_removed_user_open_nothing_to_whoever_takes_the_name() {
    let (_folder, path) = place();
    let mut environment = environment(&path);
    assert!(environment.has_key("hans", &KEY));
    remove(&mut environment, "hans").unwrap();
    assert!(!environment.has_key("hans", &KEY));
    assert!(environment.has_key("hans2", &KEY) && environment.has_key("yoda", &KEY));
    assert_eq!(fs::read_to_string(&path).unwrap(), "yoda b\n");
    // So it is where the file has lost them already.
    environment.is_reloading = true;
    remove(&mut environment, "yoda").unwrap();
    assert!(!environment.has_key("yoda", &KEY));
}

/// Set where a test runs among mounts of its own.
const INSIDE: &str = "SMOLCHAT_TEST_MOUNTS";

/// Runs a test of this name again, among mounts of its own. Answers whether it is there already.
fn has_own_mounts(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    let mut command = Command::new("unshare");
    if !rustix::process::geteuid().is_root() {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--mount", "--propagation", "private"]).arg(std::env::current_exe().unwrap());
    let output = command.args(["--exact", test]).env(INSIDE, "1").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    // A system that gives nobody mounts of their own has no such test to run.
    let failed = text.is_ok_and(|text| text.contains("test result: FAILED"));
    assert!(!failed, "{test} fails among mounts of its own");
    false
}

#[test]
fn a_mounted_file_loses_lines_in_its_place_and_one_that_cannot_be_written_keeps_all() {
    let test = "daemon::keeping::tests::a_mounted_file_loses_lines_in_its_place_and_one_that_cannot_be_written_keeps_all";
    if !has_own_mounts(test) {
        return;
    }
    let (folder, path) = place();
    let mount = |options: &[&str]| {
        assert!(Command::new("mount").args(options).arg(&path).status().unwrap().success());
    };
    mount(&["--bind", path.to_str().unwrap()]);
    let mut environment = environment(&path);
    let inode = fs::metadata(&path).unwrap().ino();
    remove(&mut environment, "hans").unwrap();
    assert!(environment.has_touched("hans") && !environment.has_key("hans", &KEY));
    assert_eq!(fs::read_to_string(&path).unwrap(), "#-----\nyoda b\n");
    // The server goes on with it, and another of that name comes in.
    let file = environment.credentials.as_mut().unwrap();
    file.append("hans", "c").unwrap();
    environment.commit().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "#-----\nyoda b\nhans c\n");
    // Nobody writes by the way of this one yet, so it can become one to read.
    mount(&["--bind", path.to_str().unwrap()]);
    mount(&["-o", "remount,ro,bind"]);
    assert_eq!(remove(&mut environment, "yoda"), Err(StoreError::Failed));
    // That is noted once the store has it, and the next start would take it for removed.
    assert!(!environment.has_touched("yoda"));
    assert!(environment.has_key("yoda", &KEY));
    assert_eq!(fs::read_to_string(&path).unwrap(), "#-----\nyoda b\nhans c\n");
    assert_eq!(fs::metadata(&path).unwrap().ino(), inode);
    assert!(!folder.path().join(".accounts.new").exists());
}
