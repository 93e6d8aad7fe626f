//! What a product lends the server at start: memory. Nothing grows after.
//! Touches `storage`, the chat's memory, and the server's own slot types.

use super::connection::Connection;
use crate::chat::{Capacities, Memory};
use crate::storage::{Arena, Counting};
use crate::table::WheelSlot;

/// The lent memory, the chat's and the server's own.
#[derive(Debug)]
pub struct Lent<'s> {
    pub(super) chat: Memory<'s>,
    pub(super) connections: &'s mut [Connection],
    pub(super) deadlines: &'s mut [WheelSlot],
}

impl<'s> Lent<'s> {
    /// Cuts every table from `arena`.
    pub fn from_arena(capacities: &Capacities, arena: &mut impl Arena<'s>) -> Self {
        Lent {
            chat: Memory::from_arena(capacities, arena),
            connections: arena.slice(capacities.places()),
            deadlines: arena.slice(capacities.places()),
        }
    }

    /// Bytes that [`from_arena`](Self::from_arena) takes.
    pub fn bytes(capacities: &Capacities) -> usize {
        let mut arena = Counting::default();
        Self::from_arena(capacities, &mut arena);
        arena.bytes
    }
}
