//! The credentials file while a server appends to it: edits by hand, kills, and a full disk.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use tempfile::{TempDir, tempdir};

use super::super::accounts::{Account, AccountSecret};
use super::super::names::PIECE;
use super::*;
use smolchat_core::protocol::PASSWORD_MAX;

fn place(content: &str) -> (TempDir, PathBuf) {
    let folder = tempdir().unwrap();
    let path = folder.path().join("credentials.txt");
    fs::write(&path, content).unwrap();
    (folder, path)
}

fn open(path: &Path) -> CredentialsFile {
    CredentialsFile::open(Credentials::read(path).unwrap()).unwrap()
}

/// The server is killed: it does nothing more.
fn kill(file: CredentialsFile) {
    file.kill();
}

fn content(path: &Path) -> std::string::String {
    fs::read_to_string(path).unwrap()
}

/// The account's password, in a file where all are in clear.
fn password(account: &Account) -> &str {
    match &account.secret {
        AccountSecret::Password(password) => password,
        other => panic!("{other:?}"),
    }
}

fn names(folder: &TempDir) -> usize {
    fs::read_dir(folder.path()).unwrap().count()
}

#[test]
fn an_account_becomes_the_last_line_whether_or_not_the_file_ended_in_a_newline() {
    for (before, after) in [
        ("", "lando c\nboba d\n"),
        ("hans a\n", "hans a\nlando c\nboba d\n"),
        ("hans a\nyoda b", "hans a\nyoda b\nlando c\nboba d\n"),
        ("hans a\r\n", "hans a\r\nlando c\nboba d\n"),
    ] {
        let (folder, path) = place(before);
        let mut file = open(&path);
        assert_eq!(content(&path), before, "a start changes nothing");
        file.append("lando", "c").unwrap();
        file.append("boba", "d").unwrap();
        file.commit().unwrap();
        assert_eq!(content(&path), after);
        drop(file);
        assert_eq!(names(&folder), 1, "nothing is left beside it");
    }
}

#[test]
fn edits_by_hand_since_the_start_are_kept_whether_in_the_file_or_in_its_place() {
    for replace in [false, true] {
        let (folder, path) = place("hans a\n");
        let mut file = open(&path);
        file.append("boba", "d").unwrap();
        if replace {
            fs::write(folder.path().join("new"), "hans changed\nyoda b").unwrap();
            fs::rename(folder.path().join("new"), &path).unwrap();
        } else {
            fs::write(&path, "hans changed\nyoda b").unwrap();
        }
        file.append("lando", "c").unwrap();
        file.append("jabba", "e").unwrap();
        assert_eq!(content(&path), "hans changed\nyoda b\nlando c\njabba e\n");
    }
}

#[test]
fn a_name_written_by_hand_since_the_start_is_taken_in_any_case() {
    let (_folder, path) = place("hans a\n");
    let mut file = open(&path);
    let before = format!("\u{feff}greedo x\n{}\nlandolin b\nLando x", "y".repeat(PIECE));
    fs::write(&path, &before).unwrap();
    for taken in ["lando", "Lando", "greedo", "landolin"] {
        assert_eq!(file.append(taken, "c"), Err(AppendError::NameTaken));
    }
    assert_eq!(content(&path), before);
    file.append("land", "c").unwrap();
    assert_eq!(file.append("lando", "c"), Err(AppendError::NameTaken), "not only at once");
}

