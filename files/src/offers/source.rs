//! A file that is offered, on the disk: opened and looked at before each chunk is read.

use std::fs::File;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::{fmt, io};

use rustix::fs::{Mode, OFlags};

use crate::list::ChunkList;

/// Why a file is not, or no more, offered.
#[derive(Debug)]
pub enum SourceError {
    /// It cannot be opened.
    Gone(io::Error),
    /// It is a folder, a FIFO, a device or a socket.
    NoFile,
    /// Its size or its time of change is another than when it was hashed, or its bytes are.
    Changed,
    /// It cannot be read.
    Io(io::Error),
}

impl fmt::Display for SourceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SourceError::Gone(error) => write!(formatter, "it cannot be opened: {error}"),
            SourceError::NoFile => formatter.write_str("it is not a file but something else"),
            SourceError::Changed => formatter.write_str("it has changed"),
            SourceError::Io(error) => write!(formatter, "it cannot be read: {error}"),
        }
    }
}

impl std::error::Error for SourceError {}

/// What tells that a file is as it was, without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub size: u64,
    /// Seconds of the last change, since 1970.
    pub seconds: i64,
    /// Nanoseconds of it.
    pub nanos: i64,
}

/// Opens a regular file for reading, and waits for nothing: a FIFO is refused, not waited for. The
/// path is its owner's own word, so a link in it is followed.
///
/// # Errors
/// See [`SourceError`].
pub fn open_source(path: &Path) -> Result<(File, Stamp), SourceError> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty());
    let file = File::from(opened.map_err(|error| SourceError::Gone(error.into()))?);
    let there = file.metadata().map_err(SourceError::Io)?;
    if !there.is_file() {
        return Err(SourceError::NoFile);
    }
    let stamp = Stamp { size: there.len(), seconds: there.mtime(), nanos: there.mtime_nsec() };
    Ok((file, stamp))
}

/// Reads a chunk of the file, if the file is what was hashed. The bytes are hashed again, so that
/// a change within one tick of the disk's clock is noticed, too.
pub(super) fn read_chunk(
    path: &Path,
    stamp: Stamp,
    list: &ChunkList,
    index: u32,
    chunk: &mut Vec<u8>,
) -> Result<(), SourceError> {
    let (file, now) = open_source(path)?;
    if now != stamp {
        return Err(SourceError::Changed);
    }
    let len = list.shape().len_of(index).ok_or(SourceError::Changed)?;
    chunk.resize(len as usize, 0);
    file.read_exact_at(chunk, list.shape().offset(index)).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => SourceError::Changed,
        _ => SourceError::Io(error),
    })?;
    if list.is_chunk(index, chunk) { Ok(()) } else { Err(SourceError::Changed) }
}
