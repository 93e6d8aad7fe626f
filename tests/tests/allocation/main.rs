//! The server's loop allocates nothing: the daemon as a library on one thread of this process,
//! every allocation of that thread counted, and a day's work for it, with a log that nobody reads.
//! Needs root. One test only, since it ends the server by a signal to its own process.

mod operators;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::hint::black_box;
use std::io::{PipeReader, pipe, stderr};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::thread;

use clap::Parser;
use rustix::io::{ioctl_fionbio, write};
use rustix::process::{Signal, getpid, kill_process};
use rustix::stdio::dup2_stderr;
use smolchat::daemon::{Options, Stage, run_watched};
use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::PATIENCE;
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::ssh::{Machine, SUBSYSTEM};
use smolchat_tests::stage::{CREDENTIALS, KEY, accounts, password_of};

/// The system's allocator, which counts for one thread.
struct Counting;

thread_local! {
    static IS_SERVER: Cell<bool> = const { Cell::new(false) };
}

/// Allocations of the server's thread, grown ones included.
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count() {
    if IS_SERVER.get() {
        ALLOCATIONS.fetch_add(1, Ordering::SeqCst);
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(block, layout) }
    }
}

const CONNECTIONS: usize = 8;

#[test]
fn the_server_allocates_nothing_between_listening_and_its_end() {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let directory = folder::in_memory().unwrap_or_else(|error| panic!("{error}"));
    let accounts = directory.path().join("accounts");
    fs::write(&accounts, CREDENTIALS).unwrap_or_else(|error| panic!("{error}"));
    let arguments = format!(
        "smolchatd -v --users 128 --connections {CONNECTIONS} --messages 256 --blocks 64 --keys 16 --changes-per-minute 0 --credentials"
    );
    let options = Options::parse_from(arguments.split(' ').chain(accounts.to_str()));
    namespace.run(|| {
        let unread = Unread::instead_of_standard_error();
        thread::scope(|scope| {
            let (tell, listening) = mpsc::channel();
            let server = scope.spawn(move || serve(options, &tell));
            let stop = Stop;
            assert_eq!(listening.recv_timeout(PATIENCE), Ok(()), "the server listens");
            // The server has its own way there by now; what this test says is for people.
            unread.put_back();
            logins_and_logouts();
            registrations();
            bad_input();
            messages();
            ssh(&namespace);
            operators::orders(&accounts);
            operators::reloads(&accounts);
            operators::admin(&accounts);
            full_server();
            drop(stop);
            let ended = server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            assert_eq!(ended, Ok(()));
        });
        let allocated = ALLOCATIONS.load(Ordering::SeqCst);
        assert_eq!(allocated, 1, "the one that shows that the count works, and no other");
    });
}

/// Ends the server, also where the test panics: otherwise its thread would be waited for without
/// end.
struct Stop;

impl Drop for Stop {
    fn drop(&mut self) {
        // There is such a process, and it may signal itself.
        let _ = kill_process(getpid(), Signal::TERM);
    }
}

/// A pipe that is full and that nobody reads, in the place of this process's standard error.
struct Unread {
    _reader: PipeReader,
    found: OwnedFd,
}

impl Unread {
    fn instead_of_standard_error() -> Self {
        let (reader, writer) = pipe().unwrap_or_else(|error| panic!("{error}"));
        let set_patient = |patient: bool| ioctl_fionbio(&writer, !patient);
        set_patient(false).unwrap_or_else(|error| panic!("{error}"));
        while write(&writer, &[b'\n'; 4096]).is_ok() {}
        set_patient(true).unwrap_or_else(|error| panic!("{error}"));
        let found = stderr().as_fd().try_clone_to_owned().unwrap_or_else(|error| panic!("{error}"));
        dup2_stderr(&writer).unwrap_or_else(|error| panic!("{error}"));
        Unread { _reader: reader, found }
    }

