//! The value of each setting: read, checked, told.
//! Knows no text of several settings.

use core::fmt::Write;

use heapless::String;
use smolchat_core::dialect::lines::LineWriter;
#[cfg(feature = "mdns")]
use smolchat_core::net::Naming;
use smoltcp::wire::{Ipv4Address, Ipv4Cidr};

use super::{NAMES, Refused};
use crate::product::{Addressing, Product};

const ON: &str = "on";
pub(super) const OFF: &str = "off";
const DHCP: &str = "dhcp";
/// Networks of fewer addresses have none for a board and its neighbours.
const BITS_MAX: u8 = 30;

/// Gives the product this setting. A name is only checked, since it has to outlive the product.
///
/// # Errors
/// Nothing changes.
pub(super) fn apply(product: &mut Product, name: &str, value: &str) -> Result<(), Refused> {
    let wrong = || Refused::Value(form(name));
    match name {
        "address" => product.addressing = addressing(value).ok_or_else(wrong)?,
        #[cfg(feature = "mdns")]
        "name" => check_name(value)?,
        "port" => product.port = port(value).ok_or_else(wrong)?,
        #[cfg(feature = "ssh")]
        "ssh-port" => product.ssh_port = port(value).ok_or_else(wrong)?,
        #[cfg(feature = "ssh")]
        "lines" => product.lines_beside_ssh = switch(value).ok_or_else(wrong)?,
        "registration" => product.settings.registration = switch(value).ok_or_else(wrong)?,
        "connections" => {
            let room = product.capacities.connections;
            let wanted = value.parse().ok().filter(|wanted| (1..=room).contains(wanted));
            product.capacities.connections = wanted.ok_or_else(wrong)?;
        }
        _ => return Err(Refused::NoSuch),
    }
    Ok(())
}

/// Whether a board can be that.
pub(super) fn check(product: &Product) -> Result<(), Refused> {
    let has_both = cfg!(feature = "ssh") && product.lines_beside_ssh;
    match has_both && product.port == product.ssh_port {
        true => Err(Refused::SamePort),
        false => Ok(()),
    }
}

/// Writes what the product has.
pub(super) fn tell(product: &Product, name: &str, line: &mut LineWriter) {
    let switched = |is_on| if is_on { ON } else { OFF };
    match name {
        "address" => tell_address(product.addressing, line),
        #[cfg(feature = "mdns")]
        "name" => line.push_str(product.name.unwrap_or(OFF)),
        "port" => line.push_number(product.port.into()),
        "ssh-port" => line.push_number(product.ssh_port.into()),
        "lines" => line.push_str(switched(product.lines_beside_ssh)),
        "registration" => line.push_str(switched(product.settings.registration)),
        "connections" => line.push_number(product.capacities.connections as u64),
        _ => {}
    }
}

fn tell_address(addressing: Addressing, line: &mut LineWriter) {
    let Addressing::Static { address, gateway } = addressing else { return line.push_str(DHCP) };
    let mut text = String::<40>::new();
    let _fits = write!(text, "{address}");
    if let Some(gateway) = gateway {
        let _fits = write!(text, " {gateway}");
    }
    line.push_str(&text);
}

/// What a setting takes.
fn form(wanted: &str) -> &'static str {
    NAMES.iter().find(|(name, _)| *name == wanted).map_or("", |(_, form)| form)
}

fn port(value: &str) -> Option<u16> {
    value.parse().ok().filter(|port| *port > 0)
}

fn switch(value: &str) -> Option<bool> {
    match value {
        ON => Some(true),
        OFF => Some(false),
        _ => None,
    }
}

/// # Errors
/// No board may ask for that name.
#[cfg(feature = "mdns")]
pub(super) fn check_name(value: &str) -> Result<(), Refused> {
    match value == OFF || Naming::is_name(value) {
        true => Ok(()),
        false => Err(Refused::Value(form("name"))),
    }
}

/// An address that is one host's of its network, and perhaps a router of that network.
fn addressing(value: &str) -> Option<Addressing> {
    if value == DHCP {
        return Some(Addressing::Dhcp);
    }
    let (address, router) = match value.split_once(' ') {
        Some((address, router)) => (address, Some(router.trim_start())),
        None => (value, None),
    };
    let (host, bits) = address.split_once('/')?;
    let bits = bits.parse().ok().filter(|bits| (1..=BITS_MAX).contains(bits))?;
    let address = Ipv4Cidr::new(host.parse().ok()?, bits);
    let gateway = match router {
        Some(router) => Some(router.parse().ok()?),
        None => None,
    };
    let is_router = |router: Ipv4Address| {
        router != address.address() && is_host(router, address) && address.contains_addr(&router)
    };
    let fits = is_host(address.address(), address) && gateway.is_none_or(is_router);
    fits.then_some(Addressing::Static { address, gateway })
}

/// Whether an address is that of one host, which others can reach.
fn is_host(address: Ipv4Address, network: Ipv4Cidr) -> bool {
    let [first, ..] = address.octets();
    let is_edge = address == network.network().address() || Some(address) == network.broadcast();
    // 0/8 names nobody, 127/8 this host, and from 224 on are groups and reserved ones.
    (1..224).contains(&first) && first != 127 && !is_edge
}
