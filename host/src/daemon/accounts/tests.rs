//! The commands on real files, with hashes for the smallest board.

use std::fs;

use clap::Parser;
use tempfile::tempdir;

use super::*;
use crate::daemon::Options;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH home";

/// Runs `smolchatd` with these words, `FILE` being the file.
fn run(path: &Path, words: &[&str]) -> Result<(), CommandError> {
    let path = path.to_str().unwrap();
    let words = words.iter().map(|word| if *word == "FILE" { path } else { word });
    let options = Options::try_parse_from(["smolchatd"].into_iter().chain(words));
    options.unwrap_or_else(|error| panic!("{error}")).command.expect("a command").run()
}

fn refusal(path: &Path, words: &[&str]) -> String {
    run(path, words).unwrap_err().to_string()
}

#[test]
fn a_whole_file_is_hashed_and_everybody_has_the_same_password_as_before() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    let before = format!("# crew\r\nhans falcon*solo\r\nhans {KEY}\n\nyoda $wise\nluke x");
    fs::write(&path, &before).unwrap();
    run(&path, &["hash", "FILE", "--profile", "board-s"]).unwrap();
    let after = fs::read_to_string(&path).unwrap();
    let mut memory = vec![smolchat_secret::Block::new(); 16];
    let accounts = Accounts::parse(after.as_bytes()).unwrap();
    assert_eq!((accounts.in_clear, accounts.keys.len()), (0, 1));
    for (account, word) in accounts.list.iter().zip(["falcon*solo", "$wise", "x"]) {
        account.with_secret(|secret| {
            let smolchat_core::protocol::Secret::Hash(packed) = secret else {
                panic!("{account:?}")
            };
            let hash = smolchat_secret::Hash::unpack(packed).unwrap();
            assert_eq!(hash.is_of(word, &mut memory), Ok(true), "{word}");
        });
    }
    let shape = |file: &str| -> Vec<(String, bool)> {
        let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
        file.split_inclusive('\n').map(|line| (name(line), line.ends_with("\r\n"))).collect()
    };
    assert_eq!(shape(&before), shape(&after));
    run(&path, &["hash", "FILE"]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), after, "there is nothing left to hash");
}

#[test]
fn an_old_password_in_clear_is_counted_where_a_later_hash_counts_and_is_hashed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::write(&path, "hans falcon*solo\nyoda x\n").unwrap();
    run(&path, &["hash", "FILE", "--profile", "board-s"]).unwrap();
    let hashed = fs::read_to_string(&path).unwrap();
    let (hans, _) = hashed.split_once('\n').unwrap();
    let changed = smolchat_core::protocol::CHANGED;
    let file = format!("hans falcon*solo\nyoda wise\n{changed}\n{hans}\nhans {KEY}\n");
    fs::write(&path, file).unwrap();
    let in_clear = || Accounts::parse(&fs::read(&path).unwrap()).unwrap().in_clear;
    assert_eq!(in_clear(), 2);
    run(&path, &["hash", "FILE", "--profile", "board-s"]).unwrap();
    assert_eq!(in_clear(), 0);
}

#[test]
fn a_key_is_added_and_a_user_removed_and_nothing_else_changes() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::write(&path, "hans a\nyoda b\n").unwrap();
    let content = || fs::read_to_string(&path).unwrap();
    run(&path, &["passwd", "FILE", "yoda", "--key", KEY]).unwrap();
    let with_key = format!("hans a\nyoda b\nyoda {KEY}\n");
    assert_eq!(content(), with_key);
    run(&path, &["passwd", "FILE", "yoda", "--key", KEY]).unwrap();
    assert_eq!(content(), with_key);
    run(&path, &["passwd", "FILE", "yoda", "--remove"]).unwrap();
    assert_eq!(content(), "hans a\n");
}

#[test]
fn a_file_that_is_not_there_is_made_with_its_first_user_alone() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempdir().unwrap();
    let path = folder.path().join("new");
    let wrong = refusal(&path, &["passwd", "FILE", "yoda", "--key", "ssh-rsa AAAA"]);
    assert!(wrong.contains("begins with ssh-ed25519"), "{wrong}");
    let missing = refusal(&path, &["passwd", "FILE", "yoda", "--remove"]);
    assert!(missing.contains("there is no"), "{missing}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "no file without a user");
    run(&path, &["passwd", "FILE", "Yoda", "--key", KEY]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("Yoda {KEY}\n"));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    let nowhere = folder.path().join("none/new");
    let told = refusal(&nowhere, &["passwd", "FILE", "yoda", "--key", KEY]);
    assert!(told.contains("cannot make") && told.contains("none/new"), "{told}");
}

