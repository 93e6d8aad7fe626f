//! The server's place on its network: its device, its addresses, a look around for others who have
//! them, the driver, the wait for a lease.

use rustix::io::Errno;
use smolchat_core::arena::Arena;
use smolchat_core::chat::Capacities;
use smolchat_core::net::{Buffers, Driver, Naming, NetMemory, NetSettings, Platform, Wake};
use smolchat_core::server::Server;
use smolchat_core::time::Duration;
use smolchat_ssh::Ssh;
use smoltcp::wire::{EthernetAddress, IpAddress, IpCidr, Ipv4Address, Ipv4Cidr};

use super::addresses::Addresses;
use super::doors::Doors;
use super::environment::HostEnvironment;
use super::error::RunError;
use super::interface::{Interface, Wanted};
use super::mac;
use super::options::{Options, Switch};
use super::overlap;
use super::probe::{AddressProbe, Conflicts};
use super::tap::Tap;

/// Packets that wait for the rest of their fragments.
const FRAGMENTS: usize = 32;
/// How long a start waits for a DHCP server. The client asks again after ten seconds, since a
/// bridge may forward nothing for a moment. An address that comes later is told then.
const LEASE_PATIENCE: Duration = Duration::from_secs(12);

/// Takes the device, and makes it what the options ask for.
pub(super) fn attach(
    options: &Options,
    addresses: Addresses,
    places: usize,
) -> Result<(Tap, Interface), RunError> {
    let wanted = Wanted::new(options, addresses, places);
    let name = || options.tap.clone();
    let tap = Tap::open(&options.tap, options.offload == Switch::On).map_err(|error| {
        let commands = wanted.commands_to_create();
        RunError::Tap { name: name(), error, commands }
    })?;
    let interface = wanted.configure().map_err(|error| {
        let commands = wanted.commands_to_configure();
        RunError::Interface { name: name(), error, commands }
    })?;
    Ok((tap, interface))
}

/// The server's Ethernet address, and what is to be told of others who have what is the server's.
pub(super) fn look_around(
    options: &Options,
    addresses: Addresses,
    tap: &mut Tap,
    interface: &Interface,
) -> (EthernetAddress, Vec<String>) {
    let overlaps = overlap::find(&addresses, interface.index, interface.without6.is_none());
    let mut warnings: Vec<_> =
        overlaps.unwrap_or_default().iter().map(ToString::to_string).collect();
    if Tap::is_macvtap(&options.tap) {
        return look_around_macvtap(options, addresses, tap, interface, warnings);
    }
    let machine = mac::machine_id();
    let usual = options.mac.unwrap_or_else(|| mac::of(&machine, &options.tap, &[]));
    if !interface.bridged {
        return (usual, warnings);
    }
    let other = mac::of(&machine, &options.tap, &interface.mac);
    let address = addresses.server4.map(|cidr| cidr.address());
    let found = AddressProbe { address, mac: usual, own: other }.run(tap);
    warnings.extend(conflict(found, address));
    if !found.mac {
        return (usual, warnings);
    }
    let shown = [usual, other].map(mac::shown);
    let [usual, taken] = &shown;
    warnings.push(format!(
        "the Ethernet address {usual} is in use on this network, as by another server on a TAP device of this name: this one takes {taken}"
    ));
    (other, warnings)
}

/// The same where the device has the server's Ethernet address, and hears no frame for another.
fn look_around_macvtap(
    options: &Options,
    addresses: Addresses,
    tap: &mut Tap,
    interface: &Interface,
    mut warnings: Vec<String>,
) -> (EthernetAddress, Vec<String>) {
    let own = EthernetAddress(interface.mac);
    if options.mac.is_some_and(|mac| mac != own) {
        let (name, own) = (&options.tap, mac::shown(own));
        warnings.push(format!(
            "--mac has no effect on {name}, which has the address {own}; set it by ip link set {name} address"
        ));
    }
    let address = addresses.server4.map(|cidr| cidr.address());
    warnings.extend(conflict(AddressProbe { address, mac: own, own }.run(tap), address));
    (own, warnings)
}

/// What there is to say if another host has the server's IPv4 address.
fn conflict(found: Conflicts, address: Option<Ipv4Address>) -> Option<String> {
    let (by, address) = (mac::shown(found.address?), address?);
    Some(format!(
        "address conflict: {by} has {address} on this network already; give --address another"
    ))
}

/// What the server is on its network.
pub(super) struct Wire {
    pub(super) addresses: Addresses,
    pub(super) mac: EthernetAddress,
}

pub(super) fn driver<'s>(
    options: &Options,
    Wire { addresses, mac }: Wire,
    capacities: &Capacities,
    doors: Doors,
    arena: &mut impl Arena<'s>,
    tap: &mut Tap,
    environment: &mut HostEnvironment,
) -> Result<Driver<'s, Ssh<'s>>, RunError> {
    let Addresses { server4, server6, host4, host6, .. } = addresses;
    let own: Vec<IpCidr> =
        server4.map(IpCidr::from).into_iter().chain(server6.map(IpCidr::from)).collect();
    let hosts = (host4.map(|host| host.address()), host6.map(|host| host.address()));
    let routers: Vec<IpAddress> =
        hosts.0.map(IpAddress::from).into_iter().chain(hosts.1.map(IpAddress::from)).collect();
    let mut settings = NetSettings::new(mac, &own);
    settings.gateways = &routers;
    settings.dhcp = addresses.is_leasing();
    settings.mtu = options.mtu as usize;
    settings.naming = options.name.get().map(|name| Naming { name, users: capacities.users });
    let services = doors.services();
    settings.services = &services;
    let lent = NetMemory::from_arena(capacities, buffers(options), arena);
    let memory = doors.memory(options, capacities, arena);
    let ssh = doors.carrier(options, memory)?;
    let (now, seed) = (environment.now(), environment.secret()?);
    Driver::with_carriers(lent, &settings, now, tap, seed, ssh).map_err(RunError::Network)
}

pub(super) fn buffers(options: &Options) -> Buffers {
    Buffers { rx: options.rx as usize, tx: options.tx as usize, fragments: FRAGMENTS }
}

/// Serves until a DHCP server has given the server an address, but not for long.
///
/// # Errors
/// The server is asked to stop.
pub(super) fn await_lease(
    tap: &mut Tap,
    environment: &mut HostEnvironment,
    driver: &mut Driver<'_, Ssh<'_>>,
    server: &mut Server<'_>,
) -> Result<Option<Ipv4Cidr>, Errno> {
    let end = environment.now() + LEASE_PATIENCE;
    loop {
        let now = environment.now();
        let until = driver.poll(now, tap, server, environment);
        if let Some((std::net::IpAddr::V4(address), prefix)) = environment.leased {
            return Ok(Some(Ipv4Cidr::new(address, prefix)));
        }
        if now >= end {
            return Ok(None);
        }
        let until = until.map_or(end, |until| until.min(end));
        if environment.wait(tap, Some(until)) == Wake::ShutDown {
            return Err(Errno::CANCELED);
        }
    }
}
