//! The numbers by which the rooms name users and connections.
//! Knows no table.

/// Names an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UserId(pub(crate) u16);

impl UserId {
    /// The row of every table with a row for each user.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Names a connection: the driver's slot, below [`Capacities::places`](super::Capacities::places).
/// A slot serves one connection after another, so an id is good from `handle_connect` to
/// `handle_disconnect`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConnectionId(pub u16);

impl ConnectionId {
    /// The row of every table with a row for each connection.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
