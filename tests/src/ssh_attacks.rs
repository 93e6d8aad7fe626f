//! What strangers and users do to a server's door for SSH to make others wait. Each goes on until
//! it is told to stop, and says how often it did it. Knows no server.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use smolchat_ssh_client::{Call, End, Identity, SUBSYSTEM, Terms};

use crate::course::Course;
use crate::floods::LIMIT;
use crate::namespace::Namespace;
use crate::real::Connection;
use crate::ssh::Machine;
use crate::stage::password_of;

/// Connections that are kept half open.
const HALF_OPEN: usize = 200;
/// The keys that one connection offers.
const KEYS: u16 = 300;
/// The length that a packet claims, and the bytes behind it.
const LONG_PACKET: u32 = 35_000;
/// Requests whose replies nobody reads.
const UNREAD: usize = 2_000;
/// So long an answer is waited for before the next question.
const PAUSE: Duration = Duration::from_millis(2);

/// Somebody at a machine of its own, with many addresses.
#[derive(Debug)]
pub struct SshAttacker<'n> {
    /// The machine.
    pub namespace: &'n Namespace,
    /// The server's door for SSH.
    pub door: SocketAddr,
    /// The machine's addresses.
    pub sources: &'n [IpAddr],
}

/// A way to make others wait.
pub type SshAttack = fn(&SshAttacker<'_>, &Course) -> u64;

/// All ways, and their names.
pub const ATTACKS: &[(&str, SshAttack)] = &[
    ("half-open handshakes from 50 sources", half_open_handshakes),
    ("key exchanges and wrong passwords from 50 sources", wrong_passwords),
    ("300 keys on each connection", many_keys),
    ("packets of 35 KB", long_packets),
    ("a user who renews its keys with each kilobyte", rekeys),
    ("a user who never reads", never_reads),
];

impl SshAttacker<'_> {
    fn connect(&self, number: u64) -> Option<Connection> {
        let from = self.sources[number as usize % self.sources.len()];
        Connection::open_narrow(self.door, Some(SocketAddr::new(from, 0))).ok()
    }

    /// The server's key.
    fn key(&self) -> [u8; 32] {
        let connection = self.connect(0).unwrap_or_else(|| panic!("no connection"));
        match connection.carried_by(Call::new(Terms::default())) {
            Err(End::Untrusted(key)) => key,
            other => panic!("no key, but {:?}", other.map(|_| ())),
        }
    }
}

/// Whether to go on after so much was done. The attack has begun with the first of it.
fn goes_on(course: &Course, done: u64) -> bool {
    if done == 1 {
        course.begin();
    }
    course.goes_on() && done < LIMIT
}

/// Connections that tell their version, and then nothing.
fn half_open_handshakes(attacker: &SshAttacker<'_>, course: &Course) -> u64 {
    let (mut held, mut made) = (VecDeque::new(), 0);
    while goes_on(course, made) {
        let Some(mut connection) = attacker.connect(made) else { continue };
        // A server that has ended it already needs no more.
        _ = connection.send(b"SSH-2.0-half\r\n");
        held.push_back(connection);
        if held.len() > HALF_OPEN {
            held.pop_front();
        }
        made += 1;
    }
    made
}

/// Whole key exchanges, each with one password of a name that nobody has.
fn wrong_passwords(attacker: &SshAttacker<'_>, course: &Course) -> u64 {
    let trusted = vec![attacker.key()];
    let password = Some("wrong".to_owned());
    let terms = Terms { user: "nobody".to_owned(), trusted, password, ..Terms::default() };
    let mut made = 0;
    while goes_on(course, made) {
        let Some(connection) = attacker.connect(made) else { continue };
        _ = connection.carried_by(Call::new(terms.clone()));
        made += 1;
    }
    made
}

/// Connections that offer one key after the other, until the server ends them.
fn many_keys(attacker: &SshAttacker<'_>, course: &Course) -> u64 {
    let seed = |number: u16| [number.to_le_bytes(); 16].concat();
    let key = |number| Identity::from_seed(&seed(number).try_into().unwrap_or([0; 32]));
    let identities: Vec<Identity> = (1..=KEYS).map(key).collect();
    let trusted = vec![attacker.key()];
    let terms = Terms { user: "hans".to_owned(), trusted, identities, ..Terms::default() };
    let mut made = 0;
    while goes_on(course, made) {
        let Some(connection) = attacker.connect(made) else { continue };
        let ended = connection.carried_by(Call::new(terms.clone()));
        assert!(!ended.is_ok_and(|connection| !connection.ended), "the server takes every key");
        made += 1;
    }
    made
}

/// Packets that are longer than any may be.
fn long_packets(attacker: &SshAttacker<'_>, course: &Course) -> u64 {
    let packet = [LONG_PACKET.to_be_bytes().as_slice(), &[0; LONG_PACKET as usize]].concat();
    let mut made = 0;
    while goes_on(course, made) {
        let Some(mut connection) = attacker.connect(made) else { continue };
        _ = connection.send(b"SSH-2.0-long\r\n");
        // Most of it meets a connection that has ended.
        _ = connection.send(&packet);
        made += 1;
    }
    made
}

/// A user whose client asks for new keys with each kilobyte.
fn rekeys(attacker: &SshAttacker<'_>, course: &Course) -> u64 {
    let machine = Machine::new(attacker.namespace);
    let mut luke = machine.arrive("luke", &["-o", "RekeyLimit=1K"]);
    let mut asked = 0;
    while goes_on(course, asked) {
        if luke.program.say("whoelse").is_err() {
            break;
        }
        asked += 1;
        // The server reads no more of it for a while, and it does not wait for that.
        while luke.program.line_within(PAUSE).is_some() {}
    }
    asked
}

/// A user who asks and does not read the answers.
fn never_reads(attacker: &SshAttacker<'_>, course: &Course) -> u64 {
    let password = Some(password_of("luke").to_owned());
    let trusted = vec![attacker.key()];
    let terms = Terms { user: "luke".to_owned(), trusted, password, ..Terms::default() };
    let call = Call::for_subsystem(terms, SUBSYSTEM);
    let connection = attacker.connect(0).unwrap_or_else(|| panic!("no connection"));
    let mut luke = connection.carried_by(call).unwrap_or_else(|end| panic!("{end}"));
    let said = luke.send("whoelse\n".repeat(UNREAD).as_bytes());
    said.unwrap_or_else(|error| panic!("{error}"));
    course.begin();
    course.wait_for_end();
    UNREAD as u64
}
