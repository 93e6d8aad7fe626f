//! The networks of this machine's interfaces, and where on them a server can be. Every machine of
//! a link may tell any address by multicast DNS. Knows no socket.

use std::net::{IpAddr, Ipv4Addr};

use if_addrs::{IfAddr, Interface};

/// One address of an interface, and its network.
#[derive(Clone, Copy, Debug)]
struct Network {
    /// The interface's number.
    interface: u32,
    own: IpAddr,
    prefix_len: u8,
}

/// The networks of this machine.
#[derive(Clone, Debug)]
pub(crate) struct Links {
    networks: Vec<Network>,
}

impl Links {
    /// As they are now. If this machine does not tell its interfaces, there are none.
    pub(crate) fn now() -> Self {
        let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
        Links { networks: interfaces.iter().filter_map(network).collect() }
    }

    /// Whether a server can be at an address that somebody told on these interfaces; on any if
    /// there are none. It is an address of one machine, of a network of such an interface or
    /// link-local. Loopback leads to this machine, so only this machine may tell it, on its own
    /// loopback. While no network is known, the rest of the rule counts.
    pub(crate) fn may_have_server(&self, address: IpAddr, told_on: &[u32]) -> bool {
        let address = address.to_canonical();
        let of_many = address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST);
        if of_many || address.is_unspecified() {
            return false;
        }
        let is_link_local = match address {
            IpAddr::V4(address) => address.is_link_local(),
            IpAddr::V6(address) => address.is_unicast_link_local(),
        };
        let is_told_on =
            |network: &&Network| told_on.is_empty() || told_on.contains(&network.interface);
        let mut networks = self.networks.iter().filter(is_told_on);
        if address.is_loopback() {
            return !told_on.is_empty() && networks.any(|network| network.own.is_loopback());
        }
        is_link_local
            || self.networks.is_empty()
            || networks.any(|network| network.may_have_host(address))
    }
}

fn network(interface: &Interface) -> Option<Network> {
    let (own, prefix_len) = match &interface.addr {
        IfAddr::V4(address) => (address.ip.into(), address.prefixlen),
        // An address that DHCPv6 leased tells nothing of its network, which has 64 bits.
        IfAddr::V6(address) => (address.ip.into(), address.prefixlen.min(64)),
    };
    Some(Network { interface: interface.index?, own, prefix_len })
}

impl Network {
    /// Whether the address is one of the network, and neither its first nor its last, which are
    /// all its hosts.
    fn may_have_host(&self, address: IpAddr) -> bool {
        match (self.own, address) {
            (IpAddr::V4(own), IpAddr::V4(address)) => {
                let host = u32::MAX.checked_shr(self.prefix_len.into()).unwrap_or(0);
                let (own, address) = (own.to_bits(), address.to_bits());
                let is_of_many = host > 1 && (address & host == 0 || address & host == host);
                own & !host == address & !host && !is_of_many
            }
            (IpAddr::V6(own), IpAddr::V6(address)) => {
                let host = u128::MAX.checked_shr(self.prefix_len.into()).unwrap_or(0);
                own.to_bits() & !host == address.to_bits() & !host
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        let networks = [
            (1, "127.0.0.1", 8),
            (2, "192.168.1.20", 24),
            (2, "fe80::20", 64),
            (2, "2001:db8::20", 64),
            (3, "10.0.0.1", 31),
        ];
        let network = |(interface, own, prefix_len): (u32, &str, u8)| Network {
            interface,
            own: own.parse().unwrap(),
            prefix_len,
        };
        Links { networks: networks.map(network).to_vec() }
    }

    fn told_on(interfaces: &[u32], address: &str) -> bool {
        links().may_have_server(address.parse().unwrap(), interfaces)
    }

    #[test]
    fn a_server_is_on_a_network_of_the_interface_that_heard_of_it() {
        for address in ["192.168.1.9", "fe80::9", "169.254.7.7", "2001:db8::9"] {
            assert!(told_on(&[2], address), "{address}");
        }
        assert!(told_on(&[3], "10.0.0.0") && told_on(&[3], "10.0.0.1"), "both are hosts");
        assert!(told_on(&[1, 3], "10.0.0.1") && told_on(&[], "10.0.0.1"));
        for address in ["10.0.0.1", "192.168.2.9", "8.8.8.8", "2001:db8:1::9", "fd00::9"] {
            assert!(!told_on(&[2], address), "{address}");
        }
    }

    #[test]
    fn no_server_is_where_no_one_machine_is() {
        for address in [
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.168.1.255",
            "192.168.1.0",
            "::",
            "ff02::1",
            "::ffff:224.0.0.1",
        ] {
            assert!(!told_on(&[2], address) && !told_on(&[], address), "{address}");
        }
    }

    #[test]
    fn loopback_is_told_by_this_machine_alone() {
        for address in ["127.0.0.1", "127.1.2.3", "::ffff:127.0.0.1", "::1"] {
            assert!(!told_on(&[2], address), "{address}");
            assert!(told_on(&[1], address), "{address}");
            assert!(!told_on(&[], address), "{address}");
        }
    }

    #[test]
    fn a_machine_that_knows_no_network_takes_what_one_machine_can_have() {
        let nowhere = Links { networks: Vec::new() };
        let may_be = |address: &str| nowhere.may_have_server(address.parse().unwrap(), &[2]);
        assert!(may_be("192.168.2.9") && may_be("2001:db8::1"));
        assert!(!may_be("127.0.0.1") && !may_be("0.0.0.0") && !may_be("ff02::1"));
    }
}
