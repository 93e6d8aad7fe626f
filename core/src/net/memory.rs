//! The driver's memory: a socket, its buffers, and a row in each table for every place.

use smoltcp::iface::SocketStorage;

use super::error::NetError;
use super::fragments::{ROW_BYTES, Row};
use super::service::Service;
use super::slot::Slot;
use crate::arena::{Arena, lent_tables};
use crate::chat::Capacities;
use crate::dialect::DialectKind;
use crate::table::{LinkSlot, QueueSlot, WheelSlot};

/// Bytes of each connection's buffers, and what fragments wait in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Buffers {
    /// Received and not yet read: the window that a peer may fill.
    pub rx: usize,
    /// Written and not yet acknowledged.
    pub tx: usize,
    /// Packets of which some fragments have come and not all, each in 1.6 KiB. Where there are
    /// none, fragments are dropped.
    pub fragments: usize,
}

impl Buffers {
    /// The smallest receive buffer for the line protocol: it holds a whole line.
    pub const RX_MIN: usize = DialectKind::Lines.request_bytes();
    /// A receive buffer in which a waiting half line leaves more than half of the window. With
    /// less, many senders hold their next bytes back until a timer fires (silly window avoidance,
    /// RFC 9293, 3.8.6.2.1). Typing is not affected.
    pub const RX_STEADY: usize = 2 * Self::RX_MIN;
    /// The smallest transmit buffer for the line protocol: it holds a whole line and its end.
    pub const TX_MIN: usize = DialectKind::Lines.reply_bytes();

    /// Checks the sizes: every service's dialect has its longest request and reply in them.
    pub(super) fn check(self, services: &[Service]) -> Result<(), NetError> {
        let holds = |dialect: DialectKind| {
            self.rx >= dialect.request_bytes() && self.tx >= dialect.reply_bytes()
        };
        match services.iter().all(|service| holds(service.dialect)) {
            true => Ok(()),
            false => Err(NetError::BufferTooSmall),
        }
    }
}

/// Sockets of the link interface: the DHCP client's.
const LINK_SOCKETS: usize = cfg!(feature = "dhcp") as usize;

lent_tables! {
    /// The driver's tables: a row for each of the server's places, and the link interface's
    /// sockets.
    pub(super) struct Tables<'s>(capacities: &Capacities, buffers: &Buffers) {
        storage: SocketStorage<'s> = capacities.places(),
        link_sockets: SocketStorage<'s> = LINK_SOCKETS,
        slots: Slot<'s> = capacities.places(),
        rx: u8 = capacities.places() * buffers.rx,
        tx: u8 = capacities.places() * buffers.tx,
        lookup: u32 = 2 * capacities.places(),
        spent_cookies: u32 = capacities.places(),
        free: QueueSlot = capacities.places(),
        links: LinkSlot = capacities.places(),
        input: QueueSlot = capacities.places(),
        output: QueueSlot = capacities.places(),
        timers: WheelSlot = capacities.places(),
        fragments: Row<'s> = buffers.fragments,
        pieces: u8 = buffers.fragments * ROW_BYTES,
    }
}

/// The lent memory, and the sizes of its buffers.
pub struct NetMemory<'s> {
    pub(super) buffers: Buffers,
    pub(super) tables: Tables<'s>,
}

impl<'s> NetMemory<'s> {
    /// Cuts every table from `arena`, a row for each of the server's places.
    pub fn from_arena(
        capacities: &Capacities,
        buffers: Buffers,
        arena: &mut impl Arena<'s>,
    ) -> Self {
        NetMemory { buffers, tables: Tables::from_arena(capacities, &buffers, arena) }
    }

    /// Bytes that [`from_arena`](Self::from_arena) takes.
    pub const fn bytes(capacities: &Capacities, buffers: Buffers) -> usize {
        Self::end(capacities, buffers, 0)
    }

    /// The end of the tables if they begin at the first fitting place from `from` on.
    pub const fn end(capacities: &Capacities, buffers: Buffers, from: usize) -> usize {
        Tables::end(capacities, &buffers, from)
    }
}
