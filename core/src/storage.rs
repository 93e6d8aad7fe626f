//! What a product lends the server at start: memory. Capacities are numbers here, and nothing grows after.
//! Touches the slot types of `table`, `chat` and `server`. Where the memory lies is the product's choice: an [`Arena`].

use crate::chat::{Chunk, Delivery, Mailbox, PresenceEntry, Session, Text, User};
use crate::server::Connection;
use crate::table::{LinkSlot, PoolSlot, QueueSlot, WheelSlot};
use crate::wire::TEXT_MAX;

/// How much of everything a server can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacities {
    /// Accounts, at most 65,000.
    pub users: usize,
    /// Connections that may be in use at once, logged in or not; with `spare` at most 65,000.
    pub connections: usize,
    /// Further connections, for those who are told that the server is full or that their time is over.
    pub spare: usize,
    /// Texts of messages, however short.
    pub texts: usize,
    /// Pieces of [`Chunk::SIZE`] bytes in which texts are kept.
    pub chunks: usize,
    /// Deliveries: one for every text and recipient.
    pub deliveries: usize,
    /// Blocks, of all users together.
    pub blocks: usize,
}

impl Capacities {
    /// Capacities for so many messages of full length, four times as many short ones, and broadcasts to all connections.
    pub const fn new(users: usize, connections: usize, messages: usize, blocks: usize) -> Self {
        let spare = if connections < 128 { 2 } else { connections / 64 };
        Capacities {
            users,
            connections,
            spare,
            texts: 4 * messages,
            chunks: messages * TEXT_MAX.div_ceil(Chunk::SIZE),
            deliveries: 4 * messages + 16 * connections,
            blocks,
        }
    }

    /// Connections of both kinds: the length of every table with a row for each.
    pub const fn places(&self) -> usize {
        self.connections + self.spare
    }

    /// Bytes that [`Lent::from_arena`] takes for these capacities.
    pub fn bytes(&self) -> usize {
        let mut arena = Counting { bytes: 0 };
        Lent::from_arena(self, &mut arena);
        arena.bytes
    }
}

/// Where memory comes from that is as large as flags say.
pub trait Arena<'s> {
    /// `count` values, each at its default. Called at start only.
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T];
}

/// An arena that only adds up what is asked of it, with each slice's alignment.
#[derive(Debug, Default)]
pub struct Counting {
    /// Bytes asked for so far.
    pub bytes: usize,
}

impl<'s> Arena<'s> for Counting {
    fn slice<T: Default + 's>(&mut self, count: usize) -> &'s mut [T] {
        self.bytes = self.bytes.next_multiple_of(align_of::<T>()) + count * size_of::<T>();
        &mut []
    }
}

/// The lent memory, a slice for every table.
#[derive(Debug)]
pub struct Lent<'s> {
    /// What it is cut for.
    pub capacities: Capacities,
    pub(crate) users: &'s mut [User],
    pub(crate) names: &'s mut [u32],
    pub(crate) mailboxes: &'s mut [Mailbox],
    pub(crate) block_counts: &'s mut [u16],
    pub(crate) sessions: &'s mut [Session],
    pub(crate) session_links: &'s mut [LinkSlot],
    pub(crate) introduction_links: &'s mut [LinkSlot],
    pub(crate) ready: &'s mut [QueueSlot],
    pub(crate) deadlines: &'s mut [WheelSlot],
    pub(crate) connections: &'s mut [Connection],
    pub(crate) presence: &'s mut [PresenceEntry],
    pub(crate) texts: &'s mut [PoolSlot<Text>],
    pub(crate) chunks: &'s mut [PoolSlot<Chunk>],
    pub(crate) deliveries: &'s mut [PoolSlot<Delivery>],
    pub(crate) blocks: &'s mut [u32],
}

impl<'s> Lent<'s> {
    /// Cuts every table from `arena`.
    pub fn from_arena(capacities: &Capacities, arena: &mut impl Arena<'s>) -> Self {
        let places = capacities.places();
        Lent {
            capacities: *capacities,
            users: arena.slice(capacities.users),
            names: arena.slice(2 * capacities.users),
            mailboxes: arena.slice(capacities.users),
            block_counts: arena.slice(capacities.users),
            sessions: arena.slice(places),
            session_links: arena.slice(places),
            introduction_links: arena.slice(places),
            ready: arena.slice(places),
            deadlines: arena.slice(places),
            connections: arena.slice(places),
            presence: arena.slice(2 * places),
            texts: arena.slice(capacities.texts),
            chunks: arena.slice(capacities.chunks),
            deliveries: arena.slice(capacities.deliveries),
            blocks: arena.slice(2 * capacities.blocks),
        }
    }
}

/// What of the lent memory is the server's own, and not the chat's.
pub(crate) struct Rest<'s> {
    pub(crate) connections: &'s mut [Connection],
    pub(crate) deadlines: &'s mut [WheelSlot],
}
