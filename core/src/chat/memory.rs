//! The memory that the chat works in: a slice for every table, cut at start.
//! Touches `storage` and the slot types of `table` and of this room.

use super::capacities::Capacities;
use super::mailboxes::{Delivery, Mailbox};
use super::presence::PresenceEntry;
use super::sessions::Session;
use super::texts::{Chunk, Text};
use super::users::User;
use crate::storage::Arena;
use crate::table::{LinkSlot, PoolSlot, QueueSlot};

/// The chat's lent memory.
#[derive(Debug)]
pub struct Memory<'s> {
    pub(super) capacities: Capacities,
    pub(super) users: &'s mut [User],
    pub(super) names: &'s mut [u32],
    pub(super) mailboxes: &'s mut [Mailbox],
    pub(super) block_counts: &'s mut [u16],
    pub(super) sessions: &'s mut [Session],
    pub(super) session_links: &'s mut [LinkSlot],
    pub(super) caller_links: &'s mut [LinkSlot],
    pub(super) ready: &'s mut [QueueSlot],
    pub(super) presence: &'s mut [PresenceEntry],
    pub(super) texts: &'s mut [PoolSlot<Text>],
    pub(super) chunks: &'s mut [PoolSlot<Chunk>],
    pub(super) deliveries: &'s mut [PoolSlot<Delivery>],
    pub(super) blocks: &'s mut [u32],
}

impl<'s> Memory<'s> {
    /// Cuts every table from `arena`. A hash index is lent twice the places that it needs.
    pub fn from_arena(capacities: &Capacities, arena: &mut impl Arena<'s>) -> Self {
        let places = capacities.places();
        Memory {
            capacities: *capacities,
            users: arena.slice(capacities.users),
            names: arena.slice(2 * capacities.users),
            mailboxes: arena.slice(capacities.users),
            block_counts: arena.slice(capacities.users),
            sessions: arena.slice(places),
            session_links: arena.slice(places),
            caller_links: arena.slice(places),
            ready: arena.slice(places),
            presence: arena.slice(2 * places),
            texts: arena.slice(capacities.texts),
            chunks: arena.slice(capacities.chunks),
            deliveries: arena.slice(capacities.deliveries),
            blocks: arena.slice(2 * capacities.blocks),
        }
    }
}
