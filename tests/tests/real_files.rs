//! Files between real clients, each on a host of its own, all on one segment with the real server.
//! Needs root, and both programs built for release.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Connection, Person, SERVER_ADDRESS, beside_a_server, client};
use smolchat_tests::segment::Segment;
use smolchat_tests::setting::Setting;
use smolchat_tests::sniffer::Sniffer;
use smolchat_tests::stage::password_of;
use tempfile::TempDir;

const FILM: usize = 100_000_000;
const NAME: &str = "film.mkv";
/// What a host sends at most, so that a moment half-way can be met: 20 MB in a second.
const RATE: &str = "160mbit";
/// Users beyond the example accounts have this password.
const PASSWORD: &str = "kessel-run-12";

/// A user's machine: its namespace, and its folder.
struct Host {
    user: String,
    namespace: Namespace,
    home: TempDir,
}

/// A server, and a host for each user, on one segment.
fn on_hosts(users: &[&str], work: impl FnOnce(&[Host]) + Send) {
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
    fn arrive(&self) -> Person {
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
    fn offer(&self, person: &mut Person, content: &[u8]) {
        let path = self.home.path().join(NAME);
        fs::write(&path, content).unwrap();
        person.say(&format!("register {}", path.display()));
        person.hears_soon("Ok, {any}");
    }

    /// The file as it was loaded.
    fn loaded(&self) -> PathBuf {
        self.home.path().join("Downloads").join(NAME)
    }

    /// Nothing leaves this host faster than that.
    fn slow_down(&self) {
        let words = ["qdisc", "add", "dev", "eth0", "root", "tbf", "rate", RATE];
        let words = words.into_iter().chain(["burst", "256kb", "latency", "200ms"]);
        let status = self.namespace.command("tc").args(words).status().unwrap();
        assert!(status.success(), "tc takes no rate");
    }

    /// Bytes that have left this host, or come to it.
    fn bytes(&self, direction: &str) -> u64 {
        let path = format!("/sys/class/net/eth0/statistics/{direction}_bytes");
        let output = self.namespace.command("cat").arg(path).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
    }
}

fn is_example(user: &str) -> bool {
    smolchat_tests::stage::accounts().any(|(name, _)| name == user)
}

/// Bytes that repeat nowhere.
fn content(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state ^ state >> 29).to_le_bytes()
    });
    words.take(bytes / 8).flatten().collect()
}

/// The percents of a line that says from whom a file came, by user.
fn parts(line: &str) -> Vec<(String, u64)> {
    let parts = line.split(", ").filter_map(|part| part.split_once(" % from "));
    parts
        .map(|(percent, user)| (user.trim_end_matches(')').to_owned(), percent.parse().unwrap()))
        .collect()
}

/// The user loads the film, and what is said at the end.
fn load(person: &mut Person) -> String {
    person.say(&format!("download! {NAME}"));
    person.hears_soon(&format!("{NAME} is here: {{any}}")).line
}

fn assert_same(host: &Host, content: &[u8]) {
    assert!(fs::read(host.loaded()).unwrap() == content, "{} has another file", host.user);
}

