//! One host with one connection to the server: lines out, lines in, in clear or by SSH. It speaks
//! IP; the wire does the rest.
//! Knows no server.

use std::collections::VecDeque;

use smolchat_core::time::Instant;
use smolchat_ssh_client::{Call, End as CallEnd, Terms};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet, SocketStorage};
use smoltcp::socket::tcp;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

use crate::by_ssh::{ASKS, SSH_PORT};
use crate::wire::{End, Wire};

/// The server's address in the network of all hosts.
pub const SERVER: IpCidr = IpCidr::new(IpAddress::v4(10, 0, 0, 1), 8);
/// Where it listens.
pub(crate) const PORT: u16 = 4000;
/// The first port of a host's own; every further connection has the next.
const OWN_PORT: u16 = 50_000;
const BUFFER: usize = 4096;

/// A host.
pub(crate) struct Host {
    number: u16,
    interface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    own_port: u16,
    inbox: VecDeque<Vec<u8>>,
    heard: String,
    /// What carries the lines by SSH.
    call: Option<Box<Call>>,
    /// The key that the server showed, if it was not trusted.
    pub(crate) shown: Option<[u8; 32]>,
}

impl Host {
    pub(crate) fn new(number: u16, wire: &mut Wire) -> Self {
        let mut inbox = VecDeque::new();
        let mut end = End { host: number, inbox: &mut inbox, wire };
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = number.into();
        let mut interface = Interface::new(config, &mut end, smoltcp::time::Instant::ZERO);
        let [high, low] = number.to_be_bytes();
        interface.update_ip_addrs(|list| {
            list.push(IpCidr::new(IpAddress::v4(10, 1, high, low), 8)).expect("one address fits");
        });
        // Leaked: the daemon's smoltcp, which is counted, owns no memory.
        let buffer = || tcp::SocketBuffer::new(vec![0; BUFFER].leak());
        let mut sockets = SocketSet::new(vec![SocketStorage::EMPTY].leak());
        let socket = sockets.add(tcp::Socket::new(buffer(), buffer()));
        let heard = String::new();
        let (own_port, call, shown) = (OWN_PORT, None, None);
        Host { number, interface, sockets, socket, own_port, inbox, heard, call, shown }
    }

    /// Begins to connect to the port for lines.
    pub(crate) fn connect(&mut self) {
        self.call = None;
        self.dial(PORT);
    }

    /// Begins to connect by SSH.
    pub(crate) fn call(&mut self, terms: Terms) {
        self.call = Some(Box::new(Call::for_subsystem(terms, ASKS)));
        self.dial(SSH_PORT);
    }

    fn dial(&mut self, port: u16) {
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        let server = (SERVER.address(), port);
        let connecting = socket.connect(self.interface.context(), server, self.own_port);
        connecting.expect("the socket is closed");
        self.own_port += 1;
    }

    /// Ends the connection at once.
    pub(crate) fn hang_up(&mut self) {
        self.sockets.get_mut::<tcp::Socket<'_>>(self.socket).abort();
    }

    pub(crate) fn say(&mut self, line: &str) {
        let line = format!("{line}\n");
        if let Some(call) = &mut self.call {
            assert_eq!(call.write(line.as_bytes()), line.len(), "a call takes a line");
            return;
        }
        let socket = self.sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        assert_eq!(socket.send_slice(line.as_bytes()), Ok(line.len()), "a line fits the buffer");
    }

    /// A packet came.
    pub(crate) fn receive(&mut self, packet: Vec<u8>) {
        self.inbox.push_back(packet);
    }

    /// Handles what came, and sends what there is to send.
    pub(crate) fn poll(&mut self, now: Instant, wire: &mut Wire) {
        let now = smoltcp::time::Instant::from_millis(now.as_millis() as i64);
        let mut end = End { host: self.number, inbox: &mut self.inbox, wire };
        self.interface.poll(now, &mut end, &mut self.sockets);
        let Host { sockets, call, heard, shown, .. } = self;
        let socket = sockets.get_mut::<tcp::Socket<'_>>(self.socket);
        let mut came = Vec::new();
        while socket.can_recv() {
            let take = |bytes: &mut [u8]| (bytes.len(), came.extend_from_slice(bytes));
            socket.recv(take).expect("it can be read from");
        }
        if let Some(carrying) = call {
            match carry(carrying, socket, &came) {
                Ok(plain) => came = plain,
                Err(CallEnd::Untrusted(key)) => {
                    *shown = Some(key);
                    *call = None;
                    return;
                }
                Err(why) => panic!("the server keeps to the protocol: {why}"),
            }
            self.interface.poll(now, &mut end, sockets);
        }
        heard.push_str(&String::from_utf8_lossy(&came));
    }

    /// The line that begins with `start`, once it has come whole; it and all before it are
    /// forgotten.
    pub(crate) fn heard(&mut self, start: &str) -> Option<String> {
        let mut end = 0;
        let lines = self.heard.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let found = lines.inspect(|line| end += line.len()).find(|line| line.starts_with(start));
        let line = found?.trim_end().to_owned();
        self.heard.drain(..end);
        Some(line)
    }
}

/// Hands the call what came and the socket what the call sends. Answers the plain bytes that came.
///
/// # Errors
/// Why the call is over.
fn carry(call: &mut Call, socket: &mut tcp::Socket<'_>, came: &[u8]) -> Result<Vec<u8>, CallEnd> {
    call.receive(came);
    call.progress()?;
    while call.is_sending() && socket.can_send() {
        let sent = socket.send_slice(call.outgoing()).expect("it can be written to");
        call.sent(sent);
        call.progress()?;
    }
    Ok(call.received().drain(..).collect())
}