    fn put_back(&self) {
        dup2_stderr(&self.found).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The server's thread. Its allocations are counted while it listens, after one that is made on
/// purpose.
fn serve(options: Options, tell: &Sender<()>) -> Result<(), String> {
    let watch = |stage| match stage {
        Stage::Listening => {
            // The test may have given up; then nobody waits for this.
            let _ = tell.send(());
            IS_SERVER.set(true);
            drop(black_box(Box::new(0)));
        }
        Stage::Ended => IS_SERVER.set(false),
    };
    run_watched(options, watch).map_err(|error| error.to_string())
}

fn open() -> Connection {
    Connection::open(SERVER_ADDRESS).unwrap_or_else(|error| panic!("no connection: {error}"))
}

fn logins_and_logouts() {
    for _ in 0..200 {
        let mut yoda = open().logged_in("yoda");
        yoda.ask("logout", "221 You just logged out");
        assert_eq!(yoda.next_line(), None);
    }
}

fn registrations() {
    let mut stranger = open();
    stranger.hear("220 {any}");
    for number in 0..20 {
        stranger.ask(&format!("register user{number} p"), "231 {any}");
    }
    stranger.ask("register user0 p", "535 {any}");
    stranger.ask("login user0 wrong", "533 {any}");
}

fn bad_input() {
    let mut stranger = open();
    stranger.hear("220 {any}");
    for line in ["dance", "message", "\x07", "whoelse"] {
        stranger.ask(line, "5{any}");
    }
    stranger.ask(&"x".repeat(2000), "502 {any}");
    stranger.reset().unwrap_or_else(|error| panic!("{error}"));
}

/// Thirteen thousand messages of all kinds, and every command between them; enough for the store to
/// begin anew at its start.
fn messages() {
    let long = format!("message luke {}", "hello ".repeat(50));
    let mut hans = open().logged_in("hans");
    let mut luke = open().logged_in("luke");
    hans.hear("* login luke");
    for _ in 0..110 {
        for _ in 0..130 {
            hans.ask(&long, "250 {any}");
            luke.hear("* message {any}");
        }
        hans.ask("broadcast hello", "252 {any}");
        luke.hear("* broadcast {any}");
        hans.ask("message vader hello", "251 {any}");
        for (line, answer) in [
            ("whoelse", "210 Users current online: luke"),
            ("whoelsesince 60", "211 {any}"),
            ("block luke", "240 {any}"),
            ("unblock luke", "242 {any}"),
            (&*format!("p2p 5000 {KEY}"), "261 {any}"),
        ] {
            hans.ask(line, answer);
        }
        luke.ask("startprivate hans", "260 {any}");
        luke.hear("* private {any}");
        hans.hear("* private {any}");
    }
    let [erased, segments] = ["store-erased ", " of "].map(|name| figure(&mut hans, name));
    assert!(erased > segments, "the store has {segments} segments and has begun {erased}");
}

/// The number behind the last `name` that `status` tells.
fn figure(connection: &mut Connection, name: &str) -> u64 {
    connection.say("status").unwrap_or_else(|error| panic!("{error}"));
    let mut found = None;
    loop {
        let line = connection.hear("213{any}").line;
        found = line.split_once(name).and_then(|(_, number)| number.parse().ok()).or(found);
        if line.starts_with("213 ") {
            return found.unwrap_or_else(|| panic!("no figure {name}"));
        }
    }
}

/// Logins by SSH with right and wrong passwords, messages in both directions, and keys renewed.
fn ssh(namespace: &Namespace) {
    let machine = Machine::new(namespace);
    let mut hans = open().logged_in("hans");
    for _ in 0..3 {
        let mut luke = machine.arrive("luke", &["-o", "RekeyLimit=16K"]);
        hans.hear("* login luke");
        for _ in 0..100 {
            luke.ask(&format!("message hans {}", "x".repeat(200)), "250 {any}");
            hans.hear("* message {any}");
            hans.ask(&format!("message luke {}", "x".repeat(200)), "250 {any}");
            luke.hear("* message {any}");
        }
        luke.ask("logout", "221 {any}");
        hans.hear("* logout luke");
    }
    machine.start("nobody", &["a", "b"], &[], SUBSYSTEM).ends_saying("Permission denied");
    machine.start("hans", &[password_of("hans")], &[], &["id"]).ends_saying("exec request failed");
}

/// Every place taken by a user; who comes then is told so.
fn full_server() {
    let mut users: Vec<Connection> = Vec::new();
    for (user, _) in accounts().take(CONNECTIONS) {
        users.push(open().logged_in(user));
    }
    for _ in 0..50 {
        open().hear("421 {any}");
    }
}
