//! Somebody who chats: a computer with a stack of its own, one connection at a time, and lines in
//! and out. What is said and heard is in `talk`.

use std::collections::VecDeque;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp;
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{EthernetAddress, HardwareAddress, IpAddress, IpCidr, IpEndpoint};

use smolchat_ssh_client::Call;

use super::cable::Cable;
use super::door::{self, SSH_PORT};
use super::link::Way;
use super::plan::{Habits, Weather};
use super::talk::Asked;
use crate::chance::Chance;

/// The server's addresses and port.
pub(super) const SERVER: IpAddress = IpAddress::v4(10, 0, 0, 1);
pub(super) const SERVER_6: IpAddress = IpAddress::v6(0xfd00, 0, 0, 0, 0, 0, 0, 1);
pub(super) const PORT: u16 = 4000;
/// How long a person's stack waits for a server that says nothing, and when it asks.
const PATIENCE: Duration = Duration::from_secs(40);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where somebody's computer is: every third has an IPv6 address only. Each is a source of its own,
/// as the server sees it.
pub(super) fn address_of(number: usize) -> IpAddress {
    match number % 3 {
        1 => IpAddress::v6(0xfd00, 0, 0, 10 + number as u16, 0, 0, 0, 1),
        _ => IpAddress::v4(10, 0, 0, 10 + number as u8),
    }
}

/// The server's address for whoever has this one.
pub(super) fn server_of(address: IpAddress) -> IpAddress {
    match address {
        IpAddress::Ipv4(_) => SERVER,
        IpAddress::Ipv6(_) => SERVER_6,
    }
}

/// The bits of an address that name the segment.
pub(super) fn on_segment(address: IpAddress) -> IpCidr {
    match address {
        IpAddress::Ipv4(_) => IpCidr::new(address, 24),
        IpAddress::Ipv6(_) => IpCidr::new(address, 48),
    }
}

/// How far a person's connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not there; comes back then, in milliseconds.
    Away(u64),
    /// Connecting, or connected and not greeted.
    Connecting,
    /// Has asked to be let in.
    Entering,
    /// Online.
    Online,
    /// Has said goodbye.
    Leaving,
}

/// Somebody who chats.
pub(super) struct Person {
    pub(super) number: usize,
    pub(super) habits: Habits,
    pub(super) mac: EthernetAddress,
    pub(super) cable: Cable,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    /// What carries its lines, if it comes by SSH and is connected.
    call: Option<Box<Call>>,
    pub(super) to_server: Way,
    pub(super) from_server: Way,
    pub(super) weather: Weather,
    /// Until then nothing goes through.
    pub(super) cut_until: u64,
    pub(super) phase: Phase,
    /// In which of the server's lives it connected, and when.
    pub(super) life: u64,
    pub(super) since: u64,
    /// When it does something again.
    pub(super) acts_at: u64,
    /// Until then it does not read.
    pub(super) stalls_until: u64,
    pub(super) asked: VecDeque<Asked>,
    /// What its stack has not taken yet.
    pub(super) outbox: VecDeque<u8>,
    unfinished: Vec<u8>,
    /// The last number that was heard and not acknowledged.
    pub(super) heard: Option<u64>,
    /// All is healed, and it was here since: it has an account, and blocks nobody.
    pub(super) is_settled: bool,
    /// What it said to the healed server was accepted.
    pub(super) has_tried: bool,
    /// When the stack wants to be polled.
    pub(super) due: Option<u64>,
}

