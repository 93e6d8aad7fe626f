//! What one address may take from the others at the real server: places, locks, accounts, changes.
//! Each flood runs beside a person of another address. Needs root and `smolchatd` built for
//! release.

use std::fs;
use std::io::{ErrorKind, Read};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, connect, socket_with};
use smolchat_tests::floods::{LIMIT, StopOnDrop};
use smolchat_tests::folder;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::{Program, find};
use smolchat_tests::real::{Connection, SERVER_ADDRESS};
use smolchat_tests::stage::{CREDENTIALS, password_of};

const WELCOME: &str = "230 Welcome to this message application";
/// How long a flood lasts.
const FLOOD: Duration = Duration::from_secs(6);
/// Places of a server that is to be filled.
const PLACES: usize = 64;

/// The address of that number, from 1 on; the first is the machine's usual one.
fn address(number: u8) -> IpAddr {
    Ipv4Addr::new(192, 168, 69, 99 + number).into()
}

/// A connection from there.
fn try_from(number: u8) -> std::io::Result<Connection> {
    Connection::open_narrow(SERVER_ADDRESS, Some(SocketAddr::new(address(number), 0)))
}

/// A connection from there that was greeted.
fn stranger(number: u8) -> Connection {
    let mut stranger = try_from(number).unwrap();
    stranger.hear("220 {any}");
    stranger
}

/// An example user from there.
fn user(number: u8, name: &str) -> Connection {
    try_from(number).unwrap().logged_in(name)
}

/// Does `work` on a thread beside a server with the example accounts and its usual limits.
fn beside_a_server(arguments: &[&str], work: impl FnOnce() + Send) {
    let namespace = Namespace::new().unwrap_or_else(|missing| panic!("{missing}"));
    let folder = folder::in_memory().unwrap();
    let accounts = folder.path().join("accounts");
    fs::write(&accounts, CREDENTIALS).unwrap();
    namespace.run(|| {
        let mut command = namespace.command(find("smolchatd").unwrap());
        command.arg("--credentials").arg(&accounts).args(arguments);
        let mut server = Program::start(&mut command).unwrap();
        server.wait_for("listening").unwrap();
        (2..=3).for_each(|number| namespace.add_address(address(number)).unwrap());
        work();
        server.terminate();
        assert!(server.wait().unwrap().success());
    });
}

/// The reply to `line`, whatever events come before it.
fn reply_to(connection: &mut Connection, line: &str) -> String {
    connection.say(line).unwrap();
    loop {
        let line = connection.next_line().expect("an answer");
        assert!(!line.starts_with("* bye"), "{line}");
        if !line.starts_with("* ") {
            return line;
        }
    }
}

/// Asks every ten milliseconds until it is `over`: how long each answer took, the shortest first.
fn waits(mut person: Connection, over: &AtomicBool) -> Vec<Duration> {
    let mut waits = Vec::new();
    while !over.load(Ordering::Relaxed) {
        let begin = Instant::now();
        assert_eq!(reply_to(&mut person, "ping"), "202 pong");
        waits.push(begin.elapsed());
        thread::sleep(Duration::from_millis(10));
    }
    waits.sort();
    waits
}

fn tell(flood: &str, waits: &[Duration]) {
    let at = |hundredth: usize| waits[(waits.len() - 1) * hundredth / 100];
    println!("{flood}: p50 {:?}, p99 {:?}, longest {:?}", at(50), at(99), at(100));
}

/// Plays `flood` for its time while a person of another address asks, and tells how long that
/// person waited.
fn flood(what: &str, person: Connection, flood: impl FnOnce(&AtomicBool)) {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let asks = scope.spawn(|| waits(person, &over));
        let stop = StopOnDrop(&over);
        flood(&over);
        drop(stop);
        let waits = asks.join().unwrap();
        tell(what, &waits);
        assert!(waits.len() > 20 && waits[waits.len() / 2] < Duration::from_secs(1));
    });
}

/// A connection from the second address, begun and not waited for.
fn begin() -> TcpStream {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None).unwrap();
    bind(&socket, &SocketAddr::new(address(2), 0)).unwrap();
    match connect(&socket, &SERVER_ADDRESS) {
        Ok(()) | Err(Errno::INPROGRESS) => socket.into(),
        Err(error) => panic!("no connection: {error}"),
    }
}