#[test]
fn a_film_comes_from_two_holders_and_each_gives_a_third() {
    on_hosts(&["luke", "yoda", "leia"], |hosts| {
        let content = content(FILM, 1);
        let [mut luke, mut yoda, mut leia] = [0, 1, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        hosts[1].offer(&mut yoda, &content);
        let end = load(&mut leia);
        assert_same(&hosts[2], &content);
        let parts = parts(&end);
        assert_eq!(parts.len(), 2, "{end}");
        assert!(parts.iter().all(|(_, percent)| *percent >= 33), "{end}");
        let given = [0, 1].map(|at: usize| hosts[at].bytes("tx"));
        assert!(given.iter().all(|bytes| *bytes >= FILM as u64 / 3), "{given:?}");
    });
}

#[test]
fn one_of_two_holders_is_killed_half_way_and_the_film_comes_all_the_same() {
    on_hosts(&["luke", "yoda", "leia"], |hosts| {
        hosts[..2].iter().for_each(Host::slow_down);
        let content = content(FILM, 2);
        let [mut luke, mut yoda, mut leia] = [0, 1, 2].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        hosts[1].offer(&mut yoda, &content);
        leia.say(&format!("download! {NAME}"));
        wait_for(|| hosts[2].bytes("rx") > FILM as u64 / 2);
        yoda.dies();
        leia.hears_soon(&format!("{NAME} is here: {{any}}"));
        assert_same(&hosts[2], &content);
    });
}

#[test]
fn the_receiver_is_killed_half_way_and_only_what_is_missing_comes_again() {
    on_hosts(&["luke", "leia"], |hosts| {
        hosts[0].slow_down();
        let content = content(FILM, 3);
        let [mut luke, mut leia] = [0, 1].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        leia.say(&format!("download! {NAME}"));
        wait_for(|| hosts[1].bytes("rx") > FILM as u64 / 2);
        leia.dies();
        luke.hears_soon("leia just logged out");
        let mut leia = hosts[1].arrive();
        load(&mut leia);
        assert_same(&hosts[1], &content);
        // What was under way is lost, and frames have heads: some percent.
        let received = hosts[1].bytes("rx");
        assert!(received < FILM as u64 / 100 * 115, "{received}");
    });
}

#[test]
fn ten_load_from_one_owner_who_gives_less_than_two_and_a_half_films() {
    let users: Vec<_> = (0..11).map(|number| format!("guest{number}")).collect();
    let users: Vec<_> = users.iter().map(String::as_str).collect();
    on_hosts(&users, |hosts| {
        hosts.iter().for_each(Host::slow_down);
        register_all(hosts);
        let content = content(FILM, 4);
        let mut people: Vec<_> = hosts.iter().map(Host::arrive).collect();
        hosts[0].offer(&mut people[0], &content);
        let before = hosts[0].bytes("tx");
        let begun = Instant::now();
        for person in &mut people[1..] {
            person.say(&format!("download! {NAME}"));
        }
        for (host, person) in hosts.iter().zip(&mut people).skip(1) {
            person.hears_soon(&format!("{NAME} is here: {{any}}"));
            assert_same(host, &content);
        }
        let films = (hosts[0].bytes("tx") - before) as f64 / FILM as f64;
        eprintln!("the owner gave {films:.2} films in {:.1} s", begun.elapsed().as_secs_f32());
        assert!(films < 2.5, "{films}");
    });
}

/// Accounts for users who have none.
fn register_all(hosts: &[Host]) {
    for host in hosts {
        host.namespace.run(|| {
            let mut connection = Connection::open(SERVER_ADDRESS).unwrap();
            connection.hear("220 {any}");
            connection.ask(&format!("register {} {PASSWORD}", host.user), "231 {any}");
            connection.hang_up().unwrap();
        });
    }
}

#[test]
fn whoever_listens_on_the_segment_sees_no_byte_of_a_file() {
    on_hosts(&["luke", "leia"], |hosts| {
        let secret = b"the rebel base is on the fourth moon of Yavin. ";
        let content = secret.repeat(20_000);
        let [mut luke, mut leia] = [0, 1].map(|at: usize| hosts[at].arrive());
        hosts[0].offer(&mut luke, &content);
        let mut sniffer = hosts[1].namespace.run(|| Sniffer::start().unwrap());
        load(&mut leia);
        assert_same(&hosts[1], &content);
        let heard = sniffer.frames().unwrap().concat();
        assert!(heard.len() > content.len(), "only {} bytes were heard", heard.len());
        assert!(!heard.windows(16).any(|bytes| bytes == &secret[..16]));
    });
}

fn wait_for(mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !is_so() {
        assert!(Instant::now() < until, "it does not come about");
        thread::sleep(Duration::from_millis(20));
    }
}
