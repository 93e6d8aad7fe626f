//! Ports of this host that lead to the server's doors, for others on the network: made at the
//! start, taken away at the end. What a server that was killed left is taken away at the next
//! start.
//!
//! One table of rules translates the address that a client calls, and never the client's own. The
//! kernel forwards on the devices where clients come in, and on the server's, where answers come
//! in. On devices that did not forward before, the table drops everything else. The table's sets
//! tell which switches are to be switched off again: they live as long as the switches do. IPv4
//! only: for IPv6 most kernels have one switch for all devices, and a host that forwards does not
//! hear routers.

mod error;
mod nft;
mod reserve;
mod switches;
mod table;
mod ways;

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

pub(crate) use error::PublishError;
pub(super) use ways::PublishedWays;

use self::switches::Switched;
use self::table::{Opening, Table, is_plain};
use super::addresses::Addresses;
use super::log::complain;
use super::nearby::{Nearby, OwnAddress};
use super::options::{Door, Options, Publish};

/// Ports that are open. They close when it goes out of scope.
#[derive(Debug)]
pub(super) struct Published {
    tap: String,
    switched: Switched,
    /// Sockets that have the ports, so that no other program gets them.
    _reserved: Vec<OwnedFd>,
    /// What there is to tell of them.
    pub(super) ways: PublishedWays,
}

/// Takes away what a server on this device published and left, because it was killed. To be called
/// while nobody else can have the device.
pub(super) fn undo_earlier(tap: &str) {
    // Without `nft`, or without the right to use it, nothing was published.
    if !is_plain(tap) {
        return;
    }
    let Ok(listed) = nft::list(&table::name(tap)) else { return };
    let closed = table::switched(&listed).close();
    tell(tap, closed.map_err(|(path, error)| PublishError::Switch(path, error)));
}

/// Takes the table away, after the switches, and tells what stays.
fn tell(tap: &str, closed: Result<(), PublishError>) {
    let removed = nft::load(&table::removal(tap)).map_err(PublishError::Nft);
    for error in [closed.err(), removed.err()].into_iter().flatten() {
        complain(&format_args!("what was published is not all taken away: {error}"));
    }
}

impl Published {
    /// Opens what the options ask for, if they ask for any. `doors` tells the server's port of a
    /// door.
    ///
    /// # Errors
    /// Nothing is open then.
    pub(super) fn open(
        options: &Options,
        addresses: &Addresses,
        nearby: &Nearby,
        doors: impl Fn(Door) -> Option<u16>,
    ) -> Result<Option<Self>, PublishError> {
        let ports = &options.publish[..];
        if ports.is_empty() {
            return Ok(None);
        }
        let (Some(server), Some(host)) = (addresses.server4, addresses.host4) else {
            return Err(PublishError::NoHost);
        };
        let (server, host) = (server.address(), host.address());
        let tap = options.tap.clone();
        if !is_plain(&tap) {
            return Err(PublishError::OddName(tap));
        }
        let openings = openings(options, doors)?;
        let (devices, own) = ways_in(ports, nearby)?;
        let reserved = ports.iter().map(reserve::port).collect::<Result<_, _>>()?;
        let mut published = Published {
            switched: Switched::wanted(&tap, &devices),
            tap,
            _reserved: reserved,
            ways: PublishedWays { ports: ports.to_vec(), addresses: own, has_loopback: true },
        };
        published.load(server, host, &openings)?;
        Ok(Some(published))
    }

    /// The rules come first: without them a host that forwards would forward anything.
    fn load(
        &mut self,
        server: Ipv4Addr,
        host: Ipv4Addr,
        openings: &[Opening],
    ) -> Result<(), PublishError> {
        let tap = &self.tap[..];
        let switched = &self.switched;
        let load = |has_loopback| {
            let table = Table { tap, server, host, openings, switched, has_loopback };
            nft::load(&table.rules()).map_err(PublishError::Nft)
        };
        load(true)?;
        if switched.open_loopback().is_err() {
            load(false)?;
            self.ways.has_loopback = false;
        }
        self.switched.open().map_err(|(path, error)| PublishError::Switch(path, error))
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        let closed = self.switched.close();
        tell(&self.tap, closed.map_err(|(path, error)| PublishError::Switch(path, error)));
    }
}

/// Each port with the server's port behind it.
fn openings(
    options: &Options,
    doors: impl Fn(Door) -> Option<u16>,
) -> Result<Vec<Opening>, PublishError> {
    let mut seen = BTreeSet::new();
    let opening = |&Publish { address, port, door }: &Publish| {
        if door == Door::Lines && !options.plain {
            return Err(PublishError::InClear(port));
        }
        if !seen.insert((port, address)) || seen.contains(&(port, None)) && address.is_some() {
            return Err(PublishError::Twice(port));
        }
        let to = doors(door).ok_or(PublishError::NoDoor(door))?;
        Ok(Opening { address, port, to })
    };
    options.publish.iter().map(opening).collect()
}

/// The devices on which others come in, and this host's addresses for them. A port of all addresses
/// is also that of a device which has none yet.
fn ways_in(
    ports: &[Publish],
    nearby: &Nearby,
) -> Result<(Vec<String>, Vec<OwnAddress>), PublishError> {
    let own = nearby.addresses();
    let mut used = Vec::new();
    let mut devices = BTreeSet::new();
    for port in ports.iter().filter(|port| port.is_for_others()) {
        let Some(address) = port.address else {
            devices.extend(nearby.devices());
            used.extend(own.iter().cloned());
            continue;
        };
        let Some(one) = own.iter().find(|own| own.address == address) else {
            let there = own.iter().map(|own| own.address).collect();
            return Err(PublishError::NoAddress { address, there });
        };
        devices.insert(one.device.clone());
        used.push(one.clone());
    }
    devices.retain(|device| is_plain(device));
    used.sort_unstable();
    used.dedup();
    Ok((devices.into_iter().collect(), used))
}
