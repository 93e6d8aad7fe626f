//! The loop: what it asks of a platform, and the goodbye.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use smoltcp::phy::DeviceCapabilities;

use super::super::{
    Buffers, Counters, DialectKind, Driver, NetError, NetMemory, NetSettings, Platform, Service,
    Wake, serve,
};
use super::cable::Cable;
use super::raw::{segment, segments, syn};
use super::world::{SERVER, SERVER_MAC};
use crate::arena::Arena;
use crate::chat::{Capacities, Limits};
use crate::environment::{Environment, NoEntropy, Notice};
use crate::server::{Server, ServerMemory, Settings};
use crate::store::{Durability, Entry, IsLive, Store, StoreError};
use crate::time::{Duration, Instant};
use smoltcp::wire::{EthernetAddress, IpAddress, IpCidr, TcpControl};

struct Leak;

impl Arena<'static> for Leak {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Box::leak((0..count).map(|_| T::default()).collect())
    }
}

type Sent = Rc<RefCell<Vec<Vec<u8>>>>;

/// Hands the device a batch of frames at every wait, asks to stop at the first wait without one,
/// and lets time pass after.
struct Script {
    now: Instant,
    batches: VecDeque<Vec<Vec<u8>>>,
    sent: Sent,
    waits: Vec<Option<Instant>>,
    answer: bool,
    /// How long the process stands still in its first wait that no frame ends.
    frozen: Duration,
    /// How often the product has more to do with the server.
    unfinished: u32,
    stopping: bool,
}

