//! What the other threads tell the desk, as values.

use std::path::PathBuf;
use std::sync::Arc;

use smolchat_files::exchange::LinkId;
use smolchat_files::offers::{OfferError, SourceError};
use smolchat_files::{Bitmap, ChunkList, ContentId, Offered, PartError, PartFile, Record};

use super::CallError;
use super::command::TransferCommand;
use super::link_end::LinkEnd;

/// What the other threads tell.
#[derive(Debug)]
pub(super) enum Input {
    /// The event loop wants something.
    Command(TransferCommand),
    /// A link stands.
    Linked { link: LinkId, end: LinkEnd },
    /// A link has ended.
    Lost { link: LinkId },
    /// There is no link with a user.
    NotCalled { user: String, error: CallError },
    /// A peer said something.
    Heard { link: LinkId, record: Record, body: Vec<u8> },
    /// So many bytes of a chunk came, and more are to come.
    Moved { link: LinkId, id: ContentId, bytes: u64 },
    /// A chunk that was asked for came.
    Arrived { link: LinkId, id: ContentId, index: u32, moved: u64, outcome: Outcome },
    /// A chunk was sent, or could not be read.
    Given { link: LinkId, id: ContentId, bytes: u32, failure: Option<SourceError> },
    /// An offered file of an earlier run was looked at.
    Kept { offered: Offered, looked: Result<(), SourceError> },
    /// All of them were looked at.
    KeptLooked,
    /// A file that is to be offered was hashed; and whether the list could be kept.
    Hashed { path: PathBuf, result: Result<(Offered, Option<std::io::Error>), OfferError> },
    /// A file that is served was looked at.
    Looked { id: ContentId, looked: Result<(), SourceError> },
    /// The part file of a download was opened.
    Opened { id: [u8; 32], number: u64, result: Result<Arc<PartFile>, String> },
    /// The part file of a download was looked through.
    Checked { list: ChunkList, number: u64, found: Result<Bitmap, PartError> },
    /// A whole file has got its name.
    Finished { id: [u8; 32], number: u64, result: Result<PathBuf, PartError> },
}

/// What became of a chunk.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It is checked and written.
    Written,
    /// It is not of the file.
    Wrong,
    /// It is right, and the disk did not take it.
    NotWritten(PartError),
}
