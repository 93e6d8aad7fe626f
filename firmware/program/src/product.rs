//! What differs from product to product: how much fits, who it is on the network, the rules that
//! are numbers.
//! Knows no board.

#[cfg(feature = "console")]
use core::net::IpAddr;

use smolchat_core::chat::{Capacities, Limits};
use smolchat_core::net::Buffers;
use smolchat_core::protocol::DEFAULT_PORT;
use smolchat_core::server::Settings;
use smolchat_core::store::Durability;
use smolchat_core::time::Duration;
use smoltcp::wire::{EthernetAddress, Ipv4Address, Ipv4Cidr};

use crate::accounts::ACCOUNTS;

/// How the board comes to its IPv4 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressing {
    /// It was told.
    Static {
        /// The address and its network.
        address: Ipv4Cidr,
        /// The way to other networks.
        gateway: Option<Ipv4Address>,
    },
    /// It asks the network (RFC 2131).
    Dhcp,
}

#[cfg(feature = "console")]
impl Addressing {
    /// The address and the bits of its network, if it is known before the network is asked.
    pub(crate) fn told(&self) -> Option<(IpAddr, u8)> {
        match self {
            Addressing::Static { address, .. } => {
                Some((address.address().into(), address.prefix_len()))
            }
            Addressing::Dhcp => None,
        }
    }
}

/// A product: a board with its settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Product {
    /// How much of everything fits.
    pub capacities: Capacities,
    /// Bytes of each connection's buffers.
    pub buffers: Buffers,
    /// The Ethernet address.
    pub mac: EthernetAddress,
    /// The IP address.
    pub addressing: Addressing,
    /// The longest IP packet that is sent.
    pub mtu: u16,
    /// The TCP port for lines in clear.
    pub port: u16,
    /// Whether an image with SSH listens for lines, too. An image without SSH always does.
    pub lines_beside_ssh: bool,
    /// The TCP port for SSH, in an image with SSH.
    pub ssh_port: u16,
    /// The name by which hosts of the network find the board, if they are to.
    #[cfg(feature = "mdns")]
    pub name: Option<&'static str>,
    /// The rules that are numbers.
    pub settings: Settings,
}

/// How long a message waits for a receiver who does not fetch it. A board knows no date: for what
/// was there at its start it counts from that.
const MAIL_EXPIRES: Duration = Duration::from_secs(30 * 86_400);

/// The usual name, the same as a host's.
#[cfg(feature = "mdns")]
pub const NAME: &str = "smolchat";

/// The usual port for SSH, the same as a host's.
const SSH_PORT: u16 = 2222;

impl Product {
    /// A product with the usual port and the usual rules, those of the host's server. Registration
    /// is off: an account that is gone after a restart is a broken promise, so a board that keeps
    /// accounts says so. Into an image without accounts nobody would come otherwise, so that one
    /// lets people register. An OK is relaxed, since flash wears; a board that keeps nothing
    /// promises nothing.
    pub const fn new(
        capacities: Capacities,
        buffers: Buffers,
        mac: EthernetAddress,
        addressing: Addressing,
    ) -> Self {
        let settings = Settings {
            block_duration: Duration::from_secs(60),
            timeout: Duration::from_secs(0),
            login_deadline: Duration::from_secs(60),
            registration: ACCOUNTS.is_empty(),
            durability: Durability::Relaxed,
            mail_expires: MAIL_EXPIRES,
            limits: Limits::USUAL,
        };
        Product {
            capacities,
            buffers,
            mac,
            addressing,
            mtu: 1500,
            port: DEFAULT_PORT,
            lines_beside_ssh: false,
            ssh_port: SSH_PORT,
            #[cfg(feature = "mdns")]
            name: Some(NAME),
            settings,
        }
    }
}
