//! The credentials file at start: found without a hang whatever stands in its place, and read as
//! accounts. A line that is not an account stops the start.
//! Knows the file's folder and core's parser; [`file`] appends to it while the server runs.

mod accounts;
mod edit;
mod file;
mod keys;
mod mark;
mod names;
mod replacement;
mod rewrite;
mod touched;
mod within;

use std::ffi::CString;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};
use smolchat_core::protocol::{BadLine, remarks_like_accounts};

pub(super) use accounts::{Account, Accounts};
pub(super) use edit::{Change, Changed, change, names, passwords, with_lines, within};
pub(super) use file::{AppendError, CredentialsFile, Unwritable};
pub(super) use keys::forget_keys;
use mark::Marked;
pub(super) use replacement::{Kept, Replacement};
pub(super) use rewrite::{Rewrite, RewriteError};

/// Bytes that are read at most, and to which a server appends: room for every account that a server
/// can hold, and for as many remarks and changed passwords.
const SIZE_MAX: u64 = 32 << 20;
/// A credentials file that was found and read.
#[derive(Debug)]
pub(super) struct Credentials {
    place: Place,
    inode: u64,
    bytes: Vec<u8>,
    /// Where the half line begins that a server left which ended while it wrote.
    torn: Option<usize>,
}

/// Where the file is. Its name is looked up anew when accounts are appended, since editors put a
/// new file in the place of the old.
#[derive(Debug)]
struct Place {
    folder: OwnedFd,
    name: CString,
}

/// Why the credentials cannot be used.
#[derive(Debug)]
pub(crate) enum CredentialsError {
    /// There is no such file.
    Missing(PathBuf),
    /// It is a folder, a pipe, a device: this.
    NotAFile(PathBuf, &'static str),
    /// It is larger than any that fits.
    TooLarge(PathBuf),
    /// It could not be read.
    Unreadable(PathBuf, io::Error),
    /// Lines are not accounts.
    Lines {
        /// The file.
        path: PathBuf,
        /// The first of them.
        bad: Vec<BadLine>,
        /// How many more there are.
        more: usize,
    },
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialsError::Missing(path) => {
                let path = path.display();
                write!(
                    f,
                    "there is no {path}: create one, for instance by  \
                     smolchatd user add hans --credentials {path}"
                )
            }
            CredentialsError::NotAFile(path, kind) => {
                write!(f, "{} is {kind}: give a file with accounts", path.display())
            }
            CredentialsError::TooLarge(path) => {
                write!(f, "{} is no file of accounts: it is too large", path.display())
            }
            CredentialsError::Unreadable(path, error) => {
                write!(f, "cannot read {}: {error}", path.display())
            }
            CredentialsError::Lines { path, bad, more } => {
                for (index, line) in bad.iter().enumerate() {
                    let end = if index == 0 { "" } else { "\n" };
                    write!(f, "{end}{}, {line}", path.display())?;
                }
                match more {
                    0 => Ok(()),
                    1 => f.write_str("\nand 1 line more"),
                    _ => write!(f, "\nand {more} lines more"),
                }
            }
        }
    }
}

impl std::error::Error for CredentialsError {}

impl Credentials {
    /// Reads the file at `path`; where that is a symbolic link, the file it leads to.
    ///
    /// # Errors
    /// It is missing, unreadable, or no file.
    pub(super) fn read(path: &Path) -> Result<Self, CredentialsError> {
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => CredentialsError::Missing(path.to_owned()),
            _ => CredentialsError::Unreadable(path.to_owned(), error),
        };
        let place = Place::of(path).map_err(unreadable)?;
        let (kind, file) = place.open(OFlags::RDONLY).map_err(|error| unreadable(error.into()))?;
        let Some(file) = file else {
            return Err(CredentialsError::NotAFile(path.to_owned(), name_of(kind)));
        };
        let status = fs::fstat(&file).map_err(|error| unreadable(error.into()))?;
        let mut bytes = Vec::new();
        File::from(file).take(SIZE_MAX + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > SIZE_MAX {
            return Err(CredentialsError::TooLarge(path.to_owned()));
        }
        let marked = Marked::find(&place).map_err(|error| {
            let beside = format!("{}.open", path.display());
            CredentialsError::Unreadable(beside.into(), error.into())
        })?;
        let torn = marked.and_then(|marked| marked.torn(status.st_ino, &bytes));
        Ok(Credentials { place, inode: status.st_ino, bytes, torn })
    }

