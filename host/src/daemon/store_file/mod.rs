//! The file that the store lies in: made, found again, held by one server at a time, made larger.
//! Works at the start only. A new file has its name only once the disk has all of it.

mod error;
mod place;

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{self, AtFlags, FallocateFlags, FlockOperation, Mode, OFlags, RenameFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{Resource, getrlimit};
use smolchat_store::MAGIC;

use super::flash_file::{ERASED, FlashFile, PAGE};

pub(crate) use error::StoreFileError;
pub(super) use place::Place;

/// The most pages that offsets of 32 bits reach.
const PAGES_MAX: usize = u32::MAX as usize / PAGE;
/// The magic of a log's first record lies within so many bytes, whatever the size of a word.
pub(super) const BEGINNING: usize = 128;
/// Only whoever runs the server reads what people say.
const MODE: Mode = Mode::RUSR.union(Mode::WUSR);

/// Opening the file's place waits for nobody, and takes no terminal.
const OPEN: OFlags =
    OFlags::RDWR.union(OFlags::CLOEXEC).union(OFlags::NONBLOCK).union(OFlags::NOCTTY);

/// Where a store's file is.
#[derive(Debug)]
pub(super) struct StoreFile {
    folder: OwnedFd,
    name: CString,
    temporary: CString,
}

/// A store's file that this server alone holds.
#[derive(Debug)]
pub(super) enum Held {
    /// It was there.
    Found(FlashFile),
    /// It is new, erased, and has no name until [`StoreFile::put_in_place`].
    New(FlashFile),
}

impl StoreFile {
    /// The store's file at `path`, there or not; where that is a symbolic link, the file it leads
    /// to.
    ///
    /// # Errors
    /// Its folder cannot be opened, or the link leads nowhere.
    pub(super) fn at(path: &Path) -> Result<Self, StoreFileError> {
        let path = match path.canonicalize() {
            // A new store would hide the one that the link leads to when its disk is mounted.
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
                return Err(StoreFileError::LeadsNowhere);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => std::path::absolute(path),
            other => other,
        }?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(StoreFileError::OtherKind);
        };
        let folder = match File::open(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(StoreFileError::NoFolder);
            }
            other => other?.into(),
        };
        let temporary = [b".", name.as_bytes(), b".new"].concat();
        Ok(StoreFile {
            folder,
            name: CString::new(name.as_bytes()).map_err(|_| Errno::INVAL)?,
            temporary: CString::new(temporary).map_err(|_| Errno::INVAL)?,
        })
    }

    /// Takes hold of the file, or of a new one with room for `bytes` where there is none.
    ///
    /// # Errors
    /// It cannot be used.
    pub(super) fn hold(&self, bytes: u64) -> Result<Held, StoreFileError> {
        let file = match fs::openat(&self.folder, &*self.name, OPEN, Mode::empty()) {
            Err(Errno::NOENT) => return self.prepare(bytes).map(Held::New),
            // A folder, or a socket.
            Err(Errno::ISDIR | Errno::NXIO) => return Err(StoreFileError::OtherKind),
            other => other?,
        };
        if !is_file(&file)? {
            return Err(StoreFileError::OtherKind);
        }
        self.lock(&file, &self.name)?;
        let size = u64::try_from(fs::fstat(&file)?.st_size).unwrap_or_default();
        match (size.is_multiple_of(PAGE as u64), pages(size)) {
            (true, Ok(found @ 1..)) => {
                check_process_limit(size)?;
                Ok(Held::Found(FlashFile::new(file, found)))
            }
            _ if begins_like_a_store(&file)? => Err(StoreFileError::CutOff),
            _ => Err(StoreFileError::OtherKind),
        }
    }

    /// A new, erased file with room for `bytes`. All of it lies on the disk, so that a full disk
    /// shows now and never later.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn prepare(&self, bytes: u64) -> Result<FlashFile, StoreFileError> {
        let pages = pages(bytes)?;
        check_process_limit(pages as u64 * PAGE as u64)?;
        // If a server lost its power here, its leftover is used.
        let flags = OPEN | OFlags::CREATE | OFlags::NOFOLLOW;
        let file = match fs::openat(&self.folder, &*self.temporary, flags, MODE) {
            Err(Errno::ISDIR | Errno::NXIO | Errno::LOOP) => return Err(StoreFileError::InTheWay),
            other => other?,
        };
        if !is_file(&file)? {
            return Err(StoreFileError::InTheWay);
        }
        self.lock(&file, &self.temporary)?;
        erase(&file, pages).map_err(|error| {
            self.discard();
            match error {
                Errno::NOSPC | Errno::DQUOT => StoreFileError::NoRoom(bytes),
                Errno::FBIG => StoreFileError::FileSystemLimit(bytes),
                other => StoreFileError::System(other),
            }
        })?;
        Ok(FlashFile::new(file, pages))
    }

    /// Gives the file that was prepared its name, in place of one that this server holds or of
    /// none.
    ///
    /// # Errors
    /// It has no name, or nobody knows whether it has one.
    pub(super) fn put_in_place(&self, replace: bool) -> Result<(), StoreFileError> {
        let flags = if replace { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
        let (folder, from, to) = (&self.folder, &*self.temporary, &*self.name);
        match fs::renameat_with(folder, from, folder, to, flags) {
            // Another server was first.
            Err(Errno::EXIST) => return Err(StoreFileError::Locked),
            // Not every file system knows that flag.
            Err(Errno::INVAL | Errno::NOSYS) => fs::renameat(folder, from, folder, to)?,
            other => other?,
        }
        Ok(fs::fsync(folder)?)
    }

    /// Removes the file that was prepared.
    pub(super) fn discard(&self) {
        // If it stays, the next start uses it.
        let _ = fs::unlinkat(&self.folder, &*self.temporary, AtFlags::empty());
    }

    /// Locks the file for as long as it is open, and makes sure that it still has its name.
    fn lock(&self, file: &OwnedFd, name: &CString) -> Result<(), StoreFileError> {
        fs::flock(file, FlockOperation::NonBlockingLockExclusive)?;
        let held = fs::fstat(file)?;
        match fs::statat(&self.folder, name.as_c_str(), AtFlags::empty()) {
            Ok(named) if (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino) => Ok(()),
            // Its last owner has put another file in its place a moment ago.
            Ok(_) | Err(Errno::NOENT) => Err(StoreFileError::Locked),
            Err(error) => Err(error.into()),
        }
    }
}