impl Store for Script {
    fn append(&mut self, _: &Entry<'_>, _: IsLive<'_>) -> Result<(), StoreError> {
        Err(StoreError::Failed)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for Script {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }

    fn notice(&mut self, _: Notice<'_>) {}
}

impl Platform<Cable> for Script {
    fn now(&mut self) -> Instant {
        self.now
    }

    fn wait(&mut self, device: &mut Cable, until: Option<Instant>) -> Wake {
        self.waits.push(until);
        if self.unfinished > 0 {
            return Wake::Work;
        }
        let sent: Vec<_> = device.outgoing.drain(..).collect();
        if self.answer {
            for said in segments(&sent) {
                let ack = Some(said.seq.wrapping_add(1));
                if said.syn {
                    device.incoming.push_back(segment(said.port, TcpControl::None, 1001, ack));
                }
            }
        }
        self.sent.borrow_mut().extend(sent);
        if !device.incoming.is_empty() {
            return Wake::Work;
        }
        match self.batches.pop_front() {
            Some(batch) => {
                device.incoming.extend(batch);
                Wake::Work
            }
            None if self.frozen > Duration::default() => {
                self.now = self.now + core::mem::take(&mut self.frozen);
                Wake::Work
            }
            None if !self.stopping => {
                self.stopping = true;
                Wake::ShutDown
            }
            None => {
                self.now = until.unwrap_or(self.now).max(self.now + Duration::from_millis(1));
                Wake::ShutDown
            }
        }
    }

    fn attend(&mut self, _: Instant, _: &mut Server<'_>, _: &Counters) -> bool {
        self.unfinished = self.unfinished.saturating_sub(1);
        self.unfinished > 0
    }
}

fn capacities() -> Capacities {
    Capacities::new(4, 4, 16, 4)
}

fn settings() -> Settings {
    Settings {
        block_duration: Duration::from_secs(60),
        timeout: Duration::from_secs(600),
        login_deadline: Duration::from_secs(30),
        registration: false,
        durability: Durability::Off,
        mail_expires: Duration::from_secs(0),
        limits: Limits::USUAL,
    }
}

fn driver(net: &NetSettings<'_>, buffers: Buffers) -> Result<Driver<'static>, NetError> {
    let lent = NetMemory::from_arena(&capacities(), buffers, &mut Leak);
    Driver::new(lent, net, Instant::START, &mut Cable::default(), 1)
}

fn run(batches: Vec<Vec<Vec<u8>>>, answer: bool) -> (Script, Driver<'static>, Server<'static>) {
    run_frozen(batches, answer, Duration::default())
}

/// The same, with a process that stands still for a while.
fn run_frozen(
    batches: Vec<Vec<Vec<u8>>>,
    answer: bool,
    frozen: Duration,
) -> (Script, Driver<'static>, Server<'static>) {
    let addresses = [IpCidr::new(SERVER, 24)];
    let buffers = Buffers { rx: 1024, tx: 1024, fragments: 0 };
    let mut driver = driver(&NetSettings::new(SERVER_MAC, &addresses), buffers).unwrap();
    let lent = ServerMemory::from_arena(&capacities(), &mut Leak);
    let mut server = Server::new(lent, settings(), Instant::START, 1);
    let mut script = Script {
        now: Instant::START,
        batches: batches.into(),
        sent: Sent::default(),
        waits: Vec::new(),
        answer,
        frozen,
        unfinished: 0,
        stopping: false,
    };
    serve(&mut Cable::default(), &mut script, &mut driver, &mut server);
    (script, driver, server)
}

#[test]
fn without_connections_the_loop_sleeps_for_as_long_as_it_takes_and_stops_at_once() {
    let (script, driver, _) = run(Vec::new(), false);
    assert_eq!(script.waits, [None]);
    assert_eq!(driver.counters().frames_out, 0);
}

#[test]
fn the_loop_comes_back_at_once_while_the_product_has_more_to_do() {
    let (mut script, mut driver, mut server) = run(Vec::new(), false);
    script.waits.clear();
    (script.unfinished, script.stopping) = (3, false);
    serve(&mut Cable::default(), &mut script, &mut driver, &mut server);
    let now = Some(script.now);
    assert_eq!(script.waits, [now, now, None]);
}

#[test]
fn everybody_hears_a_goodbye_and_who_does_not_answer_is_waited_for_three_seconds() {
    let (script, driver, server) = run(vec![vec![syn(5000)]], true);
    assert_eq!(server.connections(), 1);
    assert_eq!(driver.half_open(), 0);
    assert!(script.now.as_millis() >= 3_000 && script.now.as_millis() < 3_100);
    let sent = script.sent.borrow();
    let all = sent.concat();
    let text = String::from_utf8_lossy(&all);
    assert!(text.contains("220 smolchat ready") && text.contains("* bye "));
}

#[test]
fn whoever_was_there_when_the_process_stood_still_is_there_when_it_goes_on() {
    let minutes = Duration::from_secs(600);
    let (script, _, server) = run_frozen(vec![vec![syn(5000)]], true, minutes);
    let sent = script.sent.borrow();
    assert!(segments(&sent).iter().all(|said| !said.rst));
    // What the peer had not acknowledged is sent again, as after any second of silence.
    let all = sent.concat();
    assert!(String::from_utf8_lossy(&all).matches("220 smolchat ready").count() >= 2);
    assert_eq!(server.connections(), 1);
    // What the loop asks for is told on the clock that goes on.
    assert!(script.waits.iter().flatten().any(|until| until.as_millis() > 600_000));
}

#[test]
fn nobody_is_let_in_during_the_goodbye() {
    let addresses = [IpCidr::new(SERVER, 24)];
    let buffers = Buffers { rx: 1024, tx: 1024, fragments: 0 };
    let mut driver = driver(&NetSettings::new(SERVER_MAC, &addresses), buffers).unwrap();
    let lent = ServerMemory::from_arena(&capacities(), &mut Leak);
    let mut server = Server::new(lent, settings(), Instant::START, 1);
    let mut cable = Cable::default();
    let mut script = Script {
        now: Instant::START,
        batches: VecDeque::new(),
        sent: Sent::default(),
        waits: Vec::new(),
        answer: false,
        unfinished: 0,
        frozen: Duration::default(),
        stopping: false,
    };
    driver.stop_listening();
    cable.incoming.push_back(syn(5000));
    driver.poll(Instant::START, &mut cable, &mut server, &mut script);
    let frames: Vec<_> = cable.outgoing.drain(..).collect();
    assert!(segments(&frames)[0].rst);
    assert_eq!(driver.half_open(), 0);
}

#[test]
fn what_does_not_go_together_is_refused_at_start() {
    let addresses = [IpCidr::new(SERVER, 24)];
    let good = NetSettings::new(SERVER_MAC, &addresses);
    let least = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
    let refusal = |net: &NetSettings<'_>, buffers| driver(net, buffers).err();
    assert_eq!(refusal(&good, least), None);
    let small = Some(NetError::BufferTooSmall);
    assert_eq!(refusal(&good, Buffers { rx: Buffers::RX_MIN - 1, ..least }), small);
    assert_eq!(refusal(&good, Buffers { tx: Buffers::TX_MIN - 1, ..least }), small);
    assert_eq!(refusal(&good, Buffers { rx: 0, tx: 0, fragments: 0 }), small);
    let mac = EthernetAddress::BROADCAST;
    assert_eq!(refusal(&NetSettings { mac, ..good }, least), Some(NetError::BadMac));
    let services = [Service { port: 0, ..Service::LINES }];
    let refused = refusal(&NetSettings { services: &services, ..good }, least);
    assert_eq!(refused, Some(NetError::BadPort));
    let dialect = DialectKind::Letters;
    let services = [Service::LINES, Service { port: 1, dialect, ..Service::LINES }];
    let net = NetSettings { services: &services, ..good };
    let (rx, tx) = (dialect.request_bytes(), dialect.reply_bytes());
    assert_eq!(refusal(&net, Buffers { rx, tx, fragments: 0 }), None);
    assert_eq!(refusal(&net, Buffers { rx: rx - 1, tx, fragments: 0 }), small);
    assert_eq!(refusal(&net, Buffers { rx, tx: tx - 1, fragments: 0 }), small);
    let group = [IpCidr::new(IpAddress::v4(224, 0, 0, 1), 24)];
    let bad = Some(NetError::BadAddress);
    assert_eq!(refusal(&NetSettings { addresses: &group, ..good }, least), bad);
    let gateways = [IpAddress::v4(255, 255, 255, 255)];
    assert_eq!(refusal(&NetSettings { gateways: &gateways, ..good }, least), bad);
    let many = [addresses[0]; 5];
    let refused = refusal(&NetSettings { addresses: &many, ..good }, least);
    assert_eq!(refused, Some(NetError::TooManyAddresses));
    // With IPv6 there is always the link-local one.
    let none = if cfg!(feature = "ipv6") { None } else { Some(NetError::NoAddress) };
    assert_eq!(refusal(&NetSettings { addresses: &[], ..good }, least), none);
}

#[cfg(feature = "dhcp")]
#[test]
fn an_address_to_be_leased_needs_its_room_and_is_enough() {
    let buffers = Buffers { rx: Buffers::RX_MIN, tx: Buffers::TX_MIN, fragments: 0 };
    let addresses = [IpCidr::new(SERVER, 24); 4];
    // With IPv6 one of the four is the link-local one.
    let fits = if cfg!(feature = "ipv6") { 2 } else { 3 };
    let refusal = |count: usize| {
        let net = NetSettings::new(SERVER_MAC, &addresses[..count]);
        driver(&NetSettings { dhcp: true, ..net }, buffers).err()
    };
    assert_eq!((refusal(0), refusal(fits)), (None, None));
    assert_eq!(refusal(fits + 1), Some(NetError::TooManyAddresses));
}

#[test]
fn a_device_without_ethernet_or_for_tiny_frames_only_is_refused() {
    use super::super::port::Described;
    use smoltcp::phy::Medium;
    let addresses = [IpCidr::new(SERVER, 24)];
    let net = NetSettings::new(SERVER_MAC, &addresses);
    let buffers = Buffers { rx: 1024, tx: 1024, fragments: 0 };
    for (medium, mtu) in [(Medium::Ip, 1500), (Medium::Ethernet, 100)] {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = medium;
        capabilities.max_transmission_unit = mtu;
        let lent = NetMemory::from_arena(&capacities(), buffers, &mut Leak);
        let made = Driver::new(lent, &net, Instant::START, &mut Described(&capabilities), 1);
        assert_eq!(made.err(), Some(NetError::BadDevice));
    }
}

#[test]
fn the_memory_told_is_for_every_place_the_same_again() {
    let bytes = |connections| {
        let capacities = Capacities::new(4, connections, 16, 4);
        NetMemory::bytes(&capacities, Buffers { rx: 1024, tx: 1024, fragments: 0 })
    };
    let ten_more = bytes(20) - bytes(10);
    assert_eq!(bytes(110) - bytes(100), ten_more);
    assert!((20_480..30_720).contains(&ten_more), "{ten_more}");
}
