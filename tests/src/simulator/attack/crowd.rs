//! The attacker's own connections: one stack, many sockets, each doing one kind of harm again and
//! again. What is said on them is in `mischief`.

use std::collections::VecDeque;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp;
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr, IpEndpoint};

use super::forger::ATTACKER;
use super::mischief::Mischief;
use crate::chance::Chance;
use crate::simulator::cable::Cable;
use crate::simulator::person::{PORT, SERVER};

/// Where the attacker's connections come from.
const ADDRESS: IpAddress = IpAddress::v4(10, 0, 0, 99);
/// How long its stack waits for a server that says nothing.
const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
#[derive(Debug)]
struct Member {
    socket: SocketHandle,
    mischief: Mischief,
    /// Whether it reads what the server says.
    reads: bool,
    outbox: VecDeque<u8>,
    acts_at: u64,
    /// How often it comes to fetch its mail, once all is healed.
    visits: usize,
}

/// All connections of the attacker's.
pub(super) struct Crowd {
    cable: Cable,
    interface: Interface,
    sockets: SocketSet<'static>,
    members: Vec<Member>,
    /// When the stack wants to be polled.
    due: Option<u64>,
    /// How long a member pauses at most before it does something again, in milliseconds.
    pause: usize,
    is_over: bool,
}

impl Crowd {
    pub(super) fn new(mischiefs: &[Mischief], chance: &mut Chance) -> Self {
        let mut cable = Cable::default();
        let mut config = Config::new(HardwareAddress::Ethernet(ATTACKER));
        config.random_seed = chance.number();
        let mut interface = Interface::new(config, &mut cable, Instant::ZERO);
        let address = IpCidr::new(ADDRESS, 24);
        interface.update_ip_addrs(|list| list.push(address).expect("there is room for one"));
        let mut sockets = SocketSet::new(Vec::new());
        let members = mischiefs.iter().map(|&mischief| {
            let buffer = || tcp::SocketBuffer::new(vec![0; 4096]);
            let mut socket = tcp::Socket::new(buffer(), buffer());
            socket.set_nagle_enabled(false);
            Member {
                socket: sockets.add(socket),
                mischief,
                reads: !chance.once_in(4),
                outbox: VecDeque::new(),
                acts_at: 0,
                visits: 10,
            }
        });
        let members = members.collect();
        let pause = [100, 500, 4_000][chance.below(3)];
        Crowd { cable, interface, sockets, members, due: None, pause, is_over: false }
    }

    /// When it does something again. `is_active`: now is a time to do harm, and not only to keep
    /// connections alive.
    pub(super) fn due(&self, is_active: bool) -> Option<u64> {
        let acts = self.members.iter().map(|member| member.acts_at);
        let acts = acts.filter(|at| *at != u64::MAX && (is_active || self.is_over));
        acts.chain(self.due).min()
    }

    /// A frame of the server's.
    pub(super) fn receive(&mut self, now: u64, frame: &[u8]) {
        let is_for_all = frame.first().is_some_and(|byte| byte & 1 == 1);
        if !self.members.is_empty() && (is_for_all || frame.starts_with(&ATTACKER.0)) {
            self.cable.incoming.push_back(frame.to_vec());
            self.due = Some(self.due.map_or(now + 1, |due| due.min(now + 1)));
        }
    }

    /// Does what is due. `absent` are people who are not there. The frames that leave.
    pub(super) fn act(
        &mut self,
        now: u64,
        is_active: bool,
        absent: &[usize],
        people: usize,
        chance: &mut Chance,
    ) -> Vec<Vec<u8>> {
        self.poll(now);
        for number in 0..self.members.len() {
            if self.members[number].acts_at > now {
                continue;
            }
            if self.is_over {
                self.visit(number, now, chance);
            } else if is_active {
                self.act_as(number, now, absent, people, chance);
                let pause = 1 + chance.below(self.pause) as u64;
                self.members[number].acts_at = now + pause;
            }
        }
        self.poll(now);
        self.cable.outgoing.drain(..).collect()
    }

    fn act_as(
        &mut self,
        number: usize,
        now: u64,
        absent: &[usize],
        people: usize,
        chance: &mut Chance,
    ) {
        let member = &mut self.members[number];
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(member.socket);
        if !socket.is_open() {
            self.connect(number, now, chance);
        } else if !socket.may_send() && socket.state() == tcp::State::CloseWait {
            socket.close();
        } else if member.mischief.renews(chance) {
            socket.abort();
        } else if member.outbox.is_empty() {
            member.outbox.extend(member.mischief.says(number, absent, people, chance));
        }
    }

    fn connect(&mut self, number: usize, now: u64, chance: &mut Chance) {
        let member = &mut self.members[number];
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(member.socket);
        member.outbox.clear();
        member.outbox.extend(member.mischief.begins(number).bytes());
        let port = 10_000 + chance.below(50_000) as u16;
        socket.set_timeout(Some(PATIENCE));
        // The socket is closed, and neither port is 0.
        let _ = socket.connect(self.interface.context(), IpEndpoint::new(SERVER, PORT), port);
        self.due = Some(now);
    }

    /// Comes for a while and reads, or goes.
    fn visit(&mut self, number: usize, now: u64, chance: &mut Chance) {
        let member = &mut self.members[number];
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(member.socket);
        let is_there = socket.is_open();
        if is_there {
            socket.close();
            member.acts_at = now + 15_000;
        } else {
            member.visits -= 1;
            member.acts_at = now + 5_000;
            self.connect(number, now, chance);
        }
        let member = &mut self.members[number];
        if is_there && member.visits == 0 {
            member.acts_at = u64::MAX;
        }
    }

    fn poll(&mut self, now: u64) {
        let at = Instant::from_millis(now as i64);
        self.interface.poll(at, &mut self.cable, &mut self.sockets);
        for member in &mut self.members {
            let socket = self.sockets.get_mut::<tcp::Socket<'_>>(member.socket);
            while member.reads && socket.can_recv() {
                let _ = socket.recv(|bytes| (bytes.len(), ()));
            }
            if socket.state() == tcp::State::CloseWait {
                socket.close();
            }
            if socket.can_send() && !member.outbox.is_empty() {
                let taken = socket.send_slice(member.outbox.make_contiguous()).unwrap_or(0);
                member.outbox.drain(..taken);
            }
        }
        self.interface.poll(at, &mut self.cable, &mut self.sockets);
        let due = self.interface.poll_at(at, &self.sockets);
        self.due = due.map(|due| (due.total_millis().max(0) as u64).max(now + 1));
    }

    /// There was no server for a while: nothing stands any more.
    pub(super) fn forget(&mut self) {
        for member in &mut self.members {
            self.sockets.get_mut::<tcp::Socket<'_>>(member.socket).abort();
        }
        self.cable = Cable::default();
        self.due = None;
    }

    /// From now on it does no harm: every connection is reset. Whoever has an account comes now and
    /// then to fetch what others sent.
    pub(super) fn end(&mut self, now: u64) {
        self.is_over = true;
        for member in &mut self.members {
            self.sockets.get_mut::<tcp::Socket<'_>>(member.socket).abort();
            member.outbox.clear();
            member.reads = true;
            member.acts_at = if member.mischief.is_users() { now + 1_000 } else { u64::MAX };
        }
        self.due = Some(now).filter(|_| !self.members.is_empty());
    }
}
