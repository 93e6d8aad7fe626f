//! What a log may tell, as values: what happened, whom it concerns, from where, and why.
//! Knows no clock, no level and no word. A product adds them.

use core::net::IpAddr;

use crate::carrier::End;
#[cfg(feature = "operator")]
use crate::operator::Network;
use crate::protocol::{CloseReason, MessageId};

/// Where a connection comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Remote {
    /// The address that the server sees.
    pub address: IpAddr,
    /// The door: the position of the service in the product's list.
    pub door: u8,
}

impl From<IpAddr> for Remote {
    /// From there, by the first door.
    fn from(address: IpAddr) -> Self {
        Remote { address, door: 0 }
    }
}

/// How somebody shows who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LoginBy {
    /// By a password.
    Password,
    /// By a key, over a carrier.
    Key,
}

/// Why a login is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LoginWhy {
    /// No account has that name.
    UnknownName,
    /// The password is wrong.
    WrongPassword,
    /// The key opens no account of that name. A client may offer several keys.
    UnknownKey,
    /// The name is locked after wrong passwords.
    Locked,
    /// The source has to wait after wrong names and passwords.
    GuessWait,
    /// As many passwords as fit are being checked already.
    Busy,
    /// The user is online on another connection.
    AlreadyOnline,
    /// The user logged in too often.
    LoginWait,
    /// The user is banned.
    #[cfg(feature = "operator")]
    Banned,
}

/// How a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SessionEnd {
    /// The user logs out.
    Goodbye,
    /// Its connection ends.
    Gone,
    /// The server ends it.
    Closed(CloseReason),
}

/// Something that a log may tell. A name in it is always that of an account: what somebody types
/// in the place of a name may be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Notice<'a> {
    /// A connection was accepted.
    Connected {
        /// From where.
        from: &'a Remote,
    },
    /// A connection was refused, because users hold every place.
    ServerFull {
        /// From where.
        from: &'a Remote,
    },
    /// The server ends the connection of somebody who has not logged in.
    Dismissed {
        /// From where.
        from: &'a Remote,
        /// Why.
        why: CloseReason,
    },
    /// A connection's carrier is at its end, and the peer did not log out.
    CarrierEnded {
        /// From where.
        from: &'a Remote,
        /// Why.
        why: End,
    },
    /// A session began.
    LoggedIn {
        /// Whose.
        user: &'a str,
        /// From where.
        from: &'a Remote,
        /// By what.
        by: LoginBy,
    },
    /// A session ended.
    LoggedOut {
        /// Whose.
        user: &'a str,
        /// From where.
        from: &'a Remote,
        /// Why.
        why: SessionEnd,
    },
    /// A login was refused.
    LoginRefused {
        /// As whom; `None` if no account has the name that was given.
        user: Option<&'a str>,
        /// From where.
        from: &'a Remote,
        /// By what.
        by: LoginBy,
        /// Why.
        why: LoginWhy,
    },
    /// A connection was refused, because its address is banned.
    #[cfg(feature = "operator")]
    BannedSource {
        /// From where.
        from: &'a Remote,
    },
    /// An operator's order was done that changed something.
    #[cfg(feature = "operator")]
    Ordered {
        /// The order's word.
        order: &'static str,
        /// The account that it was about, if it was about one.
        user: Option<&'a str>,
        /// The network that it was about, if it was about one.
        network: Option<Network>,
        /// The admin who gave it; `None` for the console.
        by: Option<&'a str>,
    },
    /// An account was created.
    Registered {
        /// Whose.
        user: &'a str,
        /// From where.
        from: &'a Remote,
    },
    /// Somebody created as many accounts as one source may, and no more now.
    RegistrationRefused {
        /// From where.
        from: &'a Remote,
        /// The reply's code.
        code: u16,
    },
    /// A user changed its password. Neither password is told.
    PasswordChanged {
        /// Whose.
        user: &'a str,
        /// From where.
        from: &'a Remote,
    },
    /// A user gave a wrong old password, or may give none now.
    PasswordRefused {
        /// Who.
        user: &'a str,
        /// From where.
        from: &'a Remote,
        /// Why.
        why: LoginWhy,
    },
    /// A user added a key to its account.
    KeyAdded {
        /// Whose.
        user: &'a str,
        /// From where.
        from: &'a Remote,
    },
    /// A user removed a key from its account.
    KeyRemoved {
        /// Whose.
        user: &'a str,
        /// From where.
        from: &'a Remote,
    },
    /// A DHCP server leased an address to us.
    AddressAssigned {
        /// Ours.
        address: IpAddr,
        /// How many of its bits name our network.
        prefix_len: u8,
        /// The way out of that network.
        router: Option<IpAddr>,
    },
    /// The leased address is no longer ours.
    AddressLost,
    /// Another host claims an address of ours. Told once.
    AddressClaimed {
        /// Which.
        address: IpAddr,
        /// The other host's Ethernet address.
        by: [u8; 6],
    },
    /// Frames come from our own Ethernet address: another host has it too, or the network has a
    /// loop. Told once.
    SameEthernetAddress,
    /// A router reports that a packet to a peer was too long for it. The report may be forged. Told
    /// once.
    PathTooNarrow {
        /// The peer.
        to: IpAddr,
        /// The longest packet that the router takes, as it says; 0 if it does not say.
        mtu: u32,
    },
    /// Hosts of the link find the server by this name, with `.local` behind it.
    #[cfg(feature = "mdns")]
    Named {
        /// The name.
        name: &'a str,
    },
    /// Another host has the server's name.
    #[cfg(feature = "mdns")]
    NameTaken {
        /// The name that is tried next at once; none if every name was denied. Then the responder
        /// rests, and tries again from the name that was asked for.
        next: Option<&'a str>,
    },
    /// Messages for a user who just left could not be stored. Until they are, they would not
    /// outlive a restart.
    NotStored {
        /// The user they wait for.
        user: &'a str,
    },
    /// A message was not fetched in time and is gone.
    Expired {
        /// For whom it was.
        user: &'a str,
        /// Its number.
        id: MessageId,
    },
    /// A table was full, and a client heard the reply with this code.
    Full {
        /// Who, if that client has logged in.
        user: Option<&'a str>,
        /// From where; `None` if it was an operator's order.
        from: Option<&'a Remote>,
        /// The reply's code.
        code: u16,
    },
}