/// Keeps this many connections from the second address under way and renews each that ends, until
/// it is `over`. Tells of each that is greeted, and answers how many were begun.
fn renew(count: usize, greeted: &Sender<()>, over: &AtomicBool) -> u64 {
    let (mut held, mut begun) = (Vec::new(), 0);
    while !over.load(Ordering::Relaxed) {
        held.retain_mut(|(stream, is_greeted): &mut (TcpStream, bool)| {
            match stream.read(&mut [0; 512]) {
                Ok(0) => false,
                Ok(_) => {
                    if !std::mem::replace(is_greeted, true) {
                        // Nobody counts any more once the test is over.
                        let _ = greeted.send(());
                    }
                    true
                }
                Err(error) => error.kind() == ErrorKind::WouldBlock,
            }
        });
        while held.len() < count && begun < LIMIT {
            held.push((begin(), false));
            begun += 1;
        }
        thread::sleep(Duration::from_millis(1));
    }
    begun
}

/// The greetings that a flood has had.
struct Greetings {
    coming: Receiver<()>,
    count: usize,
}

impl Greetings {
    /// Waits until there are so many more.
    fn wait_for(&mut self, more: usize) {
        self.count_all();
        for _ in 0..more {
            self.coming.recv_timeout(Duration::from_secs(60)).expect("it is a flood");
            self.count += 1;
        }
    }

    /// How many there are.
    fn count_all(&mut self) -> usize {
        self.count += self.coming.try_iter().count();
        self.count
    }
}

#[test]
fn one_address_takes_every_place_and_a_person_of_another_types_logs_in_and_stays() {
    let places = PLACES.to_string();
    beside_a_server(&["--connections", &places, "--registration", "on"], || {
        let mut yoda = user(3, "yoda");
        let mut owned: Vec<Connection> = (0..30).map(|_| stranger(2)).collect();
        for (number, one) in owned.iter_mut().enumerate() {
            reply_to(one, &format!("register many{number} p"));
            assert_eq!(reply_to(one, &format!("login many{number} p")), WELCOME);
        }
        let (over, (greeted, coming)) = (AtomicBool::new(false), channel());
        let mut greetings = Greetings { coming, count: 0 };
        let flood = || renew(PLACES, &greeted, &over);
        thread::scope(|scope| {
            let stop = StopOnDrop(&over);
            let floods: Vec<_> = (0..2).map(|_| scope.spawn(flood)).collect();
            greetings.wait_for(PLACES);
            // Everybody tries at once to log in, and this one has to find the letters.
            let mut hans = stranger(1);
            greetings.wait_for(PLACES);
            let login = format!("login hans {}", password_of("hans"));
            assert_eq!(reply_to(&mut hans, &login), WELCOME);
            for _ in 0..20 {
                let said = reply_to(&mut hans, "message yoda hi");
                assert!(said.starts_with("250 "), "{said}");
                greetings.wait_for(1);
            }
            let still = scope.spawn(|| waits(hans, &over));
            greetings.wait_for(PLACES);
            drop(stop);
            let begun: u64 = floods.into_iter().map(|flood| flood.join().unwrap()).sum();
            tell("all places taken and renewed", &still.join().unwrap());
            let greeted = greetings.count_all();
            println!("{begun} connections begun, {greeted} greeted, in {PLACES} places");
            assert!(greeted > 3 * PLACES, "it was no flood: {greeted}");
        });
        let heard = yoda.lines_there().unwrap();
        assert_eq!(heard.iter().filter(|line| line.ends_with(" hi")).count(), 20, "{heard:?}");
        assert!(!yoda.ended);
    });
}

#[test]
fn three_wrong_words_from_one_address_lock_the_owner_out_of_no_other_where_it_was() {
    beside_a_server(&[], || {
        reply_to(&mut user(1, "hans"), "logout");
        let mut guesser = stranger(2);
        for guess in ["x", "y"] {
            let told = reply_to(&mut guesser, &format!("login hans {guess}"));
            assert!(told.starts_with("533 "), "{told}");
        }
        let login = format!("login hans {}", password_of("hans"));
        for line in ["login hans z", &login] {
            let told = reply_to(&mut guesser, line);
            assert!(told.starts_with("430 "), "{told}");
        }
        assert!(reply_to(&mut stranger(3), &login).starts_with("430 "), "never seen there");
        assert_eq!(reply_to(&mut stranger(1), &login), WELCOME);
    });
}

