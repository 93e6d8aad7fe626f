//! The test world: a server behind a driver, hosts with stock stacks, the cables between them, and
//! the clock.

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet, SocketStorage};
use smoltcp::phy::FaultInjector;
use smoltcp::socket::tcp;
use smoltcp::wire::{
    EthernetAddress, EthernetFrame, HardwareAddress, IpAddress, IpCidr, IpEndpoint,
};

use super::super::{Buffers, Driver, NetMemory, NetSettings};
use super::cable::Cable;
use super::chance::Loss;
use super::environment::TestEnvironment;
use super::fragments::Hop;
#[cfg(feature = "dhcp")]
use super::leaser::Leaser;
use crate::arena::Arena;
use crate::carrier::{Carriers, Plain};
use crate::chat::{Capacities, Limits};
use crate::net::clock::{instant, moment};
use crate::server::{Server, ServerMemory, Settings};
use crate::store::Durability;
use crate::time::{Duration, Instant};

pub(super) const SERVER_MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 2]);
pub(super) const SERVER: IpAddress = IpAddress::v4(10, 0, 0, 1);
pub(super) const PORT: u16 = 4000;

/// More steps than any test takes at one moment.
const STEPS: usize = 20_000;

/// Memory that is never given back.
pub(super) struct Leak;

impl Arena<'static> for Leak {
    fn slice<T: Default + 'static>(&mut self, count: usize) -> &'static mut [T] {
        Box::leak((0..count).map(|_| T::default()).collect())
    }
}

/// A computer with one Ethernet port.
pub(super) struct Host {
    pub(super) mac: EthernetAddress,
    pub(super) cable: Cable,
    pub(super) plugged: bool,
    interface: Interface,
    sockets: SocketSet<'static>,
    next_port: u16,
}

impl Host {
    /// The next connection comes from the same port as the last.
    pub(super) fn reuse_port(&mut self) {
        self.next_port -= 1;
    }
}

/// A program's end of a connection.
#[derive(Clone, Copy)]
pub(super) struct Client {
    pub(super) host: usize,
    socket: SocketHandle,
}

pub(super) struct World<C = Plain> {
    pub(super) now: Instant,
    pub(super) cable: Cable,
    pub(super) driver: Driver<'static, C>,
    pub(super) server: Server<'static>,
    pub(super) environment: TestEnvironment,
    pub(super) hosts: Vec<Host>,
    /// A DHCP server on the same link.
    #[cfg(feature = "dhcp")]
    pub(super) leaser: Option<Leaser>,
    /// Frames from the server that no host took.
    pub(super) lost: Vec<Vec<u8>>,
    /// Frames from the server to everybody.
    pub(super) seen: Vec<Vec<u8>>,
    /// The longest frame that the server sent.
    pub(super) longest: usize,
    /// The longest IP packet from the server that comes through.
    pub(super) hop: Option<usize>,
    /// What cuts packets of the hosts that are too long for it.
    pub(super) cutter: Option<Hop>,
    /// Frames that get lost between the driver and its cable, in both directions.
    pub(super) loss: Option<Loss>,
    /// When the driver wants to be polled again.
    pub(super) until: Option<Instant>,
    /// How often it was.
    pub(super) polls: usize,
    /// Places, of whatever use.
    places: usize,
}

impl<C: Carriers> World<C> {
    /// The same, for services that are carried so.
    pub(super) fn with_carriers(
        users: usize,
        buffers: Buffers,
        net: &NetSettings<'_>,
        durability: Durability,
        carriers: C,
    ) -> Self {
        let now = Instant::from_millis(1_000);
        let capacities = Capacities { bans: 4, ..Capacities::new(users + 1, users, 64, 16) };
        let settings = Settings {
            block_duration: Duration::from_secs(60),
            timeout: Duration::from_secs(600),
            login_deadline: Duration::from_secs(30),
            registration: false,
            durability,
            mail_expires: Duration::from_secs(0),
            limits: Limits::USUAL,
        };
        let mut server =
            Server::new(ServerMemory::from_arena(&capacities, &mut Leak), settings, now, 1);
        for user in 0..=users {
            server.add_account(&format!("user{user}"), &*format!("secret{user}")).unwrap();
        }
        let mut cable = Cable::default();
        let lent = NetMemory::from_arena(&capacities, buffers, &mut Leak);
        let driver = Driver::with_carriers(lent, net, now, &mut cable, 2, carriers).unwrap();
        World {
            now,
            cable,
            places: driver.free_places(),
            driver,
            server,
            environment: TestEnvironment::default(),
            hosts: Vec::new(),
            #[cfg(feature = "dhcp")]
            leaser: None,
            lost: Vec::new(),
            seen: Vec::new(),
            hop: None,
            cutter: None,
            longest: 0,
            loss: None,
            until: None,
            polls: 0,
        }
    }

