//! What strangers and users do all at once, without a pause, until it is over. Each thread has one
//! connection at a time and waits for each answer, as a person's program does. Threads step back
//! behind the server and the two who chat: who floods has a machine of its own.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use smolchat_tests::course::Course;
use smolchat_tests::namespace::Namespace;
use smolchat_tests::real::Connection;
use smolchat_tests::ssh_attacks::{ATTACKS, SshAttacker};

use super::place;
use super::server::{LINES, PASSWORD, PEOPLE, SSH};

/// Connections of strangers at once.
const STRANGERS: usize = 16;
/// Users who come and go at once.
const USERS: usize = 64;
/// The same beside a log that nobody reads, where the log is measured and no crowd.
const FEW: usize = 2;
/// Connections at once that exchange keys.
const CALLS: usize = 4;
/// The attack of that name is the one with whole key exchanges and passwords.
const GUESSES: &str = "wrong passwords";

/// What happens beside the two who chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flood {
    Registrations {
        sources: u16,
    },
    Guesses,
    GuessesBySsh,
    Presence,
    /// A few users who come and go.
    Events,
}

impl Flood {
    /// Threads, each with one connection at a time.
    fn threads(self) -> usize {
        match self {
            Flood::Registrations { .. } | Flood::Guesses => STRANGERS,
            Flood::GuessesBySsh => CALLS,
            Flood::Presence => USERS,
            Flood::Events => FEW,
        }
    }

    /// Addresses from which it comes, none of which has done anything before.
    pub(super) fn sources(self) -> u16 {
        match self {
            Flood::Registrations { sources } => sources,
            Flood::Guesses | Flood::GuessesBySsh | Flood::Presence | Flood::Events => 16,
        }
    }

    /// Goes on in the server's namespace until it is over; how often it did it.
    pub(super) fn go_on(self, namespace: &Namespace, way: &Way<'_>, course: &Course) -> u64 {
        place::step_back().unwrap_or_else(|told| panic!("{told}"));
        let one = |thread: usize| namespace.run(|| self.one(namespace, way, course, thread));
        thread::scope(|scope| {
            let threads: Vec<_> =
                (0..self.threads()).map(|thread| scope.spawn(move || one(thread))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum()
        })
    }

    fn one(self, namespace: &Namespace, way: &Way<'_>, course: &Course, thread: usize) -> u64 {
        if self == Flood::GuessesBySsh {
            let attacker = SshAttacker { namespace, door: SSH, sources: way.sources };
            let attack = ATTACKS.iter().find(|(name, _)| name.contains(GUESSES));
            return attack.map_or(0, |(_, attack)| attack(&attacker, course));
        }
        let source = way.sources[thread % way.sources.len()];
        let mut done = 0;
        while course.goes_on() {
            let Ok(connection) = Connection::open_narrow(LINES, Some((source, 0).into())) else {
                continue;
            };
            done += match self {
                Flood::Presence | Flood::Events => way.come_and_go(connection),
                Flood::Guesses | Flood::GuessesBySsh => way.guess(connection, course),
                Flood::Registrations { .. } => way.register(connection, course),
            };
            course.begin();
        }
        done
    }
}

/// Where a flood comes from, and whom it names next.
pub(super) struct Way<'a> {
    pub(super) sources: &'a [IpAddr],
    pub(super) next: &'a AtomicU64,
}

impl Way<'_> {
    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn person(&self) -> u64 {
        self.number() % PEOPLE
    }

    /// A user logs in and out.
    fn come_and_go(&self, mut connection: Connection) -> u64 {
        let login = format!("login open{} {PASSWORD}", self.person());
        let is_in = answer(&mut connection, &login).starts_with("230");
        let left = answer(&mut connection, "logout");
        u64::from(is_in && left.starts_with("221"))
    }

    /// A stranger tries one name after the other, until the connection or the flood ends.
    fn guess(&self, mut connection: Connection, course: &Course) -> u64 {
        let login = || format!("login hidden{} wrong", self.person());
        repeat(course, || !answer(&mut connection, &login()).is_empty())
    }

    /// A stranger creates one account after the other.
    fn register(&self, mut connection: Connection, course: &Course) -> u64 {
        let register = || format!("register r{} {PASSWORD}", self.number());
        repeat(course, || !answer(&mut connection, &register()).is_empty())
    }
}

/// Does it again until it cannot be done or all is over; how often it was done.
fn repeat(course: &Course, mut act: impl FnMut() -> bool) -> u64 {
    let mut done = 0;
    while course.goes_on() && act() {
        course.begin();
        done += 1;
    }
    done
}

/// The reply to a line, behind all that others do; nothing where the connection has ended.
fn answer(connection: &mut Connection, line: &str) -> String {
    if connection.say(line).is_err() {
        return String::new();
    }
    loop {
        match connection.try_next_line() {
            Ok(Some(line)) if line.starts_with("* ") || line.starts_with("220 ") => {}
            Ok(Some(line)) => return line,
            Ok(None) | Err(_) => return String::new(),
        }
    }
}
