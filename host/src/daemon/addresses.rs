//! The addresses of the two ends of the TAP device, and whether they fit together. Knows no kernel.

use std::fmt;

use smoltcp::wire::{Ipv4Cidr, Ipv6Cidr};

use super::options::Options;

/// The two ends of the TAP device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Addresses {
    /// The server's IPv4 address.
    pub(crate) server4: Ipv4Cidr,
    /// The host's IPv4 address.
    pub(crate) host4: Ipv4Cidr,
    /// The server's IPv6 address.
    pub(crate) server6: Ipv6Cidr,
    /// The host's IPv6 address.
    pub(crate) host6: Ipv6Cidr,
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
            AddressesError::NotAHost(address) => {
                write!(f, "{address} is not an address that one machine can have")
            }
        }
    }
}

impl std::error::Error for AddressesError {}

impl Addresses {
    /// The addresses that `options` asks for, checked against each other.
    ///
    /// # Errors
    /// The first of them that does not fit.
    pub(super) fn new(options: &Options) -> Result<Self, AddressesError> {
        let require6 = options.address6.is_some() || options.host_address6.is_some();
        let addresses = Addresses {
            server4: options.address,
            host4: options.host_address,
            server6: options.address6.unwrap_or(default6(1)),
            host6: options.host_address6.unwrap_or(default6(0x100)),
            require6,
        };
        addresses.check4()?;
        addresses.check6()?;
        Ok(addresses)
    }

    fn check4(&self) -> Result<(), AddressesError> {
        for cidr in [self.server4, self.host4] {
            if !is_host4(cidr) {
                return Err(AddressesError::NotAHost(cidr.to_string()));
            }
        }
        let fits = self.server4.network() == self.host4.network();
        let same = self.server4.address() == self.host4.address();
        pair(self.server4, self.host4, fits, same, "--host-address")
    }

    fn check6(&self) -> Result<(), AddressesError> {
        for cidr in [self.server6, self.host6] {
            let address = cidr.address();
            if address.is_unspecified() || address.is_loopback() || address.is_multicast() {
                return Err(AddressesError::NotAHost(cidr.to_string()));
            }
        }
        let fits = self.server6.prefix_len() == self.host6.prefix_len()
            && self.server6.contains_addr(&self.host6.address());
        let same = self.server6.address() == self.host6.address();
        pair(self.server6, self.host6, fits, same, "--host-address6")
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
        Addresses::new(&Options::try_parse_from(all).unwrap())
    }

    #[test]
    fn the_defaults_fit_together() {
        let addresses = addresses(&[]).unwrap();
        assert_eq!(addresses.host4.to_string(), "192.168.69.100/24");
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
