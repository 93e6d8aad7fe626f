//! A file while it is being loaded: a hidden part file in the folder where it is to be, named by
//! its content id. It gets its name when it is whole.
//!
//! Only checked chunks are written. What an earlier run has written is found by hashing it, so a
//! killed program loses nothing and no map can be wrong.

mod error;
mod folder;
mod left;
mod notes;
mod stamp;
#[cfg(test)]
mod tests;

use std::fs::{File, Metadata};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::FlockOperation;
use rustix::io::Errno;

use crate::bitmap::Bitmap;
use crate::content::ContentId;
use crate::list::ChunkList;
use crate::name::{NUMBERS, numbered, safe_name};
use crate::shape::Shape;
pub use error::PartError;
pub use folder::Folder;
pub use left::{Leftover, discard, left, leftovers};
use notes::Done;
use stamp::Trust;

/// Bytes of a disk that no download takes.
pub const RESERVE: u64 = 64 * 1024 * 1024;
/// Bytes of a block in a file's count of them (`stat`, `st_blocks`).
const BLOCK: u64 = 512;

/// The part file of one download.
#[derive(Debug)]
pub struct PartFile {
    open: Arc<Open>,
    shape: Shape,
}

/// A part file as it stands on the disk, whatever its size is to be.
#[derive(Debug)]
struct Open {
    folder: Arc<Folder>,
    name: String,
    file: File,
    /// An earlier run has left it.
    is_old: bool,
    /// Held by whoever writes.
    writing: Mutex<Writing>,
}

/// What this program knows of the file's content.
#[derive(Debug, Default)]
struct Writing {
    trust: Trust,
    done: Done,
}

/// The name of the part file of this content.
fn part_name(id: ContentId) -> String {
    format!(".smolchat-{id}.part")
}

