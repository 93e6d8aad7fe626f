//! Values of options about the network, as somebody writes them.

use std::str::FromStr;

use smolchat_core::net::Naming;
use smoltcp::wire::{EthernetAddress, Ipv4Cidr};

/// Where the server's IPv4 address comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerAddress {
    /// From the command line.
    Is(Ipv4Cidr),
    /// From a server on the network (RFC 2131).
    Dhcp,
}

/// This host's IPv4 address on the server's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostAddress {
    /// From the command line.
    Is(Ipv4Cidr),
    /// It has none there, as on a bridge.
    None,
}

/// The name by which machines of the network find the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ServerName {
    /// With `.local` behind it.
    Is(String),
    /// It has none.
    None,
}

impl ServerName {
    /// The name, if there is one.
    pub(crate) fn get(&self) -> Option<&str> {
        match self {
            ServerName::Is(name) => Some(name),
            ServerName::None => None,
        }
    }
}

impl FromStr for ServerName {
    type Err = String;

    /// Somebody may write `.local` behind it, which is always there.
    fn from_str(text: &str) -> Result<Self, String> {
        let behind =
            text.len().checked_sub(".local".len()).and_then(|at| text.split_at_checked(at));
        let is_local = |behind: &str| behind.eq_ignore_ascii_case(".local");
        let name = behind.filter(|(_, end)| is_local(end)).map_or(text, |(name, _)| name);
        match name {
            "none" => Ok(ServerName::None),
            _ if Naming::is_name(name) => Ok(ServerName::Is(name.to_owned())),
            _ => Err("give a name of 1 to 60 letters, digits and hyphens, or none".to_owned()),
        }
    }
}

impl FromStr for ServerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "dhcp" => Ok(ServerAddress::Dhcp),
            _ => cidr4(text, "dhcp").map(ServerAddress::Is),
        }
    }
}

impl FromStr for HostAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(HostAddress::None),
            _ => cidr4(text, "none").map(HostAddress::Is),
        }
    }
}

fn cidr4(text: &str, word: &str) -> Result<Ipv4Cidr, String> {
    let read = text.parse();
    read.map_err(|()| {
        format!("give an IPv4 address with its prefix, as 192.168.69.1/24, or {word}")
    })
}

/// The Ethernet address of one machine: not of a group, not of nobody.
pub(super) fn mac(text: &str) -> Result<EthernetAddress, String> {
    let read = text.parse().ok().filter(EthernetAddress::is_unicast);
    read.filter(|address| address.0 != [0; 6])
        .ok_or_else(|| "give the Ethernet address of one machine, as 02:00:00:00:00:01".to_owned())
}
