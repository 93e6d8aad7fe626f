//! What an image's network device is connected to. Touches nothing.

use std::net::Ipv4Addr;

/// The address that user networking expects its guest to have, and gives to one that asks: QEMU's fixed choice.
pub const GUEST_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 15);
/// The port of the chat within the guest.
pub const GUEST_PORT: u16 = 4000;

/// The other end of an image's network cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// QEMU's address translator, which takes no privileges: the chat is at this port of 127.0.0.1, and the guest reaches nobody.
    User {
        /// The host's TCP port.
        port: u16,
    },
    /// A TAP device, which must be there.
    Tap {
        /// Its name.
        name: String,
    },
}

impl Network {
    /// The value of QEMU's `-nic`.
    pub(crate) fn nic(&self) -> String {
        match self {
            Network::User { port } => format!(
                "user,restrict=on,hostfwd=tcp:127.0.0.1:{port}-{GUEST_ADDRESS}:{GUEST_PORT}"
            ),
            Network::Tap { name } => format!("tap,ifname={name},script=no,downscript=no"),
        }
    }
}