#[test]
fn permissions_owner_links_and_the_file_itself_stay() {
    let (folder, path) = place("hans a\n");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let before = fs::metadata(&path).unwrap();
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    open(&link).append("lando", "c").unwrap();
    assert_eq!(content(&path), "hans a\nlando c\n");
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.ino(), after.uid()), (before.ino(), before.uid()));
    assert_eq!(after.permissions().mode() & 0o7777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn a_file_that_is_gone_or_something_else_now_is_a_refusal_until_it_is_back() {
    let (folder, path) = place("hans a\n");
    let away = folder.path().join("away");
    let mut file = open(&path);
    fs::rename(&path, &away).unwrap();
    assert_eq!(file.append("lando", "c"), Err(AppendError::System(Errno::NOENT)));
    fs::create_dir(&path).unwrap();
    assert_eq!(file.append("lando", "c"), Err(AppendError::NotAFile));
    fs::remove_dir(&path).unwrap();
    fs::rename(&away, &path).unwrap();
    file.append("lando", "c").unwrap();
    assert_eq!(content(&path), "hans a\nlando c\n");
}

#[test]
fn what_would_not_be_read_again_as_it_is_is_not_written() {
    let (_folder, path) = place("");
    let mut file = open(&path);
    for name in ["#lando", "\u{feff}lando", "\u{feff}", "a b", "a\nb", ""] {
        assert_eq!(file.append(name, "c"), Err(AppendError::NoLine), "{name:?}");
    }
    assert_eq!(file.append("lando", "c d"), Err(AppendError::NoLine));
    assert_eq!(file.append("lando", &"p".repeat(PASSWORD_MAX + 1)), Err(AppendError::NoLine));
    assert_eq!(content(&path), "");
    file.append(&"n".repeat(NAME_MAX), &"p".repeat(PASSWORD_MAX)).unwrap();
}

#[test]
fn the_last_password_counts_after_a_start_and_the_file_has_each_user_once() {
    let (_folder, path) = place("hans a\nyoda b");
    let mut file = open(&path);
    file.append("lando", "c").unwrap();
    for (name, password) in [("yoda", "d"), ("lando", "e"), ("yoda", "f")] {
        file.change(name, password).unwrap();
    }
    file.commit().unwrap();
    let remark = CHANGED;
    let after =
        format!("hans a\nyoda b\nlando c\n{remark}\nyoda d\n{remark}\nlando e\n{remark}\nyoda f\n");
    assert_eq!(content(&path), after);
    kill(file);
    let there = Credentials::read(&path).unwrap().accounts(&path).unwrap().list;
    let there: Vec<_> = there.iter().map(|at| (&*at.name, password(at))).collect();
    assert_eq!(there, [("hans", "a"), ("yoda", "f"), ("lando", "e")]);
}

#[test]
fn a_kill_within_a_change_leaves_the_old_password_or_the_new_one() {
    let (_folder, path) = place("hans a\n");
    let mut file = open(&path);
    file.change("hans", "b").unwrap();
    kill(file);
    let whole = fs::read(&path).unwrap();
    for kept in 7..=whole.len() {
        fs::write(&path, "hans a\n").unwrap();
        let file = open(&path);
        fs::File::options().append(true).open(&path).unwrap().write_all(&whole[7..kept]).unwrap();
        kill(file);
        let credentials = Credentials::read(&path).unwrap();
        let there = credentials.accounts(&path).unwrap().list;
        let expected = if kept == whole.len() { "b" } else { "a" };
        assert_eq!((there.len(), password(&there[0])), (1, expected), "{kept}");
        // The next change finds a line of its own.
        let mut file = CredentialsFile::open(credentials).unwrap();
        file.change("hans", "c").unwrap();
        drop(file);
        let there = Credentials::read(&path).unwrap().accounts(&path).unwrap().list;
        assert_eq!((there.len(), password(&there[0])), (1, "c"), "{kept}");
    }
}

#[test]
fn who_is_no_longer_in_the_file_changes_no_password() {
    let (_folder, path) = place("hans a\nyoda b\n");
    let mut file = open(&path);
    fs::write(&path, "Hans a\nyoda new\n").unwrap();
    assert_eq!(file.change("hans", "c"), Err(AppendError::NameGone));
    file.change("yoda", "c").unwrap();
    assert_eq!(content(&path), format!("Hans a\nyoda new\n{CHANGED}\nyoda c\n"));
}

#[test]
fn a_file_grows_no_larger_than_a_start_reads() {
    let (_folder, path) = place("hans a\n");
    let line = format!("{CHANGED}\nhans bb\n").len() as u64;
    for (more, appended) in [(0, Ok(())), (1, Err(AppendError::Full))] {
        // Remarks, but for the first line.
        let mut bytes = b"hans a\n#".to_vec();
        bytes.resize((SIZE_MAX - line + more - 1) as usize, b'x');
        bytes.push(b'\n');
        fs::write(&path, bytes).unwrap();
        let mut file = open(&path);
        assert_eq!(file.change("hans", "bb"), appended);
        drop(file);
        let there = Credentials::read(&path).unwrap().accounts(&path).unwrap().list;
        assert_eq!(password(&there[0]), if more == 0 { "bb" } else { "a" });
    }
}

#[test]
fn a_kill_within_a_line_leaves_no_account_and_a_kill_behind_one_leaves_all_of_it() {
    let line = "lando carbonite\n";
    for kept in 0..=line.len() {
        for before in ["hans a\n", "hans a\nyoda b", ""] {
            let (_folder, path) = place(before);
            let mut file = open(&path);
            file.append("boba", "fett").unwrap();
            let whole = content(&path);
            file.append("lando", "carbonite").unwrap();
            fs::File::options()
                .write(true)
                .open(&path)
                .unwrap()
                .set_len((whole.len() + kept) as u64)
                .unwrap();
            kill(file);
            let credentials = Credentials::read(&path).unwrap();
            let there: Vec<_> = credentials.accounts(&path).unwrap().list;
            let lando = there.iter().find(|account| account.name.starts_with('l'));
            assert_eq!(credentials.torn_line().is_some(), kept > 0 && kept < line.len());
            let expected = (kept == line.len()).then_some("carbonite");
            assert_eq!(lando.map(password), expected, "{kept}");
            assert!(there.iter().any(|account| password(account) == "fett"));
            // The next server goes on behind it, and a person finds what was there.
            let mut file = CredentialsFile::open(credentials).unwrap();
            file.append("jabba", "e").unwrap();
            drop(file);
            let after = content(&path);
            assert!(after.starts_with(&whole) && after.ends_with("jabba e\n"), "{after}");
            let half = &line[..kept.min(line.len() - 1)];
            assert!(after.contains(half));
            assert_eq!(open(&path).append("hutt", "f"), Ok(()));
        }
    }
}

#[test]
fn a_persons_last_line_without_a_newline_is_an_account_after_a_kill_too() {
    let (_folder, path) = place("hans a\nyoda b");
    kill(open(&path));
    let there = Credentials::read(&path).unwrap();
    assert_eq!((there.accounts(&path).unwrap().list.len(), there.torn_line()), (2, None));
    // Nor is a torn line in a file that a person has put in its place since.
    fs::remove_file(&path).unwrap();
    fs::write(path.with_extension("other"), "").unwrap();
    fs::write(&path, "hans a\nyoda b\nluke skywalker").unwrap();
    let there = Credentials::read(&path).unwrap();
    assert_eq!(there.accounts(&path).unwrap().list.len(), 3);
}

#[test]
fn a_file_that_a_person_wrote_over_after_a_kill_keeps_its_last_line() {
    for (begin, edited) in [
        ("hans h\nyoda y\n", "# our accounts\nhans h\nyoda y"),
        ("hans h\nyoda y\n", "hans longer\nyoda y"),
    ] {
        let (_folder, path) = place(begin);
        kill(open(&path));
        fs::write(&path, edited).unwrap();
        let there = Credentials::read(&path).unwrap();
        assert_eq!(there.torn_line(), None);
        assert_eq!(there.accounts(&path).unwrap().list.len(), 2);
    }
}

#[test]
fn half_a_line_behind_what_a_person_wrote_meanwhile_is_found() {
    let (_folder, path) = place("hans h\n");
    let mut file = open(&path);
    file.append("boba", "fett").unwrap();
    fs::write(&path, "hans longer\nboba fett\nyoda y").unwrap();
    file.append("lando", "carbonite").unwrap();
    let whole = content(&path).len() as u64;
    fs::File::options().write(true).open(&path).unwrap().set_len(whole - 4).unwrap();
    kill(file);
    let there = Credentials::read(&path).unwrap();
    assert_eq!(there.torn_line(), Some(4));
    assert_eq!(there.accounts(&path).unwrap().list.len(), 3);
}

#[test]
fn what_never_came_to_the_disk_is_cut_off() {
    let (_folder, path) = place("hans a\n");
    let file = open(&path);
    fs::write(&path, b"hans a\nlando c\n\0\0\0\0\0 d\njabba e\n").unwrap();
    kill(file);
    let credentials = Credentials::read(&path).unwrap();
    assert_eq!(credentials.torn_line(), Some(3));
    drop(CredentialsFile::open(credentials).unwrap());
    assert_eq!(content(&path), "hans a\nlando c\n");
}

#[test]
fn two_servers_do_not_append_to_one_file() {
    let (_folder, path) = place("hans a\n");
    let first = open(&path);
    let second = CredentialsFile::open(Credentials::read(&path).unwrap());
    assert!(matches!(second, Err(Unwritable::InUse)));
    drop(first);
    open(&path);
}
