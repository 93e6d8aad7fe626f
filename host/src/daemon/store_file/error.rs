//! Why a store's file cannot be used, and what the operator can do.
//! Knows no content of the file.

use std::{fmt, io};

use rustix::io::Errno;

use super::PAGES_MAX;
use crate::daemon::flash_file::PAGE;

/// Why a store's file cannot be used. What was there is untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreFileError {
    /// Another server holds it.
    Locked,
    /// Its folder does not exist.
    NoFolder,
    /// It is a symbolic link, and nothing is where the link leads.
    LeadsNowhere,
    /// It is no regular file, or does not begin like a store.
    OtherKind,
    /// It begins like a store, and its end is missing.
    CutOff,
    /// Something that is no file stands in the place of the new file.
    InTheWay,
    /// The disk has no room for this many bytes.
    NoRoom(u64),
    /// The file system takes no file of this many bytes.
    FileSystemLimit(u64),
    /// The process may not write files of this many bytes (`RLIMIT_FSIZE`).
    ProcessLimit(u64),
    /// So many bytes are more than a store may have.
    TooLarge(u64),
    /// What the system said.
    System(Errno),
}

impl fmt::Display for StoreFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            StoreFileError::Locked => write!(f, "another smolchatd uses it"),
            StoreFileError::NoFolder => write!(
                f,
                "its folder does not exist: make the folder, or name another place with --store"
            ),
            StoreFileError::LeadsNowhere => write!(
                f,
                "it is a symbolic link, and nothing is where it leads: mount or restore that, or remove the link"
            ),
            StoreFileError::OtherKind => write!(
                f,
                "it is no store of smolchatd: name another place with --store, or move it away"
            ),
            StoreFileError::CutOff => write!(
                f,
                "it is cut off: put a complete copy in its place, or move it away and begin with an empty one"
            ),
            StoreFileError::InTheWay => write!(
                f,
                "beside it, under its name with a dot before and .new behind, stands what is no file: remove that"
            ),
            StoreFileError::NoRoom(bytes) => write!(
                f,
                "there is no room on the disk for its {} MiB: make room, lower --messages, or name another place with --store",
                mebibytes(bytes)
            ),
            StoreFileError::FileSystemLimit(bytes) => write!(
                f,
                "its file system takes no file of {} MiB: lower --messages, or name another place with --store",
                mebibytes(bytes)
            ),
            StoreFileError::ProcessLimit(bytes) => write!(
                f,
                "this process may not write a file of {} MiB: raise the limit (ulimit -f, or LimitFSIZE= of systemd), or lower --messages",
                mebibytes(bytes)
            ),
            StoreFileError::TooLarge(bytes) => {
                let (wanted, most) = (mebibytes(bytes), (PAGES_MAX * PAGE) >> 20);
                write!(
                    f,
                    "it would take {wanted} MiB, and {most} MiB is the most: lower --messages"
                )
            }
            StoreFileError::System(error) => error.fmt(f),
        }
    }
}

fn mebibytes(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

impl std::error::Error for StoreFileError {}

impl From<Errno> for StoreFileError {
    fn from(error: Errno) -> Self {
        match error {
            Errno::WOULDBLOCK => StoreFileError::Locked,
            other => StoreFileError::System(other),
        }
    }
}

impl From<io::Error> for StoreFileError {
    fn from(error: io::Error) -> Self {
        StoreFileError::System(Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }
}
