//! Hosts on one wire with a server, in step: a line is said, and rounds pass until the answer is
//! there.
//! Knows nothing of how the server is run.

use smolchat_core::time::Instant;
use smolchat_ssh_client::Terms;
use smoltcp::wire::EthernetAddress;

use crate::by_ssh::{self, Proof};
use crate::host::Host;
use crate::wire::Wire;

/// Rounds within which an answer must come.
const PATIENCE: usize = 1000;
/// Rounds after which nothing is still on its way: no acknowledgement waits so long.
const QUIET: usize = 20;

/// The runner of a server at the other end of the wire.
pub trait Machine {
    /// Lets the server handle the frames for it and put its own on the wire, and at most a
    /// millisecond pass. Only where `counts` is set is its work to be counted.
    fn round(&mut self, wire: &mut Wire, counts: bool);

    /// Lets as much time pass as it takes until no timer of the connecting is left.
    fn settle(&mut self, wire: &mut Wire);

    /// The time after the last round.
    fn now(&self) -> Instant;
}

/// The hosts, the wire, and the server's machine.
pub struct World<M> {
    /// What runs the server.
    pub machine: M,
    wire: Wire,
    hosts: Vec<Host>,
    /// The server's key.
    server_key: [u8; 32],
    counts: bool,
}

impl<M: Machine> World<M> {
    /// A world with this many hosts; none is connected.
    ///
    /// # Panics
    /// There are more hosts than 16 bits can number.
    pub fn new(machine: M, server: EthernetAddress, hosts: usize) -> Self {
        let mut wire = Wire::to(server);
        let hosts = u16::try_from(hosts).expect("a host has an address of 16 bits");
        let hosts = (0..hosts).map(|number| Host::new(number, &mut wire)).collect();
        World { machine, wire, hosts, server_key: by_ssh::server_key(), counts: false }
    }

    /// How many hosts there are, each with a place.
    pub(crate) fn places(&self) -> usize {
        self.hosts.len()
    }

    /// Connects all hosts.
    pub(crate) fn connect_all(&mut self) {
        for host in 0..self.hosts.len() {
            self.connect(host);
        }
        self.settle();
    }

    /// Lets the timers of connecting run out, so that they do not fall among what is counted.
    pub(crate) fn settle(&mut self) {
        self.machine.settle(&mut self.wire);
        self.rest(&[]);
    }

    /// Connects one.
    pub(crate) fn connect(&mut self, host: usize) {
        self.hosts[host].connect();
        self.hear(&[host], "220 ");
    }

    /// Connects one by SSH, until its user is welcome.
    pub(crate) fn call(&mut self, host: usize, proof: Proof, (user, password): (String, String)) {
        self.hosts[host].call(proof.terms(self.server_key, user, password));
        self.hear(&[host], "230 ");
    }

    /// Has the first host look which key the server shows. All trust it from then on.
    ///
    /// # Panics
    /// The server shows none.
    pub fn trust(&mut self) {
        self.hosts[0].call(Terms::default());
        for _ in 0..PATIENCE {
            if let Some(key) = self.hosts[0].shown.take() {
                self.server_key = key;
                self.hang_up(0);
                return self.settle();
            }
            self.round(&[0]);
        }
        panic!("the server shows no key");
    }

    /// Ends one's connection at once.
    pub(crate) fn hang_up(&mut self, host: usize) {
        self.hosts[host].hang_up();
        self.rest(&[host]);
    }

    /// Has each of them say a line and hear a reply that begins like that.
    pub(crate) fn ask(&mut self, hosts: &[usize], line: impl Fn(usize) -> String, reply: &str) {
        for host in hosts {
            self.hosts[*host].say(&line(*host));
        }
        self.hear(hosts, reply);
    }

    /// Waits until each of them has heard a line that begins like that; the last one's line.
    pub(crate) fn hear(&mut self, hosts: &[usize], start: &str) -> String {
        let (mut waiting, mut line) = (hosts.to_vec(), None);
        for _ in 0..PATIENCE {
            waiting.retain(|host| {
                let heard = self.hosts[*host].heard(start);
                let is_waiting = heard.is_none();
                line = heard.or(line.take());
                is_waiting
            });
            if let (true, Some(line)) = (waiting.is_empty(), &line) {
                return line.clone();
            }
            self.round(hosts);
        }
        panic!("no {start:?} for {} of {} hosts", waiting.len(), hosts.len());
    }

    /// Lets pass what these have on its way.
    pub(crate) fn rest(&mut self, hosts: &[usize]) {
        for _ in 0..QUIET {
            self.round(hosts);
        }
    }

    /// Does `work`, which is to be counted.
    pub(crate) fn counted<R>(&mut self, work: impl FnOnce(&mut Self) -> R) -> R {
        self.counts = true;
        let result = work(self);
        self.counts = false;
        result
    }

    /// A turn of each of these hosts, of the server, and of every host that hears from it.
    fn round(&mut self, hosts: &[usize]) {
        for host in hosts {
            self.hosts[*host].poll(self.machine.now(), &mut self.wire);
        }
        self.machine.round(&mut self.wire, self.counts);
        while let Some((host, packet)) = self.wire.next_for_host() {
            let host = &mut self.hosts[usize::from(host)];
            host.receive(packet);
            host.poll(self.machine.now(), &mut self.wire);
        }
    }
}