    /// Plugs in one more host; the first has the address 10.0.0.10.
    pub(super) fn host(&mut self) -> usize {
        let number = 10 + self.hosts.len() as u8;
        self.host_with(IpCidr::new(IpAddress::v4(10, 0, 0, number), 24))
    }

    pub(super) fn host_with(&mut self, address: IpCidr) -> usize {
        let mac = EthernetAddress([2, 0, 0, 0, 1, self.hosts.len() as u8]);
        let mut cable = Cable::default();
        let mut config = Config::new(HardwareAddress::Ethernet(mac));
        config.random_seed = self.hosts.len() as u64;
        let mut interface = Interface::new(config, &mut cable, moment(self.now));
        interface.update_ip_addrs(|list| list.push(address).unwrap());
        let storage: Vec<_> = (0..32).map(|_| SocketStorage::EMPTY).collect();
        let sockets = SocketSet::new(storage.leak());
        self.hosts.push(Host { mac, cable, plugged: true, interface, sockets, next_port: 50_000 });
        self.hosts.len() - 1
    }

    /// The host has another Ethernet address from now on, and says so to nobody.
    pub(super) fn move_host(&mut self, host: usize, mac: EthernetAddress) {
        let host = &mut self.hosts[host];
        host.mac = mac;
        host.interface.set_hardware_addr(HardwareAddress::Ethernet(mac));
    }

    /// Begins to connect to the server.
    pub(super) fn connect(&mut self, host: usize) -> Client {
        self.connect_to(host, SERVER)
    }

    pub(super) fn connect_to(&mut self, host: usize, address: IpAddress) -> Client {
        self.connect_at(host, address, PORT)
    }

    pub(super) fn connect_at(&mut self, host: usize, address: IpAddress, port: u16) -> Client {
        let own = &mut self.hosts[host];
        let buffer = |len: usize| tcp::SocketBuffer::new(vec![0; len].leak());
        let mut socket = tcp::Socket::new(buffer(8192), buffer(8192));
        socket.set_nagle_enabled(false);
        let local = own.next_port;
        own.next_port += 1;
        let remote = IpEndpoint::new(address, port);
        socket.connect(own.interface.context(), remote, local).unwrap();
        Client { host, socket: own.sockets.add(socket) }
    }

    /// Connects, logs in as `user<number>`, and reads what the server says to that.
    pub(super) fn log_in(&mut self, host: usize, number: usize) -> Client {
        let client = self.connect(host);
        self.settle();
        self.write(client, &format!("login user{number} secret{number}\n"));
        self.settle();
        let heard = self.read(client);
        assert!(heard.starts_with("220 ") && heard.contains("Welcome"), "{heard:?}");
        client
    }

