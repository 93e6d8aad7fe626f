//! What one message costs the server, to be run under callgrind: `message_cost CONNECTIONS MESSAGES`.
//! Touches the network driver, the server, and peers that are smoltcp too, over a wire in memory and a virtual clock. Only
//! [`server_round`] is to be counted (`--toggle-collect`); the difference of two runs with different numbers of messages is the cost of the
//! messages alone.

use std::collections::VecDeque;
use std::hint::black_box;

use smolchat_core::arena::Arena;
use smolchat_core::chat::Capacities;
use smolchat_core::environment::{Environment, NoEntropy, Notice};
use smolchat_core::net::{Buffers, Driver, NetLent, NetSettings};
use smolchat_core::server::{Lent, Server, Settings};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::{Duration, Instant};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet, SocketStorage};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp;
use smoltcp::wire::{EthernetAddress, HardwareAddress, IpAddress, IpCidr};

const SERVER_MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 1]);
const SERVER: IpAddress = IpAddress::v4(10, 0, 0, 1);
const PORT: u16 = 4000;
const HEADER: usize = 14;
/// An hour: nothing but messages is to happen.
const LONG: Duration = Duration::from_secs(3600);

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let (Some(Ok(connections)), Some(Ok(messages))) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: message_cost CONNECTIONS MESSAGES");
        std::process::exit(2);
    };
    let mut world = World::new(connections.max(2));
    world.connect_all();
    world.settle();
    world.ask(0, "acks on", "200 ");
    world.ask(1, "acks on", "200 ");
    world.ask(0, "login u0 p", "230 ");
    world.ask(1, "login u1 p", "230 ");
    for number in 1..=messages {
        world.ask(0, "message u1 how much is the fish?", "250 ");
        world.ask(1, &format!("ack {number}"), "201 ");
    }
    assert_eq!(world.server.chat().mailboxes.texts_used().0, 0, "every message was delivered");
}

/// Everything the server does in one round, and nothing of what its peers do.
#[inline(never)]
fn server_round(
    now: Instant,
    wire: &mut Wire,
    driver: &mut Driver<'static>,
    server: &mut Server<'static>,
) {
    black_box(driver.poll(now, wire, server, &mut Nothing));
}

struct World {
    now: Instant,
    wire: Wire,
    driver: Driver<'static>,
    server: Server<'static>,
    peers: Vec<Peer>,
}

impl World {
    fn new(connections: usize) -> Self {
        let capacities = Capacities::new(connections, connections, 64, 64);
        let settings = Settings {
            block_duration: LONG,
            timeout: LONG,
            login_deadline: LONG,
            registration: false,
            durability: Durability::Off,
        };
        let lent = Lent::from_arena(&capacities, &mut Leak);
        let mut server = Server::new(lent, settings, Instant::START, 1);
        for user in 0..connections {
            server.add_account(&format!("u{user}"), "p").expect("there is room for every user");
        }
        let mut wire = Wire::default();
        let addresses = [IpCidr::new(SERVER, 8)];
        let net = NetSettings {
            keep_alive: LONG,
            idle_timeout: Duration::from_secs(7200),
            ..NetSettings::new(SERVER_MAC, &addresses)
        };
        let lent = NetLent::from_arena(&capacities, Buffers { rx: 2048, tx: 4096 }, &mut Leak);
        let driver = Driver::new(lent, &net, Instant::START, &mut wire, 1)
            .expect("the settings go together");
        let peers = (0..connections).map(Peer::new).collect();
        World { now: Instant::START, wire, driver, server, peers }
    }

    fn connect_all(&mut self) {
        for peer in 0..self.peers.len() {
            self.peers[peer].connect();
            self.until(peer, "220 ");
        }
    }

    /// Lets the timers of the connecting run out, so that they do not fall among the messages.
    fn settle(&mut self) {
        for _ in 0..100 {
            self.round(Duration::from_millis(100));
        }
    }

    /// Sends a line and waits for the reply.
    fn ask(&mut self, peer: usize, line: &str, reply: &str) {
        self.peers[peer].send(line);
        self.until(peer, reply);
    }

    fn until(&mut self, peer: usize, reply: &str) {
        for _ in 0..1000 {
            self.peers[peer].poll(self.now, &mut self.wire);
            self.round(Duration::from_millis(1));
            if self.peers[peer].heard(reply) {
                return;
            }
        }
        panic!("no {reply:?} for peer {peer}");
    }

    /// The server's round after `pause`, and its peers' answers.
    fn round(&mut self, pause: Duration) {
        self.now = self.now + pause;
        server_round(self.now, &mut self.wire, &mut self.driver, &mut self.server);
        while let Some(frame) = self.wire.to_peers.pop_front() {
            let index = usize::from(u16::from_be_bytes([frame[4], frame[5]]));
            self.peers[index].inbox.push_back(frame[HEADER..].to_vec());
            self.peers[index].poll(self.now, &mut self.wire);
        }
    }
}

