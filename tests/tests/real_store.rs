//! The store's file of the real server: what stops a start and leaves the file alone, how the file
//! grows, and what the server does when it fails. Needs root and `smolchatd` built for release.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::time::Instant;

use rustix::process::{Resource, Rlimit, prlimit};
use smolchat_core::store::Durability;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS, arguments};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// The content of the folder in which a server is started.
struct Place {
    namespace: Namespace,
    folder: TempDir,
}

/// Does `work` at a new place, on a thread inside its namespace.
fn at_a_place(work: impl FnOnce(&Place) + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let place = Place { namespace, folder: TempDir::new().unwrap() };
    fs::write(place.accounts(), CREDENTIALS).unwrap();
    place.namespace.run(|| work(&place));
}

impl Place {
    fn accounts(&self) -> PathBuf {
        self.folder.path().join("accounts")
    }

    fn store(&self) -> PathBuf {
        self.folder.path().join("accounts.store")
    }

    /// Starts a server after `preparation`, lines of a shell.
    fn launch(&self, setting: Setting, preparation: &str) -> Program {
        let mut command = self.namespace.command("sh");
        command.arg("-c").arg(format!("{preparation}\nexec \"$@\"")).arg("sh");
        command.arg(find("smolchatd").unwrap()).args(arguments(setting, &self.accounts()));
        Program::start(&mut command).unwrap()
    }

    fn start(&self, setting: Setting) -> Program {
        let mut program = self.launch(setting, "");
        program.wait_for("listening").unwrap();
        program
    }

    /// A start fails with a line that says `told`, and the store is as it was.
    fn does_not_start(&self, setting: Setting, told: &str) {
        let before = fs::read(self.store()).unwrap();
        let mut program = self.launch(setting, "");
        let line = program.wait_for("smolchatd: ").unwrap();
        assert!(line.contains(told) && line.contains("accounts.store"), "{line}");
        assert_eq!(program.next_line(), None, "one line tells all");
        assert_eq!(program.wait().unwrap().code(), Some(1));
        assert!(before == fs::read(self.store()).unwrap(), "the store is untouched");
    }
}

fn stop(mut program: Program) {
    program.terminate();
    assert!(program.wait().unwrap().success());
}

fn logged_in(user: &str) -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap().logged_in(user)
}

/// `hans` sends `count` messages to `yoda`, who is offline, each after the OK to the last.
fn leave_messages(count: usize) {
    let mut hans = logged_in("hans");
    for number in 0..count {
        hans.ask(&format!("message yoda message number {number}"), "251 {any}");
    }
    // Whoever only hangs up may still be online when somebody logs in again.
    hans.ask("logout", "221 {any}");
}

