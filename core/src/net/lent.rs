//! The memory that the driver works in: for every place a socket, its buffers, and a row in each table.
//! Touches `storage::Arena` and the slot types of `table` and `slots`.

use smoltcp::iface::SocketStorage;

use super::settings::NetError;
use super::slot::Slot;
use crate::chat::Capacities;
use crate::storage::{Arena, Counting};
use crate::table::{LinkSlot, QueueSlot, WheelSlot};
use crate::wire::LINE_MAX;

/// Bytes of each connection's buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffers {
    /// Received and not yet read: the window that a peer may fill.
    pub rx: usize,
    /// Written and not yet acknowledged.
    pub tx: usize,
}

impl Buffers {
    /// The smallest receive buffer: below it, headers are most of what travels.
    pub const RX_MIN: usize = 256;
    /// The smallest transmit buffer: a line goes out whole.
    pub const TX_MIN: usize = LINE_MAX + 1;

    /// Checks the sizes.
    pub(super) fn check(self) -> Result<(), NetError> {
        match self.rx >= Self::RX_MIN && self.tx >= Self::TX_MIN {
            true => Ok(()),
            false => Err(NetError::BufferTooSmall),
        }
    }
}

/// The lent memory, a slice for every table.
pub struct NetLent<'s> {
    pub(super) buffers: Buffers,
    pub(super) places: usize,
    pub(super) storage: &'s mut [SocketStorage<'s>],
    pub(super) slots: &'s mut [Slot<'s>],
    pub(super) rx: &'s mut [u8],
    pub(super) tx: &'s mut [u8],
    pub(super) lookup: &'s mut [u32],
    pub(super) free: &'s mut [QueueSlot],
    pub(super) links: &'s mut [LinkSlot],
    pub(super) input: &'s mut [QueueSlot],
    pub(super) output: &'s mut [QueueSlot],
    pub(super) timers: &'s mut [WheelSlot],
}

impl<'s> NetLent<'s> {
    /// Cuts every table from `arena`, a row for each of the server's places.
    pub fn from_arena(
        capacities: &Capacities,
        buffers: Buffers,
        arena: &mut impl Arena<'s>,
    ) -> Self {
        let places = capacities.places();
        NetLent {
            buffers,
            places,
            storage: arena.slice(places),
            slots: arena.slice(places),
            rx: arena.slice(places * buffers.rx),
            tx: arena.slice(places * buffers.tx),
            lookup: arena.slice(2 * places),
            free: arena.slice(places),
            links: arena.slice(places),
            input: arena.slice(places),
            output: arena.slice(places),
            timers: arena.slice(places),
        }
    }

    /// Bytes that [`from_arena`](Self::from_arena) takes.
    pub fn bytes(capacities: &Capacities, buffers: Buffers) -> usize {
        let mut arena = Counting::default();
        Self::from_arena(capacities, buffers, &mut arena);
        arena.bytes
    }
}
