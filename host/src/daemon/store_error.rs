//! Why a store cannot be used, and what the operator can do about it.

use std::fmt;

use smolchat_core::store::StoreError;
use smolchat_store::{OpenError, RestoreFailed};

use super::store_file::StoreFileError;

/// Why a store cannot be used. It is untouched.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HostStoreError {
    /// Its file cannot be opened or locked.
    File(StoreFileError),
    /// The file's content cannot be read.
    Log(OpenError),
    /// It could not be copied into a larger file.
    Copy(StoreError),
    /// Entries of deleted accounts could not be deleted.
    Delete(StoreError),
    /// Most of the users that it names have no account: it probably belongs to another accounts
    /// file.
    OtherAccounts {
        /// Users without an account.
        gone: usize,
        /// Users with an account.
        known: usize,
    },
    /// The entries for which the server has no room.
    NoRoom(u32),
}

impl fmt::Display for HostStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostStoreError::File(error) => error.fmt(f),
            HostStoreError::Log(error) => write!(f, "{error}{}", advice(error)),
            HostStoreError::Copy(_) => write!(
                f,
                "it cannot be copied into a larger file: look at the disk, or start with fewer --messages"
            ),
            HostStoreError::Delete(_) => write!(
                f,
                "what is kept for users without an account cannot be deleted: look at the disk, and start again"
            ),
            HostStoreError::OtherAccounts { gone, known } => write!(
                f,
                "{gone} of the {} users that it names have no account: is this the right --credentials? If they were deleted, start once with --forget on, which deletes what is kept for them",
                gone + known
            ),
            HostStoreError::NoRoom(count) => write!(
                f,
                "{count} messages, blocks or keys in it find no room: start with more --messages, --blocks or --keys"
            ),
        }
    }
}

/// What the operator can do about a log that is not opened.
fn advice(error: &OpenError) -> &'static str {
    match error {
        OpenError::Damaged { .. } => {
            "; put a copy from before in its place, or move it away and begin with an empty one"
        }
        OpenError::Resized { .. } => {
            ", and its file has another length: put a complete copy in its place, or move it away and begin with an empty one"
        }
        OpenError::Newer { .. } => {
            ": start that version, or move it away and begin with an empty one"
        }
        OpenError::NotOurs | OpenError::Geometry => {
            ": name another place with --store, or move it away"
        }
        OpenError::Failed => ": look at the disk",
    }
}

impl std::error::Error for HostStoreError {}

impl From<StoreFileError> for HostStoreError {
    fn from(error: StoreFileError) -> Self {
        HostStoreError::File(error)
    }
}

impl From<RestoreFailed> for HostStoreError {
    fn from(error: RestoreFailed) -> Self {
        match error {
            RestoreFailed::Unreadable(error) => HostStoreError::Log(error),
            // A number on a command line does not throw promised entries away.
            RestoreFailed::NoRoom(count) => HostStoreError::NoRoom(count),
        }
    }
}
