//! What two clients say to each other on a link for files: lines, some followed by bytes that the
//! line counts. docs/PEERS.md tells them. Knows no link.
//!
//! Every number is checked here, before anybody takes memory for it.

mod emit;
mod parse;
#[cfg(test)]
mod tests;

use crate::content::ContentId;
use crate::shape::Shape;
pub use parse::{RecordError, parse};

/// Bytes of the longest line of a record, with its end.
pub const LINE_MAX: usize = 128;

/// One record, without the bytes that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// The list of this file's chunk values is wanted.
    AskList {
        /// The file.
        id: ContentId,
    },
    /// The list, 32 bytes for each chunk, follows.
    List {
        /// The file.
        id: ContentId,
        /// Its cut.
        shape: Shape,
    },
    /// The sender wants to know what the other side holds of this file, now and from now on.
    AskHeld {
        /// The file.
        id: ContentId,
    },
    /// The bitmap of what the sender holds follows. No bytes mean nothing.
    Held {
        /// The file.
        id: ContentId,
        /// Bytes of the bitmap.
        bytes: u16,
    },
    /// The sender holds one chunk more.
    Have {
        /// The file.
        id: ContentId,
        /// Which.
        index: u32,
    },
    /// A chunk is wanted. `Chunk` or `Not` answers it.
    Want {
        /// The file.
        id: ContentId,
        /// Which.
        index: u32,
    },
    /// The chunk follows.
    Chunk {
        /// The file.
        id: ContentId,
        /// Which.
        index: u32,
        /// Its bytes.
        bytes: u32,
    },
    /// What was asked for does not come.
    Not {
        /// The file.
        id: ContentId,
        /// What was asked for.
        what: What,
        /// Why.
        why: Why,
    },
    /// A chunk is wanted no more. `Chunk` or `Not` answers all the same.
    Cancel {
        /// The file.
        id: ContentId,
        /// Which.
        index: u32,
    },
}

/// What does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The list of chunk values.
    List,
    /// The chunk of this number.
    Chunk(u32),
}

/// Why something does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Too much is asked for at once.
    Busy,
    /// The sender does not have it.
    Gone,
    /// The file was changed.
    Changed,
    /// It was cancelled.
    Cancelled,
}

impl Record {
    /// How many bytes follow the line.
    pub fn bytes(&self) -> usize {
        match self {
            Record::List { shape, .. } => shape.count() as usize * crate::content::ID_BYTES,
            Record::Held { bytes, .. } => usize::from(*bytes),
            Record::Chunk { bytes, .. } => *bytes as usize,
            _ => 0,
        }
    }

    /// Which file it is about.
    pub fn id(&self) -> ContentId {
        match self {
            Record::AskList { id }
            | Record::List { id, .. }
            | Record::AskHeld { id }
            | Record::Held { id, .. }
            | Record::Have { id, .. }
            | Record::Want { id, .. }
            | Record::Chunk { id, .. }
            | Record::Not { id, .. }
            | Record::Cancel { id, .. } => *id,
        }
    }
}
