//! The files that this user offers: a list in a folder, one entry for each, so that it survives a
//! restart. Each holds the values of its file's chunks: nothing is hashed again at a start.
//!
//! An entry counts while its file has the size and the time of change that it was hashed with.

mod entry;
mod source;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::content::ContentId;
use crate::hashing::{HashError, hash};
use crate::list::ChunkList;
use crate::name::{UnsafeName, safe_name};
use crate::shape::{Shape, TooLarge};
pub use source::{SourceError, Stamp, open_source};

/// Files that are offered at once at most.
pub const OFFERS_MAX: usize = 1024;

/// A file that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The hash of its content.
    pub id: ContentId,
    /// The name it is offered under.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size and its time of change.
    pub stamp: Stamp,
    /// The values of its chunks.
    pub list: ChunkList,
}

/// Why a file cannot be offered.
#[derive(Debug)]
pub enum OfferError {
    /// The file itself.
    Source(SourceError),
    /// Its name.
    Name(UnsafeName),
    /// Its name is not UTF-8.
    NameNotText,
    /// Its size.
    TooLarge(TooLarge),
    /// Its hash.
    Hash(HashError),
    /// As many are offered as can be.
    Full,
    /// The same content is offered from this path.
    OfferedFrom(PathBuf),
    /// The list cannot be kept; the file is offered while this program runs.
    NotKept(io::Error),
}

impl std::fmt::Display for OfferError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            OfferError::Source(error) => error.fmt(formatter),
            OfferError::Name(error) => write!(formatter, "{error}; give it another one first"),
            OfferError::NameNotText => {
                formatter.write_str("its name is not UTF-8; give it another one first")
            }
            OfferError::TooLarge(error) => error.fmt(formatter),
            OfferError::Hash(error) => error.fmt(formatter),
            OfferError::Full => {
                write!(formatter, "{OFFERS_MAX} files are offered, the most there can be")
            }
            OfferError::OfferedFrom(path) => {
                write!(formatter, "you offer it already: {}", path.display())
            }
            OfferError::NotKept(error) => {
                write!(formatter, "it is offered until the end of this run only: {error}")
            }
        }
    }
}

impl std::error::Error for OfferError {}

impl Offered {
    /// Hashes the file at this absolute path. `progress` hears bytes hashed and bytes in all, and
    /// says whether to go on.
    ///
    /// # Errors
    /// See [`OfferError`].
    pub fn of_file(
        path: &Path,
        mut progress: impl FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Self, OfferError> {
        let name = path.file_name().ok_or(OfferError::Source(SourceError::NoFile))?;
        let name = name.to_str().ok_or(OfferError::NameNotText)?;
        safe_name(name).map_err(OfferError::Name)?;
        let (file, stamp) = open_source(path).map_err(OfferError::Source)?;
        let shape = Shape::of(stamp.size).map_err(OfferError::TooLarge)?;
        let (id, list) =
            hash(file, shape, |done| progress(done, stamp.size)).map_err(OfferError::Hash)?;
        let offered = Offered { id, name: name.to_owned(), path: path.to_owned(), stamp, list };
        offered.look().map_err(|_| OfferError::Hash(HashError::SizeChanged))?;
        Ok(offered)
    }

    /// Whether the file is there as it was.
    ///
    /// # Errors
    /// What is not so.
    pub fn look(&self) -> Result<(), SourceError> {
        match open_source(&self.path)? {
            (_, stamp) if stamp == self.stamp => Ok(()),
            _ => Err(SourceError::Changed),
        }
    }

    /// Reads one chunk, checked.
    ///
    /// # Errors
    /// The file is not there as it was: it is to be withdrawn.
    pub fn read(&self, index: u32, chunk: &mut Vec<u8>) -> Result<(), SourceError> {
        source::read_chunk(&self.path, self.stamp, &self.list, index, chunk)
    }
}

/// The list of offered files on the disk.
#[derive(Debug)]
pub struct Offers {
    /// `None` keeps nothing.
    folder: Option<PathBuf>,
}

impl Offers {
    /// The list in this folder, which is made when the first entry is.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Offers { folder }
    }

    /// Everything in the list, whether or not the files are as they were. Entries that cannot be
    /// read are left out.
    pub fn read_all(&self) -> Vec<Offered> {
        let entries = self.folder.as_deref().and_then(|folder| fs::read_dir(folder).ok());
        let entries = entries.into_iter().flatten().flatten();
        let offered = entries.filter_map(|entry| {
            let id = entry.file_name().to_str()?.parse().ok()?;
            read(&entry.path(), id)
        });
        offered.take(OFFERS_MAX).collect()
    }

    /// Where else the same content is offered from. A file that is not there as it was does not
    /// count.
    pub fn elsewhere(&self, offered: &Offered) -> Option<PathBuf> {
        let first = read(&self.folder.as_ref()?.join(offered.id.to_string()), offered.id)?;
        (first.path != offered.path && first.look().is_ok()).then_some(first.path)
    }

    /// Keeps an entry. A program that is killed meanwhile leaves the old one or the new one.
    ///
    /// # Errors
    /// The disk's word.
    pub fn keep(&self, offered: &Offered) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let draft = folder.join(format!(".{}.{}", offered.id, std::process::id()));
        // A program of the same number that was killed may have left one.
        let _ = fs::remove_file(&draft);
        let written = write_new(&draft, &entry::emit(offered))
            .and_then(|()| fs::rename(&draft, folder.join(offered.id.to_string())));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        File::open(folder)?.sync_all()
    }

    /// Takes an entry off the list.
    ///
    /// # Errors
    /// The disk's word, if there is such an entry and it stays.
    pub fn forget(&self, id: ContentId) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        match fs::remove_file(folder.join(id.to_string())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn read(path: &Path, id: ContentId) -> Option<Offered> {
    let (file, stamp) = open_source(path).ok()?;
    let mut bytes = Vec::with_capacity(stamp.size.min(entry::ENTRY_MAX) as usize);
    file.take(entry::ENTRY_MAX + 1).read_to_end(&mut bytes).ok()?;
    entry::parse(id, &bytes)
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
