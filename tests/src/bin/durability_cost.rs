//! The cost of durability for the host's server: pipelined messages a second with it and without
//! it, by turns, and the ratio. Needs root and `smolchatd` built for
//! release.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Instant;

use smolchat_core::protocol::TEXT_MAX;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use tempfile::TempDir;

/// Pairs of users, in which one talks to the other.
const PAIRS: [usize; 2] = [8, 64];
/// When a receiver acknowledges a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Habit {
    /// As soon as it has heard it.
    Prompt,
    /// Not before the sender has its OKs, so that they wait for the disk.
    Late,
}
/// Messages in all.
const MESSAGES: usize = 262_144;
/// Messages sent at once.
const BURST: usize = 64;
/// Rounds of each kind.
const ROUNDS: usize = 5;
/// Users with an account.
const USERS: usize = 129;
/// Messages that wait when a start is timed.
const WAITING: usize = 16_384;

fn main() {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let folder = TempDir::new().unwrap_or_else(|error| panic!("{error}"));
    let file = folder.path().join("accounts");
    let accounts: String = (0..USERS).map(|user| format!("u{user} p\n")).collect();
    fs::write(&file, accounts).unwrap_or_else(|error| panic!("{error}"));
    for habit in [Habit::Prompt, Habit::Late] {
        for pairs in PAIRS {
            compare(&namespace, &file, pairs, habit);
        }
    }
    namespace.run(|| fill(&namespace, &file));
    let begin = Instant::now();
    let server = start(&namespace, &file, "strict");
    println!(
        "with {WAITING} messages of full length that wait, a start takes {:?}",
        begin.elapsed()
    );
    stop(server);
}

/// Measures each kind by turns.
fn compare(namespace: &Namespace, accounts: &Path, pairs: usize, habit: Habit) {
    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for (word, rates) in ["off", "relaxed", "strict"].iter().zip(&mut rates) {
            let (rate, syncs) = namespace.run(|| measure(namespace, accounts, word, pairs, habit));
            let for_each = MESSAGES as u64 / syncs.max(1);
            println!(
                "{word:8} {rate:9.0} messages a second, {for_each} for each of {syncs} waits for the disk"
            );
            rates.push(rate);
        }
    }
    let [off, relaxed, strict] = rates.map(median);
    println!(
        "{} connections, receivers {habit:?}: off is {:.2} times as fast as strict, {:.2} times as relaxed",
        2 * pairs,
        off / strict,
        off / relaxed
    );
}

/// Starts a server, and waits until it listens.
fn start(namespace: &Namespace, accounts: &Path, durability: &str) -> Program {
    let program = find("smolchatd").unwrap_or_else(|missing| panic!("{missing}"));
    let mut command = namespace.command(program);
    command.args(["--durability", durability, "--credentials"]).arg(accounts);
    let mut server = Program::start(&mut command).unwrap_or_else(|said| panic!("{said}"));
    server.wait_for("listening").unwrap_or_else(|said| panic!("{said}"));
    server
}

fn stop(mut server: Program) {
    server.terminate();
    server.wait().unwrap_or_else(|error| panic!("{error}"));
}

/// Leaves as many messages of full length as the server holds by default.
fn fill(namespace: &Namespace, accounts: &Path) {
    let server = start(namespace, accounts, "strict");
    let mut sender = arrive(0);
    for number in 0..WAITING / BURST {
        let to = 1 + number % (USERS - 1);
        let line = format!("message u{to} {}\n", "x".repeat(TEXT_MAX));
        sender.send(line.repeat(BURST).as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        count(&mut sender, "251 ");
    }
    drop(sender);
    stop(server);
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// Messages a second that the server takes and delivers, and how often it waited for the disk.
fn measure(
    namespace: &Namespace,
    accounts: &Path,
    durability: &str,
    pairs: usize,
    habit: Habit,
) -> (f64, u64) {
    let server = start(namespace, accounts, durability);
    let bursts = MESSAGES / pairs / BURST;
    let pairs: Vec<_> = (0..pairs).map(|pair| (arrive(2 * pair), arrive(2 * pair + 1))).collect();
    let begin = Instant::now();
    thread::scope(|scope| {
        for (pair, (sender, receiver)) in pairs.into_iter().enumerate() {
            scope.spawn(move || talk(sender, receiver, 2 * pair + 1, bursts, habit));
        }
    });
    let rate = MESSAGES as f64 / begin.elapsed().as_secs_f64();
    let mut last = arrive(0);
    last.say("status").unwrap_or_else(|error| panic!("{error}"));
    let figures = std::iter::from_fn(|| last.next_line());
    let mut syncs = figures.filter_map(|line| Some(line.split_once("store-syncs ")?.1.to_owned()));
    let syncs = syncs.next().and_then(|count| count.parse().ok()).unwrap_or_default();
    drop(last);
    stop(server);
    (rate, syncs)
}

fn arrive(user: usize) -> Connection {
    let mut connection =
        Connection::open(SERVER_ADDRESS).unwrap_or_else(|error| panic!("no connection: {error}"));
    connection.hear("220 {any}");
    connection.ask("acks on", "200 {any}");
    connection.ask(&format!("login u{user} p"), "230 {any}");
    connection
}

/// Sends bursts, each when the last was answered, heard and acknowledged.
fn talk(mut sender: Connection, mut receiver: Connection, to: usize, bursts: usize, habit: Habit) {
    let line = format!("message u{to} how much is the fish, and how much are two of them?\n");
    for _ in 0..bursts {
        sender.send(line.repeat(BURST).as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        if habit == Habit::Late {
            count(&mut sender, "250 ");
        }
        let last = count(&mut receiver, "* message ");
        let id = last.split(' ').nth(2).unwrap_or_default();
        receiver.say(&format!("ack {id}")).unwrap_or_else(|error| panic!("{error}"));
        if habit == Habit::Prompt {
            count(&mut sender, "250 ");
        }
    }
}

/// Hears a burst of lines that begin so, and nothing else that matters; the last.
fn count(connection: &mut Connection, beginning: &str) -> String {
    let mut heard = 0;
    loop {
        let line = connection.next_line().unwrap_or_else(|| panic!("the server is silent"));
        heard += usize::from(line.starts_with(beginning));
        assert!(!line.starts_with('4'), "{line}");
        if heard == BURST {
            return line;
        }
    }
}