#[test]
fn a_name_that_differs_in_capitals_alone_is_refused_and_the_one_that_is_there_is_not() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::write(&path, "hans a\n").unwrap();
    let told = refusal(&path, &["passwd", "FILE", "Hans", "--key", KEY]);
    assert!(told.contains("has hans: names that differ in capitals alone"), "{told}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "hans a\n");
    run(&path, &["passwd", "FILE", "hans", "--key", KEY]).unwrap();
    run(&path, &["passwd", "FILE", "Leia", "--key", KEY]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
}

#[test]
fn a_word_that_is_neither_a_port_nor_a_command_is_told_with_what_may_be_meant() {
    for (words, told) in [
        (&["pasword", "x", "y"][..], "did you mean \"passwd\"?"),
        (&["PASSWD"], "did you mean \"passwd\"?"),
        (&["hsah"], "did you mean \"hash\"?"),
        (&["/etc/passwd"], "accounts are given as --credentials /etc/passwd"),
        (&["dance"], "no port, and no command: smolchatd --help lists them"),
        (&["0"], "a port is 1 to 65535"),
        (&["65536"], "a port is 1 to 65535"),
    ] {
        let error = Options::try_parse_from([&["smolchatd"], words].concat()).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{words:?}");
        assert!(error.to_string().contains(told), "{error}");
    }
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    fs::write(&path, "hans a\n").unwrap();
    for (words, said) in [
        (&["passwd", "FILE", "yoda", "--remove"][..], "has no user yoda"),
        (&["passwd", "FILE", "a b", "--remove"], "no user has such a name"),
        (&["passwd", "FILE", "#x", "--remove"], "is a remark, and no user"),
        (&["passwd", "FILE", "hans", "--key", "ssh-ed25519 AAAA"], "no ssh-ed25519 key"),
        (&["passwd", "FILE", "hans", "--key", "ssh-rsa AAAA"], "begins with ssh-ed25519"),
        (&["passwd", "FILE", "hans", "--key", "~/.ssh/id.pub"], "--key \"$(cat ~/.ssh/id.pub)\""),
        (&["passwd", "FILE", "hans", "--key", "FILE"], "and not the path of its file"),
        (&["passwd", "FILE", "hans", "--key", "-----BEGIN OPENSSH PRIVATE KEY"], "a private key"),
    ] {
        let told = refusal(&path, words);
        assert!(told.contains(said), "{told}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "hans a\n");
    }
    fs::write(
        &path,
        "hans a\nlando\n$ $argon2id$v=19$m=1,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK\n",
    )
    .unwrap();
    let told = refusal(&path, &["hash", "FILE"]);
    assert!(
        told.contains("line 2: not \"username password\"") && told.contains("line 3: the hash"),
        "{told}"
    );
    let missing = refusal(&folder.path().join("none"), &["hash", "FILE"]);
    assert!(missing.contains("there is no"), "{missing}");
}

#[test]
fn a_wrong_command_line_is_told_with_all_that_it_may_have() {
    for (words, flags) in [
        (&["passwd", "x"][..], "[--stdin | --remove | --key KEY]"),
        (&["hash"], "[--profile PROFILE]"),
    ] {
        let options = Options::try_parse_from([&["smolchatd"], words].concat());
        let told = options.unwrap_err().to_string();
        assert!(told.contains(flags), "{told}");
    }
}

/// Runs `smolchatd user` with these words about the file, while no server runs.
fn user(path: &Path, words: &[&str]) -> Result<String, CommandError> {
    let words = words.iter().copied().chain(["--credentials", path.to_str().unwrap()]);
    let options = Options::try_parse_from(["smolchatd", "user"].into_iter().chain(words));
    match options.unwrap_or_else(|error| panic!("{error}")).command.expect("a command") {
        Command::User(user) => user.run(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_server_accounts_are_those_of_the_file() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    let said = |words: &[&str]| user(&path, words).unwrap_or_else(|why| why.to_string());
    assert_eq!(
        said(&["add", "hans", "--key", KEY]),
        format!("hans added; {} is new, and yours alone to read", path.display())
    );
    assert_eq!(said(&["add", "Leia", "--key", KEY]), "Leia added");
    assert_eq!(said(&["add", "hans", "--key", KEY]), "hans has this key already");
    assert!(said(&["add", "leia", "--key", KEY]).contains("has Leia: names that differ"));
    assert_eq!(
        said(&["add", "hans", "--stdin"]),
        format!(
            "{} has hans already; smolchatd user passwd hans gives another password",
            path.display()
        )
    );
    let missing = format!("{} has no user yoda", path.display());
    assert_eq!(said(&["passwd", "yoda", "--stdin"]), missing);
    assert_eq!(said(&["remove", "yoda"]), missing);
    assert_eq!(said(&["list"]), "Leia\nhans");
    assert_eq!(said(&["list", "ha"]), "hans");
    assert_eq!(said(&["remove", "hans"]), "hans removed");
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("Leia {KEY}\n"));
    assert!(said(&["add", "#x", "--key", KEY]).contains("is a remark"));
}

#[test]
fn orders_need_a_server() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("accounts");
    let path = path.to_str().unwrap();
    for words in [
        &["kick", "hans"][..],
        &["ban", "192.168.69.0/24", "2h"],
        &["ban", "hans", "for", "good"],
        &["unban", "hans"],
        &["bans"],
        &["say", "down", "at", "nine"],
        &["status", "--json"],
        &["status", "--metrics"],
        &["top"],
        &["reload", "--forget"],
    ] {
        let all = [&["smolchatd"], words, &["--credentials", path]].concat();
        let options = Options::try_parse_from(all).unwrap_or_else(|error| panic!("{error}"));
        let told = options.command.expect("a command").run().unwrap_err().to_string();
        assert_eq!(told, format!("no smolchatd runs with {path}"), "{words:?}");
    }
    for wrong in
        [&["status", "--json", "--metrics"][..], &["say"], &["kick"], &["user"], &["bans", "x"]]
    {
        assert!(Options::try_parse_from([&["smolchatd"], wrong].concat()).is_err(), "{wrong:?}");
    }
}
