//! The memory that a product lends the server at start. Nothing grows after that.

use super::connection::Connection;
use crate::arena::{Arena, lent_tables};
use crate::chat::{Capacities, Memory};
use crate::table::WheelSlot;

lent_tables! {
    /// The server's own tables: a row for each of its places.
    #[derive(Debug)]
    pub(super) struct Tables<'s>(capacities: &Capacities) {
        connections: Connection = capacities.places(),
        deadlines: WheelSlot = capacities.places(),
    }
}

/// The lent memory of the chat and of the server, and how much of everything fits.
#[derive(Debug)]
pub struct ServerMemory<'s> {
    pub(super) capacities: Capacities,
    pub(super) chat: Memory<'s>,
    pub(super) tables: Tables<'s>,
}

impl<'s> ServerMemory<'s> {
    /// Cuts every table from `arena`.
    pub fn from_arena(capacities: &Capacities, arena: &mut impl Arena<'s>) -> Self {
        ServerMemory {
            capacities: *capacities,
            chat: Memory::from_arena(capacities, arena),
            tables: Tables::from_arena(capacities, arena),
        }
    }

    /// Bytes that [`from_arena`](Self::from_arena) takes.
    pub const fn bytes(capacities: &Capacities) -> usize {
        Self::end(capacities, 0)
    }

    /// The end of the tables if they begin at the first fitting place from `from` on.
    pub const fn end(capacities: &Capacities, from: usize) -> usize {
        Tables::end(capacities, Memory::end(capacities, from))
    }
}
