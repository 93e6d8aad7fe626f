//! What the real server's log tells: each event once with its fields, in a flood no more than is
//! stated, nothing at all where nobody asked, and the journal where it leads there. Needs root and
//! `smolchatd` built for release.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};

use smolchat_core::store::Durability;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{PATIENCE, Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS, arguments};
use smolchat_tests::setting::Setting;
use smolchat_tests::ssh::{Machine, SUBSYSTEM};
use smolchat_tests::stage::CREDENTIALS;
use tempfile::TempDir;

/// A key that nobody has.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";

/// One password is asked for.
const ONCE: [&str; 2] = ["-o", "NumberOfPasswordPrompts=1"];

/// A server whose standard error is a file.
struct Place<'n> {
    namespace: &'n Namespace,
    folder: TempDir,
}

impl Place<'_> {
    /// Does `work` on a thread inside a namespace, with a folder that holds accounts.
    fn with(work: impl FnOnce(&Place<'_>) + Send) {
        let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("accounts"), CREDENTIALS).unwrap();
        namespace.run(|| work(&Place { namespace: &namespace, folder }));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a server that listens.
    fn start(&self, setting: Setting, options: &[&str], variables: &[(&str, &str)]) -> Program {
        let mut command = self.namespace.command("sh");
        command.args(["-c", "log=$1; shift; exec \"$@\" 2>>\"$log\"", "sh"]);
        command.arg(self.path("log")).arg(find("smolchatd").unwrap());
        command.args(arguments(setting, &self.path("accounts"))).args(options);
        command.env_remove("JOURNAL_STREAM").envs(variables.iter().copied());
        let mut server = Program::start(&mut command).unwrap();
        server.wait_for("listening").unwrap();
        server
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap()
    }
}

fn stop(mut server: Program) {
    server.terminate();
    assert!(server.wait().unwrap().success());
}

fn open() -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap()
}

fn stranger() -> Connection {
    let mut stranger = open();
    stranger.hear("220 {any}");
    stranger
}

/// A line without its time, which is one of RFC 3339 in UTC with milliseconds.
fn without_time(line: &str) -> String {
    let (time, rest) = line.split_once(' ').unwrap_or_else(|| panic!("no time: {line}"));
    let digits: String = time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(digits, "0000-00-00T00:00:00.000Z", "{line}");
    rest.to_owned()
}

/// How often each line stands in the log.
fn counted(log: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    for line in log.lines() {
        *lines.entry(without_time(line)).or_default() += 1;
    }
    lines
}

#[test]
fn each_event_is_told_once_with_user_address_door_and_reason() {
    Place::with(|place| {
        let setting =
            Setting::roomy().unlimited().connections(3).keys(4).durability(Durability::Strict);
        let server = place.start(setting, &["--log", "debug"], &[]);
        lines();
        let machine = Machine::new(place.namespace);
        machine.start("leia", &["wrong"], &ONCE, SUBSYSTEM).ends_saying("Permission denied");
        let mut luke = machine.arrive("luke", &[]);
        luke.ask("logout", "221 {any}");
        drop(luke);
        no_ssh();
        full();
        stop(server);
        let told = counted(&place.log());
        let lines = "from=192.168.69.100 door=lines";
        let ssh = "from=192.168.69.100 door=ssh";
        for (line, count) in [
            (format!("info login-refused {lines} by=password reason=\"name unknown\""), 1),
            (
                format!(
                    "info login-refused user=hans {lines} by=password reason=\"wrong password\""
                ),
                1,
            ),
            (
                format!(
                    "info login-refused user=hans {lines} by=password reason=\"online already\""
                ),
                1,
            ),
            (format!("info login user=hans {lines} by=password"), 1),
            (format!("info logout user=hans {lines} reason=\"logged out\""), 1),
            (format!("info logout user=yoda {lines} reason=\"the connection ended\""), 1),
            (format!("info registered user=bossk {lines}"), 1),
            (format!("info password-refused user=hans {lines} reason=\"wrong password\""), 1),
            (format!("info password-changed user=hans {lines}"), 1),
            (format!("info key-added user=hans {lines}"), 1),
            (format!("info key-removed user=hans {lines}"), 1),
            (
                format!("info login-refused user=leia {ssh} by=password reason=\"wrong password\""),
                1,
            ),
            (format!("info login user=luke {ssh} by=password"), 1),
            (format!("debug ssh-ended {ssh} reason=\"not the SSH that is spoken here\""), 1),
            (format!("warn server-full {lines}"), 1),
            (format!("info logout user=vader {lines} reason=\"the server is stopping\""), 1),
            ("info stopping reason=\"a signal asked for it\"".to_owned(), 1),
        ] {
            assert_eq!(told.get(&line), Some(&count), "{line} in {told:#?}");
        }
        let starts = |start: &str| told.keys().filter(|line| line.starts_with(start)).count();
        assert_eq!(starts("info listening reason=\"listening"), 1, "{told:#?}");
        assert_eq!(starts("info counters reason=\"frames: "), 1, "{told:#?}");
        assert!(told.contains_key(&format!("debug connected {lines}")), "{told:#?}");
        let secret = ["falcon", "hunter2", "newer"];
        assert!(!secret.iter().any(|word| place.log().contains(word)), "no password is told");
    });
}