/// `yoda` comes and finds so many.
fn find_messages(count: usize) {
    let mut yoda = logged_in("yoda");
    for number in 0..count {
        yoda.hear(&format!("* message {{id}} hans {{age}} message number {number}"));
    }
    yoda.ask("logout", "221 {any}");
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

#[test]
fn a_store_of_somebody_else_or_a_damaged_one_stops_the_start() {
    at_a_place(|place| {
        let setting = Setting::roomy();
        fs::write(place.store(), "hans falcon*solo\n").unwrap();
        place.does_not_start(setting, "it is no store of smolchatd");
        fs::write(place.store(), vec![b'1'; 1 << 20]).unwrap();
        place.does_not_start(setting, "it holds something that is no store");
        fs::remove_file(place.store()).unwrap();
        let server = place.start(setting);
        leave_messages(3);
        stop(server);
        let mut bytes = fs::read(place.store()).unwrap();
        let text = b"message number 1";
        let at = bytes.windows(text.len()).position(|window| window == text).unwrap();
        bytes[at + 3] ^= 4;
        fs::write(place.store(), &bytes).unwrap();
        place.does_not_start(setting, "it is damaged");
        bytes[at + 3] ^= 4;
        fs::write(place.store(), &bytes).unwrap();
        let server = place.start(setting);
        find_messages(3);
        stop(server);
    });
}

/// The store's lines of a start, which is stopped again.
fn told_at_start(place: &Place) -> String {
    let mut server = place.launch(Setting::roomy(), "");
    let mut told = String::new();
    while let Some(line) = server.next_line() {
        if line.contains("listening") {
            break;
        }
        told += &line;
    }
    stop(server);
    told
}

#[test]
fn a_start_tells_how_the_store_ended() {
    at_a_place(|place| {
        stop(place.start(Setting::roomy()));
        assert!(told_at_start(place).contains("nothing was ever stored in it"));
        let mut server = place.start(Setting::roomy());
        leave_messages(3);
        server.kill().unwrap();
        server.wait().unwrap();
        let closed = fs::read(place.store()).unwrap();
        assert!(told_at_start(place).contains("it was not closed when its server ended"));
        assert!(!told_at_start(place).contains("closed"));
        let whole = fs::read(place.store()).unwrap();
        assert_ne!(whole, closed, "the end is noted");
        // The end reads as erased, from the last message on.
        let text = b"message number 2";
        let at = whole.windows(text.len()).position(|window| window == text).unwrap();
        let mut erased = whole.clone();
        erased[at - 60..].fill(0xff);
        fs::write(place.store(), &erased).unwrap();
        assert!(told_at_start(place).contains("its last "));
        // It reads as zeros.
        let mut zeros = whole.clone();
        let end = whole.iter().rposition(|byte| *byte != 0xff).unwrap();
        zeros[at - 60..=end].fill(0);
        fs::write(place.store(), &zeros).unwrap();
        place.does_not_start(Setting::roomy(), "it is damaged");
        // Nothing that is behind the end is taken for nothing.
        let mut more = whole.clone();
        more[end + 700] = 0x55;
        fs::write(place.store(), &more).unwrap();
        place.does_not_start(Setting::roomy(), "put a copy from before in its place");
        fs::write(place.store(), &whole).unwrap();
        let server = place.start(Setting::roomy());
        find_messages(3);
        stop(server);
    });
}

#[test]
fn a_store_that_another_server_uses_stops_the_start() {
    at_a_place(|place| {
        let first = place.start(Setting::roomy());
        place.does_not_start(Setting::roomy(), "another smolchatd uses it");
        leave_messages(1);
        stop(first);
        let second = place.start(Setting::roomy());
        find_messages(1);
        stop(second);
    });
}

#[test]
fn a_full_disk_shows_at_the_first_start() {
    at_a_place(|place| {
        let full = place.folder.path().join("full");
        fs::create_dir(&full).unwrap();
        let full = full.display();
        // Mounted where this server alone sees it.
        let small_disk = format!("mount -t tmpfs -o size=64k smolchat {full}");
        let mut program = place
            .launch(Setting::roomy(), &format!("{small_disk}; set -- \"$@\" --store {full}/chat"));
        let line = program.wait_for("smolchatd: ").unwrap();
        assert!(line.contains("there is no room on the disk for its 1 MiB"), "{line}");
        assert_eq!(program.wait().unwrap().code(), Some(1));
    });
}

#[test]
fn a_limit_on_the_length_of_files_that_is_below_the_store_is_told() {
    at_a_place(|place| {
        let mut program = place.launch(Setting::roomy(), "ulimit -f 100");
        let line = program.wait_for("smolchatd: ").unwrap();
        assert!(line.contains("may not write a file of 1 MiB"), "{line}");
        assert_eq!(program.wait().unwrap().code(), Some(1));
        assert!(!place.store().exists());
        stop(place.start(Setting::roomy()));
        let mut program = place.launch(Setting::roomy(), "ulimit -f 100");
        let line = program.wait_for("smolchatd: ").unwrap();
        assert!(line.contains("may not write a file of 1 MiB"), "{line}");
        assert_eq!(program.wait().unwrap().code(), Some(1));
    });
}

#[test]
fn a_disk_that_fills_up_after_the_start_takes_nothing_from_the_store() {
    at_a_place(|place| {
        let disk = place.folder.path().join("disk");
        fs::create_dir(&disk).unwrap();
        let disk = disk.display();
        // Mounted where only this server sees it, with little room beside the store.
        let mut server = place.launch(
            Setting::roomy(),
            &format!(
                "mount -t tmpfs -o size=3m smolchat {disk}; set -- \"$@\" --store {disk}/chat"
            ),
        );
        server.wait_for("listening").unwrap();
        let pid = server.pid().unwrap().as_raw_nonzero();
        let mut filler = File::create(format!("/proc/{pid}/root{disk}/filler")).unwrap();
        let error = iter::repeat_with(|| filler.write_all(&[1; 4096])).find_map(Result::err);
        assert_eq!(error.unwrap().kind(), ErrorKind::StorageFull);
        leave_messages(6);
        find_messages(6);
        stop(server);
    });
}

#[test]
fn a_store_that_somebody_removes_is_told_once_and_the_chat_goes_on() {
    at_a_place(|place| {
        let mut server = place.start(Setting::roomy());
        leave_messages(1);
        fs::remove_file(place.store()).unwrap();
        let mut hans = logged_in("hans");
        let end = Instant::now() + PATIENCE;
        let line = loop {
            hans.ask("ping", "202 pong");
            if let Some(line) = server.line_there() {
                break line;
            }
            assert!(Instant::now() < end, "nobody is told");
        };
        assert!(
            line.contains("error store-moved file=") && line.contains("accounts.store"),
            "{line}"
        );
        find_messages(1);
        server.terminate();
        hans.hear("* login yoda");
        drop(hans);
        assert_eq!(server.next_line(), None, "told once");
        assert!(server.wait().unwrap().success());
    });
}

#[test]
fn a_store_grows_with_the_capacities_and_never_shrinks() {
    at_a_place(|place| {
        let small = Setting::roomy();
        let server = place.start(small);
        let before = length(&place.store());
        leave_messages(5);
        stop(server);
        let server = place.start(small.messages(2000));
        let after = length(&place.store());
        assert!(after > 2 * before, "{before} {after}");
        stop(server);
        let server = place.start(small);
        assert_eq!(length(&place.store()), after);
        find_messages(5);
        stop(server);
        assert_eq!(fs::read_dir(place.folder.path()).unwrap().count(), 3, "accounts, store, key");
    });
}

#[test]
fn a_server_too_small_for_what_waits_does_not_start_and_keeps_it() {
    at_a_place(|place| {
        let server = place.start(Setting::roomy());
        leave_messages(6);
        stop(server);
        place.does_not_start(
            Setting::roomy().messages(1),
            "find no room: start with more --messages",
        );
        let server = place.start(Setting::roomy());
        find_messages(6);
        stop(server);
    });
}

#[test]
fn what_belongs_to_an_account_that_is_gone_is_deleted_and_whoever_takes_the_name_finds_nothing() {
    at_a_place(|place| {
        let server = place.start(Setting::roomy());
        let mut yoda = logged_in("yoda");
        yoda.ask("block luke", "240 {any}");
        yoda.ask("message vader from somebody who will be gone", "251 {any}");
        yoda.ask("logout", "221 {any}");
        leave_messages(2);
        stop(server);
        let without: String = CREDENTIALS
            .lines()
            .filter(|line| !line.starts_with("yoda "))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(place.accounts(), without).unwrap();
        assert!(told_at_start(place).contains("3 messages and 1 blocks of yoda"));
        assert!(!told_at_start(place).contains("deleted"), "once");
        // The name comes back, with another password or the same.
        fs::write(place.accounts(), CREDENTIALS).unwrap();
        let server = place.start(Setting::roomy());
        let mut yoda = logged_in("yoda");
        yoda.ask("ping", "202 pong");
        yoda.ask("unblock luke", "541 {any}");
        logged_in("vader").ask("ping", "202 pong");
        drop(yoda);
        stop(server);
    });
}

#[test]
fn a_file_of_other_accounts_deletes_nothing_unless_that_is_asked_for() {
    at_a_place(|place| {
        let server = place.start(Setting::roomy());
        leave_messages(2);
        stop(server);
        for accounts in ["", "boba fett*1\n"] {
            fs::write(place.accounts(), accounts).unwrap();
            place.does_not_start(Setting::roomy(), "is this the right --credentials?");
        }
        fs::write(place.accounts(), CREDENTIALS).unwrap();
        let server = place.start(Setting::roomy());
        find_messages(2);
        leave_messages(1);
        stop(server);
        fs::write(place.accounts(), "boba fett*1\n").unwrap();
        let mut server = place.launch(Setting::roomy(), "set -- \"$@\" --forget on");
        server.wait_for("deleted, since they have no account any more: 1 messages").unwrap();
        server.wait_for("listening").unwrap();
        stop(server);
    });
}

#[test]
fn without_durability_there_is_no_file_and_nothing_outlives_the_server() {
    at_a_place(|place| {
        let setting = Setting::roomy().durability(Durability::Off);
        let server = place.start(setting);
        leave_messages(2);
        stop(server);
        assert!(!place.store().exists());
        let server = place.start(setting);
        logged_in("yoda").ask("ping", "202 pong");
        stop(server);
    });
}

#[test]
fn a_store_that_fails_ends_the_server_before_it_promises_anything() {
    at_a_place(|place| {
        let mut server = place.launch(Setting::roomy(), "");
        server.wait_for("listening").unwrap();
        leave_messages(1);
        let mut hans = logged_in("hans");
        // From now on it can write to no file.
        let nothing = Rlimit { current: Some(0), maximum: Some(0) };
        prlimit(server.pid(), Resource::Fsize, nothing).unwrap();
        hans.say("message yoda message number 1").unwrap();
        let line = server.wait_for("smolchatd: ").unwrap();
        assert!(line.contains("it does not work any more: File too large"), "{line}");
        assert_eq!(server.wait().unwrap().code(), Some(1));
        assert_eq!(hans.lines_there().unwrap(), [""; 0], "no OK");
        let server = place.start(Setting::roomy());
        find_messages(1);
        logged_in("yoda").ask("ping", "202 pong");
        stop(server);
    });
}
