//! The server in this process, over a wire in memory, on a virtual clock.
//! Knows no socket, no clock and no disk.

use std::hint::black_box;

use smolchat_core::carrier::{Carrier, Carriers, Plain};
use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::environment::{Environment, NoEntropy, Notice};
use smolchat_core::net::{Buffers, Driver, NetMemory, NetSettings, Service};
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};
use smoltcp::wire::EthernetAddress;

use crate::by_ssh::{self, SSH_PORT, is_users_key};
use crate::host::SERVER;
use crate::leaking::Leaking;
use crate::operations::{Operation, gather, gather_by_ssh};
use crate::wire::Wire;
use crate::world::{Machine, World};

const ADDRESS: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 1]);
/// A day: nothing but the operations is to happen.
const LONG: Duration = Duration::from_secs(24 * 3600);
/// What the daemon lends.
const BUFFERS: Buffers = Buffers { rx: 2048, tx: 4096, fragments: 8 };
/// Tenths of a second after which no timer of the connecting is left.
const SETTLING: usize = 100;
/// Everything is seeded, so that every count is the same in every run.
const SEED: u64 = 1;

/// Does the operation so many times, where `places` users have an account and an open connection,
/// and `online` of them are logged in.
///
/// # Panics
/// A line that must come does not come.
pub fn in_memory(operation: Operation, places: usize, online: usize, times: usize) {
    let capacities = Capacities::new(places, places, 64, 64);
    let mut world = World::new(Memory::new(&capacities, Plain), ADDRESS, places);
    let online = gather(&mut world, &account, online);
    repeat(operation, world, &online, times);
}

/// The same where `online` of so many users come by SSH, and nobody else is connected.
///
/// # Panics
/// A line that must come does not come.
pub fn in_memory_by_ssh(operation: Operation, places: usize, online: usize, times: usize) {
    let capacities = Capacities::new(places, places, 64, 64);
    let door = by_ssh::door(&capacities, LONG);
    let mut world = World::new(Memory::new(&capacities, door), ADDRESS, places);
    let online = gather_by_ssh(&mut world, &account, online);
    repeat(operation, world, &online, times);
}

fn account(place: usize) -> (String, String) {
    (format!("u{place}"), "p".to_owned())
}

fn repeat<C: Carriers>(
    operation: Operation,
    mut world: World<Memory<C>>,
    online: &[usize],
    times: usize,
) {
    operation.repeat(&mut world, &account, online, times);
    let texts = world.machine.server.chat().figures().texts.used;
    assert_eq!(texts, 0, "every message was delivered");
}

struct Memory<C> {
    now: Instant,
    /// When the server wants its next turn, whatever comes.
    due: Option<Instant>,
    driver: Driver<'static, C>,
    server: Server<'static>,
}

impl<C: Carriers> Memory<C> {
    fn new(capacities: &Capacities, carriers: C) -> Self {
        let settings = Settings {
            block_duration: LONG,
            timeout: LONG,
            login_deadline: LONG,
            registration: false,
            durability: Durability::Off,
            mail_expires: Duration::from_secs(0),
            limits: Limits::new(0, 0, 0),
        };
        let lent = ServerMemory::from_arena(capacities, &mut Leaking);
        let mut server = Server::new(lent, settings, Instant::START, SEED);
        for user in 0..capacities.users {
            server.add_account(&format!("u{user}"), "p").expect("there is room for every user");
        }
        let addresses = [SERVER];
        let services =
            [Service::LINES, Service { port: SSH_PORT, carrier: Carrier::Ssh, ..Service::LINES }];
        let has_ssh = carriers.carries(Carrier::Ssh);
        let net = NetSettings {
            services: &services[..1 + usize::from(has_ssh)],
            keep_alive: LONG,
            idle_timeout: Duration::from_secs(48 * 3600),
            ..NetSettings::new(ADDRESS, &addresses)
        };
        let lent = NetMemory::from_arena(capacities, BUFFERS, &mut Leaking);
        let mut device = Wire::to(ADDRESS);
        let seed = SEED.into();
        let driver = Driver::with_carriers(lent, &net, Instant::START, &mut device, seed, carriers);
        let driver = driver.expect("the settings go together");
        Memory { now: Instant::START, due: None, driver, server }
    }

    /// A round of the server's, so much later, unless it sleeps: nothing has come, and nothing is
    /// due.
    fn advance(&mut self, wire: &mut Wire, pause: Duration, counts: bool) {
        self.now = self.now + pause;
        let sleeps = wire.to_server.is_empty() && self.due.is_none_or(|due| due > self.now);
        match (sleeps, counts) {
            (true, _) => (),
            (false, true) => self.counted_server_round(wire),
            (false, false) => self.work(wire),
        }
    }

    fn work(&mut self, wire: &mut Wire) {
        self.due = black_box(self.driver.poll(self.now, wire, &mut self.server, &mut Nothing));
    }

    /// Everything the server does in one round, and nothing of what its hosts do. Callgrind finds
    /// it by this name.
    #[inline(never)]
    fn counted_server_round(&mut self, wire: &mut Wire) {
        self.work(wire);
    }
}

impl<C: Carriers> Machine for Memory<C> {
    fn round(&mut self, wire: &mut Wire, counts: bool) {
        self.advance(wire, Duration::from_millis(1), counts);
    }

    fn settle(&mut self, wire: &mut Wire) {
        for _ in 0..SETTLING {
            self.advance(wire, Duration::from_millis(100), false);
        }
    }

    fn now(&self) -> Instant {
        self.now
    }
}

/// An environment in which nothing happens but the operations.
struct Nothing;

impl Store for Nothing {
    fn append(&mut self, _: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        Err(StoreError::Failed)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for Nothing {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, _: Notice<'_>) {}

    fn has_key(&self, _: &str, key: &[u8; 32]) -> bool {
        is_users_key(key)
    }
}
