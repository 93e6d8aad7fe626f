//! The host's side of the TAP device: up, with an address and a queue that does not overflow.
//! Settings that are right already are left alone, so that root can prepare them for a plain user.

use std::fmt;
use std::net::IpAddr;
use std::path::Path;

use rustix::io::Errno;

use super::addresses::Addresses;
use super::netlink::{Link, Netlink};
use super::options::Options;
use super::reach::Reach;

/// Frames that wait for the server; the kernel's default of 500 overflows in silence when many
/// clients talk at once.
const QUEUE_MIN: u32 = 10_000;

/// What the host's side is to be.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub(super) name: &'a str,
    /// The bridge of which it is to be a port.
    pub(super) bridge: Option<&'a str>,
    pub(super) addresses: Addresses,
    pub(super) queue: u32,
}

/// The host's side, configured.
#[derive(Debug)]
pub(super) struct Interface {
    pub(super) index: u32,
    /// The Ethernet address of the kernel's end of the device, and not of the server's.
    pub(super) mac: [u8; 6],
    /// It is a port of a bridge, so that other hosts are there.
    pub(super) bridged: bool,
    /// Why it speaks no IPv6, if so.
    pub(super) without6: Option<Errno>,
}

/// Why the host's side is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InterfaceError {
    /// What failed.
    pub(crate) step: &'static str,
    /// What the kernel said.
    pub(crate) error: Errno,
}

impl InterfaceError {
    /// Whether an administrator could do it.
    pub(crate) fn is_denied(&self) -> bool {
        self.error == Errno::PERM
    }
}

impl fmt::Display for InterfaceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.step, self.error)
    }
}

impl std::error::Error for InterfaceError {}

fn step(step: &'static str) -> impl FnOnce(Errno) -> InterfaceError {
    move |error| InterfaceError { step, error }
}

impl<'a> Wanted<'a> {
    pub(super) fn new(options: &'a Options, addresses: Addresses, connections: usize) -> Self {
        let queue = u32::try_from(4 * connections).unwrap_or(u32::MAX).max(QUEUE_MIN);
        Wanted { name: &options.tap, bridge: options.bridge.as_deref(), addresses, queue }
    }

    /// Makes it so, as far as it is not so yet. Needs CAP_NET_ADMIN only for what is missing.
    pub(super) fn configure(&self) -> Result<Interface, InterfaceError> {
        let mut netlink = Netlink::open().map_err(step("cannot open a netlink socket"))?;
        let index = Netlink::index(self.name).map_err(step("cannot find it"))?;
        let Addresses { host4, host6, require6, .. } = self.addresses;
        self.keep_address6();
        if let Some(host) = host4 {
            ensure_address(&mut netlink, index, host.address().into(), host.prefix_len())
                .map_err(step("cannot give it its IPv4 address"))?;
        }
        let address6 = host6.map_or(Ok(()), |host| {
            ensure_address(&mut netlink, index, host.address().into(), host.prefix_len())
        });
        if let (Err(error), true) = (address6, require6) {
            return Err(step("cannot give it its IPv6 address (IPv6 may be switched off here)")(
                error,
            ));
        }
        self.join_bridge(&mut netlink, index)?;
        let link = netlink.link(index).map_err(step("cannot look at it"))?;
        if !link.up || link.queue < self.queue {
            netlink.set_up(index, self.queue).map_err(step("cannot set it up"))?;
        }
        let Link { mac, master, .. } = link;
        Ok(Interface { index, mac, bridged: master != 0, without6: address6.err() })
    }

    /// A device that was a port of another bridge moves.
    fn join_bridge(&self, netlink: &mut Netlink, index: u32) -> Result<(), InterfaceError> {
        let Some(name) = self.bridge else { return Ok(()) };
        let bridge = Netlink::index(name).map_err(step("there is no bridge of that name"))?;
        let link = netlink.link(index).map_err(step("cannot look at it"))?;
        if link.master == bridge {
            return Ok(());
        }
        netlink
            .set_master(index, bridge)
            .map_err(step("cannot make it a port of --bridge (is that a bridge?)"))
    }

    /// Has the kernel keep the IPv6 address when somebody sets the device down and up again, as it
    /// keeps the IPv4 address. A plain user may not ask for that, and older kernels do not offer
    /// it.
    fn keep_address6(&self) {
        let setting = format!("/proc/sys/net/ipv6/conf/{}/keep_addr_on_down", self.name);
        let _ = std::fs::write(setting, "1");
    }

    /// The commands that create the device for the user who runs this.
    pub(super) fn commands_to_create(&self) -> String {
        let name = self.name;
        let create = format!("  sudo ip tuntap add mode tap user $USER name {name}\n");
        create + &self.commands_to_configure()
    }

    /// The commands that make it so.
    pub(super) fn commands_to_configure(&self) -> String {
        let Wanted { name, queue, bridge, addresses: Addresses { host4, host6, require6, .. } } =
            self;
        let mut commands = String::new();
        if let Some(host) = host4 {
            commands += &format!("  sudo ip addr replace {host} dev {name}\n");
        }
        if let Some(host) = host6.filter(|_| *require6 || Path::new("/proc/net/if_inet6").exists())
        {
            commands += &format!("  sudo ip addr replace {host} dev {name} nodad\n");
        }
        if let Some(bridge) = bridge {
            commands += &format!("  sudo ip link set {name} master {bridge}\n");
        }
        commands + &format!("  sudo ip link set {name} up txqueuelen {queue}")
    }
}

impl Interface {
    /// Who can reach the server now.
    pub(super) fn reach(&self) -> Reach {
        Reach::of(self.index)
    }

    /// Frames that the kernel dropped on the way to this program.
    pub(super) fn dropped(&self) -> Option<u64> {
        let link = Netlink::open().and_then(|mut netlink| netlink.link(self.index));
        link.ok().map(|link| link.dropped)
    }
}

fn ensure_address(
    netlink: &mut Netlink,
    index: u32,
    address: IpAddr,
    prefix: u8,
) -> Result<(), Errno> {
    if netlink.has_address(index, address, prefix)? {
        Ok(())
    } else {
        netlink.add_address(index, address, prefix)
    }
}
