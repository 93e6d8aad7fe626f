//! A few rtnetlink requests and their answers: the work of `ip link` and `ip addr`, without these
//! programs. Works at the start and at the end only. Formats: rtnetlink(7) and the kernel's uapi
//! headers.

mod format;

use std::net::IpAddr;
use std::os::fd::OwnedFd;

use rustix::io::{Errno, retry_on_intr};
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with,
};

use self::format::{
    HEADER, IFA_ADDRESS, IFA_LOCAL, IFF_UP, IFLA_MASTER, IFLA_TXQLEN, LINK_BODY, ROUTE_BODY,
    acknowledgement, family, is_address, next_message, parse_address, parse_link, parse_listed,
    parse_route,
};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const RTM_NEWLINK: u16 = 16;
const RTM_GETLINK: u16 = 18;
const RTM_NEWADDR: u16 = 20;
const RTM_GETADDR: u16 = 22;
const RTM_NEWROUTE: u16 = 24;
const RTM_GETROUTE: u16 = 26;
const NLM_F_REQUEST: u16 = 0x001;
const NLM_F_ACK: u16 = 0x004;
const NLM_F_DUMP: u16 = 0x300;
const NLM_F_REPLACE: u16 = 0x100;
const NLM_F_CREATE: u16 = 0x400;
const IFA_BROADCAST: u16 = 4;
const IFA_F_NODAD: u8 = 0x02;
/// The kernel's own limit for one datagram of a dump.
const DATAGRAM: usize = 32 * 1024;

/// An interface as the kernel describes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Link {
    /// Set up by its administrator.
    pub(super) up: bool,
    /// Frames its transmit queue holds.
    pub(super) queue: u32,
    /// Frames the kernel dropped on the way to this program.
    pub(super) dropped: u64,
    /// The bridge, or whatever else, that it was given to; 0 for none.
    pub(super) master: u32,
    /// The Ethernet address of the kernel's end.
    pub(super) mac: [u8; 6],
}

/// An address of an interface, or a network that a route leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) interface: u32,
    pub(super) address: IpAddr,
    pub(super) prefix: u8,
}

/// One of all interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) index: u32,
    pub(super) name: String,
    /// Set up by its administrator.
    pub(super) up: bool,
    pub(super) loopback: bool,
    /// The bridge, or whatever else, that it was given to; 0 for none.
    pub(super) master: u32,
    /// The interface that it stands on; 0 for none in this namespace.
    pub(super) lower: u32,
    /// It stands on an interface of another namespace, or its other end is there.
    pub(super) elsewhere: bool,
}

/// A socket to the kernel's interface tables.
#[derive(Debug)]
pub(super) struct Netlink {
    socket: OwnedFd,
    sequence: u32,
}

impl Netlink {
    pub(super) fn open() -> Result<Self, Errno> {
        let kind = SocketType::RAW;
        let socket = socket_with(AddressFamily::NETLINK, kind, SocketFlags::CLOEXEC, None)?;
        Ok(Netlink { socket, sequence: 0 })
    }

