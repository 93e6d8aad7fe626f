//! The step of a round that keeps our leased address. It is asked for and renewed on the link
//! interface, put on both interfaces, and taken away when the lease ends.

use core::net::IpAddr;

use smoltcp::phy::Device;
use smoltcp::socket::dhcpv4::{Event, Socket};
use smoltcp::wire::IpAddress;

use super::clock::moment;
use super::dhcp::{self, exchange, set_router};
use super::driver::Driver;
use super::port::Outlet;
use super::round::Sent;
use super::slot::Phase;
use crate::environment::{Environment, Notice};
use crate::time::Instant;

impl<C> Driver<'_, C> {
    /// Sends what the client has to say, and follows what it heard.
    pub(super) fn keep_lease<D: Device>(
        &mut self,
        now: Instant,
        device: &mut D,
        environment: &mut impl Environment,
    ) -> Sent {
        self.follow_lease(now, environment);
        self.unpark(now);
        while let Some(client) = &mut self.dhcp
            && client.pause() <= now
            && self
                .link_interface
                .poll_at(moment(now), &self.link_sockets)
                .is_some_and(|due| due <= moment(now))
            && client.messages.allow(now)
        {
            client.said = true;
            let mut outlet = Outlet::new(device, None, &self.sent, &self.link_capabilities);
            self.link_interface.poll_egress(moment(now), &mut outlet, &mut self.link_sockets);
            if outlet.exhausted {
                self.counters.device_exhausted += 1;
                return Sent::Exhausted;
            }
            self.follow_lease(now, environment);
        }
        Sent::All
    }

    /// The moment before which the client says nothing more.
    pub(super) fn lease_pause(&self) -> Instant {
        self.dhcp.as_ref().map_or(Instant::START, dhcp::Client::pause)
    }

    /// The moment at which connections have waited long enough for their address.
    pub(super) fn parked_until(&self) -> Option<Instant> {
        self.dhcp.as_ref().and_then(|client| client.parked_until)
    }

    /// Whether the connection must say nothing yet, because its address was taken away a moment
    /// ago. It mostly comes back at once, and nothing is said in its name meanwhile (RFC 2131,
    /// 4.4.5).
    pub(super) fn is_parked(&mut self, id: usize) -> bool {
        let local = self.slots[id].socket().local_endpoint().map(|endpoint| endpoint.addr);
        self.parked_until().is_some() && local.is_some_and(|local| !self.chat.has_ip_addr(local))
    }

    fn unpark(&mut self, now: Instant) {
        if let Some(client) = &mut self.dhcp
            && client.parked_until.is_some_and(|until| until <= now)
        {
            client.parked_until = None;
        }
    }

    /// Puts a leased address on, and takes a lost one off. Name servers are of no use here.
    fn follow_lease(&mut self, now: Instant, environment: &mut impl Environment) {
        let Some(client) = &mut self.dhcp else { return };
        let (address, router) = match self.link_sockets.get_mut::<Socket<'_>>(client.socket).poll()
        {
            None => return,
            Some(Event::Configured(lease)) => (Some(lease.address), lease.router),
            Some(Event::Deconfigured) => (None, None),
        };
        let router = router.filter(|router| IpAddress::Ipv4(*router).is_unicast());
        let before = client.follow(now, address);
        if before.is_none() && address.is_none() {
            return;
        }
        if before != address {
            for interface in [&mut self.chat, &mut self.link_interface] {
                exchange(interface, before, address);
            }
            #[cfg(feature = "mdns")]
            if let Some(names) = &mut self.names {
                names.follow(now, self.chat.ip_addrs());
            }
        }
        set_router(&mut self.link_interface, router);
        environment.notice(match address {
            Some(address) => Notice::AddressAssigned {
                address: IpAddr::V4(address.address()),
                prefix_len: address.prefix_len(),
                router: router.map(IpAddr::V4),
            },
            None => Notice::AddressLost,
        });
        if address.is_some() {
            self.end_connections_to_lost_addresses();
        }
    }

    /// While we have no address, connections wait for the old one. After a moment smoltcp gives up
    /// those that want to speak without an address. Once another address is in its place, they wait
    /// for nothing and keep their users from coming again. They would also be taken for connections
    /// of a peer that uses its port again, because a position in the list of our addresses is part
    /// of a connection's name. So they end here.
    fn end_connections_to_lost_addresses(&mut self) {
        for id in 0..self.slots.len() {
            let slot = &mut self.slots[id];
            let local = slot.socket().local_endpoint().map(|endpoint| endpoint.addr);
            let ours = local.is_none_or(|local| self.chat.has_ip_addr(local));
            if slot.phase != Phase::Free && !ours {
                slot.socket().abort();
                self.output.push(id);
            }
        }
    }
}
