//! What earlier downloads have left in a folder, as far as it can be seen without reading it: which
//! files, and how much of each.

use std::fs::File;
use std::io;
use std::time::SystemTime;

use rustix::fs::{SeekFrom, XattrFlags};

use super::error::PartError;
use super::folder::Folder;
use super::{is_in_use, is_ours, old, part_name};
use crate::content::ContentId;
use crate::name::safe_name;

/// The attribute of a part file that has the name of what it is of (xattr(7)).
const NAME: &str = "user.smolchat.name";
/// Bytes of a name in it. No file name is longer.
const NAME_MAX: usize = 256;

/// A part file that an earlier download has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The file that was to be loaded.
    pub id: ContentId,
    /// What it is called, if the disk has kept that.
    pub name: Option<String>,
    /// Bytes that the file was to have.
    pub size: u64,
    /// Bytes that were written. They are not checked. All of them count where a disk does not tell
    /// what was only reserved.
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
    let done = written(&file).map_err(PartError::of)?;
    folder.remove(&name).map_err(PartError::of)?;
    Ok(done)
}

fn look(file: &File, id: ContentId) -> io::Result<Option<Leftover>> {
    let there = file.metadata()?;
    if !is_ours(&there) {
        return Ok(None);
    }
    let (size, changed) = (there.len(), there.modified()?);
    Ok(Some(Leftover { id, name: noted_name(file), size, done: written(file)?, changed }))
}

/// The content that a part file of this name is of.
fn of_part_name(name: &str) -> Option<ContentId> {
    name.strip_prefix(".smolchat-")?.strip_suffix(".part")?.parse().ok()
}

/// Bytes that are no hole. What was reserved and not written is one on most disks.
fn written(file: &File) -> io::Result<u64> {
    let (mut at, mut written) = (0, 0);
    // Behind the last data there is none: ENXIO.
    while let Ok(data) = rustix::fs::seek(file, SeekFrom::Data(at)) {
        at = rustix::fs::seek(file, SeekFrom::Hole(data))?;
        written += at - data;
    }
    Ok(written)
}

/// A disk without attributes keeps none, and a person sees the id.
pub(super) fn note_name(file: &File, name: &str) {
    let _ = rustix::fs::fsetxattr(file, NAME, name.as_bytes(), XattrFlags::empty());
}

/// A whole file has its name elsewhere.
pub(super) fn forget_name(file: &File) {
    let _ = rustix::fs::fremovexattr(file, NAME);
}

/// Whoever may write to the file may have written anything.
fn noted_name(file: &File) -> Option<String> {
    let mut bytes = [0; NAME_MAX];
    let len = rustix::fs::fgetxattr(file, NAME, &mut bytes[..]).ok()?;
    let name = std::str::from_utf8(bytes.get(..len)?).ok()?;
    safe_name(name).ok().map(str::to_owned)
}
