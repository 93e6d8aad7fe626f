//! Hosts on one segment with the real server, each with its user and the user's folder.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Connection, Person, SERVER_ADDRESS, beside_a_server, client};
use smolchat_tests::segment::Segment;
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;
use tempfile::TempDir;

pub(crate) const NAME: &str = "film.mkv";
/// What a host sends at most, so that a moment half-way can be met: 20 MB in a second.
const RATE: &str = "160mbit";
/// Users beyond the example accounts have this password.
const PASSWORD: &str = "kessel-run-12";

/// A user's machine: its namespace, and its folder.
pub(crate) struct Host {
    pub(crate) user: String,
    pub(crate) namespace: Namespace,
    pub(crate) home: TempDir,
}

/// A server, and a host for each user, on one segment.
pub(crate) fn on_hosts(users: &[&str], work: impl FnOnce(&[Host]) + Send) {
    let setting = Setting::roomy().unlimited().messages(64);
    beside_a_server(setting, |place, _server| {
        let segment = Segment::around(place.namespace).unwrap_or_else(|said| panic!("{said}"));
        let host = |(number, user): (usize, &&str)| {
            let (port, address) =
                (format!("host{number}"), format!("192.168.69.{}/24", number + 10));
            let namespace = segment.host(&port, Some(&address));
            let home = folder::in_memory().unwrap();
            fs::create_dir(home.path().join("Downloads")).unwrap();
            let namespace = namespace.unwrap_or_else(|said| panic!("{said}"));
            Host { user: (*user).to_owned(), namespace, home }
        };
        let hosts: Vec<_> = users.iter().enumerate().map(host).collect();
        work(&hosts);
    });
}

impl Host {
    /// The user starts the client, and is welcomed.
    pub(crate) fn arrive(&self) -> Person {
        let password = if is_example(&self.user) { password_of(&self.user) } else { PASSWORD };
        let mut command = client(&self.namespace, password);
        command.env("HOME", self.home.path()).env_remove("XDG_DATA_HOME");
        command.env_remove("XDG_DOWNLOAD_DIR");
        command.arg(format!("{}@{}", self.user, SERVER_ADDRESS.ip()));
        let mut person = Person::run(&self.user, command);
        person.hears_soon("Welcome to this message application");
        person
    }

    /// The user offers a file of that content.
    pub(crate) fn offer(&self, person: &mut Person, content: &[u8]) {
        let path = self.home.path().join(NAME);
        fs::write(&path, content).unwrap();
        person.say(&format!("register {}", path.display()));
        person.hears_soon("Ok, {any}");
    }

    /// The file as it was loaded.
    pub(crate) fn loaded(&self) -> PathBuf {
        self.home.path().join("Downloads").join(NAME)
    }

    /// Nothing leaves this host faster than that.
    pub(crate) fn slow_down(&self) {
        let words = ["qdisc", "add", "dev", "eth0", "root", "tbf", "rate", RATE];
        let words = words.into_iter().chain(["burst", "256kb", "latency", "200ms"]);
        let status = self.namespace.command("tc").args(words).status().unwrap();
        assert!(status.success(), "tc takes no rate");
    }

    /// Bytes that have left this host, or come to it.
    pub(crate) fn bytes(&self, direction: &str) -> u64 {
        let path = format!("/sys/class/net/eth0/statistics/{direction}_bytes");
        let output = self.namespace.command("cat").arg(path).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    }
}

fn is_example(user: &str) -> bool {
    smolchat_tests::stage::accounts().any(|(name, _)| name == user)
}

/// Bytes that repeat nowhere.
pub(crate) fn content(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state ^ state >> 29).to_le_bytes()
    });
    words.take(bytes / 8).flatten().collect()
}

/// The user loads the film, and what is said at the end.
pub(crate) fn load(person: &mut Person) -> String {
    person.say(&format!("download! {NAME}"));
    person.hears_soon(&format!("{NAME} is here: {{any}}")).line
}

pub(crate) fn assert_same(host: &Host, content: &[u8]) {
    assert!(fs::read(host.loaded()).unwrap() == content, "{} has another file", host.user);
}

/// Accounts for users who have none.
pub(crate) fn register_all(hosts: &[Host]) {
    for host in hosts {
        host.namespace.run(|| {
            let mut connection = Connection::open(SERVER_ADDRESS).unwrap();
            connection.hear("220 {any}");
            connection.ask(&format!("register {} {PASSWORD}", host.user), "231 {any}");
            connection.hang_up().unwrap();
        });
    }
}

pub(crate) fn wait_for(mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "it does not come about");
        thread::sleep(Duration::from_millis(20));
    }
}