/// How many pages have room for this many bytes.
fn pages(bytes: u64) -> Result<usize, StoreFileError> {
    let pages = usize::try_from(bytes.div_ceil(PAGE as u64)).ok();
    pages.filter(|&pages| pages <= PAGES_MAX).ok_or(StoreFileError::TooLarge(bytes))
}

/// The limit is asked for, because the kernel answers a write beyond it with a signal.
fn check_process_limit(bytes: u64) -> Result<(), StoreFileError> {
    match getrlimit(Resource::Fsize).current {
        Some(limit) if limit < bytes => Err(StoreFileError::ProcessLimit(bytes)),
        _ => Ok(()),
    }
}

/// Whether the file's first bytes are those of a log or of an erased page, whatever its length.
fn begins_like_a_store(file: &OwnedFd) -> Result<bool, Errno> {
    let mut bytes = [0; BEGINNING];
    let count = retry_on_intr(|| rustix::io::pread(file, &mut bytes, 0))?;
    let bytes = &bytes[..count];
    let is_erased = !bytes.is_empty() && bytes.iter().all(|&byte| byte == ERASED);
    Ok(is_erased || bytes.windows(MAGIC.len()).any(|window| window == MAGIC))
}

fn is_file(file: &OwnedFd) -> Result<bool, Errno> {
    Ok(fs::FileType::from_raw_mode(fs::fstat(file)?.st_mode).is_file())
}

/// Makes `file` this many erased pages, on the disk.
fn erase(file: &OwnedFd, pages: usize) -> Result<(), Errno> {
    fs::ftruncate(file, 0)?;
    place::write_in_place(file);
    let size = pages as u64 * PAGE as u64;
    match retry_on_intr(|| fs::fallocate(file, FallocateFlags::empty(), 0, size)) {
        // Writing all of it takes the room as well.
        Ok(()) | Err(Errno::OPNOTSUPP) => {}
        Err(error) => return Err(error),
    }
    let page = vec![ERASED; PAGE];
    let mut offset = 0;
    while offset < size {
        let left = &page[..page.len().min((size - offset) as usize)];
        match retry_on_intr(|| rustix::io::pwrite(file, left, offset))? {
            0 => return Err(Errno::IO),
            count => offset += count as u64,
        }
    }
    fs::fsync(file)
}

#[cfg(test)]
mod tests;
