//! The DHCP client (RFC 2131), and what a lease does to an interface. `lease` asks it and acts on
//! its answers.

use smoltcp::iface::{Interface, SocketHandle, SocketSet, SocketStorage};
use smoltcp::socket::dhcpv4::Socket;
use smoltcp::wire::{IpCidr, Ipv4Address, Ipv4Cidr};

use super::counters::Limiter;
use crate::time::{Duration, Instant};

/// Messages in one second: enough to find a server and ask it twice. A server that offers an
/// address and then refuses it must not make us a source of floods.
const MESSAGES_PER_SECOND: u32 = 4;

/// While we have an address, the client says nothing for this long after the server's last answer.
/// So a lease of no time is a lease of ten seconds here.
const PACE: Duration = Duration::from_secs(10);

/// How long connections wait for their address to come back before they end. By then a second
/// search, after ten seconds, has its answer.
const PARKED: Duration = Duration::from_secs(12);

/// The client that asks for an address.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) socket: SocketHandle,
    /// Our leased address; the last one in the interfaces' lists.
    pub(super) address: Option<Ipv4Cidr>,
    pub(super) messages: Limiter,
    /// While we have an address, nothing is said before this moment.
    paced_until: Instant,
    /// Something was said since the last answer. Forged answers to nothing must not keep us from
    /// renewing.
    pub(super) said: bool,
    /// Connections wait until this moment for an address that was taken away.
    pub(super) parked_until: Option<Instant>,
}

impl Client {
    /// The moment before which nothing more is said.
    pub(super) fn pause(&self) -> Instant {
        let next = self.messages.next();
        if self.address.is_some() { next.max(self.paced_until) } else { next }
    }

    /// Notes that the client has another address now, or none.
    pub(super) fn follow(&mut self, now: Instant, address: Option<Ipv4Cidr>) -> Option<Ipv4Cidr> {
        let before = core::mem::replace(&mut self.address, address);
        self.paced_until = now + PACE;
        self.parked_until = match (before, address) {
            (Some(_), None) => Some(now + PARKED),
            (None, None) => self.parked_until,
            (_, Some(_)) => None,
        };
        before
    }

    /// Notes that a server says something.
    pub(super) fn hear(&mut self, now: Instant) {
        if core::mem::take(&mut self.said) {
            self.paced_until = now + PACE;
        }
    }
}

/// The link interface's sockets, with a client among them if an address is to be leased. The
/// client has asked nobody yet.
pub(super) fn begin<'s>(
    storage: &'s mut [SocketStorage<'s>],
    leasing: bool,
    now: Instant,
) -> (SocketSet<'s>, Option<Client>) {
    let mut sockets = SocketSet::new(storage);
    let client = leasing.then(|| Client {
        socket: sockets.add(Socket::new()),
        address: None,
        messages: Limiter::new(MESSAGES_PER_SECOND, MESSAGES_PER_SECOND, now),
        paced_until: Instant::START,
        said: false,
        parked_until: None,
    });
    (sockets, client)
}

/// Replaces one address of an interface by another, behind all addresses that stay.
pub(super) fn exchange(
    interface: &mut Interface,
    before: Option<Ipv4Cidr>,
    address: Option<Ipv4Cidr>,
) {
    interface.update_ip_addrs(|list| {
        if before.is_some() {
            list.pop();
        }
        if let Some(address) = address {
            // Cannot fail: the start has checked that there is room.
            let _ = list.push(IpCidr::Ipv4(address));
        }
    });
}

/// The router of the leased network.
pub(super) fn set_router(interface: &mut Interface, router: Option<Ipv4Address>) {
    match router {
        // There is room for one router of each version of IP.
        Some(router) => _ = interface.routes_mut().add_default_ipv4_route(router),
        None => _ = interface.routes_mut().remove_default_ipv4_route(),
    }
}
