//! The address that the build's settings give: `SMOLCHAT_ADDRESS` (as `192.168.1.50/24`) and
//! `SMOLCHAT_GATEWAY`. The build script has read them; its reader is tested here.

use smolchat_firmware::Addressing;
#[allow(unused_imports, reason = "the settings decide whether an address stands below")]
use smoltcp::wire::{Ipv4Address, Ipv4Cidr};

/// How the board comes to its address: static as the build's settings say; without settings it asks
/// the network.
pub const ADDRESSING: Addressing = include!(concat!(env!("OUT_DIR"), "/addressing.rs"));

/// Whether the image listens for lines in clear beside SSH: the setting `SMOLCHAT_LINES=on`.
pub const LINES_BESIDE_SSH: bool = include!(concat!(env!("OUT_DIR"), "/lines.rs"));

#[cfg(test)]
#[path = "../build/addressing.rs"]
mod reader;