    /// The file of a server that runs: its last line is whole, with or without a newline.
    pub(super) fn served(self) -> Self {
        Credentials { torn: None, ..self }
    }

    /// The accounts in it, each with its last secret.
    ///
    /// # Errors
    /// The lines that are none.
    pub(super) fn accounts(&self, path: &Path) -> Result<Accounts, CredentialsError> {
        let lines = |(bad, more)| CredentialsError::Lines { path: path.to_owned(), bad, more };
        Accounts::parse(self.whole()).map_err(lines)
    }

    /// The number of the line that was half written when a server ended, if there is one. Nobody
    /// was promised its account.
    pub(super) fn torn_line(&self) -> Option<usize> {
        self.torn.map(|torn| 1 + self.bytes[..torn].iter().filter(|&&byte| byte == b'\n').count())
    }

    /// The numbers of lines that are remarks, and would be accounts if they did not begin with `#`.
    pub(super) fn remarks_like_accounts(&self) -> Vec<usize> {
        remarks_like_accounts(self.whole()).collect()
    }

    /// A file with one account changed, written and on the disk, to be put in its place; none where
    /// nothing is to be changed. A file that keeps its place is changed within itself.
    ///
    /// # Errors
    /// There is no such file.
    pub(super) fn prepare(
        &self,
        name: &str,
        what: Change<'_>,
    ) -> Result<Option<Replacement>, Kept> {
        let old = self.place.status()?;
        if old.st_ino != self.inode || old.st_size as u64 != self.bytes.len() as u64 {
            return Err(Kept::Changed);
        }
        let (bytes, changed) = change(&self.bytes, name, what);
        match changed {
            Changed::Missing | Changed::HasKey => Ok(None),
            Changed::Added | Changed::Existing if self.place.keeps_its_file()? => {
                Ok(Some(Replacement::within(old, within(&self.bytes, name, what))))
            }
            Changed::Added | Changed::Existing => {
                Replacement::write(&self.place, old, &bytes).map(Some)
            }
        }
    }

    /// All but a half line.
    fn whole(&self) -> &[u8] {
        &self.bytes[..self.torn.unwrap_or(self.bytes.len())]
    }
}

impl Place {
    fn of(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::IsADirectory.into());
        };
        Ok(Place { folder: File::open(folder)?.into(), name: CString::new(name.as_bytes())? })
    }

    /// Opens what has the file's name now, unless it is something else than a file. Nothing else is
    /// touched: a pipe would wait for somebody, and a device might do anything.
    fn open(&self, how: OFlags) -> rustix::io::Result<(FileType, Option<OwnedFd>)> {
        let kind = self.status()?.st_mode;
        if !FileType::from_raw_mode(kind).is_file() {
            return Ok((FileType::from_raw_mode(kind), None));
        }
        // It may have become a pipe by now, which waits for nobody then.
        let flags = how | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = fs::openat(&self.folder, &*self.name, flags, Mode::empty())?;
        let kind = FileType::from_raw_mode(fs::fstat(&file)?.st_mode);
        Ok((kind, kind.is_file().then_some(file)))
    }

    /// What has the file's name now.
    fn status(&self) -> rustix::io::Result<fs::Stat> {
        fs::statat(self.folder.as_fd(), &*self.name, AtFlags::SYMLINK_NOFOLLOW)
    }
}

fn name_of(kind: FileType) -> &'static str {
    match kind {
        FileType::Directory => "a folder",
        FileType::Fifo => "a pipe",
        FileType::Socket => "a socket",
        FileType::CharacterDevice | FileType::BlockDevice => "a device",
        _ => "no regular file",
    }
}

#[cfg(test)]
mod tests;
