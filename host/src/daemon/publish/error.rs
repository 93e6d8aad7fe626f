//! Why a port is not published, in words for whoever starts the server.

use std::fmt;
use std::io;
use std::net::Ipv4Addr;

use super::nft::NftError;
use crate::daemon::options::Door;

/// Why a port is not published.
#[derive(Debug)]
pub(crate) enum PublishError {
    /// This host has no address on the server's device, or the server none of its own.
    NoHost,
    /// There is no such door.
    NoDoor(Door),
    /// The door is in clear, and nobody said that this is meant.
    InClear(u16),
    /// The same port of the same address twice.
    Twice(u16),
    /// Rules cannot name the device.
    OddName(String),
    /// This host has no such address.
    NoAddress {
        /// The address.
        address: Ipv4Addr,
        /// Those that it has.
        there: Vec<Ipv4Addr>,
    },
    /// Another program has the port.
    PortTaken(u16),
    /// This user may not have the port.
    PortDenied(u16),
    /// The system does not give the port.
    Port(u16, io::Error),
    /// The rules are not in the kernel.
    Nft(NftError),
    /// A switch of the kernel stays as it is.
    Switch(String, io::Error),
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PublishError::NoHost => write!(
                f,
                "this host must have an address on the TAP device, and the server one of its own: leave out --host-address none and --address dhcp"
            ),
            PublishError::NoDoor(door) => {
                write!(f, "there is no door for {}: it is off or has no key", door.name())
            }
            PublishError::InClear(port) => write!(
                f,
                "the door for lines is in clear: everybody on the way reads passwords and messages of port {port}; publish the door for ssh, or say --plain as well"
            ),
            PublishError::Twice(port) => write!(f, "port {port} is published twice"),
            PublishError::OddName(name) => write!(
                f,
                "rules cannot name the device {name}: give --tap a name of letters, digits, - and _"
            ),
            PublishError::NoAddress { address, there } => {
                write!(f, "this host does not have the address {address}")?;
                match there.split_first() {
                    Some((first, others)) => {
                        write!(f, "; it has {first}")?;
                        others.iter().try_for_each(|other| write!(f, ", {other}"))
                    }
                    None => Ok(()),
                }
            }
            PublishError::PortTaken(port) => {
                write!(f, "port {port} of this host is in use by another program; publish another")
            }
            PublishError::PortDenied(port) => write!(
                f,
                "port {port} is for root and for who has CAP_NET_BIND_SERVICE; publish one from 1024 on"
            ),
            PublishError::Port(port, error) => write!(f, "port {port} of this host: {error}"),
            PublishError::Nft(NftError::Missing) => write!(
                f,
                "there is no program nft on this machine; install it:  sudo apt install nftables"
            ),
            PublishError::Nft(NftError::Refused(said)) => write!(
                f,
                "nft says: {said}; publishing takes CAP_NET_ADMIN (root, for example), and a kernel with nf_tables and its NAT"
            ),
            PublishError::Switch(path, error) => write!(
                f,
                "cannot write to {path}: {error}; publishing takes CAP_NET_ADMIN, and in a container a machine that forwards for it"
            ),
        }
    }
}

impl std::error::Error for PublishError {}
