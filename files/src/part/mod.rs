//! A file while it is being loaded: a hidden part file in the folder where it is to be, named by
//! its content id. It gets its name when it is whole.
//!
//! Only checked chunks are written. What an earlier run has written is found by hashing it, so a
//! killed program loses nothing and no map can be wrong.

mod error;
mod folder;
mod stamp;
#[cfg(test)]
mod tests;

use std::fs::File;
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
use stamp::Trust;

/// Bytes of a disk that no download takes.
pub const RESERVE: u64 = 64 * 1024 * 1024;
/// Bytes of a block in a file's count of them (`stat`, `st_blocks`).
const BLOCK: u64 = 512;

/// The part file of one download.
#[derive(Debug)]
pub struct PartFile {
    folder: Arc<Folder>,
    name: String,
    file: File,
    shape: Shape,
    /// An earlier run has left it.
    is_old: bool,
    /// Held by whoever writes.
    trust: Mutex<Trust>,
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
        // A disk that knows no locks serves all the same.
        let locked = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
        if locked == Err(Errno::WOULDBLOCK) {
            return Err(PartError::InUse);
        }
        let part = PartFile { folder, name, file, shape, is_old, trust: Mutex::default() };
        match part.reserve() {
            Ok(()) => Ok(part),
            Err(error) => {
                part.give_back();
                Err(error)
            }
        }
    }

    /// Asks for the room, and then takes it. A disk that has too little would give what it has.
    fn reserve(&self) -> Result<(), PartError> {
        let there = self.file.metadata().map_err(PartError::of)?;
        let needed = self.shape.size().saturating_sub(there.blocks().saturating_mul(BLOCK));
        let free = self.folder.free().map_err(PartError::of)?;
        if needed > 0 && needed.saturating_add(RESERVE) > free {
            return Err(PartError::NoSpace { needed, free });
        }
        if there.len() > self.shape.size() {
            self.file.set_len(self.shape.size()).map_err(PartError::of)?;
        }
        folder::reserve(&self.file, self.shape.size()).map_err(PartError::of)?;
        self.trust().renew(&self.file).map_err(PartError::of)
    }

    fn trust(&self) -> MutexGuard<'_, Trust> {
        self.trust.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new file that got no room leaves nothing behind. An old one keeps what it has.
    fn give_back(&self) {
        if !self.is_old {
            // The error that led here is told; these would say the same.
            let _ = self.file.set_len(0);
            let _ = self.folder.remove(&self.name);
        }
    }

    /// Whether an earlier run has left something.
    pub fn is_old(&self) -> bool {
        self.is_old
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
        self.trust().renew(&self.file).map_err(PartError::of)?;
        let mut chunk = Vec::new();
        for index in 0..self.shape.count() {
            self.read(index, &mut chunk).map_err(PartError::of)?;
            if list.is_chunk(index, &chunk) {
                found.insert(index);
            }
            if progress(self.shape.offset(index) + chunk.len() as u64).is_break() {
                return Err(PartError::Stopped);
            }
        }
        Ok(found)
    }

    /// Writes a chunk that the list has proven.
    ///
    /// # Errors
    /// The disk's word.
    pub fn write(&self, index: u32, chunk: &[u8]) -> Result<(), PartError> {
        let mut trust = self.trust();
        trust.holds(&self.file).map_err(PartError::of)?;
        let written = self.file.write_all_at(chunk, self.shape.offset(index));
        trust.leave(&self.file).map_err(PartError::of)?;
        written.map_err(PartError::of)
    }

    /// Reads a chunk that is there, also once the file is whole.
    ///
    /// # Errors
    /// The disk's word.
    pub fn read(&self, index: u32, chunk: &mut Vec<u8>) -> io::Result<()> {
        let len = self.shape.len_of(index).ok_or(io::ErrorKind::InvalidInput)?;
        chunk.resize(len as usize, 0);
        self.file.read_exact_at(chunk, self.shape.offset(index))
    }

    /// The file is whole: gives it its name, or the next one with a number that is free. Where it
    /// is then. It is hashed again if another program may have written to it.
    ///
    /// # Errors
    /// See [`PartError`]. The part file is then still there, unless somebody else has moved it.
    pub fn finish(&self, name: &str, list: &ChunkList) -> Result<PathBuf, PartError> {
        let name = safe_name(name).map_err(PartError::Name)?;
        self.file.sync_data().map_err(PartError::of)?;
        if !self.is_right(list)? {
            return Err(PartError::Tampered);
        }
        let name = self.take_name(name)?;
        self.folder.sync().map_err(PartError::of)?;
        Ok(self.folder.place().join(name))
    }

    /// Whether the part file's name leads to this file, and the file is what was written.
    fn is_right(&self, list: &ChunkList) -> Result<bool, PartError> {
        if !self.is_at(&self.name)? {
            return Ok(false);
        }
        let is_as_left = self.trust().holds(&self.file).map_err(PartError::of)?;
        if is_as_left {
            return Ok(true);
        }
        let there = self.file.metadata().map_err(PartError::of)?;
        if there.len() != self.shape.size() {
            return Ok(false);
        }
        let found = self.find_chunks(list, |_| ControlFlow::Continue(()))?;
        let is_as_found = self.trust().holds(&self.file).map_err(PartError::of)?;
        Ok(found.is_full() && is_as_found)
    }

    fn is_at(&self, name: &str) -> Result<bool, PartError> {
        self.folder.is_file(name, &self.file).map_err(PartError::of)
    }

    fn take_name(&self, name: &str) -> Result<String, PartError> {
        for number in 1..=NUMBERS {
            let name = numbered(name, number);
            if self.folder.has_like(&name).map_err(PartError::of)? {
                continue;
            }
            match self.folder.rename(&self.name, &name) {
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
        self.folder.remove(&self.name).map_err(PartError::of)
    }
}

/// What has the part file's name already, if it is a file of ours.
fn old(folder: &Folder, name: &str) -> Result<File, PartError> {
    let file = folder.open_file(name).map_err(|error| match Errno::from_io_error(&error) {
        Some(Errno::LOOP | Errno::ISDIR | Errno::NXIO) => PartError::InTheWay,
        _ => PartError::of(error),
    })?;
    let there = file.metadata().map_err(PartError::of)?;
    let is_ours =
        there.is_file() && there.nlink() == 1 && there.uid() == rustix::process::geteuid().as_raw();
    if is_ours { Ok(file) } else { Err(PartError::InTheWay) }
}
