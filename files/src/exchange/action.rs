//! What an exchange wants done by whoever has the links, the disk and the person.

use std::time::Duration;

use crate::bitmap::Bitmap;
use crate::content::ContentId;
use crate::list::ChunkList;
use crate::record::Record;

/// A link with a peer. The caller numbers them, and never uses a number again.
pub type LinkId = u64;

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Say this to a peer.
    Send {
        /// The link.
        link: LinkId,
        /// The record.
        record: Record,
        /// The bytes that follow it.
        body: Vec<u8>,
    },
    /// Read this chunk and send it as `Chunk`, or send `Not` if it cannot be read. Then tell by
    /// `Exchange::given`.
    Give {
        /// The link.
        link: LinkId,
        /// The file.
        id: ContentId,
        /// Which chunk.
        index: u32,
    },
    /// The list of a file that is loaded is here. See what an earlier run has left, and tell by
    /// `Exchange::prepared`.
    Prepare {
        /// The file.
        id: ContentId,
        /// Its list, which is right.
        list: ChunkList,
    },
    /// A link with this user is wanted. Tell by `Exchange::linked` or `Exchange::not_linked`.
    Call {
        /// The user.
        user: String,
    },
    /// The peer has broken the rules: end its link. `Exchange::lost` need not be told.
    Close {
        /// The link.
        link: LinkId,
    },
    /// Something that a person may want to know.
    Tell(Notice),
}

/// What happened to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// All chunks are here and written.
    Whole {
        /// The file.
        id: ContentId,
    },
    /// So many 255ths of the file are here: at the first chunk and at each quarter.
    Share {
        /// The file.
        id: ContentId,
        /// 1 to 255.
        share: u8,
    },
    /// Nothing came for so long.
    Stalled {
        /// The file.
        id: ContentId,
        /// For how long.
        since: Duration,
    },
    /// This user sent a list or a chunk that is not of this file, and is asked no more.
    Wrong {
        /// The file.
        id: ContentId,
        /// Who.
        user: String,
    },
    /// What a user holds, as `Exchange::ask` wanted to know.
    Held {
        /// The file.
        id: ContentId,
        /// Who.
        user: String,
        /// Which chunks.
        held: Bitmap,
    },
    /// What a user holds cannot be known.
    NotHeld {
        /// The file.
        id: ContentId,
        /// Who.
        user: String,
    },
    /// The only holder that may be asked for the one wanted chunk does not give it.
    NoChunk {
        /// The file.
        id: ContentId,
        /// Who.
        user: String,
        /// Which.
        index: u32,
    },
}
