//! A source: an IPv4 address, or an IPv6 network of 64 bits, which is what a household gets.
//! Budgets count by source.
//! Knows no table.

use core::hash::Hasher;
use core::net::IpAddr;

use siphasher::sip::SipHasher13;

/// A source. To a budget a source is one person, whether it is a household, a school or a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Source {
    /// An IPv4 address, or the network's bits. No IPv6 host has 32 zeros in front (RFC 4291, 2.5.6
    /// and later: `::/8` is reserved).
    bits: u64,
}

impl Source {
    /// The source of `address`; an IPv4 address written as an IPv6 one is the IPv4 address.
    pub(crate) fn of(address: IpAddr) -> Self {
        let bits = match address.to_canonical() {
            IpAddr::V4(address) => address.to_bits().into(),
            IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
        };
        Source { bits }
    }

    /// A number of its own.
    #[cfg(feature = "smoltcp")]
    pub(crate) fn number(self) -> u64 {
        self.bits
    }

    /// The network that one owner of many sources is likely to have them all in: 16 bits of IPv4,
    /// 48 of IPv6.
    pub(crate) fn neighbourhood(self) -> Source {
        Source { bits: self.bits & !0xffff }
    }

    /// A keyed hash, so that nobody can tell which sources meet in a table.
    pub(crate) fn hash(self, seed: u64) -> u64 {
        let mut hasher = SipHasher13::new_with_keys(!seed, seed);
        hasher.write_u64(self.bits);
        hasher.finish()
    }

    /// A short name by which a source is known again.
    pub(super) fn origin(self, seed: u64) -> Origin {
        Origin((self.hash(seed) >> 32) as u32 | 1)
    }
}

/// A source's short name. One in two thousand million strangers has the same name as a given
/// source. Such a stranger gains a few more guesses at one password, and its guesses count as that
/// source's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin(u32);

impl Origin {
    /// The name of no source.
    pub(super) const NONE: Origin = Origin(0);

    #[cfg(test)]
    pub(super) const fn new(name: u32) -> Self {
        Origin(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Source {
        Source::of(text.parse().unwrap())
    }

    #[test]
    fn an_ipv4_address_is_a_source_and_an_ipv6_network_of_64_bits_is() {
        assert_eq!(of("10.0.0.1"), of("::ffff:10.0.0.1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
        assert_eq!(of("fd00:1:2:3::1"), of("fd00:1:2:3:ffff:ffff:ffff:ffff"));
        assert_ne!(of("fd00:1:2:3::1"), of("fd00:1:2:4::1"));
    }

    #[test]
    fn a_neighbourhood_is_a_site() {
        let site = |text| of(text).neighbourhood();
        assert_eq!(site("fd00:1:2:3::1"), site("fd00:1:2:ffff::1"));
        assert_ne!(site("fd00:1:2:3::1"), site("fd00:1:3:3::1"));
        assert_eq!(site("10.1.2.3"), site("10.1.3.4"));
        assert_ne!(site("10.1.2.3"), site("10.2.2.3"));
    }

    #[test]
    fn another_key_names_it_otherwise_and_no_name_is_nobodys() {
        let names: Vec<_> = (0..64).map(|seed| of("10.0.0.1").origin(seed)).collect();
        assert!(names.iter().all(|&name| name != Origin::NONE));
        assert!(names.iter().any(|&name| name != names[0]));
    }
}
