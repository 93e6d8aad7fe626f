//! The addresses of the two ends of the TAP device, and whether they fit together. Knows no kernel.

use std::fmt;

use smoltcp::wire::{Ipv4Cidr, Ipv6Cidr};

use super::options::{HostAddress, Options, ServerAddress};

/// The two ends of the TAP device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Addresses {
    /// The server's IPv4 address; none if it asks a DHCP server for one.
    pub(crate) server4: Option<Ipv4Cidr>,
    /// The host's IPv4 address, if it has one there.
    pub(crate) host4: Option<Ipv4Cidr>,
    /// The server's IPv6 address, beside the link-local one.
    pub(crate) server6: Option<Ipv6Cidr>,
    /// The host's IPv6 address.
    pub(crate) host6: Option<Ipv6Cidr>,
    /// Somebody asked for IPv6, so a host without it is an error.
    pub(crate) require6: bool,
}

/// Why the addresses do not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AddressesError {
    /// Server and host cannot be the same machine on this network.
    SameAddress(String),
    /// Host and server would not find each other.
    OtherSubnet {
        /// The server's address.
        server: String,
        /// The host's address.
        host: String,
        /// The flag that gives the host's address.
        flag: &'static str,
    },
    /// Nobody knows the network of a lease before.
    HostOfALease(String),
    /// Not an address of one machine in its network.
    NotAHost(String),
}

impl fmt::Display for AddressesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AddressesError::SameAddress(address) => {
                write!(f, "the server and this host cannot both be {address}")
            }
            AddressesError::OtherSubnet { server, host, flag } => write!(
                f,
                "{host} is not in the subnet of the server, {server}: give {flag} an address of that subnet"
            ),
            AddressesError::HostOfALease(address) => write!(
                f,
                "with --address dhcp this host has its address elsewhere, and not {address} on the TAP device: say --host-address none"
            ),
            AddressesError::NotAHost(address) => {
                write!(f, "{address} is not an address that one machine can have")
            }
        }
    }
}

impl std::error::Error for AddressesError {}

impl Addresses {
    /// The addresses that `options` asks for, checked against each other. A macvtap device stands
    /// on a network of others, as a bridge does.
    ///
    /// # Errors
    /// The first of them that does not fit.
    pub(super) fn new(options: &Options, is_macvtap: bool) -> Result<Self, AddressesError> {
        // The network is that of others.
        let is_guest = options.bridge.is_some() || is_macvtap;
        let leased = options.address.map_or(is_guest, |it| it == ServerAddress::Dhcp);
        let server4 = match options.address {
            _ if leased => None,
            Some(ServerAddress::Is(address)) => Some(address),
            _ => Some(usual4(1)),
        };
        let host4 = match options.host_address {
            Some(HostAddress::Is(address)) => Some(address),
            Some(HostAddress::None) => None,
            None if leased || is_guest => None,
            None => Some(usual4(100)),
        };
        let require6 = options.address6.is_some() || options.host_address6.is_some();
        // Where the host has no address, the network is that of others: they have their own.
        let usual6 = |host| host4.is_some().then(|| default6(host));
        let addresses = Addresses {
            server4,
            host4,
            server6: options.address6.or(usual6(1)),
            host6: options.host_address6.or(usual6(0x100)),
            require6,
        };
        if let (None, Some(host)) = (server4, host4) {
            return Err(AddressesError::HostOfALease(host.to_string()));
        }
        addresses.check4()?;
        addresses.check6()?;
        Ok(addresses)
    }

    fn check4(&self) -> Result<(), AddressesError> {
        for cidr in [self.server4, self.host4].into_iter().flatten() {
            if !is_host4(cidr) {
                return Err(AddressesError::NotAHost(cidr.to_string()));
            }
        }
        let (Some(server), Some(host)) = (self.server4, self.host4) else { return Ok(()) };
        let fits = server.network() == host.network();
        let same = server.address() == host.address();
        pair(server, host, fits, same, "--host-address")
    }

    fn check6(&self) -> Result<(), AddressesError> {
        for cidr in [self.server6, self.host6].into_iter().flatten() {
            let address = cidr.address();
            if address.is_unspecified() || address.is_loopback() || address.is_multicast() {
                return Err(AddressesError::NotAHost(cidr.to_string()));
            }
        }
        let (Some(server), Some(host)) = (self.server6, self.host6) else { return Ok(()) };
        let fits =
            server.prefix_len() == host.prefix_len() && server.contains_addr(&host.address());
        let same = server.address() == host.address();
        pair(server, host, fits, same, "--host-address6")
    }

