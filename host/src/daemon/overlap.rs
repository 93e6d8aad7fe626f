//! Whether the network of the TAP device is in use elsewhere on this host: addresses and routes of
//! its other interfaces. Works at the start only. A find is a warning: the server works, but
//! programs here may not reach it.

use std::fmt;
use std::net::IpAddr;

use rustix::io::Errno;

use super::addresses::Addresses;
use super::netlink::{Netlink, Place};

/// One end of the TAP device, and its network.
#[derive(Clone, Copy)]
struct Network {
    server: IpAddr,
    /// None where the device is on a network of others, as on a bridge: the way there leads over
    /// another interface.
    host: Option<IpAddr>,
    prefix: u8,
}

/// A part of the TAP device's network that another interface has too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Overlap {
    /// Programs on this host reach themselves instead of the server.
    Server(IpAddr, String),
    /// This host has its address for the TAP device twice.
    Host(IpAddr, String),
    /// An address in the same network.
    Address(IpAddr, u8, String),
    /// A way to the same network.
    Route(IpAddr, u8, String),
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Overlap::Server(address, name) => {
                write!(
                    f,
                    "the server's address {address} is in use: this host has it itself, on {name}; give --address another"
                )
            }
            Overlap::Host(address, name) => {
                write!(f, "{address} is in use on {name} too; give --host-address another")
            }
            Overlap::Address(address, prefix, name) => write!(
                f,
                "{name} has {address}/{prefix}, which is in the same network: programs here may look for the server there; give --address and --host-address another network"
            ),
            Overlap::Route(address, prefix, name) => write!(
                f,
                "a route sends {address}/{prefix} to {name}: programs here may look for the server there; give --address and --host-address another network"
            ),
        }
    }
}

/// Addresses and routes of other interfaces in `tap`'s networks.
pub(super) fn find(addresses: &Addresses, tap: u32, ipv6: bool) -> Result<Vec<Overlap>, Errno> {
    let Addresses { server4, host4, server6, host6, .. } = addresses;
    let network4 = server4.map(|server| Network {
        server: server.address().into(),
        host: host4.map(|host| host.address().into()),
        prefix: server.prefix_len(),
    });
    let network6 = server6.filter(|_| ipv6).map(|server| Network {
        server: server.address().into(),
        host: host6.map(|host| host.address().into()),
        prefix: server.prefix_len(),
    });
    let mut netlink = Netlink::open()?;
    let mut found = Vec::new();
    for network in network4.into_iter().chain(network6) {
        let mut there = Vec::new();
        for place in netlink.addresses(network.server)? {
            let Some(name) = other(place.interface, tap) else { continue };
            if let Some(overlap) = network.address(&place, name) {
                there.push(place.interface);
                found.push(overlap);
            }
        }
        for route in netlink.routes(network.server)? {
            // An address brings its route with it.
            if there.contains(&route.interface) {
                continue;
            }
            let Some(name) = other(route.interface, tap) else { continue };
            found.extend(network.route(&route, name));
        }
    }
    Ok(found)
}

/// The interface's name, if it is another than the TAP device.
fn other(interface: u32, tap: u32) -> Option<String> {
    if interface == tap { None } else { Netlink::name(interface) }
}

impl Network {
    fn address(&self, place: &Place, name: String) -> Option<Overlap> {
        let Place { address, prefix, .. } = *place;
        if address == self.server {
            Some(Overlap::Server(address, name))
        } else if self.host.is_none() {
            None
        } else if self.host == Some(address) {
            Some(Overlap::Host(address, name))
        } else if prefix >= self.prefix && self.contains(address) {
            Some(Overlap::Address(address, prefix, name))
        } else {
            None
        }
    }

    /// A way to a wider network is of no matter: the kernel takes the narrower.
    fn route(&self, route: &Place, name: String) -> Option<Overlap> {
        let Place { address, prefix, .. } = *route;
        let host = self.host?;
        let reaches = contains(address, prefix, self.server) || contains(address, prefix, host);
        (prefix >= self.prefix && reaches).then_some(Overlap::Route(address, prefix, name))
    }

    fn contains(&self, address: IpAddr) -> bool {
        contains(self.server, self.prefix, address)
    }
}

/// Whether both addresses have the same first `prefix` bits.
fn contains(network: IpAddr, prefix: u8, address: IpAddr) -> bool {
    let bits = |address| match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
    network.is_ipv4() == address.is_ipv4() && (bits(network) ^ bits(address)) & mask == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(cidr: &str) -> Place {
        let (address, prefix) = cidr.split_once('/').unwrap();
        Place { interface: 7, address: address.parse().unwrap(), prefix: prefix.parse().unwrap() }
    }

    fn network() -> Network {
        let [server, host] = ["192.168.69.1", "192.168.69.100"].map(|text| text.parse().unwrap());
        Network { server, host: Some(host), prefix: 24 }
    }

    #[test]
    fn what_another_interface_has_of_the_network_is_found_and_a_wider_one_is_not() {
        let address = |cidr| network().address(&place(cidr), "lan0".to_owned());
        assert!(matches!(address("192.168.69.1/32"), Some(Overlap::Server(..))));
        assert!(matches!(address("192.168.69.100/24"), Some(Overlap::Host(..))));
        assert!(matches!(address("192.168.69.7/24"), Some(Overlap::Address(..))));
        assert_eq!(address("192.168.69.7/16"), None);
        assert_eq!(address("192.168.70.7/24"), None);
        assert_eq!(address("fd69::1/64"), None);
        let route = |cidr| network().route(&place(cidr), "lan0".to_owned());
        assert!(matches!(route("192.168.69.0/24"), Some(Overlap::Route(..))));
        assert!(matches!(route("192.168.69.0/30"), Some(Overlap::Route(..))));
        assert_eq!(route("192.168.69.128/25"), None);
        assert_eq!(route("192.168.0.0/16"), None);
        assert_eq!(route("0.0.0.0/0"), None);
        let bridged = Network { host: None, ..network() };
        let address = |cidr| bridged.address(&place(cidr), "br0".to_owned());
        assert!(matches!(address("192.168.69.1/24"), Some(Overlap::Server(..))));
        assert_eq!(address("192.168.69.7/24"), None, "that is the way there");
        assert_eq!(bridged.route(&place("192.168.69.0/24"), "br0".to_owned()), None);
    }
}
