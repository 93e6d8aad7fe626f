//! The worlds of the tests: servers with other buffers, routers, services and leases.

use smoltcp::wire::{IpAddress, IpCidr, Ipv4Address};

use super::super::{Buffers, NetSettings, Service};
#[cfg(feature = "dhcp")]
use super::leaser::Leaser;
use super::world::{SERVER, SERVER_MAC, World};
use crate::carrier::Plain;
use crate::store::Durability;

impl World {
    /// A server for so many users, each with a place: `user0` with the password `secret0`, and so
    /// on.
    pub(super) fn new(users: usize) -> Self {
        Self::with_buffers(users, Buffers { rx: 2048, tx: 4096, fragments: 8 })
    }

    pub(super) fn with_buffers(users: usize, buffers: Buffers) -> Self {
        let addresses = [IpCidr::new(SERVER, 24)];
        let net = NetSettings::new(SERVER_MAC, &addresses);
        Self::with_net(users, buffers, &net, Durability::Off)
    }

    /// The same, with a router on the link.
    pub(super) fn behind(users: usize, router: Ipv4Address) -> Self {
        let addresses = [IpCidr::new(SERVER, 24)];
        let gateways = [IpAddress::Ipv4(router)];
        let net = NetSettings { gateways: &gateways, ..NetSettings::new(SERVER_MAC, &addresses) };
        Self::with_net(users, Buffers { rx: 2048, tx: 4096, fragments: 8 }, &net, Durability::Off)
    }

    /// The same, with packets of so many bytes at most.
    pub(super) fn with_mtu(users: usize, mtu: usize) -> Self {
        let addresses = [IpCidr::new(SERVER, 24)];
        let net = NetSettings { mtu, ..NetSettings::new(SERVER_MAC, &addresses) };
        Self::with_net(users, Buffers { rx: 2048, tx: 4096, fragments: 8 }, &net, Durability::Off)
    }

    /// The same, with an OK that means this.
    pub(super) fn with_durability(users: usize, durability: Durability) -> Self {
        let addresses = [IpCidr::new(SERVER, 24)];
        let net = NetSettings::new(SERVER_MAC, &addresses);
        Self::with_net(users, Buffers { rx: 2048, tx: 4096, fragments: 8 }, &net, durability)
    }

    /// The same, with these services.
    pub(super) fn with_services(users: usize, buffers: Buffers, services: &[Service]) -> Self {
        let addresses = [IpCidr::new(SERVER, 24)];
        let net = NetSettings { services, ..NetSettings::new(SERVER_MAC, &addresses) };
        Self::with_net(users, buffers, &net, Durability::Off)
    }

    /// The same, without an address but what `leaser` leases.
    #[cfg(feature = "dhcp")]
    pub(super) fn leasing(users: usize, leaser: Leaser) -> Self {
        let net = NetSettings { dhcp: true, ..NetSettings::new(SERVER_MAC, &[]) };
        let buffers = Buffers { rx: 2048, tx: 4096, fragments: 8 };
        let mut world = Self::with_net(users, buffers, &net, Durability::Off);
        world.leaser = Some(leaser);
        world
    }

    pub(super) fn with_net(
        users: usize,
        buffers: Buffers,
        net: &NetSettings<'_>,
        durability: Durability,
    ) -> Self {
        World::with_carriers(users, buffers, net, durability, Plain)
    }
}