#[test]
fn a_flood_of_registrations_stays_in_its_budget_and_the_next_address_has_its_own() {
    beside_a_server(&["--registration", "on"], || {
        let mut askers: Vec<Connection> = (0..8).map(|_| stranger(2)).collect();
        let (mut made, mut refused) = (0, 0);
        flood("registrations from one address", user(1, "hans"), |_| {
            let end = Instant::now() + FLOOD;
            let mut number = 0;
            while Instant::now() < end {
                for asker in &mut askers {
                    number += 1;
                    asker.say(&format!("register flood{number} p")).unwrap();
                }
                for asker in &mut askers {
                    let line = asker.next_line().expect("an answer");
                    made += usize::from(line.starts_with("231 "));
                    refused += usize::from(line.starts_with("434 "));
                }
            }
            assert_eq!(made + refused, number);
        });
        println!("{made} accounts were made, {refused} refused");
        assert!(made == 30 && refused > 100, "{made} {refused}");
        assert!(reply_to(&mut stranger(3), "register bossk p").starts_with("231 "));
    });
}

#[test]
fn a_flood_of_changes_and_one_of_logins_stay_in_their_budgets() {
    beside_a_server(&[], || {
        let mut vader = user(2, "vader");
        let (mut done, mut refused) = (0, 0);
        flood("blocks and unblocks of one user", user(1, "hans"), |_| {
            let end = Instant::now() + FLOOD;
            while Instant::now() < end {
                for line in ["block yoda", "unblock yoda"] {
                    match &reply_to(&mut vader, line)[..3] {
                        "240" | "242" => done += 1,
                        // What is not blocked cannot be unblocked.
                        "442" | "541" | "241" => refused += 1,
                        other => panic!("{other}"),
                    }
                }
            }
        });
        println!("{done} changes were made, {refused} refused");
        // Twenty at once, and one in three seconds.
        assert!((20..=23).contains(&done) && refused > 1_000, "{done} {refused}");
        let login = format!("login luke {}", password_of("luke"));
        let (mut entered, mut waited) = (0, 0);
        // Another person: the server may still hold the last one's session.
        flood("logins of one user", user(1, "leia"), |_| {
            let end = Instant::now() + FLOOD;
            while Instant::now() < end {
                let mut luke = stranger(2);
                match &reply_to(&mut luke, &login)[..3] {
                    "230" => entered += 1,
                    "437" => waited += 1,
                    other => panic!("{other}"),
                }
                let _ = luke.say("logout");
                let _ = luke.hang_up();
            }
        });
        println!("{entered} logins were made, {waited} refused");
        assert!((20..=23).contains(&entered) && waited > 20, "{entered} {waited}");
    });
}

#[test]
fn a_class_of_thirty_behind_one_address_registers_at_once_and_logs_in_at_once() {
    beside_a_server(&["--registration", "on"], || {
        let mut class: Vec<Connection> = (0..30).map(|_| stranger(2)).collect();
        let begin = Instant::now();
        for (number, pupil) in class.iter_mut().enumerate() {
            pupil.say(&format!("register pupil{number} p\nlogin pupil{number} p")).unwrap();
        }
        for pupil in &mut class {
            pupil.hear("231 {any}");
            pupil.hear(WELCOME);
        }
        println!("30 pupils registered and logged in within {:?}", begin.elapsed());
        for pupil in class {
            pupil.hang_up().unwrap();
        }
        let mut class: Vec<Connection> = (0..30).map(|_| stranger(2)).collect();
        for (number, pupil) in class.iter_mut().enumerate() {
            pupil.say(&format!("login pupil{number} p")).unwrap();
        }
        class.iter_mut().for_each(|pupil| _ = pupil.hear(WELCOME));
        let late = reply_to(&mut stranger(2), "register late p");
        assert!(late.starts_with("434 "), "{late}");
    });
}