impl PartFile {
    /// The part file of this content in the folder, new or as an earlier run has left it. Its room
    /// on the disk is asked for, and then reserved where the disk can.
    ///
    /// # Errors
    /// See [`PartError`].
    pub fn open(folder: Arc<Folder>, id: ContentId, shape: Shape) -> Result<Self, PartError> {
        let name = part_name(id);
        let (file, is_old) = match folder.create(&name) {
            Ok(file) => (file, false),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (old(&folder, &name)?, true)
            }
            Err(error) => return Err(PartError::of(error)),
        };
        if is_in_use(&file) {
            return Err(PartError::InUse);
        }
        let open = Open { folder, name, file, is_old, writing: Mutex::default() };
        let part = PartFile { open: Arc::new(open), shape };
        match part.reserve() {
            Ok(()) => Ok(part),
            Err(error) => {
                part.give_back();
                Err(error)
            }
        }
    }

    /// The same part file for another size: what was told of the size before was wrong. Whoever
    /// still has the other one writes where it is right.
    ///
    /// # Errors
    /// See [`PartError`].
    pub fn of_shape(&self, shape: Shape) -> Result<Self, PartError> {
        let part = PartFile { open: self.open.clone(), shape };
        part.reserve().map(|()| part)
    }

    /// Asks for the room, and then takes it. A disk that has too little would give what it has.
    /// A file that is too long stays so until all chunks are here: until then its size is only
    /// what somebody has told, and more of it may be right.
    fn reserve(&self) -> Result<(), PartError> {
        let there = self.file().metadata().map_err(PartError::of)?;
        let needed = self.shape.size().saturating_sub(there.blocks().saturating_mul(BLOCK));
        let free = self.open.folder.free().map_err(PartError::of)?;
        if needed > 0 && needed.saturating_add(RESERVE) > free {
            return Err(PartError::NoSpace { needed, free });
        }
        folder::reserve(self.file(), self.shape.size()).map_err(PartError::of)?;
        self.writing().trust.renew(self.file()).map_err(PartError::of)
    }

    fn file(&self) -> &File {
        &self.open.file
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.open.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new file that got no room leaves nothing behind. An old one keeps what it has.
    fn give_back(&self) {
        if !self.is_old() {
            // The error that led here is told; these would say the same.
            let _ = self.file().set_len(0);
            let _ = self.open.folder.remove(&self.open.name);
        }
    }

    /// Whether an earlier run has left something.
    pub fn is_old(&self) -> bool {
        self.open.is_old
    }

    /// For which size it was opened.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Notes the file's name beside the part file, where the disk can: a person who finds it later
    /// sees what it is of. To be called before anything is loaded.
    ///
    /// # Errors
    /// The disk's word on the part file itself.
    pub fn note_name(&self, name: &str) -> Result<(), PartError> {
        notes::note_name(self.file(), name);
        self.writing().trust.renew(self.file()).map_err(PartError::of)
    }

    /// Which chunks are there, by their hashes. `progress` hears how many bytes are hashed, and
    /// says whether to go on.
    ///
    /// # Errors
    /// The disk's word, or `Stopped`.
    pub fn find_chunks(
        &self,
        list: &ChunkList,
        mut progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Bitmap, PartError> {
        let mut found = Bitmap::empty(self.shape.count());
        self.writing().trust.renew(self.file()).map_err(PartError::of)?;
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        for index in 0..self.shape.count() {
            self.read(index, &mut chunk).map_err(PartError::of)?;
            if list.is_chunk(index, &chunk) {
                found.insert(index);
                bytes += chunk.len() as u64;
            }
            if progress(self.shape.offset(index) + chunk.len() as u64).is_break() {
                return Err(PartError::Stopped);
            }
        }
        self.note_found(bytes).map_err(PartError::of)?;
        Ok(found)
    }

    /// Notes how much was found. A note is a change of this program's own.
    fn note_found(&self, bytes: u64) -> io::Result<()> {
        let mut writing = self.writing();
        writing.trust.holds(self.file())?;
        writing.done.found(self.file(), bytes);
        writing.trust.leave(self.file())
    }

    /// Writes a chunk that the list has proven.
    ///
    /// # Errors
    /// The disk's word.
    pub fn write(&self, index: u32, chunk: &[u8]) -> Result<(), PartError> {
        let Writing { trust, done } = &mut *self.writing();
        trust.holds(self.file()).map_err(PartError::of)?;
        let written = self.file().write_all_at(chunk, self.shape.offset(index));
        if written.is_ok() {
            done.add(self.file(), chunk.len() as u64, self.shape.size());
        }
        trust.leave(self.file()).map_err(PartError::of)?;
        written.map_err(PartError::of)
    }

    /// Reads a chunk that is there, also once the file is whole.
    ///
    /// # Errors
    /// The disk's word.
    pub fn read(&self, index: u32, chunk: &mut Vec<u8>) -> io::Result<()> {
        let len = self.shape.len_of(index).ok_or(io::ErrorKind::InvalidInput)?;
        chunk.resize(len as usize, 0);
        self.file().read_exact_at(chunk, self.shape.offset(index))
    }

    /// The file is whole: gives it its name, or the next one with a number that is free. Where it
    /// is then. It is hashed again if another program may have written to it; `progress` hears how
    /// many bytes are hashed then, and says whether to go on.
    ///
    /// # Errors
    /// See [`PartError`]. The part file is then still there, unless somebody else has moved it.
    pub fn finish(
        &self,
        name: &str,
        list: &ChunkList,
        progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<PathBuf, PartError> {
        let name = safe_name(name).map_err(PartError::Name)?;
        self.cut().map_err(PartError::of)?;
        self.file().sync_data().map_err(PartError::of)?;
        if !self.is_right(list, progress)? {
            return Err(PartError::Tampered);
        }
        notes::forget(self.file());
        let name = self.take_name(name)?;
        self.open.folder.sync().map_err(PartError::of)?;
        Ok(self.open.folder.place().join(name))
    }

    /// All chunks are here, so the size is right: what is behind them is not of the file.
    fn cut(&self) -> io::Result<()> {
        let (mut writing, file) = (self.writing(), self.file());
        let trust = &mut writing.trust;
        let is_as_left = trust.holds(file)?;
        if file.metadata()?.len() > self.shape.size() {
            file.set_len(self.shape.size())?;
            if is_as_left {
                trust.leave(file)?;
            }
        }
        Ok(())
    }

    /// Whether the part file's name leads to this file, and the file is what was written.
    fn is_right(
        &self,
        list: &ChunkList,
        progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<bool, PartError> {
        if !self.is_at(&self.open.name)? {
            return Ok(false);
        }
        let is_as_left = self.writing().trust.holds(self.file()).map_err(PartError::of)?;
        if is_as_left {
            return Ok(true);
        }
        let there = self.file().metadata().map_err(PartError::of)?;
        if there.len() != self.shape.size() {
            return Ok(false);
        }
        let found = self.find_chunks(list, progress)?;
        let is_as_found = self.writing().trust.holds(self.file()).map_err(PartError::of)?;
        Ok(found.is_full() && is_as_found)
    }

    fn is_at(&self, name: &str) -> Result<bool, PartError> {
        self.open.folder.is_file(name, self.file()).map_err(PartError::of)
    }

    fn take_name(&self, name: &str) -> Result<String, PartError> {
        for name in (1..=NUMBERS).map(|number| numbered(name, number)) {
            if self.open.folder.has_like(&name).map_err(PartError::of)? {
                continue;
            }
            match self.open.folder.rename(&self.open.name, &name) {
                // What was put in its place a moment ago may have got the name.
                Ok(()) if self.is_at(&name)? => return Ok(name),
                Ok(()) => return Err(PartError::Tampered),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(PartError::of(error)),
            }
        }
        Err(PartError::NamesTaken)
    }

    /// Removes the part file: its download is given up.
    ///
    /// # Errors
    /// The disk's word.
    pub fn remove(&self) -> Result<(), PartError> {
        self.open.folder.remove(&self.open.name).map_err(PartError::of)
    }
}

/// What has the part file's name already, if it is a file of ours.
fn old(folder: &Folder, name: &str) -> Result<File, PartError> {
    let file = folder.open_file(name).map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::LOOP | Errno::ISDIR | Errno::NXIO) => PartError::InTheWay,
        _ => PartError::of(error),
    })?;
    let there = file.metadata().map_err(PartError::of)?;
    if is_ours(&there) { Ok(file) } else { Err(PartError::InTheWay) }
}

/// A part file is a file of this user's that has no other name.
fn is_ours(there: &Metadata) -> bool {
    there.is_file() && there.nlink() == 1 && there.uid() == rustix::process::geteuid().as_raw()
}

/// Whether another program has the file open as its part file. A disk that knows no locks serves
/// all the same.
fn is_in_use(file: &File) -> bool {
    let locked = rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive);
    locked == Err(Errno::WOULDBLOCK)
}
