//! Where the chunks come from that are given: an offered file, or the part file of a download,
//! which is the file itself once that is whole.

use std::sync::Arc;

use smolchat_files::offers::SourceError;
use smolchat_files::record::Why;
use smolchat_files::{ChunkList, Offered, PartFile};

/// Something that is given.
#[derive(Debug)]
pub(super) enum Source {
    /// A file that is offered.
    Offered(Offered),
    /// What a download has loaded.
    Loaded {
        /// Its name.
        name: String,
        /// Its file.
        part: Arc<PartFile>,
        /// What proves it.
        list: Arc<ChunkList>,
    },
}

impl Source {
    /// What it is called.
    pub(super) fn name(&self) -> &str {
        match self {
            Source::Offered(offered) => &offered.name,
            Source::Loaded { name, .. } => name,
        }
    }

    /// Reads a chunk, which is then right.
    pub(super) fn read(&self, index: u32, chunk: &mut Vec<u8>) -> Result<(), SourceError> {
        match self {
            Source::Offered(offered) => offered.read(index, chunk),
            Source::Loaded { part, list, .. } => {
                part.read(index, chunk).map_err(SourceError::Io)?;
                if list.is_chunk(index, chunk) { Ok(()) } else { Err(SourceError::Changed) }
            }
        }
    }
}

/// What a peer is told.
pub(super) fn why_not(error: &SourceError) -> Why {
    match error {
        SourceError::Changed => Why::Changed,
        SourceError::Gone(_) | SourceError::NoFile | SourceError::Io(_) => Why::Gone,
    }
}