    /// Whether the server asks a DHCP server for its address.
    pub(super) fn is_leasing(&self) -> bool {
        self.server4.is_none()
    }
}

fn pair(
    server: impl fmt::Display,
    host: impl fmt::Display,
    fits: bool,
    same: bool,
    flag: &'static str,
) -> Result<(), AddressesError> {
    match (fits, same) {
        (_, true) => Err(AddressesError::SameAddress(host.to_string())),
        (false, false) => Err(AddressesError::OtherSubnet {
            server: server.to_string(),
            host: host.to_string(),
            flag,
        }),
        (true, false) => Ok(()),
    }
}

fn is_host4(cidr: Ipv4Cidr) -> bool {
    let address = cidr.address();
    let network = cidr.network().address();
    let whole = (1..=30).contains(&cidr.prefix_len());
    let broadcast = cidr.broadcast() == Some(address);
    whole
        && !broadcast
        && address != network
        && !address.is_loopback()
        && !address.is_multicast()
        && address.octets()[0] != 0
}

fn usual4(host: u8) -> Ipv4Cidr {
    Ipv4Cidr::new([192, 168, 69, host].into(), 24)
}

/// A unique local address (RFC 4193); its global id spells "ismol", so that people can remember it.
fn default6(host: u16) -> Ipv6Cidr {
    Ipv6Cidr::new([0xfd69, 0x736d, 0x6f6c, 0, 0, 0, 0, host].into(), 64)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn addresses(arguments: &[&str]) -> Result<Addresses, AddressesError> {
        let all = ["smolchatd"].iter().chain(arguments);
        Addresses::new(&Options::try_parse_from(all).unwrap(), false)
    }

    #[test]
    fn the_defaults_fit_together() {
        let addresses = addresses(&[]).unwrap();
        assert_eq!(addresses.host4.unwrap().to_string(), "192.168.69.100/24");
        assert!(!addresses.require6);
    }

    #[test]
    fn a_host_in_another_subnet_is_refused_with_the_flag_that_helps() {
        let error = addresses(&["--address", "10.0.0.1/24"]).unwrap_err();
        assert!(error.to_string().contains("--host-address"), "{error}");
        assert!(addresses(&["--address", "10.0.0.1/24", "--host-address", "10.0.0.2/16"]).is_err());
        assert!(addresses(&["--address", "10.0.0.1/24", "--host-address", "10.0.0.2/24"]).is_ok());
        assert!(addresses(&["--address6", "fd00::1/64"]).is_err());
        assert!(addresses(&["--address6", "fd00::1/64", "--host-address6", "fd00::2/64"]).is_ok());
    }

    #[test]
    fn on_a_bridge_the_host_has_no_address_and_the_server_asks_for_one() {
        let found = addresses(&["--bridge", "br0"]).unwrap();
        assert!(found.is_leasing() && found.host4.is_none());
        assert_eq!((found.server6, found.host6), (None, None));
        let given = ["--bridge", "br0", "--address", "10.0.0.9/24", "--address6", "fd00::9/64"];
        let found = addresses(&given).unwrap();
        assert_eq!(found.server4.unwrap().to_string(), "10.0.0.9/24");
        assert!(found.server6.is_some() && found.host4.is_none() && found.host6.is_none());
        assert!(addresses(&["--address", "dhcp"]).unwrap().host4.is_none());
        let both = addresses(&["--address", "dhcp", "--host-address", "10.0.0.2/24"]);
        assert!(both.unwrap_err().to_string().contains("--host-address none"));
        let alone = addresses(&["--host-address", "none"]).unwrap();
        assert!(alone.server4.is_some() && alone.server6.is_none());
    }

    #[test]
    fn server_and_host_need_an_address_each() {
        let error = addresses(&["--address", "192.168.69.100/24"]).unwrap_err();
        assert_eq!(error, AddressesError::SameAddress("192.168.69.100/24".to_owned()));
    }

    #[test]
    fn what_no_machine_can_have_is_refused() {
        for wrong in
            ["192.168.69.0/24", "192.168.69.255/24", "127.0.0.1/8", "224.0.0.1/4", "0.0.0.1/8"]
        {
            assert_eq!(
                addresses(&["--address", wrong]),
                Err(AddressesError::NotAHost(wrong.to_owned()))
            );
        }
    }
}