    /// The interface's number.
    pub(super) fn index(name: &str) -> Result<u32, Errno> {
        let kind = SocketType::DGRAM;
        let socket = socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)?;
        rustix::net::netdevice::name_to_index(socket, name)
    }

    /// The interface's name, if it is still there.
    pub(super) fn name(index: u32) -> Option<String> {
        let kind = SocketType::DGRAM;
        let socket = socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None).ok()?;
        rustix::net::netdevice::index_to_name(socket, index).ok()
    }

    /// All addresses of this host of the same version of IP as `like`.
    pub(super) fn addresses(&mut self, like: IpAddr) -> Result<Vec<Place>, Errno> {
        let mut places = Vec::new();
        let body = [family(like), 0, 0, 0, 0, 0, 0, 0];
        let request = Request::new(RTM_GETADDR, NLM_F_DUMP).bytes(&body);
        self.ask(request, |kind, body| {
            if kind == RTM_NEWADDR {
                places.extend(parse_address(body));
            }
        })?;
        Ok(places)
    }

    /// The ways to networks that the same holds for; the default one is none of them.
    pub(super) fn routes(&mut self, like: IpAddr) -> Result<Vec<Place>, Errno> {
        let mut places = Vec::new();
        let mut body = [0; ROUTE_BODY];
        body[0] = family(like);
        let request = Request::new(RTM_GETROUTE, NLM_F_DUMP).bytes(&body);
        self.ask(request, |kind, body| {
            if kind == RTM_NEWROUTE {
                places.extend(parse_route(body));
            }
        })?;
        Ok(places)
    }

    pub(super) fn link(&mut self, index: u32) -> Result<Link, Errno> {
        let mut link = Link::default();
        let request = Request::new(RTM_GETLINK, 0).link(index, 0, 0);
        self.ask(request, |kind, body| {
            if kind == RTM_NEWLINK && body.len() >= LINK_BODY {
                link = parse_link(body);
            }
        })?;
        Ok(link)
    }

    /// All interfaces.
    pub(super) fn list(&mut self, links: &mut Vec<Listed>) -> Result<(), Errno> {
        let request = Request::new(RTM_GETLINK, NLM_F_DUMP).link(0, 0, 0);
        self.ask(request, |kind, body| {
            if kind == RTM_NEWLINK && body.len() >= LINK_BODY {
                links.push(parse_listed(body));
            }
        })
    }

    /// Sets the interface up with a transmit queue of `queue` frames.
    pub(super) fn set_up(&mut self, index: u32, queue: u32) -> Result<(), Errno> {
        let request = Request::new(RTM_NEWLINK, 0).link(index, IFF_UP, IFF_UP);
        self.ask(request.attribute(IFLA_TXQLEN, &queue.to_ne_bytes()), |_, _| ())
    }

    /// Makes the interface a port of a bridge.
    pub(super) fn set_master(&mut self, index: u32, bridge: u32) -> Result<(), Errno> {
        let request = Request::new(RTM_NEWLINK, 0).link(index, 0, 0);
        self.ask(request.attribute(IFLA_MASTER, &bridge.to_ne_bytes()), |_, _| ())
    }

    pub(super) fn has_address(
        &mut self,
        index: u32,
        address: IpAddr,
        prefix: u8,
    ) -> Result<bool, Errno> {
        let mut found = false;
        let body = [family(address), 0, 0, 0, 0, 0, 0, 0];
        let request = Request::new(RTM_GETADDR, NLM_F_DUMP).bytes(&body);
        self.ask(request, |kind, body| {
            found |= kind == RTM_NEWADDR && is_address(body, index, address, prefix);
        })?;
        Ok(found)
    }

    /// Gives the interface an address, usable at once; harmless where it has it.
    pub(super) fn add_address(
        &mut self,
        index: u32,
        address: IpAddr,
        prefix: u8,
    ) -> Result<(), Errno> {
        // Nobody else is on this link, so there is no duplicate to look for.
        let flags = if address.is_ipv6() { IFA_F_NODAD } else { 0 };
        let mut body = [family(address), prefix, flags, 0, 0, 0, 0, 0];
        body[4..].copy_from_slice(&index.to_ne_bytes());
        let mut request = Request::new(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE).bytes(&body);
        request = match address {
            IpAddr::V4(address) => {
                let broadcast =
                    address.to_bits() | u32::MAX.checked_shr(prefix.into()).unwrap_or(0);
                let octets = address.octets();
                let request = request.attribute(IFA_LOCAL, &octets).attribute(IFA_ADDRESS, &octets);
                request.attribute(IFA_BROADCAST, &broadcast.to_be_bytes())
            }
            IpAddr::V6(address) => request.attribute(IFA_ADDRESS, &address.octets()),
        };
        self.ask(request, |_, _| ())
    }

    /// Sends a request and hands every message of the answer to `see`, until the kernel says that
    /// was all.
    fn ask(&mut self, request: Request, mut see: impl FnMut(u16, &[u8])) -> Result<(), Errno> {
        self.sequence += 1;
        let bytes = request.finish(self.sequence);
        retry_on_intr(|| send(&self.socket, &bytes, SendFlags::empty()))?;
        let mut buffer = vec![0; DATAGRAM];
        loop {
            let (_, length) =
                retry_on_intr(|| recv(&self.socket, &mut buffer[..], RecvFlags::empty()))?;
            let mut rest = buffer.get(..length).ok_or(Errno::MSGSIZE)?;
            while let Some((kind, sequence, body)) = next_message(&mut rest) {
                if sequence != self.sequence {
                    continue;
                }
                match kind {
                    NLMSG_DONE => return Ok(()),
                    NLMSG_ERROR => return acknowledgement(body),
                    _ => see(kind, body),
                }
            }
        }
    }
}

/// A request that is being written.
struct Request(Vec<u8>);

impl Request {
    /// Every request asks for an acknowledgement, so that every answer has an end.
    fn new(kind: u16, flags: u16) -> Self {
        let mut bytes = vec![0; HEADER];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        bytes[6..8].copy_from_slice(&(NLM_F_REQUEST | NLM_F_ACK | flags).to_ne_bytes());
        Request(bytes)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
        self
    }

    /// A `struct ifinfomsg`.
    fn link(self, index: u32, flags: u32, change: u32) -> Self {
        let mut body = [0; LINK_BODY];
        body[4..8].copy_from_slice(&index.to_ne_bytes());
        body[8..12].copy_from_slice(&flags.to_ne_bytes());
        body[12..16].copy_from_slice(&change.to_ne_bytes());
        self.bytes(&body)
    }

    fn attribute(self, kind: u16, value: &[u8]) -> Self {
        let length = 4 + value.len() as u16;
        self.bytes(&length.to_ne_bytes().into_iter().chain(kind.to_ne_bytes()).collect::<Vec<_>>())
            .bytes(value)
    }

    fn finish(mut self, sequence: u32) -> Vec<u8> {
        let length = self.0.len() as u32;
        self.0[0..4].copy_from_slice(&length.to_ne_bytes());
        self.0[8..12].copy_from_slice(&sequence.to_ne_bytes());
        self.0
    }
}
