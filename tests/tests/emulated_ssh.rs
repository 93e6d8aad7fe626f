//! OpenSSH's client against images with SSH: people at a terminal, by password and by key, the
//! machine's protocol, the board's key, and a board without entropy. Needs root and the images.

use std::fs;
use std::process::Command;

use libtest_mimic::{Arguments, Trial};
use smolchat_emulator::{Board, LM3S6965EVB_SSH, MPS2_AN386_SSH, SSH_BOARDS};
use smolchat_ssh_client::{Call, End, SUBSYSTEM as SMOLCHAT, Terms};
use smolchat_tests::emulated::{Emulated, Wire, beside_an_image};
use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Connection, Place, Server};
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::{Machine, SUBSYSTEM};
use smolchat_tests::stage::password_of;
use smolchat_tests::terminal::TerminalUser;

/// The list of the functions' names.
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        const TESTS: &[(&str, fn(&Board))] = &[$((stringify!($name), $name)),+];
    };
}

tests! {
    people_chat_by_passwords_and_by_a_key,
    the_machines_protocol_is_a_subsystem_and_keys_are_renewed_in_the_middle,
    a_newcomer_hears_that_all_places_are_taken_and_finds_one_when_somebody_leaves,
    the_key_of_the_board_is_told_and_outlives_restarts_with_the_store,
    without_entropy_the_door_stays_shut_and_says_so,
    a_wrong_password_and_an_unknown_key_let_nobody_in,
    the_stack_is_deep_enough_for_an_exchange_of_keys_and_a_login_by_key,
}

/// They wait for most of their time.
const AT_ONCE: usize = 4;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for board in &SSH_BOARDS {
        for (name, test) in TESTS {
            trials.push(Trial::test(format!("{}::{name}", board.name), || {
                test(board);
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// As many sessions as the board has.
fn sessions(board: &Board) -> usize {
    if *board == MPS2_AN386_SSH { 32 } else { 4 }
}

/// A new key: the file, and what stands behind `ssh-ed25519` in its public half.
fn new_key() -> (tempfile::TempDir, String, String) {
    let folder = folder::in_memory().unwrap();
    let key = folder.path().join("key");
    let mut make = Command::new("ssh-keygen");
    make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
    assert!(make.status().unwrap().success());
    let line = fs::read_to_string(key.with_extension("pub")).unwrap();
    let encoded = line.split(' ').nth(1).unwrap().to_owned();
    let path = key.to_str().unwrap().to_owned();
    (folder, path, encoded)
}

fn by_key(path: &str) -> [&str; 4] {
    ["-i", path, "-o", "PreferredAuthentications=publickey"]
}

fn people_chat_by_passwords_and_by_a_key(board: &Board) {
    let (_folder, path, encoded) = new_key();
    let key = format!("key=luke:{encoded}");
    if *board == LM3S6965EVB_SSH {
        return people_chat_by_lines(board, &path, &key);
    }
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[&key], |place, _server| {
        let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 80);
        let mut yoda = TerminalUser::arrive_by_ssh(place, "yoda", 40);
        hans.sees("yoda logged in");
        hans.says("/to yoda");
        hans.says("are you there?");
        yoda.is_told("hans", "are you there?");
        yoda.types("half a line");
        let machine = Machine::new(place.namespace);
        let mut luke = machine.start("luke", &[], &by_key(&path), SUBSYSTEM);
        luke.hear("220 {any}");
        luke.hear("230 Welcome to this message application");
        yoda.sees("luke logged in");
        yoda.has_in_hand("half a line");
        luke.ask("message yoda by a key", "250 {any}");
        yoda.is_told("luke", "by a key");
        yoda.has_in_hand("half a line");
        hans.sees("luke logged in");
    });
}

/// The smallest board has no room for terminals. It refuses them, so that a person's own edits and
/// echoes, and a shell speaks the protocol's lines.
fn people_chat_by_lines(board: &Board, path: &str, key: &str) {
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[key], |place, _server| {
        let machine = Machine::new(place.namespace);
        let mut hans = machine.start("hans", &[password_of("hans")], &["-T"], &[]);
        hans.hear("220 {any}");
        hans.hear("230 Welcome to this message application");
        let options = [&by_key(path)[..], &["-T"]].concat();
        let mut luke = machine.start("luke", &[], &options, &[]);
        luke.hear("220 {any}");
        luke.hear("230 Welcome to this message application");
        hans.hear("* login luke");
        hans.ask("message luke are you there?", "250 {number} accepted");
        luke.hear("* message {number} hans 0 are you there?");
    });
}

fn the_machines_protocol_is_a_subsystem_and_keys_are_renewed_in_the_middle(board: &Board) {
    beside_an_image(board, Wire::Tap, Setting::roomy().unlimited(), &[], |place, _server| {
        let machine = Machine::new(place.namespace);
        let mut hans = machine.arrive("hans", &["-o", "RekeyLimit=16K"]);
        let mut yoda = machine.arrive("yoda", &[]);
        hans.hear("* login yoda");
        let rest = "x".repeat(300);
        for number in 0..60 {
            hans.ask(&format!("message yoda {number} {rest}"), "250 {number} accepted");
            yoda.hear(&format!("* message {{number}} hans 0 {number} {rest}"));
            // By this the server knows that it arrived: a small board has room for few.
            yoda.ask("ping", "202 pong");
        }
        hans.ask("logout", "221 You just logged out");
        hans.ends_saying("closed by remote host");
        yoda.hear("* logout hans");
    });
}

fn a_newcomer_hears_that_all_places_are_taken_and_finds_one_when_somebody_leaves(board: &Board) {
    // The larger board has more than the example has users.
    if sessions(board) > 4 {
        return;
    }
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[], |place, _server| {
        let machine = Machine::new(place.namespace);
        let mut hans = machine.arrive("hans", &[]);
        let _others = ["yoda", "luke", "leia"].map(|user| machine.arrive(user, &[]));
        let verbose = ["-v"];
        let vader = machine.start("vader", &[password_of("vader")], &verbose, SUBSYSTEM);
        vader.ends_saying("all places for SSH are taken");
        hans.hear("* login yoda");
        hans.hear("* login luke");
        hans.hear("* login leia");
        hans.ask("logout", "221 You just logged out");
        hans.ends_saying("closed by remote host");
        machine.arrive_soon("vader");
    });
}

fn the_key_of_the_board_is_told_and_outlives_restarts_with_the_store(board: &Board) {
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[], |place, mut server| {
        assert!(server.has_said("SSH: the key is new, and is kept"));
        let machine = Machine::new(place.namespace);
        let mut hans = machine.arrive("hans", &[]);
        hans.ask("message yoda hi", "251 {any}");
        server.restart().unwrap();
        server.kill().unwrap();
        server.start_again().unwrap();
        assert!(!server.has_said("the key is new"));
        // The machine knows the key, and would stop at another.
        let mut yoda = machine.arrive("yoda", &[]);
        yoda.hear("* message {number} hans {number} hi");
        server.kill().unwrap();
        fs::remove_file(server.store()).unwrap();
        server.start_again().unwrap();
        assert!(server.has_said("SSH: the key is new, and is kept"));
        let hans = machine.start("hans", &[password_of("hans")], &[], SUBSYSTEM);
        hans.ends_saying("Host key verification failed");
    });
}