/// One host with one connection. It speaks IP; the wire puts its Ethernet header on.
struct Peer {
    index: u16,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    inbox: VecDeque<Vec<u8>>,
    heard: String,
}

impl Peer {
    fn new(index: usize) -> Self {
        let index = index as u16;
        let mut port = Port { index, inbox: &mut VecDeque::new(), wire: &mut Wire::default() };
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = index.into();
        let mut interface = Interface::new(config, &mut port, smoltcp::time::Instant::ZERO);
        let [high, low] = index.to_be_bytes();
        interface.update_ip_addrs(|list| {
            list.push(IpCidr::new(IpAddress::v4(10, 1, high, low), 8)).expect("one address fits");
        });
        let buffer = || tcp::SocketBuffer::new(Leak.slice::<u8>(4096));
        let mut sockets =
            SocketSet::new(Box::leak(Box::new([SocketStorage::EMPTY])).as_mut_slice());
        let socket = sockets.add(tcp::Socket::new(buffer(), buffer()));
        Peer { index, interface, sockets, socket, inbox: VecDeque::new(), heard: String::new() }
    }

    fn connect(&mut self) {
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        socket
            .connect(self.interface.context(), (SERVER, PORT), 50_000)
            .expect("the socket is new");
    }

    fn send(&mut self, line: &str) {
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        let line = format!("{line}\n");
        assert_eq!(socket.send_slice(line.as_bytes()), Ok(line.len()));
    }

    fn poll(&mut self, now: Instant, wire: &mut Wire) {
        let now = smoltcp::time::Instant::from_millis(now.as_millis() as i64);
        let mut port = Port { index: self.index, inbox: &mut self.inbox, wire };
        self.interface.poll(now, &mut port, &mut self.sockets);
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        while socket.can_recv() {
            let read =
                socket.recv(|bytes| (bytes.len(), String::from_utf8_lossy(bytes).into_owned()));
            self.heard += &read.unwrap_or_default();
        }
    }

    /// Whether a line that begins like that was heard; forgets everything up to it.
    fn heard(&mut self, reply: &str) -> bool {
        let found =
            self.heard.lines().any(|line| line.starts_with(reply)) && self.heard.ends_with('\n');
        if found {
            self.heard.clear();
        }
        found
    }
}

/// Frames under way, as the server's device.
#[derive(Default)]
struct Wire {
    to_server: VecDeque<Vec<u8>>,
    to_peers: VecDeque<Vec<u8>>,
}

struct Received(Vec<u8>);
struct Sending<'w>(&'w mut VecDeque<Vec<u8>>, Option<u16>);

impl RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let header = if self.1.is_some() { HEADER } else { 0 };
        let mut frame = vec![0; header + len];
        let result = f(&mut frame[header..]);
        if let Some(index) = self.1 {
            let [high, low] = index.to_be_bytes();
            frame[..6].copy_from_slice(&SERVER_MAC.0);
            frame[6..HEADER].copy_from_slice(&[2, 1, 0, 0, high, low, 8, 0]);
        }
        self.0.push_back(frame);
        result
    }
}

impl Device for Wire {
    type RxToken<'a> = Received;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, _: smoltcp::time::Instant) -> Option<(Received, Sending<'_>)> {
        let frame = self.to_server.pop_front()?;
        Some((Received(frame), Sending(&mut self.to_peers, None)))
    }

    fn transmit(&mut self, _: smoltcp::time::Instant) -> Option<Sending<'_>> {
        Some(Sending(&mut self.to_peers, None))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = 1500 + HEADER;
        capabilities
    }
}

/// The wire as one peer's device.
struct Port<'w> {
    index: u16,
    inbox: &'w mut VecDeque<Vec<u8>>,
    wire: &'w mut Wire,
}

impl Device for Port<'_> {
    type RxToken<'a>
        = Received
    where
        Self: 'a;
    type TxToken<'a>
        = Sending<'a>
    where
        Self: 'a;

    fn receive(&mut self, _: smoltcp::time::Instant) -> Option<(Received, Sending<'_>)> {
        let packet = self.inbox.pop_front()?;
        Some((Received(packet), Sending(&mut self.wire.to_server, Some(self.index))))
    }

    fn transmit(&mut self, _: smoltcp::time::Instant) -> Option<Sending<'_>> {
        Some(Sending(&mut self.wire.to_server, Some(self.index)))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = 1500;
        capabilities
    }
}

/// Memory for as long as the process runs.
struct Leak;

impl Arena<'static> for Leak {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        std::iter::repeat_with(T::default).take(count).collect::<Vec<_>>().leak()
    }
}

/// A world in which nothing happens but messages.
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
}
