//! What a conversation needs of the world it plays in, whether simulated or real. Knows no server.
//! Lines are wire lines; who reads a conversation reads the protocol.

use std::fmt;
use std::time::Duration;

use crate::pattern::{self, Matched};

/// One client of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client(pub usize);

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "client {}", self.0)
    }
}

/// A world with one server and any number of clients.
pub trait Stage {
    /// A new connection; its greeting is still to be heard.
    fn connect(&mut self) -> Client;

    /// Whoever connects from now on does so from another address, counted from 1. Only where the
    /// setting asks for it.
    fn come_from(&mut self, address: u8);

    /// The client sends bytes.
    fn send(&mut self, client: Client, bytes: &[u8]);

    /// The next line that the client is told; `None` where there is none and none will come.
    fn next_line(&mut self, client: Client) -> Option<String>;

    /// Asserts that nobody is told anything more: no line is left, and none is on its way.
    fn hear_nothing(&mut self);

    /// Asserts that the server has closed the connection, and nothing was left to read.
    fn closed(&mut self, client: Client);

    /// The client closes its connection without a goodbye.
    fn hang_up(&mut self, client: Client);

    /// The client's connection breaks: what is on its way is lost.
    fn reset(&mut self, client: Client);

    /// The client reads nothing from now on.
    fn stall(&mut self, client: Client);

    /// The client reads again.
    fn resume(&mut self, client: Client);

    /// Time passes.
    fn pass(&mut self, time: Duration);

    /// How many seconds of a rule one second stands for; more than one where seconds are dear.
    fn haste(&self) -> u64;

    /// What `status` tells behind the chat's own figures, as patterns, in their order: nothing
    /// where there is no network driver.
    fn further_figures(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Whether the server takes operators' orders. A board without room for them knows no `admin`.
    fn takes_orders(&self) -> bool {
        true
    }

    /// Whether accounts can be written down.
    fn set_store_works(&mut self, works: bool);

    /// The server stops in good order and starts again, with the accounts it has written down. All
    /// clients are gone after.
    fn restart(&mut self);

    /// Ends the test with `what` and the lines that led there.
    fn fail(&self, what: &str) -> !;
}

impl dyn Stage + '_ {
    /// The client sends a line.
    pub fn say(&mut self, client: Client, line: &str) {
        self.send(client, format!("{line}\n").as_bytes());
    }

    /// The client's next line is as `pattern` says; see [`pattern::read`].
    pub fn hear(&mut self, client: Client, pattern: &str) -> Matched {
        match self.next_line(client) {
            Some(line) => pattern::read(pattern, &line).unwrap_or_else(|| {
                self.fail(&format!("{client} was told\n    {line}\ninstead of\n    {pattern}"))
            }),
            None => self.fail(&format!("{client} was told nothing instead of\n    {pattern}")),
        }
    }

    /// The client asks, and the next line answers.
    pub fn ask(&mut self, client: Client, line: &str, pattern: &str) -> Matched {
        self.say(client, line);
        self.hear(client, pattern)
    }

    /// A new connection that was greeted.
    pub fn stranger(&mut self) -> Client {
        let client = self.connect();
        self.hear(client, "220 smolchat ready: login <user> <password>, or help");
        client
    }

    /// `user` comes over a new connection.
    pub fn arrive(&mut self, user: &str) -> Client {
        let client = self.stranger();
        self.log_in(client, user);
        client
    }

    /// `user` comes over a connection that is there.
    pub fn log_in(&mut self, client: Client, user: &str) {
        let password = password_of(user);
        self.ask(
            client,
            &format!("login {user} {password}"),
            "230 Welcome to this message application",
        );
    }

    /// `user` comes over a new connection and will acknowledge what arrives.
    pub fn arrive_acknowledging(&mut self, user: &str) -> Client {
        let client = self.stranger();
        self.ask(client, "acks on", "200 acknowledgements on");
        self.log_in(client, user);
        client
    }

    /// So many users come, one after the other, and each has heard of those who came later.
    pub fn company<const N: usize>(&mut self, users: [&str; N]) -> [Client; N] {
        let mut here: Vec<Client> = Vec::new();
        users.map(|user| {
            let client = self.arrive(user);
            for &other in &here {
                self.hear(other, &format!("* login {user}"));
            }
            here.push(client);
            client
        })
    }

    /// The client says that it listens for peers, who know it by [`KEY`].
    pub fn listen(&mut self, client: Client, port: u16) {
        let line = format!("p2p {port} {KEY}");
        self.ask(client, &line, &format!("261 {port} announced to peers"));
    }

    /// Seconds of a rule pass.
    pub fn pass_seconds(&mut self, seconds: f64) {
        self.pass(Duration::from_secs_f64(seconds));
    }
}

/// What `status` tells of a network driver.
pub const DRIVER_FIGURES: &[&str] = &[
    "frames-in {number}",
    "frames-out {number}",
    "fragments {number}",
    "reassembled {number}",
    "strays {number}",
    "strays-ignored {number}",
    "refused {number}",
    "challenged {number}",
    "cookies {number}",
    "cookies-honoured {number}",
    "syns-dropped {number}",
    "evicted {number}",
    "half-open-peak {number}",
    "frames-for-others {number}",
    "frames-tagged {number}",
    "frames-unanswered {number}",
    "address-conflicts {number}",
    "too-big {number}",
    "shortened {number}",
    "inquiries {number}",
    "peers-moved {number}",
    "device-exhausted {number}",
];

/// The key of every client that listens for peers.
pub const KEY: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// The example accounts of `credentials.txt`.
pub const CREDENTIALS: &str = include_str!("../../credentials.txt");

/// The example accounts: names and passwords.
pub fn accounts() -> impl Iterator<Item = (&'static str, &'static str)> {
    CREDENTIALS.lines().filter_map(|line| line.split_once(' '))
}

/// The password of an example account.
pub fn password_of(user: &str) -> &'static str {
    let found = accounts().find(|(name, _)| *name == user);
    found.map(|(_, password)| password).unwrap_or_else(|| panic!("{user} has no example account"))
}
