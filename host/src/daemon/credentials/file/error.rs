//! Why an account does not come into the credentials file: from the start on, or this one alone.

use std::fmt;

use rustix::io::Errno;

use super::Kept;

/// Why no account can be added to a file, from the start on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unwritable {
    /// The file cannot be written to.
    File(Errno),
    /// Nothing can be kept beside it.
    Folder(Errno),
    /// Another server adds accounts to it.
    InUse,
}

/// Why an account was not appended. The file is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AppendError {
    /// The file has such a user by now.
    NameTaken,
    /// The file has no such user any more.
    NameGone,
    /// The file is as large as it may be.
    Full,
    /// Name and secret do not make a line that would be read again as them.
    NoLine,
    /// What has the file's name is no file any more.
    NotAFile,
    /// Somebody changes the file at this very moment.
    Changed,
    /// A new file would have another owner.
    Owner,
    /// What the system said.
    System(Errno),
}

impl From<Errno> for AppendError {
    fn from(error: Errno) -> Self {
        AppendError::System(error)
    }
}

impl From<Kept> for AppendError {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Changed => AppendError::Changed,
            Kept::Owner => AppendError::Owner,
            Kept::System(error) => error.into(),
        }
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unwritable::File(error) => write!(f, "it cannot be written to ({error})"),
            Unwritable::Folder(error) => write!(f, "no file can be kept beside it ({error})"),
            Unwritable::InUse => write!(f, "another smolchatd adds accounts to it"),
        }
    }
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppendError::NameTaken => write!(f, "somebody wrote that username into the file"),
            AppendError::NameGone => write!(f, "somebody took that username out of the file"),
            AppendError::Full => {
                write!(f, "the file is as large as it may be: take out passwords that were changed")
            }
            AppendError::NoLine => write!(f, "it would not be read again as it is"),
            AppendError::NotAFile => write!(f, "the file is none any more"),
            AppendError::Changed => write!(f, "somebody is changing the file"),
            AppendError::Owner => write!(f, "the file belongs to somebody else"),
            AppendError::System(Errno::BUSY) => {
                write!(
                    f,
                    "the file is a mount point, and keeps its place: mount its folder instead"
                )
            }
            AppendError::System(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for AppendError {}
