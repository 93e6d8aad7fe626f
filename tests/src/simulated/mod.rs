//! The simulated world: the server as a value, clients at the other end of in-memory pipes, one
//! virtual clock. Knows nothing of the machine.

mod environment;
mod hashes;
mod pipe;
mod world;

use std::collections::VecDeque;
use std::net::IpAddr;

use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::dialect::DialectKind;
use smolchat_core::server::{ConnectionId, Server, Settings};
use smolchat_core::store::StoreError;
use smolchat_core::time::{Duration, Instant};

use crate::setting::Setting;
use crate::stage::{Client, Stage, accounts};
use crate::transcript::Transcript;
use environment::{SimulatedEnvironment, lend};
use hashes::{Hashes, hash};

pub use pipe::Carriage;
use pipe::Pipe;

/// The number of the store in memory.
const EPOCH: u32 = 7;

/// Deadlines that may fire while one span of time passes.
const DEADLINES: usize = 10_000;

/// A client: what it has not sent, and what it was told.
#[derive(Debug, Default)]
struct Party {
    link: Option<Link>,
    outbox: VecDeque<u8>,
    unfinished: Vec<u8>,
    lines: VecDeque<String>,
    stalled: bool,
    hung_up: bool,
}

/// A connection that is there.
#[derive(Debug)]
struct Link {
    id: ConnectionId,
    pipe: Pipe,
    closing: bool,
}

/// The simulated world.
#[derive(Debug)]
pub struct Simulated {
    server: Server<'static>,
    setting: Setting,
    carriage: Carriage,
    environment: SimulatedEnvironment,
    parties: Vec<Party>,
    /// Which client has which of the server's places.
    places: Vec<Option<Client>>,
    now: Instant,
    /// The last byte of the address from which clients come.
    host: u8,
    transcript: Transcript,
}

impl Simulated {
    /// A world with a server that has just started.
    pub fn new(setting: Setting, carriage: Carriage) -> Self {
        Self::in_world(setting, carriage, SimulatedEnvironment::new(42, None))
    }

    /// The same with a server that keeps hashes of passwords, and learns of each later whether a
    /// password is right.
    pub fn hashed(setting: Setting, carriage: Carriage) -> Self {
        let hashes = Some(Hashes::default());
        Self::in_world(setting, carriage, SimulatedEnvironment::new(42, hashes))
    }

    fn in_world(setting: Setting, carriage: Carriage, environment: SimulatedEnvironment) -> Self {
        Simulated {
            server: start(&setting, &environment, Instant::START),
            places: vec![None; capacities(&setting).places()],
            setting,
            carriage,
            environment,
            parties: Vec::new(),
            now: Instant::START,
            host: 1,
            transcript: Transcript::default(),
        }
    }
}

fn capacities(setting: &Setting) -> Capacities {
    let Setting { users, connections, messages, blocks, .. } = *setting;
    let Setting { history, keys, files, holders, .. } = *setting;
    Capacities {
        history,
        keys,
        files,
        holders,
        ..Capacities::new(users, connections, messages, blocks)
    }
}

/// A server with the example accounts and those that were written down.
fn start(setting: &Setting, environment: &SimulatedEnvironment, now: Instant) -> Server<'static> {
    let settings = Settings {
        block_duration: Duration::from_secs(setting.block_duration),
        timeout: Duration::from_secs(setting.timeout),
        login_deadline: Duration::from_secs(setting.login_deadline),
        registration: setting.registration,
        durability: setting.durability,
        mail_expires: Duration::from_secs(setting.mail_expires),
        limits: Limits::new(setting.guesses, setting.registrations, setting.changes),
    };
    let mut server = Server::new(lend(&capacities(setting)), settings, now, 7);
    for (user, password) in accounts() {
        let added = match &environment.hashes {
            None => server.add_account(user, password),
            Some(_) => server.add_account(user, &hash(password)),
        };
        added.expect("the accounts fit");
    }
    environment.store.replay(|entry| server.restore(entry).expect("what was kept fits"));
    server.resume(EPOCH, false);
    server
}