    pub(super) fn socket(&mut self, client: Client) -> &mut tcp::Socket<'static> {
        self.hosts[client.host].sockets.get_mut(client.socket)
    }

    /// Gives the socket back to its host, which may then have another one.
    pub(super) fn forget(&mut self, client: Client) {
        self.hosts[client.host].sockets.remove(client.socket);
    }

    #[cfg(feature = "ipv6")]
    pub(super) fn peer(&mut self, client: Client) -> std::net::SocketAddr {
        self.socket(client).local_endpoint().unwrap().into()
    }

    pub(super) fn write(&mut self, client: Client, text: &str) {
        let written = self.socket(client).send_slice(text.as_bytes()).unwrap();
        assert_eq!(written, text.len());
    }

    /// Everything that has arrived.
    pub(super) fn read(&mut self, client: Client) -> String {
        String::from_utf8(self.read_bytes(client)).unwrap()
    }

    pub(super) fn read_bytes(&mut self, client: Client) -> Vec<u8> {
        let mut heard = Vec::new();
        let socket = self.socket(client);
        while socket.can_recv() {
            socket.recv(|bytes| (bytes.len(), heard.extend_from_slice(bytes))).unwrap();
        }
        heard
    }

    pub(super) fn poll_driver(&mut self) {
        self.polls += 1;
        let World { now, cable, driver, server, environment, loss, .. } = self;
        self.until = match loss {
            None => driver.poll(*now, cable, server, environment),
            Some(loss) => {
                let mut faulty = FaultInjector::new(cable, loss.chance.next_u32() | 1);
                faulty.set_drop_chance(loss.percent);
                driver.poll(*now, &mut faulty, server, environment)
            }
        };
        let told = self.driver.free_places() + self.driver.half_open() + self.server.connections();
        let comes_at_once = self.until.is_some_and(|until| until <= self.now);
        assert!(told == self.places || comes_at_once, "the server waits to hear of an end");
    }

    /// Lets the hosts send, and the server not yet receive.
    pub(super) fn settle_hosts(&mut self) {
        self.poll_hosts();
    }

    /// Lets everything happen that happens without time passing.
    pub(super) fn settle(&mut self) {
        for _ in 0..STEPS {
            self.poll_driver();
            let busy = self.until.is_some_and(|until| until <= self.now);
            let moved = self.carry();
            if !self.poll_hosts() && !moved && !busy && self.cable.incoming.is_empty() {
                return;
            }
        }
        panic!("the world does not come to rest");
    }

    /// Lets time pass, stopping wherever somebody asked for it.
    pub(super) fn pass(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        for _ in 0..STEPS {
            self.settle();
            if self.now >= end {
                return;
            }
            let hosts = self.hosts.iter_mut().filter(|host| host.plugged).filter_map(|host| {
                host.interface.poll_at(moment(self.now), &host.sockets).map(instant)
            });
            let next = hosts.chain(self.until).min().unwrap_or(end);
            self.now = next.max(self.now + Duration::from_millis(1)).min(end);
        }
        panic!("too much happens");
    }

    /// Carries frames over the cables.
    fn carry(&mut self) -> bool {
        let mut moved = false;
        for frame in self.cable.outgoing.drain(..) {
            moved = true;
            #[cfg(feature = "dhcp")]
            if let Some(leaser) = &mut self.leaser {
                self.cable.incoming.extend(leaser.answer(&frame, self.now));
            }
            let to = EthernetFrame::new_checked(&frame[..]).unwrap().dst_addr();
            if to.is_broadcast() {
                self.seen.push(frame.clone());
            }
            self.longest = self.longest.max(frame.len());
            if self.hop.is_some_and(|hop| frame.len() > hop + 14) {
                continue;
            }
            let mut taken = false;
            for host in &mut self.hosts {
                if to == host.mac || !to.is_unicast() {
                    taken = true;
                    if host.plugged {
                        host.cable.incoming.push_back(frame.clone());
                    }
                }
            }
            if !taken {
                self.lost.push(frame);
            }
        }
        for host in &mut self.hosts {
            let frames = host.cable.outgoing.drain(..).filter(|_| host.plugged);
            let before = self.cable.incoming.len();
            match &mut self.cutter {
                None => self.cable.incoming.extend(frames),
                Some(hop) => self.cable.incoming.extend(frames.flat_map(|frame| hop.pass(frame))),
            }
            moved |= self.cable.incoming.len() > before;
        }
        moved
    }

    fn poll_hosts(&mut self) -> bool {
        let mut moved = false;
        for host in self.hosts.iter_mut().filter(|host| host.plugged) {
            host.interface.poll(moment(self.now), &mut host.cable, &mut host.sockets);
            moved |= !host.cable.outgoing.is_empty();
        }
        moved | self.carry()
    }

    /// Hands the server frames as they are, and answers what it sent to nobody in particular.
    pub(super) fn inject(&mut self, frames: impl IntoIterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
        self.lost.clear();
        self.cable.incoming.extend(frames);
        self.settle();
        std::mem::take(&mut self.lost)
    }
}
