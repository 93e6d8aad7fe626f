//! A board's work beside chatting: addresses by DHCP, lost frames, a watchdog that bites, a log
//! that tells, sleep. Needs root and the images.

use std::fs;
use std::thread;
use std::time::Duration;

use libtest_mimic::{Arguments, Trial};
use smolchat_emulator::{BOARDS, Board, GUEST_ADDRESS};
use smolchat_tests::emulated::{Emulated, Wire, beside_an_image};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::{Connection, Place, Server};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;

/// The list of the functions' names.
macro_rules! tests {
    ($($name:ident),+ $(,)?) => {
        const TESTS: &[(&str, fn(&Board))] = &[$((stringify!($name), $name)),+];
    };
}

tests! {
    an_address_is_leased_and_logged,
    what_was_accepted_arrives_in_order_over_a_network_that_loses_frames,
    a_board_that_hangs_is_started_anew_and_says_why,
    the_log_tells_what_happened,
    an_argument_that_is_none_stops_the_image_and_is_named,
    who_has_nothing_to_do_sleeps,
    messages_pass_while_a_password_is_checked,
    without_chance_no_password_is_kept,
}

/// They wait for most of their time.
const AT_ONCE: usize = 12;

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for board in &BOARDS {
        for (name, test) in TESTS {
            trials.push(Trial::test(format!("{}::{name}", board.name), || {
                test(board);
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn open(place: &Place<'_>) -> Connection {
    Connection::open(place.server).unwrap_or_else(|error| panic!("no connection: {error}"))
}

/// Reads the log up to a line that holds `text`.
fn logged(server: &mut Emulated, text: &str) {
    server.wait_for(text).unwrap_or_else(|said| panic!("{said}"));
}

fn an_address_is_leased_and_logged(board: &Board) {
    beside_an_image(board, Wire::User, Setting::roomy(), &["ip=dhcp"], |place, mut server| {
        logged(&mut server, &format!("address: {GUEST_ADDRESS}/24"));
        let mut hans = open(place).logged_in("hans");
        hans.ask("message yoda hi", "251 {id} stored until yoda logs in");
    });
}

/// Messages each way.
const LOSSY_MESSAGES: usize = 100;
/// Fewer than a mailbox of any board holds.
const BATCH: usize = 8;
/// Batches after which somebody makes no progress.
const BATCHES_MAX: usize = 100;

fn what_was_accepted_arrives_in_order_over_a_network_that_loses_frames(board: &Board) {
    let loss = ["loss=10", "seed=7"];
    beside_an_image(board, Wire::Tap, Setting::roomy(), &loss, |place, _server| {
        let mut hans = Lossy::arrive(place, "hans");
        let mut yoda = Lossy::arrive(place, "yoda");
        assert_eq!(hans.line(), "* login yoda");
        for _ in 0..BATCHES_MAX {
            if hans.said.len().min(yoda.said.len()) >= LOSSY_MESSAGES {
                return;
            }
            hans.say_batch("yoda");
            yoda.say_batch("hans");
            hans.hear_answers();
            yoda.hear_answers();
            hans.hear_all(&yoda.said);
            yoda.hear_all(&hans.said);
        }
        panic!("only {} and {} messages were accepted", hans.said.len(), yoda.said.len());
    });
}

/// A connection that was greeted; `None` where the handshake took longer than the server allows.
fn greeted(place: &Place<'_>) -> Option<Connection> {
    let mut connection = Connection::open(place.server).ok()?;
    let line = connection.try_next_line().ok()??;
    assert!(line.starts_with("220 "), "told {line}");
    Some(connection)
}

/// A user at the end of a network that loses frames. A frame that is lost several times comes late,
/// each time after twice as long.
struct Lossy {
    connection: Connection,
    /// The ids of what was accepted, in order.
    said: Vec<String>,
    /// The ids of what arrived, in order.
    heard: Vec<String>,
}

impl Lossy {
    fn arrive(place: &Place<'_>, user: &str) -> Self {
        let connection = (0..10).find_map(|_| greeted(place));
        let connection = connection.unwrap_or_else(|| panic!("no connection"));
        let mut lossy = Lossy { connection, said: Vec::new(), heard: Vec::new() };
        lossy.say(&format!("login {user} {}\n", password_of(user)));
        assert!(lossy.line().starts_with("230 "));
        lossy
    }

    fn say(&mut self, lines: &str) {
        self.connection.send(lines.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    }

    fn line(&mut self) -> String {
        let mut tries = (0..6).map(|_| self.connection.next_line());
        tries.find_map(|line| line).unwrap_or_else(|| panic!("nothing comes through"))
    }

    fn say_batch(&mut self, to: &str) {
        self.say(&format!("message {to} hi\n").repeat(BATCH));
    }

    /// Hears an answer to each message of a batch, and messages between them. A mailbox that is
    /// still full refuses some.
    fn hear_answers(&mut self) {
        let mut answers = 0;
        while answers < BATCH {
            let line = self.line();
            if line.starts_with('*') {
                self.take(&line);
                continue;
            }
            answers += 1;
            match line.strip_prefix("250 ").and_then(|rest| rest.split_once(' ')) {
                Some((id, _)) => self.said.push(id.to_owned()),
                None => assert!(line.starts_with("45"), "told {line}"),
            }
        }
    }

    /// Has heard exactly what was said.
    fn hear_all(&mut self, said: &[String]) {
        while self.heard.len() < said.len() {
            let line = self.line();
            self.take(&line);
        }
        assert_eq!(self.heard, said);
    }

    fn take(&mut self, line: &str) {
        let id = line.strip_prefix("* message ").and_then(|rest| rest.split_once(' '));
        let (id, _) = id.unwrap_or_else(|| panic!("told {line}"));
        self.heard.push(id.to_owned());
    }
}

fn a_board_that_hangs_is_started_anew_and_says_why(board: &Board) {
    beside_an_image(board, Wire::Tap, Setting::roomy(), &["stuck=2"], |place, mut server| {
        open(place).logged_in("hans");
        logged(&mut server, "stuck on purpose");
        logged(&mut server, "started by Watchdog");
        logged(&mut server, "listening");
        open(place).logged_in("hans");
    });
}

fn the_log_tells_what_happened(board: &Board) {
    let setting = Setting::roomy().connections(1).messages(2);
    beside_an_image(board, Wire::Tap, setting, &[], |place, mut server| {
        assert!(server.has_said("started by PowerOn"));
        let mut hans = open(place);
        hans.hear("220 {any}");
        hans.ask("login hans wrong", "533 {any}");
        logged(&mut server, "login refused: WrongPassword: 192.168.69.2");
        hans.ask("login hans falcon*solo", "230 {any}");
        logged(&mut server, "login: hans");
        open(place).hear("421 {any}");
        logged(&mut server, "server full: 192.168.69.2");
        hans.ask(&format!("message yoda {}", "x".repeat(432)), "251 {any}");
        hans.ask("message yoda hi", "45{any}");
        logged(&mut server, "refused for lack of room: 45");
        server.restart().unwrap_or_else(|said| panic!("{said}"));
        assert!(server.has_said("logout: hans: Closed(ShuttingDown)"));
        assert!(server.has_said("started by Software"));
    });
}

fn an_argument_that_is_none_stops_the_image_and_is_named(board: &Board) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    namespace.run(|| {
        for word in ["color=blue", "timeout=soon", "verbose"] {
            let started = Emulated::start(&namespace, board, Wire::User, Setting::roomy(), &[word]);
            let said = started.err().unwrap_or_else(|| panic!("{word} is taken"));
            assert!(said.contains(&format!("not an argument: {word}")), "{said}");
        }
    });
}

/// Messages that are answered before the first of several logins, one after the other.
const MEANWHILE: usize = 3;
/// How often the test's own machine may be too slow for that.
const TRIES: usize = 20;

/// Only the order counts in which one connection hears of its messages and of the logins. A board
/// that computes a whole hash in one round of its loop answers one message before a login at most.
fn messages_pass_while_a_password_is_checked(board: &Board) {
    let setting = Setting::roomy().unlimited();
    beside_an_image(board, Wire::Tap, setting, &[], |place, _server| {
        let mut hans = open(place).logged_in("hans");
        let mut yoda = open(place).logged_in("yoda");
        hans.hear("* login yoda");
        let passed = (0..TRIES).any(|_| {
            let mut strangers = ["luke", "leia", "vader"].map(|user| (user, open(place)));
            for (_, stranger) in &mut strangers {
                stranger.hear("220 {any}");
            }
            for (user, stranger) in &mut strangers {
                let said = stranger.say(&format!("login {user} {}", password_of(user)));
                said.unwrap_or_else(|error| panic!("{error}"));
            }
            let logins_before = (0..MEANWHILE).map(|_| answered(&mut hans)).sum::<usize>();
            (logins_before..strangers.len()).for_each(|_| drop(hans.hear("* login {any}")));
            for (_, stranger) in strangers {
                stranger.hang_up().unwrap_or_else(|error| panic!("{error}"));
                hans.hear("* logout {any}");
            }
            (0..MEANWHILE).for_each(|_| while !is_message(yoda.next_line()) {});
            logins_before == 0
        });
        assert!(passed, "in none of {TRIES} tries {MEANWHILE} messages passed before a login");
    });
}

/// Sends a message, and answers how many logins were told before its OK.
fn answered(hans: &mut Connection) -> usize {
    hans.say("message yoda meanwhile").unwrap_or_else(|error| panic!("{error}"));
    let lines = std::iter::from_fn(|| hans.next_line());
    lines.take_while(|line| !line.starts_with("250 ")).count()
}

fn is_message(line: Option<String>) -> bool {
    line.unwrap_or_else(|| panic!("yoda is told nothing")).ends_with(" hans 0 meanwhile")
}

fn without_chance_no_password_is_kept(board: &Board) {
    beside_an_image(board, Wire::Tap, Setting::roomy(), &["entropy=off"], |place, _server| {
        let mut stranger = open(place);
        stranger.hear("220 {any}");
        stranger.ask("register jabba hutt", "433 the account could not be stored, try again later");
        let mut hans = open(place).logged_in("hans");
        let change = format!("passwd {} carbonite", password_of("hans"));
        hans.ask(&change, "439 the new password could not be stored, the old one stays");
    });
}

/// How long nobody has anything to say.
const IDLE: Duration = Duration::from_secs(10);

fn who_has_nothing_to_do_sleeps(board: &Board) {
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[], |_, server| {
        // The clients' machine has things to say about a device that just came up.
        thread::sleep(Duration::from_secs(2));
        let before = processor_time(&server);
        thread::sleep(IDLE);
        let used = processor_time(&server) - before;
        println!("{}: {used:?} in {IDLE:?}", board.name);
        assert!(100 * used < IDLE, "{used:?} in {IDLE:?}");
    });
}

/// The emulator's CPU time on the host (proc(5): the first figure of `schedstat`, in nanoseconds).
fn processor_time(server: &Emulated) -> Duration {
    let pid = server.pid().unwrap_or_else(|| panic!("it has no process")).as_raw_pid();
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap_or_else(|error| panic!("{error}"));
    let used = tasks.flatten().map(|task| {
        let text = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0)
    });
    Duration::from_nanos(used.sum())
}
