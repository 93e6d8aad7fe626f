//! Whom an order keeps out: a user, or a network.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::protocol::NAME_MAX;

/// A user or a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom<'a> {
    /// The user of that name.
    User(&'a str),
    /// Every address whose first bits are the same.
    Network(Network),
}

/// Addresses whose first bits are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Network {
    /// The first of them.
    address: IpAddr,
    /// How many bits count.
    bits: u8,
}

impl Network {
    /// The network of `address`; `None` if it has not so many bits. An IPv4 address that is written
    /// as an IPv6 one is the IPv4 address.
    pub fn new(address: IpAddr, bits: u8) -> Option<Self> {
        let address = match address.to_canonical() {
            IpAddr::V4(address) if bits <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
            }
            IpAddr::V6(address) if bits <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
            }
            _ => return None,
        };
        Some(Network { address, bits })
    }

    /// The first address.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// How many bits count.
    pub fn bits(self) -> u8 {
        self.bits
    }

    /// Whether `address` is one of them.
    pub fn holds(self, address: IpAddr) -> bool {
        Network::new(address, self.bits) == Some(self)
    }
}

impl<'a> Whom<'a> {
    /// Reads a name, an address, or `address/bits`. Without bits, an IPv6 address means its network
    /// of 64 bits, which is what a household has. What reads as an address is none's name.
    pub fn parse(word: &'a str) -> Option<Self> {
        let (address, bits) = match word.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (word, None),
        };
        let network = address.parse::<IpAddr>().ok().map(|address| {
            let usual = if address.to_canonical().is_ipv4() { 32 } else { 64 };
            let bits = bits.map_or(Some(usual), |bits| bits.parse().ok());
            bits.and_then(|bits| Network::new(address, bits))
        });
        match network {
            Some(network) => network.map(Whom::Network),
            None => Some(Whom::User(word)).filter(|_| word.len() <= NAME_MAX),
        }
    }
}
