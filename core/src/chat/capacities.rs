//! How much of everything a server can hold. Limits that both ends of a connection must agree on
//! are in `protocol`.

use super::files;
use super::history::PIECES;
use super::pieces::Chunk;
use super::sources::shared;
use crate::protocol::TEXT_MAX;

/// How much of everything a server can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Capacities {
    /// Accounts, at most 65,000.
    pub users: usize,
    /// Connections that may be in use at once, logged in or not; with `spare` at most 65,000.
    pub connections: usize,
    /// Spare connections, for clients that hear that the server is full or that their time is over.
    pub spare: usize,
    /// Texts of messages, however short.
    pub texts: usize,
    /// Pieces of [`Chunk::SIZE`] bytes, which hold the texts.
    pub chunks: usize,
    /// Deliveries: one for every text and recipient.
    pub deliveries: usize,
    /// Blocks, of all users together.
    pub blocks: usize,
    /// Keys that users add to their accounts, of all users together, at most 65,000; 0 where nobody
    /// may add any.
    pub keys: usize,
    /// Rows for sources, at most 65,000. One in sixteen is shared by sources that find no row of
    /// their own.
    pub sources: usize,
    /// Broadcasts that `history` tells; 0, or at least [`HISTORY_MIN`](Self::HISTORY_MIN), and at
    /// most 1,024. They are short: each has room for [`HISTORY_TEXT`](Self::HISTORY_TEXT) bytes on
    /// average.
    pub history: usize,
    /// Files that clients hold, at most 32,000; 0 where nobody may offer any. Their names are
    /// short: each has room for [`FILE_NAME`](Self::FILE_NAME) bytes on average.
    pub files: usize,
    /// Bans, at most 65,000; 0 where nobody is banned. A product without orders has none.
    pub bans: usize,
    /// Holders of files: one for every file and client that has some of it, at most 65,000.
    pub holders: usize,
}

impl Capacities {
    /// The fewest broadcasts that a history may have: together they have room for one text of full
    /// length.
    pub const HISTORY_MIN: usize = TEXT_MAX.div_ceil(Chunk::SIZE).div_ceil(PIECES);
    /// The bytes for which a broadcast of the history has room on average.
    pub const HISTORY_TEXT: usize = PIECES * Chunk::SIZE;
    /// The bytes for which the name of a file has room on average.
    pub const FILE_NAME: usize = files::PIECES * Chunk::SIZE;

    /// Capacities for `messages` messages of full length or four times as many short ones, and for
    /// broadcasts to all connections. Nobody may add a key or offer a file.
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
            keys: 0,
            sources: connections + spare,
            history: 32,
            files: 0,
            bans: 0,
            holders: 0,
        }
    }

    /// Rows for users: one for each account, and one for what the server's operator says.
    pub(super) const fn user_rows(&self) -> usize {
        self.users + cfg!(feature = "operator") as usize
    }

    /// Rows for sources, at least one.
    pub(super) const fn source_rows(&self) -> usize {
        if self.sources == 0 { 1 } else { self.sources }
    }

    /// How many sources can have a row of their own. The other rows are shared.
    pub const fn own_sources(&self) -> usize {
        self.source_rows() - shared(self.source_rows())
    }

    /// Pieces for the texts of the history.
    pub(super) const fn history_chunks(&self) -> usize {
        PIECES * self.history
    }

    /// Pieces for the names of the files.
    pub(super) const fn file_chunks(&self) -> usize {
        files::PIECES * self.files
    }

    /// Connections of both kinds: the length of every table with a row for each.
    pub const fn places(&self) -> usize {
        self.connections + self.spare
    }
}