/// What people do at the door for lines.
fn lines() {
    let mut hans = stranger();
    // Somebody types the password in the place of the name.
    hans.ask("login hunter2 hunter2", "532 {any}");
    hans.ask("login hans wrong", "533 {any}");
    hans.ask("login hans falcon*solo", "230 {any}");
    let mut other = stranger();
    other.ask("login hans falcon*solo", "431 {any}");
    hans.hear("* attempt 192.168.69.100");
    other.ask("register bossk hunter2", "231 {any}");
    drop(other);
    hans.ask("passwd wrong newer", "533 {any}");
    hans.ask("passwd falcon*solo newer", "232 {any}");
    hans.ask(&format!("addkey {KEY}"), "243 {any}");
    hans.ask(&format!("removekey {KEY}"), "245 {any}");
    let yoda = open().logged_in("yoda");
    hans.hear("* login yoda");
    yoda.hang_up().unwrap();
    hans.hear("* logout yoda");
    hans.ask("logout", "221 {any}");
    hans.hang_up().unwrap();
}

/// Somebody who speaks no SSH at the door for it.
fn no_ssh() {
    let mut peer = TcpStream::connect((SERVER_ADDRESS.ip(), 2222)).unwrap();
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    peer.write_all(b"SSH-1.0-old\r\n").unwrap();
    let mut said = Vec::new();
    // The server says its version and closes.
    let _ = peer.read_to_end(&mut said);
}

/// As many users as there are places, and one more.
fn full() {
    let users: Vec<Connection> =
        ["vader", "yoda", "leia"].map(|user| open().logged_in(user)).into_iter().collect();
    open().hear("421 {any}");
    // They stay until the server says goodbye.
    std::mem::forget(users);
}

#[test]
fn a_flood_tells_thirty_lines_and_counts_the_rest() {
    Place::with(|place| {
        let server = place.start(Setting::roomy().unlimited(), &["-v"], &[]);
        let mut attacker = stranger();
        for _ in 0..100 {
            attacker.ask("login nobody wrong", "532 {any}");
        }
        open().logged_in("hans").ask("logout", "221 {any}");
        stop(server);
        let told = counted(&place.log());
        let from = "from=192.168.69.100";
        let refused =
            format!("info login-refused {from} door=lines by=password reason=\"name unknown\"");
        assert_eq!(told.get(&refused), Some(&30), "{told:#?}");
        let more = format!("info more event=login-refused {from} count=70");
        assert_eq!(told.get(&more), Some(&1), "{told:#?}");
        let other = format!("info login user=hans {from} door=lines by=password");
        assert_eq!(told.get(&other), Some(&1), "{told:#?}");
    });
}

#[test]
fn a_server_that_nobody_asked_to_log_is_quiet() {
    Place::with(|place| {
        let server = place.start(Setting::roomy(), &[], &[]);
        let mut hans = stranger();
        hans.ask("login hans wrong", "533 {any}");
        hans.ask("login hans falcon*solo", "230 {any}");
        hans.ask("logout", "221 {any}");
        stop(server);
        assert_eq!(place.log(), "");
    });
}

/// The fields of a datagram to the journal.
fn fields(journal: &UnixDatagram) -> BTreeMap<String, String> {
    let mut bytes = [0; 8192];
    let len = journal.recv(&mut bytes).unwrap();
    let text = String::from_utf8(bytes[..len].to_vec()).unwrap();
    assert!(text.ends_with('\n'), "{text:?}");
    let field = |line: &str| line.split_once('=').map(|(key, value)| (key.into(), value.into()));
    text.lines().map(|line| field(line).unwrap_or_else(|| panic!("no field: {line}"))).collect()
}

/// Reads up to the datagram of an event.
fn event(journal: &UnixDatagram, name: &str) -> BTreeMap<String, String> {
    loop {
        let fields = fields(journal);
        if fields["SMOLCHAT_EVENT"] == name {
            return fields;
        }
    }
}

