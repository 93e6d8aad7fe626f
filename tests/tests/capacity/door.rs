//! The server's front door: clients that say a line and hear lines, over pipes, with a clock that
//! stands still until told.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bumpalo::Bump;
use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::dialect::DialectKind;
use smolchat_core::server::{ConnectionId, Flow, Server, ServerMemory, Settings};
use smolchat_core::store::Durability;
use smolchat_core::time::{Duration, Instant};
use smolchat_tests::model::{Heap, ModelEnvironment, Pipe};

/// How often a loop may turn that should have come to rest.
const ROUNDS_MAX: usize = 10_000;

struct Client {
    pipe: Pipe,
    reads: bool,
    heard: String,
    closed: bool,
}

/// A server and who is at its door.
pub(crate) struct Door<'s> {
    pub(crate) server: Server<'s>,
    pub(crate) environment: ModelEnvironment,
    clients: BTreeMap<usize, Client>,
    capacities: Capacities,
}

/// Room for everything but what a test is about.
pub(crate) const PLENTY: Capacities = Capacities {
    users: 12,
    connections: 12,
    spare: 2,
    texts: 800,
    chunks: 3_000,
    deliveries: 900,
    blocks: 400,
    keys: 8,
    sources: 14,
    history: 8,
    files: 16,
    holders: 48,
    bans: 4,
};

/// Ten accounts, `a` to `j`; each is its own password.
pub(crate) const ACCOUNTS: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/// Opens a server with the first `accounts` of [`ACCOUNTS`].
pub(crate) fn open(capacities: Capacities, accounts: usize, test: impl FnOnce(&mut Door<'_>)) {
    let memory = Bump::new();
    let lent = ServerMemory::from_arena(&capacities, &mut Heap(&memory));
    let settings = Settings {
        block_duration: Duration::from_secs(60),
        timeout: Duration::from_secs(600),
        login_deadline: Duration::from_secs(30),
        registration: true,
        durability: Durability::Off,
        mail_expires: Duration::from_secs(0),
        limits: Limits::new(0, 0, 0),
    };
    let mut server = Server::new(lent, settings, Instant::START, 1);
    for name in &ACCOUNTS[..accounts] {
        server.add_account(name, *name).expect("the test's accounts fit");
    }
    let bytes = memory.allocated_bytes();
    let environment = ModelEnvironment::default();
    test(&mut Door { server, environment, clients: BTreeMap::new(), capacities });
    assert_eq!(memory.allocated_bytes(), bytes, "nothing has grown");
}

impl Door<'_> {
    /// Somebody connects who reads whatever comes: its place.
    pub(crate) fn connect(&mut self) -> usize {
        self.connect_with_room(1 << 16)
    }

    /// Somebody connects over a transport that holds so many bytes.
    pub(crate) fn connect_with_room(&mut self, room: usize) -> usize {
        let places = 0..self.capacities.places();
        let is_free = |place: &usize| self.clients.get(place).is_none_or(|client| client.closed);
        let place = places.into_iter().find(is_free).expect("a place is free");
        let from = IpAddr::from([192, 168, 69, 100 + place as u8]);
        let client =
            Client { pipe: Pipe::new(room), reads: true, heard: String::new(), closed: false };
        self.clients.insert(place, client);
        let id = ConnectionId(place as u16);
        self.server.handle_connect(
            Instant::START,
            id,
            from,
            DialectKind::Lines,
            &mut self.environment,
        );
        self.settle();
        place
    }

    /// Somebody connects, logs in, and acknowledges by itself: its place. What it heard until then
    /// is left out.
    pub(crate) fn arrive(&mut self, name: &str) -> usize {
        let place = self.connect();
        self.say(place, "acks on");
        let heard = self.say(place, &format!("login {name} {name}"));
        let welcome = "230 Welcome to this message application";
        assert!(heard.iter().any(|line| line == welcome), "{heard:?}");
        place
    }

    /// Says a line and hears what comes of it, along with what came before.
    pub(crate) fn say(&mut self, place: usize, line: &str) -> Vec<String> {
        let client = self.clients.get_mut(&place).expect("it is connected");
        client.pipe.send(format!("{line}\n").as_bytes());
        self.service(place);
        self.settle();
        self.hear(place)
    }

    /// Says a line and hears exactly one.
    pub(crate) fn reply(&mut self, place: usize, line: &str) -> String {
        let heard = self.say(place, line);
        assert_eq!(heard.len(), 1, "one line for {line:?}: {heard:?}");
        heard.into_iter().next().unwrap_or_default()
    }

    /// The code of the one reply to a line.
    pub(crate) fn code(&mut self, place: usize, line: &str) -> u16 {
        self.reply(place, line)[..3].parse().expect("a reply begins with its code")
    }

    /// What the client has read and the test has not heard yet.
    pub(crate) fn hear(&mut self, place: usize) -> Vec<String> {
        let client = self.clients.get_mut(&place).expect("it is connected");
        std::mem::take(&mut client.heard).lines().map(str::to_owned).collect()
    }

    /// The client reads nothing more.
    pub(crate) fn stall(&mut self, place: usize) {
        self.clients.get_mut(&place).expect("it is connected").reads = false;
    }

    /// The client reads again, and hears what was kept for it.
    pub(crate) fn unstall(&mut self, place: usize) -> Vec<String> {
        self.clients.get_mut(&place).expect("it is connected").reads = true;
        self.service(place);
        self.settle();
        self.hear(place)
    }

    /// The client is gone without a word.
    pub(crate) fn leave(&mut self, place: usize) {
        self.close(place);
        self.settle();
    }

    /// Whether the server has closed the connection.
    pub(crate) fn is_closed(&self, place: usize) -> bool {
        self.clients[&place].closed
    }

    /// Texts that somebody still needs.
    pub(crate) fn texts(&self) -> usize {
        self.server.chat().figures().texts.used
    }

    fn settle(&mut self) {
        for _ in 0..ROUNDS_MAX {
            let Some(ready) = self.server.poll_ready() else { return };
            self.service(ready.index());
        }
        panic!("the server never comes to rest");
    }

    fn service(&mut self, place: usize) {
        let id = ConnectionId(place as u16);
        for _ in 0..ROUNDS_MAX {
            let Some(client) = self.clients.get_mut(&place).filter(|client| !client.closed) else {
                return;
            };
            let now = Instant::START;
            self.server.poll_output(now, id, &mut client.pipe, &self.environment);
            self.server.handle_input(now, id, &mut client.pipe, &mut self.environment);
            let flow = self.server.poll_output(now, id, &mut client.pipe, &self.environment);
            let bytes = client.pipe.receive(if client.reads { usize::MAX } else { 0 });
            client.heard.push_str(std::str::from_utf8(&bytes).expect("whole lines are read"));
            if flow == Flow::Close && client.pipe.is_drained() {
                return self.close(place);
            }
            if bytes.is_empty() {
                return;
            }
        }
        panic!("place {place} never comes to rest");
    }

    fn close(&mut self, place: usize) {
        self.clients.get_mut(&place).expect("it is connected").closed = true;
        let id = ConnectionId(place as u16);
        self.server.handle_disconnect(Instant::START, id, &mut self.environment);
    }
}
