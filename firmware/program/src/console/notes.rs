//! What the console hears of the world while it is not asked: lines of the log, the address, the
//! name; and what it wants of the loop.
//! Knows no order.

use core::net::IpAddr;

use heapless::String;
use smolchat_core::environment::Notice;

use super::log::Lines;

/// The longest name without `.local`.
const NAME: usize = 64;

/// What the console and the loop tell each other.
#[derive(Default)]
pub(crate) struct Notes {
    pub(crate) lines: Lines,
    /// Bytes came or went, or an order was done, since the loop last looked.
    pub(crate) has_moved: bool,
    /// Something waits for the reader.
    pub(crate) is_busy: bool,
    /// The board is to start anew.
    pub(crate) is_restart_asked: bool,
    /// The board's address and the bits of its network, if it has one.
    pub(super) address: Option<(IpAddr, u8)>,
    /// The name by which hosts of the network find it; empty without one.
    pub(super) name: String<NAME>,
}

impl Notes {
    /// What is known at the start: the address, if it is not the network's to give.
    pub(crate) fn new(address: Option<(IpAddr, u8)>) -> Self {
        Notes { address, ..Notes::default() }
    }

    /// Hears of an event.
    pub(crate) fn notice(&mut self, notice: &Notice<'_>) {
        match *notice {
            Notice::AddressAssigned { address, prefix_len, .. } => {
                self.address = Some((address, prefix_len));
            }
            Notice::AddressLost => self.address = None,
            #[cfg(feature = "mdns")]
            Notice::Named { name } => self.name = name.try_into().unwrap_or_default(),
            #[cfg(feature = "mdns")]
            Notice::NameTaken { .. } => self.name.clear(),
            _ => {}
        }
        self.lines.notice(notice);
    }
}
