//! The settings that a product gives the driver at start.

use smoltcp::wire::{EthernetAddress, IpAddress, IpCidr};

#[cfg(feature = "mdns")]
use super::mdns::Naming;
use super::service::Service;
use crate::time::Duration;

/// Our identity on the network, and our timeouts.
#[derive(Clone, Copy, Debug)]
pub struct NetSettings<'a> {
    /// Our Ethernet address.
    pub mac: EthernetAddress,
    /// Our IP addresses with their networks. The feature `ipv6` adds a link-local one if there is
    /// none.
    pub addresses: &'a [IpCidr],
    /// Routers to other networks, at most one for each version of IP. The chat needs none: it
    /// answers to where a frame came from.
    pub gateways: &'a [IpAddress],
    /// Whether a further address is leased from a DHCP server (RFC 2131), with a router that takes
    /// the place of an IPv4 one above.
    #[cfg(feature = "dhcp")]
    pub dhcp: bool,
    /// Our name for the hosts of the link, if they are to find us by name.
    #[cfg(feature = "mdns")]
    pub naming: Option<Naming<'a>>,
    /// The longest IP packet that is sent even if the device takes longer ones: at least 576 bytes.
    /// Peers are told to keep to it.
    pub mtu: usize,
    /// What answers at each of our TCP ports: at least one service, and at most
    /// [`SERVICES_MAX`](super::SERVICES_MAX).
    pub services: &'a [Service],
    /// How long a connection may be silent before we probe the peer.
    pub keep_alive: Duration,
    /// How long a peer may leave probes or data unacknowledged.
    pub idle_timeout: Duration,
    /// How long a handshake may take.
    pub handshake_timeout: Duration,
    /// How long an acknowledgement may wait for an answer that carries it.
    pub ack_delay: Duration,
    /// Resets sent in one second to segments that belong to no connection.
    pub resets_per_second: u32,
}

impl<'a> NetSettings<'a> {
    /// The default timeouts, the line protocol on its usual port, no router, no lease.
    pub const fn new(mac: EthernetAddress, addresses: &'a [IpCidr]) -> Self {
        NetSettings {
            mac,
            addresses,
            gateways: &[],
            #[cfg(feature = "dhcp")]
            dhcp: false,
            #[cfg(feature = "mdns")]
            naming: None,
            mtu: 1500,
            services: &[Service::LINES],
            keep_alive: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            handshake_timeout: Duration::from_secs(5),
            ack_delay: Duration::from_millis(10),
            resets_per_second: 100,
        }
    }

    /// Whether an address has to come from a server.
    pub(super) const fn is_leasing(&self) -> bool {
        #[cfg(feature = "dhcp")]
        let leasing = self.dhcp;
        #[cfg(not(feature = "dhcp"))]
        let leasing = false;
        leasing
    }
}
