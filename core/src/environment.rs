//! What the server needs of the world beside time and bytes: chance, a store, an ear for what happened, and the figures that only the
//! product knows. Touches `wire` and `store`. Host, firmware and tests each implement it once.

use core::net::IpAddr;

use crate::store::Store;
use crate::wire::{Farewell, MessageId};

/// The world around a server. Nothing here may wait for a person or a network.
pub trait Environment: Store {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// The product has no source of entropy; what needs it is refused.
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy>;

    /// Something happened that a log may tell. The core itself logs nothing.
    fn notice(&mut self, notice: Notice<'_>);

    /// What `status` tells beside the chat's own figures, one after the other from index 0. There are always the same figures, in
    /// the same order; only their values change.
    fn figure(&self, _index: usize) -> Option<Figure> {
        None
    }
}

/// One figure of `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Figure {
    /// What is counted: one word.
    pub name: &'static str,
    /// How much.
    pub value: u64,
    /// Of how much, where there is a limit.
    pub of: Option<u64>,
}

/// The product has no source of entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NoEntropy;

/// What a log may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Notice<'a> {
    /// A connection was taken in.
    Connected {
        /// From where.
        from: IpAddr,
    },
    /// A connection was refused, every place being taken by a user.
    ServerFull {
        /// From where.
        from: IpAddr,
    },
    /// A session began.
    LoggedIn {
        /// Whose.
        user: &'a str,
    },
    /// A session ended.
    LoggedOut {
        /// Whose.
        user: &'a str,
        /// By the server's will, if so why.
        farewell: Option<Farewell>,
    },
    /// A login was refused.
    LoginRefused {
        /// The reply's code.
        code: u16,
    },
    /// An account was created.
    Registered {
        /// Whose.
        user: &'a str,
    },
    /// A server leased us an address.
    AddressAssigned {
        /// Ours.
        address: IpAddr,
        /// How many of its bits name our network.
        prefix_len: u8,
        /// The way out of that network.
        router: Option<IpAddr>,
    },
    /// The leased address is ours no longer.
    AddressLost,
    /// Another host says that it has an address of ours. Said once.
    AddressClaimed {
        /// Which.
        address: IpAddr,
        /// The other host's Ethernet address.
        by: [u8; 6],
    },
    /// Frames come from our own Ethernet address: another host has it too, or the network is a loop. Said once.
    SameEthernetAddress,
    /// A router says that a packet to a peer was too long for it. Perhaps forged. Said once.
    PathTooNarrow {
        /// The peer.
        to: IpAddr,
        /// The longest packet that the router takes, as it says; 0 where it does not say.
        mtu: u32,
    },
    /// What waits for a user who just left could not be stored: until it is, it would not outlive a restart.
    NotStored {
        /// For whom it waits.
        user: &'a str,
    },
    /// A message was not fetched in time and is gone.
    Expired {
        /// For whom it was.
        user: &'a str,
        /// Its number.
        id: MessageId,
    },
    /// A table was full, and somebody heard the reply with this code.
    Full {
        /// The reply's code.
        code: u16,
    },
}
