//! Addresses that a client tells of itself, and where a peer can be at all. Server and client ask
//! the same rule: where addresses are announced, introduced and dialled.
//! Knows no text of an address.

use core::net::{IpAddr, Ipv4Addr};

use super::limits::ADDRESSES_MAX;

/// Addresses a client told of itself.
pub type Addresses = heapless::Vec<IpAddr, ADDRESSES_MAX, u8>;

/// Whether a peer can be at this address. Loopback is the peer's own machine, so it leads to a peer
/// only from the same host. A link-local address means nothing without the name of an interface.
pub fn is_of_peer(address: IpAddr, is_same_host: bool) -> bool {
    let address = address.to_canonical();
    let is_of_many = address.is_multicast() || address == IpAddr::V4(Ipv4Addr::BROADCAST);
    let is_link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !is_of_many
        && !is_link_local
        && !address.is_unspecified()
        && (is_same_host || !address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may_be(address: &str) -> (bool, bool) {
        let address = address.parse().unwrap();
        (is_of_peer(address, false), is_of_peer(address, true))
    }

    #[test]
    fn a_peer_is_where_one_machine_can_be() {
        for address in ["10.0.0.2", "fd00::1", "192.0.2.1", "::ffff:10.0.0.2", "2001:db8::1"] {
            assert_eq!(may_be(address), (true, true), "{address}");
        }
        for address in [
            "0.0.0.0",
            "::",
            "::ffff:0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "ff02::1",
            "169.254.169.254",
            "fe80::1",
            "::ffff:169.254.1.1",
            "::ffff:224.0.0.1",
        ] {
            assert_eq!(may_be(address), (false, false), "{address}");
        }
    }

    #[test]
    fn loopback_leads_to_a_peer_on_the_same_host() {
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(may_be(address), (false, true), "{address}");
        }
    }
}
