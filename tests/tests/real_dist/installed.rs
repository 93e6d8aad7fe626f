//! From the installation to the purge, on a machine that has what this one has.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use smolchat_tests::lan::LanServer;
use smolchat_tests::real::{Connection, SERVER_ADDRESS};

use super::package::{FILES, given};
use super::root::Root;

const PASSWORD: &str = "long*enough";
const ACCOUNTS: &str = "/var/lib/smolchat/credentials.txt";
/// As much as a test needs.
const SMALL: [&str; 6] = ["--connections", "16", "--users", "32", "--messages", "24"];

/// Installs the package; what is said to whoever installs it.
pub(crate) fn install(root: &Root) -> String {
    root.run(&["dpkg", "--install", "/mnt/smolchat.deb"])
}

/// The commands that the installation tells, each in words.
pub(crate) fn commands(told: &str) -> Vec<Vec<&str>> {
    let commands = told.lines().filter_map(|line| line.strip_prefix("  sudo "));
    commands.map(|command| command.split(' ').collect()).collect()
}

/// Does what the installation tells up to the start of the server, for the first person `name`.
fn do_as_told(root: &Root, told: &str, name: &str) {
    let commands = commands(told);
    let (start, before) = commands.split_last().unwrap();
    assert_eq!(start[..], ["systemctl", "enable", "--now", "smolchatd"]);
    for command in before {
        let words: Vec<&str> =
            command.iter().map(|&word| if word == "NAME" { name } else { word }).collect();
        match words[0] {
            // The password comes from a file here, and not from a person.
            "smolchatd" => run_with_password(root, &[&words[..], &["--stdin"]].concat()),
            _ => drop(root.run(&words)),
        }
    }
}

/// Runs a program that reads a password.
pub(crate) fn run_with_password(root: &Root, words: &[&str]) {
    let mut child = root.command(words).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "{words:?}");
}

/// The server as the unit starts it, but small.
fn start(root: &Root) -> LanServer {
    let unit = root.run(&["cat", "/usr/lib/systemd/system/smolchatd.service"]);
    let command = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
    let words: Vec<&str> = command.split(' ').chain(SMALL).collect();
    LanServer::run(&mut root.command(&words)).unwrap()
}

#[test]
fn a_package_installs_what_it_says_and_nothing_runs() {
    let given = given();
    let root = Root::over(Path::new("/"), given.path());
    let before = root.changes();
    assert_eq!(before, BTreeMap::new());
    let told = install(&root);
    assert!(told.contains("nobody has an account"), "{told}");
    assert!(commands(&told).iter().any(|words| words.contains(&"NAME")), "{told}");
    let changes = root.changes();
    for (file, mode) in FILES {
        assert_eq!(
            changes.get(file).map(|mode| format!("{mode:o}")),
            Some(format!("{mode:o}")),
            "{file}"
        );
    }
    let listed = root.run(&["dpkg", "--listfiles", "smolchat"]);
    let is_listed = |file: &str| listed.lines().any(|line| line == file);
    for (file, mode) in &changes {
        let is_folder = listed.lines().any(|line| line.starts_with(&format!("{file}/")));
        let is_known = FILES.iter().any(|(known, _)| known == file) || is_folder;
        // systemd's helper notes which units a package has.
        let is_noted = file.starts_with("/var/lib/systemd/deb-systemd-helper-");
        assert!(is_known && is_listed(file) || is_noted, "{file} {mode:o}");
    }
    assert!(!changes.keys().any(|file| file.starts_with("/etc") || file == "/var/lib/smolchat"));
    assert_eq!(root.network().ip(&["-o", "link"]).unwrap().lines().count(), 1, "no device but lo");
}

#[test]
fn a_server_of_the_package_starts_and_a_purge_leaves_the_accounts_alone() {
    let given = given();
    let root = Root::over(Path::new("/"), given.path());
    let told = install(&root);
    for program in ["smolchatd", "smolchat"] {
        let told = root.run(&[program, "--version"]);
        assert_eq!(told, format!("{program} {}\n", env!("CARGO_PKG_VERSION")));
    }
    do_as_told(&root, &told, "hans");
    let server = start(&root);
    root.network().run(|| {
        let mut hans = Connection::open(SERVER_ADDRESS).unwrap();
        hans.hear("220 {any}");
        hans.send(format!("login hans {PASSWORD}\n").as_bytes()).unwrap();
        hans.hear("230 Welcome to this message application");
    });
    server.stop().unwrap();
    let told = root.run(&["dpkg", "--purge", "smolchat"]);
    assert!(told.contains(&format!("the accounts are left: {ACCOUNTS}")), "{told}");
    let left: Vec<_> = root.changes().into_iter().collect();
    let of_root = [("/var/lib/smolchat", 0o700), (ACCOUNTS, 0o600)];
    assert_eq!(left, of_root.map(|(file, mode)| (file.to_owned(), mode)));
    assert!(root.run(&["cat", ACCOUNTS]).starts_with("hans $argon2id$"));
}

#[test]
fn a_purge_without_accounts_leaves_nothing() {
    let given = given();
    let root = Root::over(Path::new("/"), given.path());
    let told = install(&root);
    do_as_told(&root, &told, "hans");
    start(&root).stop().unwrap();
    root.run(&["smolchatd", "passwd", ACCOUNTS, "hans", "--remove"]);
    assert!(root.changes().contains_key(ACCOUNTS));
    let told = root.run(&["dpkg", "--purge", "smolchat"]);
    assert!(!told.contains("the accounts are left"), "{told}");
    assert_eq!(root.changes(), BTreeMap::new());
}

#[test]
fn a_package_that_is_removed_and_installed_again_finds_all_of_the_state() {
    let given = given();
    let root = Root::over(Path::new("/"), given.path());
    let told = install(&root);
    do_as_told(&root, &told, "hans");
    let before = root.run(&["cat", ACCOUNTS]);
    root.run(&["dpkg", "--remove", "smolchat"]);
    let told = install(&root);
    assert!(!told.contains("nobody has an account"), "{told}");
    assert_eq!(root.run(&["cat", ACCOUNTS]), before);
}
