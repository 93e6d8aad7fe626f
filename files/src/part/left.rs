//! What earlier downloads have left in a folder, as far as it can be seen without reading it: which
//! files, and how much of each.

use std::fs::File;
use std::io;
use std::time::SystemTime;

use rustix::fs::SeekFrom;

use super::error::PartError;
use super::folder::Folder;
use super::{is_in_use, is_ours, notes, old, part_name};
use crate::content::ContentId;

/// A part file that an earlier download has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The file that was to be loaded.
    pub id: ContentId,
    /// What it is called, if the disk has kept that.
    pub name: Option<String>,
    /// Bytes that the file was to have.
    pub size: u64,
    /// Bytes that were written, about. They are not checked. On a disk that keeps no notes all of
    /// them count, if it does not tell either what was only reserved.
    pub done: u64,
    /// When something was written last.
    pub changed: SystemTime,
}

/// What is left of this file in the folder. What is no part file of this user's counts as nothing.
pub fn left(folder: &Folder, id: ContentId) -> Option<Leftover> {
    let file = folder.open_to_read(&part_name(id)).ok()?;
    look(&file, id).ok().flatten()
}

/// Everything that is left in the folder.
///
/// # Errors
/// The folder cannot be read.
pub fn leftovers(folder: &Folder) -> io::Result<Vec<Leftover>> {
    let ids = folder.names()?.into_iter().filter_map(|name| of_part_name(&name));
    let mut all: Vec<_> = ids.filter_map(|id| left(folder, id)).collect();
    all.sort_by_key(|left| left.id);
    Ok(all)
}

/// Removes what is left of this file. How many bytes were written of it.
///
/// # Errors
/// There is nothing of ours, or a program loads it now.
pub fn discard(folder: &Folder, id: ContentId) -> Result<u64, PartError> {
    let name = part_name(id);
    let file = old(folder, &name)?;
    if is_in_use(&file) {
        return Err(PartError::InUse);
    }
    let done = done(&file).map_err(PartError::of)?;
    folder.remove(&name).map_err(PartError::of)?;
    Ok(done)
}

fn look(file: &File, id: ContentId) -> io::Result<Option<Leftover>> {
    let there = file.metadata()?;
    if !is_ours(&there) {
        return Ok(None);
    }
    let (size, changed) = (there.len(), there.modified()?);
    Ok(Some(Leftover { id, name: notes::name(file), size, done: done(file)?, changed }))
}

/// The content that a part file of this name is of.
fn of_part_name(name: &str) -> Option<ContentId> {
    name.strip_prefix(".smolchat-")?.strip_suffix(".part")?.parse().ok()
}

fn done(file: &File) -> io::Result<u64> {
    match notes::done(file) {
        Some(done) => Ok(done.min(file.metadata()?.len())),
        None => written(file),
    }
}

/// Bytes that are no hole. What was reserved and not written is one on most disks, until somebody
/// reads it.
fn written(file: &File) -> io::Result<u64> {
    let (mut at, mut written) = (0, 0);
    // Behind the last data there is none: ENXIO.
    while let Ok(data) = rustix::fs::seek(file, SeekFrom::Data(at)) {
        at = rustix::fs::seek(file, SeekFrom::Hole(data))?;
        written += at - data;
    }
    Ok(written)
}