fn without_entropy_the_door_stays_shut_and_says_so(board: &Board) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        let setting = Setting::roomy();
        let started = Emulated::start(&namespace, board, Wire::User, setting, &["entropy=off"]);
        let said = started.expect_err("it does not start");
        assert!(said.contains("no entropy: the door for SSH stays shut"), "{said}");
    });
}

fn a_wrong_password_and_an_unknown_key_let_nobody_in(board: &Board) {
    let (_folder, path, _) = new_key();
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[], |place, mut server| {
        let machine = Machine::new(place.namespace);
        let once = ["-o", "NumberOfPasswordPrompts=1"];
        machine.start("hans", &["wrong"], &once, SUBSYSTEM).ends_saying("Permission denied");
        machine.start("nobody", &["x"], &once, SUBSYSTEM).ends_saying("Permission denied");
        machine.start("luke", &[], &by_key(&path), SUBSYSTEM).ends_saying("Permission denied");
        server.wait_for("login refused").unwrap();
        let passwords = ["wrong", password_of("yoda")];
        let mut yoda = machine.start("yoda", &passwords, &[], SUBSYSTEM);
        yoda.hear("Permission denied, please try again.");
        yoda.hear("220 {any}");
        yoda.hear("230 Welcome to this message application");
    });
}

/// Bytes of stack that nobody has used.
const LEFT: u64 = 1024;
/// What ML-KEM takes of the stack, at least.
const MLKEM_STACK: u64 = 28 * 1024;

fn the_stack_is_deep_enough_for_an_exchange_of_keys_and_a_login_by_key(board: &Board) {
    let (_folder, path, encoded) = new_key();
    let key = format!("key=luke:{encoded}");
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[&key], |place, _server| {
        let machine = Machine::new(place.namespace);
        let mut luke = machine.start("luke", &[], &by_key(&path), SUBSYSTEM);
        luke.hear("220 {any}");
        luke.hear("230 Welcome to this message application");
        // This program offers ML-KEM, and OpenSSH's may not.
        let mut hans = by_our_client(place, "hans");
        let [peak, budget] = stack(&mut hans);
        println!("{}: the stack is {peak} of {budget} bytes deep", board.name);
        assert!(peak + LEFT < budget, "{peak} of {budget}");
        assert_eq!(peak > MLKEM_STACK, *board == MPS2_AN386_SSH, "{peak}");
    });
}

/// `user`, an example account, who trusts whatever key the board shows.
fn by_our_client(place: &Place<'_>, user: &str) -> Connection {
    let mut trusted = Vec::new();
    loop {
        let password = Some(password_of(user).to_owned());
        let terms =
            Terms { user: user.to_owned(), password, trusted: trusted.clone(), ..Terms::default() };
        let call = Call::for_subsystem(terms, SMOLCHAT);
        match Connection::open(place.server).unwrap().carried_by(call) {
            Err(End::Untrusted(key)) if trusted.is_empty() => trusted.push(key),
            carried => {
                let mut connection = carried.unwrap_or_else(|end| panic!("{end}"));
                connection.hear("220 {any}");
                connection.hear("230 Welcome to this message application");
                return connection;
            }
        }
    }
}

/// The deepest that the stack was, and all of it.
fn stack(connection: &mut Connection) -> [u64; 2] {
    connection.say("status").unwrap_or_else(|error| panic!("{error}"));
    let lines = std::iter::from_fn(|| connection.next_line());
    let found =
        lines.map(|line| line.split_once("stack-peak-bytes ").map(|(_, told)| told.to_owned()));
    let told = found.flatten().next().unwrap_or_else(|| panic!("status does not tell"));
    let numbers: Vec<u64> = told.split(" of ").filter_map(|number| number.parse().ok()).collect();
    numbers.try_into().unwrap_or_else(|_| panic!("{told}"))
}
