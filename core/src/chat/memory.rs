//! The memory that the chat works in: a slice for every table, cut at start.

use super::capacities::Capacities;
use super::files::{FileRow, HolderRow, Holding};
use super::history::HistoryRow;
use super::keys::KeyRow;
use super::mailboxes::{Delivery, Mailbox};
use super::pieces::Chunk;
use super::presence::PresenceEntry;
use super::sessions::Session;
use super::sources::SourceRow;
use super::texts::Header;
use super::users::User;
use crate::arena::lent_tables;
use crate::table::{LinkSlot, List, PoolSlot, QueueSlot};

lent_tables! {
    /// The chat's lent memory. A hash index is lent twice the places that it needs.
    #[derive(Debug)]
    pub(crate) struct Memory<'s>(capacities: &Capacities) {
        users: User = capacities.user_rows(),
        names: u32 = 2 * capacities.users,
        mailboxes: Mailbox = capacities.user_rows(),
        block_counts: u16 = capacities.users,
        sessions: Session = capacities.places(),
        session_links: LinkSlot = capacities.places(),
        caller_links: LinkSlot = capacities.places(),
        ready: QueueSlot = capacities.places(),
        registrations: u16 = capacities.places(),
        sources: SourceRow = capacities.source_rows(),
        strangers: List = capacities.source_rows(),
        rank_links: LinkSlot = capacities.source_rows(),
        ranks: List = capacities.places(),
        presence: PresenceEntry = 2 * capacities.places(),
        texts: PoolSlot<Header> = capacities.texts,
        chunks: PoolSlot<Chunk> = capacities.chunks,
        deliveries: PoolSlot<Delivery> = capacities.deliveries,
        blocks: u64 = 2 * capacities.blocks,
        keys: KeyRow = capacities.keys,
        #[cfg(feature = "operator")]
        bans: super::bans::BanRow = capacities.bans,
        history: HistoryRow = capacities.history,
        history_links: LinkSlot = capacities.history,
        history_chunks: PoolSlot<Chunk> = capacities.history_chunks(),
        history_held: u16 = capacities.users,
        files: FileRow = capacities.files,
        file_links: LinkSlot = capacities.files,
        file_keys: u32 = 2 * capacities.files,
        file_names: PoolSlot<Chunk> = capacities.file_chunks(),
        holders: HolderRow = capacities.holders,
        holder_links: LinkSlot = capacities.holders,
        holder_pairs: u32 = 2 * capacities.holders,
        holdings: Holding = capacities.places(),
    }
}
