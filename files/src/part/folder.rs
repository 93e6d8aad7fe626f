//! The folder that a file is loaded into, held open: a new name or a link in its place changes
//! nothing about where the file goes. Every name that is opened is one component.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FallocateFlags, Mode, OFlags, RenameFlags};
use rustix::io::Errno;

use crate::name::{NUMBERS, is_same, numbered};

/// A folder.
#[derive(Debug)]
pub struct Folder {
    handle: File,
    path: PathBuf,
}

impl Folder {
    /// Opens the folder at `path`.
    ///
    /// # Errors
    /// There is none, or it may not be read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = rustix::fs::open(path, flags, Mode::empty())?;
        Ok(Folder { handle: handle.into(), path: path.to_owned() })
    }

    /// Where it was when it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A new file that only its owner reads. Nothing that is there is opened or followed.
    pub(super) fn create(&self, name: &str) -> io::Result<File> {
        let flags =
            OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mode = Mode::RUSR | Mode::WUSR;
        Ok(rustix::fs::openat(&self.handle, name, flags, mode)?.into())
    }

    /// What is there, to be read and written. A link is not followed, and a FIFO is not waited for.
    pub(super) fn open_file(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.handle, name, flags, Mode::empty())?.into())
    }

    /// What is there, to be read. A link is not followed, and a FIFO is not waited for.
    pub(super) fn open_to_read(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.handle, name, flags, Mode::empty())?.into())
    }

    /// The names of all that is there and is UTF-8.
    pub(super) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.handle)? {
            names.extend(entry?.file_name().to_str().ok().map(str::to_owned));
        }
        Ok(names)
    }

    /// The name that a file called `name` gets here, if nothing changes meanwhile: the next one
    /// with a number that is free.
    ///
    /// # Errors
    /// The folder cannot be read. `AlreadyExists`: all numbers are taken.
    pub fn free_name(&self, name: &str) -> io::Result<String> {
        let there = self.names()?;
        let mut all = (1..=NUMBERS).map(|number| numbered(name, number));
        let free = all.find(|name| !there.iter().any(|other| is_same(other, name)));
        free.ok_or_else(|| io::ErrorKind::AlreadyExists.into())
    }

    /// Gives a file another name, unless that is taken: then `AlreadyExists`.
    pub(super) fn rename(&self, name: &str, to: &str) -> io::Result<()> {
        let (from, folder) = (&self.handle, &self.handle);
        match rustix::fs::renameat_with(from, name, folder, to, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(()),
            // This file system does not know the flag.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => self.link_and_remove(name, to),
            Err(error) => Err(error.into()),
        }
    }

    /// A second name and then not the first: a link never replaces anything either.
    pub(super) fn link_and_remove(&self, name: &str, to: &str) -> io::Result<()> {
        rustix::fs::linkat(&self.handle, name, &self.handle, to, AtFlags::empty())?;
        self.remove(name)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.handle, name, AtFlags::empty())?)
    }

    /// Whether this file, of which the folder knows no more than a name, is the open one.
    pub(super) fn is_file(&self, name: &str, file: &File) -> io::Result<bool> {
        let open = rustix::fs::fstat(file)?;
        match rustix::fs::statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(there) => Ok((there.st_dev, there.st_ino) == (open.st_dev, open.st_ino)),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Where the folder is now, as far as the system tells.
    pub(super) fn place(&self) -> PathBuf {
        let is_there = || {
            let (open, there) = (self.handle.metadata()?, std::fs::metadata(&self.path)?);
            io::Result::Ok((open.dev(), open.ino()) == (there.dev(), there.ino()))
        };
        if is_there().unwrap_or(false) {
            return self.path.clone();
        }
        let own = format!("/proc/self/fd/{}", self.handle.as_raw_fd());
        std::fs::read_link(own).unwrap_or_else(|_| self.path.clone())
    }

    /// Whether something there has this name but for upper and lower case.
    pub(super) fn has_like(&self, name: &str) -> io::Result<bool> {
        for entry in Dir::read_from(&self.handle)? {
            if entry?.file_name().to_str().is_ok_and(|there| is_same(there, name)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Bytes that a file may still take on this disk.
    pub(super) fn free(&self) -> io::Result<u64> {
        let disk = rustix::fs::fstatvfs(&self.handle)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// What was created and renamed outlives a power cut.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.handle.sync_all()
    }
}

/// Makes the file so long, and gets the room for it now where the disk can.
pub(super) fn reserve(file: &File, bytes: u64) -> io::Result<()> {
    if bytes == 0 {
        return file.set_len(0);
    }
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, bytes) {
        Ok(()) => Ok(()),
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => file.set_len(bytes),
        Err(error) => Err(error.into()),
    }
}
