//! Why there is no SSH key, and what the operator can do.
//! Knows no content of the file.

use std::{fmt, io};

use rustix::io::Errno;

/// Why there is no key. What was there is untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostKeyError {
    /// There is no file.
    Missing,
    /// Its folder does not exist.
    NoFolder,
    /// It is a symbolic link, and nothing is where the link leads.
    LeadsNowhere,
    /// It is no regular file.
    OtherKind,
    /// Others than its owner may read or write it.
    OthersMayUseIt,
    /// A server wrote it as its key, and it is changed or cut.
    Damaged,
    /// It is a store of smolchatd.
    Store,
    /// It is a file of accounts.
    Accounts,
    /// It is something else.
    NoKey,
    /// The system has no chance for a new key.
    NoEntropy,
    /// What the system said.
    System(Errno),
}

impl fmt::Display for HostKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HostKeyError::Missing => f.write_str("there is none yet: a server makes it at its start"),
            HostKeyError::NoFolder => f.write_str(
                "its folder does not exist: make the folder, or name another place with --host-key",
            ),
            HostKeyError::LeadsNowhere => f.write_str(
                "it is a symbolic link, and nothing is where it leads: mount or restore that, or remove the link",
            ),
            HostKeyError::OtherKind => {
                f.write_str("it is no file: name another place with --host-key")
            }
            HostKeyError::OthersMayUseIt => f.write_str(
                "others than its owner may use it: if nobody has read it, chmod 600; if somebody may have, remove it, and the next start makes a new key",
            ),
            HostKeyError::Damaged => f.write_str(
                "it is a key of smolchatd, and damaged: put a copy in its place, or remove it; then the next start makes a new key, and clients will ask about it",
            ),
            HostKeyError::Store => {
                f.write_str("it is the store of a smolchatd: name another place with --host-key")
            }
            HostKeyError::Accounts => {
                f.write_str("it is a file of accounts: name another place with --host-key")
            }
            HostKeyError::NoKey => {
                f.write_str("it is no key of smolchatd: name another place with --host-key")
            }
            HostKeyError::NoEntropy => f.write_str("the system has no entropy for a new key"),
            HostKeyError::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for HostKeyError {}

impl From<Errno> for HostKeyError {
    fn from(error: Errno) -> Self {
        HostKeyError::System(error)
    }
}

impl From<io::Error> for HostKeyError {
    fn from(error: io::Error) -> Self {
        HostKeyError::System(Errno::from_io_error(&error).unwrap_or(Errno::IO))
    }
}