impl Stage for Simulated {
    fn connect(&mut self) -> Client {
        self.settle();
        let client = Client(self.parties.len());
        let Some(place) = self.places.iter().position(Option::is_none) else {
            self.fail("the server has no place left, not even to say that it is full");
        };
        let id = ConnectionId(place as u16);
        let from = IpAddr::from([10, 0, 0, self.host]);
        self.places[place] = Some(client);
        let link = Link { id, pipe: Pipe::new(self.carriage), closing: false };
        self.parties.push(Party { link: Some(link), ..Party::default() });
        self.server.handle_connect(self.now, id, from, DialectKind::Lines, &mut self.environment);
        client
    }

    fn come_from(&mut self, address: u8) {
        assert!(self.setting.apart, "the setting must say so");
        self.host = address;
    }

    fn send(&mut self, client: Client, bytes: &[u8]) {
        self.transcript.said(client, bytes);
        self.parties[client.0].outbox.extend(bytes);
    }

    fn next_line(&mut self, client: Client) -> Option<String> {
        self.settle();
        self.parties[client.0].lines.pop_front()
    }

    fn hear_nothing(&mut self) {
        self.settle();
        for (number, party) in self.parties.iter().enumerate() {
            if let Some(line) = party.lines.front() {
                self.fail(&format!("{} was told\n    {line}\ninstead of nothing", Client(number)));
            }
        }
    }

    fn closed(&mut self, client: Client) {
        self.settle();
        let party = &self.parties[client.0];
        if let Some(line) = party.lines.front() {
            self.fail(&format!("{client} was told\n    {line}\ninstead of being disconnected"));
        }
        if party.link.is_some() {
            self.fail(&format!("{client} is still connected"));
        }
    }

    fn hang_up(&mut self, client: Client) {
        self.settle();
        self.transcript.note(format!("{client} hangs up"));
        self.parties[client.0].hung_up = true;
        self.parties[client.0].lines.clear();
    }

    fn reset(&mut self, client: Client) {
        self.settle();
        self.transcript.note(format!("{client}'s connection breaks"));
        self.parties[client.0].lines.clear();
        self.disconnect(client);
    }

    fn stall(&mut self, client: Client) {
        self.settle();
        self.transcript.note(format!("{client} stalls"));
        self.parties[client.0].stalled = true;
    }

    fn resume(&mut self, client: Client) {
        self.transcript.note(format!("{client} goes on reading"));
        self.parties[client.0].stalled = false;
    }

    fn pass(&mut self, time: std::time::Duration) {
        self.transcript.note(format!("{time:?} pass"));
        self.settle();
        self.confirm(|_| true);
        let until = self.now + Duration::from_millis(time.as_millis() as u64);
        for _ in 0..DEADLINES {
            self.settle();
            let Some(due) = self.server.poll_at().filter(|due| *due <= until) else {
                self.now = until;
                return self.settle();
            };
            self.now = due.max(self.now);
            self.server.handle_timeout(self.now, &mut self.environment);
        }
        self.fail("the server's deadlines do not come to an end");
    }

    fn haste(&self) -> u64 {
        1
    }

    fn set_store_works(&mut self, works: bool) {
        self.environment.store.refuses = if works { None } else { Some(StoreError::Failed) };
    }

    fn restart(&mut self) {
        self.settle();
        self.transcript.note("the server restarts".to_owned());
        self.server.prepare_shutdown(self.now, &mut self.environment);
        self.settle();
        self.server.handle_shutdown(self.now, &mut self.environment);
        self.settle();
        for client in (0..self.parties.len()).map(Client) {
            self.disconnect(client);
        }
        self.check_connections();
        self.server = start(&self.setting, &self.environment, self.now);
    }

    fn fail(&self, what: &str) -> ! {
        self.transcript.fail(what)
    }
}
