//! This host's own addresses on its other devices, by which others know it. Works at the start
//! only.

use std::net::{IpAddr, Ipv4Addr};

use rustix::io::Errno;

use super::netlink::{Listed, Netlink, Place};

/// An IPv4 address of this host, and its device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OwnAddress {
    pub(super) device: String,
    pub(super) address: Ipv4Addr,
}

/// What this host has beside the server's device.
#[derive(Clone, Debug, Default)]
pub(super) struct Nearby {
    links: Vec<Listed>,
    places: Vec<Place>,
    tap: u32,
}

impl Nearby {
    /// Looks around. `tap` is the number of the server's device.
    ///
    /// # Errors
    /// The kernel does not tell.
    pub(super) fn look(tap: u32) -> Result<Self, Errno> {
        let (mut netlink, mut links) = (Netlink::open()?, Vec::new());
        netlink.list(&mut links)?;
        let places = netlink.addresses(Ipv4Addr::UNSPECIFIED.into())?;
        Ok(Nearby { links, places, tap })
    }

    /// The addresses that others may call.
    pub(super) fn addresses(&self) -> Vec<OwnAddress> {
        let mut own = Vec::new();
        for link in self.ends() {
            for place in self.places.iter().filter(|place| place.interface == link.index) {
                if let IpAddr::V4(address) = place.address {
                    own.push(OwnAddress { device: link.name.clone(), address });
                }
            }
        }
        own
    }

    /// The devices on which others may come in, be they without an address. What comes in on a port
    /// of a bridge comes in on the bridge.
    pub(super) fn devices(&self) -> impl Iterator<Item = String> + '_ {
        self.ends().filter(|link| link.master == 0).map(|link| link.name.clone())
    }

    fn ends(&self) -> impl Iterator<Item = &Listed> {
        self.links.iter().filter(|link| !link.loopback && link.index != self.tap)
    }
}
