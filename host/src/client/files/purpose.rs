//! What a search for a file is for. Knows no server.

use std::path::PathBuf;

use super::chunks::Chunks;

/// What is to be done with what a search finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is told.
    Show,
    /// It is loaded.
    Download {
        /// Where it is to be.
        folder: PathBuf,
        /// Nobody is to be asked.
        is_sure: bool,
        /// Its size, if the person has chosen one of several.
        size: Option<u64>,
    },
    /// It is told who holds one of these chunks.
    Chunks(Chunks),
    /// One chunk is loaded from one user.
    Chunk {
        /// From whom.
        user: String,
        /// Which, from 1 on.
        chunk: u32,
        /// Where the file is to be.
        folder: PathBuf,
    },
}