fn journal(path: &Path) -> UnixDatagram {
    let journal = UnixDatagram::bind(path).unwrap();
    journal.set_read_timeout(Some(PATIENCE)).unwrap();
    journal
}

#[test]
fn the_journal_gets_fields_and_the_stream_what_the_journal_does_not_take() {
    Place::with(|place| {
        let own = File::create(place.path("log")).unwrap().metadata().unwrap();
        let (stream, path) = (format!("{}:{}", own.dev(), own.ino()), place.path("journal"));
        let listener = journal(&path);
        let variables =
            [("JOURNAL_STREAM", &*stream), ("SMOLCHAT_JOURNAL_SOCKET", path.to_str().unwrap())];
        let server = place.start(Setting::roomy(), &[], &variables);
        let mut hans = stranger();
        hans.ask("login hans wrong", "533 {any}");
        hans.ask("login hans falcon*solo", "230 {any}");
        let refused = event(&listener, "login-refused");
        for (key, value) in [
            ("PRIORITY", "6"),
            ("SYSLOG_IDENTIFIER", "smolchatd"),
            ("SMOLCHAT_USER", "hans"),
            ("SMOLCHAT_ADDRESS", "192.168.69.100"),
            ("SMOLCHAT_DOOR", "lines"),
            ("SMOLCHAT_BY", "password"),
            ("SMOLCHAT_REASON", "wrong password"),
            (
                "MESSAGE",
                "login-refused user=hans from=192.168.69.100 door=lines by=password reason=\"wrong password\"",
            ),
        ] {
            assert_eq!(refused.get(key).map(String::as_str), Some(value), "{refused:#?}");
        }
        assert_eq!(event(&listener, "login")["SMOLCHAT_USER"], "hans");
        assert_eq!(place.log(), "", "nothing is told twice");
        // The journal is gone, and comes back.
        drop(listener);
        fs::remove_file(&path).unwrap();
        let mut yoda = open().logged_in("yoda");
        hans.hear("* login yoda");
        let login = "<6>login user=yoda from=192.168.69.100 door=lines by=password\n";
        let end = std::time::Instant::now() + PATIENCE;
        while place.log() != login {
            assert!(std::time::Instant::now() < end, "{}", place.log());
            std::thread::yield_now();
        }
        let listener = journal(&path);
        yoda.ask("logout", "221 {any}");
        assert_eq!(event(&listener, "logout")["SMOLCHAT_REASON"], "logged out");
        stop(server);
        assert_eq!(event(&listener, "stopping")["PRIORITY"], "6");
        assert_eq!(place.log(), login);
    });
}

#[test]
fn a_journal_that_stands_still_keeps_nobody_waiting() {
    Place::with(|place| {
        let own = File::create(place.path("log")).unwrap().metadata().unwrap();
        let (stream, path) = (format!("{}:{}", own.dev(), own.ino()), place.path("journal"));
        // It takes a few datagrams and reads none.
        let _listener = journal(&path);
        let variables =
            [("JOURNAL_STREAM", &*stream), ("SMOLCHAT_JOURNAL_SOCKET", path.to_str().unwrap())];
        let mut server = place.start(Setting::roomy().unlimited(), &["-vv"], &variables);
        let mut hans = open().logged_in("hans");
        for _ in 0..200 {
            let mut yoda = open().logged_in("yoda");
            yoda.ask("logout", "221 {any}");
            hans.hear("* login yoda");
            hans.hear("* logout yoda");
            let asked = std::time::Instant::now();
            hans.ask("ping", "202 pong");
            assert!(asked.elapsed().as_secs() < 1, "an answer took {:?}", asked.elapsed());
        }
        server.terminate();
        hans.hear("* bye 425 {any}");
        drop(hans);
        assert!(server.wait().unwrap().success());
    });
}

#[test]
fn a_start_that_fails_is_an_error_in_the_journal() {
    Place::with(|place| {
        let own = File::create(place.path("log")).unwrap().metadata().unwrap();
        let mut command = place.namespace.command("sh");
        command.args(["-c", "log=$1; shift; exec \"$@\" 2>>\"$log\"", "sh"]);
        command.arg(place.path("log")).arg(find("smolchatd").unwrap());
        command.arg("--credentials").arg(place.path("none"));
        command.env("JOURNAL_STREAM", format!("{}:{}", own.dev(), own.ino()));
        let mut server = Program::start(&mut command).unwrap();
        assert_eq!(server.wait().unwrap().code(), Some(1));
        assert!(place.log().starts_with("<3>smolchatd: "), "{}", place.log());
    });
}