impl Person {
    pub(super) fn new(number: usize, habits: Habits, seed: u64) -> Self {
        let mac = EthernetAddress([2, 0, 0, 0, 1, number as u8]);
        let mut cable = Cable::default();
        let mut config = Config::new(HardwareAddress::Ethernet(mac));
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut cable, Instant::ZERO);
        let address = on_segment(address_of(number));
        interface.update_ip_addrs(|list| list.push(address).expect("there is room for one"));
        let buffer = || tcp::SocketBuffer::new(vec![0; 2048]);
        let mut socket = tcp::Socket::new(buffer(), buffer());
        socket.set_nagle_enabled(false);
        let mut sockets = SocketSet::new(Vec::new());
        let socket = sockets.add(socket);
        Person {
            number,
            habits,
            mac,
            cable,
            interface,
            sockets,
            socket,
            call: None,
            to_server: Way::default(),
            from_server: Way::default(),
            weather: Weather::FINE,
            cut_until: 0,
            phase: Phase::Away(0),
            life: 0,
            since: 0,
            acts_at: 0,
            stalls_until: 0,
            asked: VecDeque::new(),
            outbox: VecDeque::new(),
            unfinished: Vec::new(),
            heard: None,
            is_settled: false,
            has_tried: false,
            due: None,
        }
    }

    fn socket(&mut self) -> &mut tcp::Socket<'static> {
        self.sockets.get_mut(self.socket)
    }

    /// Begins to connect.
    pub(super) fn connect(&mut self, now: u64, life: u64, chance: &mut Chance) {
        self.forget();
        (self.life, self.since) = (life, now);
        self.phase = Phase::Connecting;
        let port = 10_000 + chance.below(50_000) as u16;
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        socket.abort();
        socket.set_timeout(Some(PATIENCE));
        socket.set_keep_alive(Some(KEEP_ALIVE));
        self.call = self.habits.comes_by_ssh.then(door::call);
        let port_there = if self.habits.comes_by_ssh { SSH_PORT } else { PORT };
        let remote = IpEndpoint::new(server_of(address_of(self.number)), port_there);
        // The socket is closed, and neither port is 0.
        let _ = socket.connect(self.interface.context(), remote, port);
        self.due = Some(now);
    }

    /// The connection is over, with a reset or without a word.
    pub(super) fn hang_up(&mut self, now: u64, back_at: u64, silently: bool) {
        self.socket().abort();
        self.phase = Phase::Away(back_at);
        if silently {
            self.poll(now);
            self.cable.outgoing.clear();
        } else {
            self.due = Some(now);
        }
        self.forget();
    }

    /// Closes in good order.
    pub(super) fn close(&mut self, now: u64) {
        self.socket().close();
        self.due = Some(now);
    }

    /// What was under way will never be answered.
    fn forget(&mut self) {
        self.asked.clear();
        self.outbox.clear();
        self.call = None;
        self.unfinished.clear();
        self.heard = None;
    }

    /// Whether its connection is gone for good.
    pub(super) fn is_disconnected(&mut self) -> bool {
        let state = self.socket().state();
        matches!(state, tcp::State::Closed | tcp::State::TimeWait)
    }

    /// Whether the server writes nothing more, and all was read.
    pub(super) fn has_ended(&mut self) -> bool {
        let socket = self.socket();
        !socket.may_recv() && !socket.can_recv() && socket.state() == tcp::State::CloseWait
    }

    /// What the server must never make of its call.
    pub(super) fn fault(&mut self) -> Option<String> {
        self.call.as_mut().and_then(|call| door::fault(call))
    }

    /// Its stack does what it can.
    pub(super) fn poll(&mut self, now: u64) {
        let at = Instant::from_millis(now as i64);
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        if let Some(call) = &mut self.call {
            let taken = call.write(self.outbox.make_contiguous());
            self.outbox.drain(..taken);
            door::speak(socket, call);
        } else if socket.can_send() && !self.outbox.is_empty() {
            let (front, _) = self.outbox.as_slices();
            let taken = socket.send_slice(front).unwrap_or(0);
            self.outbox.drain(..taken);
        }
        self.interface.poll(at, &mut self.cable, &mut self.sockets);
        let due = self.interface.poll_at(at, &self.sockets);
        self.due = due.map(|due| (due.total_millis().max(0) as u64).max(now + 1));
    }

    /// The next line that has arrived.
    pub(super) fn next_line(&mut self) -> Option<String> {
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        if let Some(call) = &mut self.call {
            door::listen(socket, call);
            let end = call.received().iter().position(|byte| *byte == b'\n')?;
            let line: Vec<u8> = call.received().drain(..=end).collect();
            return Some(String::from_utf8_lossy(&line[..end]).into_owned());
        }
        while socket.can_recv() {
            let unfinished = &mut self.unfinished;
            let ended = socket.recv(|bytes| {
                let end = bytes.iter().position(|byte| *byte == b'\n');
                let taken = end.unwrap_or(bytes.len());
                unfinished.extend_from_slice(&bytes[..taken]);
                (taken + usize::from(end.is_some()), end.is_some())
            });
            if ended == Ok(true) {
                let line = std::mem::take(unfinished);
                return Some(String::from_utf8_lossy(&line).into_owned());
            }
        }
        None
    }
}
