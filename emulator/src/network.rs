//! The other end of an image's network device.
//! Knows no process.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::quoted::quoted;

/// The address that user networking expects its guest to have, and gives to one that asks: QEMU's
/// fixed choice.
pub const GUEST_ADDRESS: Ipv4Addr = Ipv4Addr::new(10, 0, 2, 15);

/// The other end of an image's network cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Network {
    /// QEMU's address translator, which needs no privileges. The chat is at this port of 127.0.0.1,
    /// and the guest reaches nobody.
    User {
        /// The host's TCP port.
        port: u16,
    },
    /// A TAP device, which must be there.
    Tap {
        /// Its name.
        name: String,
    },
    /// Two datagram sockets in the file system, which need no privileges. Every frame is a
    /// datagram.
    Datagrams {
        /// The guest's, which the emulator makes.
        guest: PathBuf,
        /// The other end's, which must be there.
        other: PathBuf,
    },
}

impl Network {
    /// QEMU's arguments for a guest that serves the chat at `guest_port`.
    pub(crate) fn arguments(&self, guest_port: u16) -> Vec<String> {
        match self {
            Network::User { port } => {
                let forward = format!("hostfwd=tcp:127.0.0.1:{port}-{GUEST_ADDRESS}:{guest_port}");
                vec!["-nic".to_owned(), format!("user,restrict=on,{forward}")]
            }
            Network::Tap { name } => {
                vec!["-nic".to_owned(), format!("tap,ifname={name},script=no,downscript=no")]
            }
            Network::Datagrams { guest, other } => {
                let guest = format!("local.type=unix,local.path={}", quoted(guest));
                let other = format!("remote.type=unix,remote.path={}", quoted(other));
                // Paths are understood by -netdev only, and a network device of the board's own by
                // -net only.
                let wire = format!("dgram,id=wire,{guest},{other}");
                vec!["-netdev".to_owned(), wire, "-net".to_owned(), "nic,netdev=wire".to_owned()]
            }
        }
    }
}
