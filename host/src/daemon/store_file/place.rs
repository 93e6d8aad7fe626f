//! The store's file while the server runs: whether it is still there, and whether its file system
//! writes in place.

use std::ffi::CString;
use std::fmt;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, IFlags, Mode, OFlags};
use rustix::io::Errno;

/// File systems that write what is overwritten elsewhere, as linux/magic.h and their own sources
/// have them: btrfs, bcachefs, ZFS.
const ELSEWHERE: [u64; 3] = [0x9123_683e, 0xca45_1a4e, 0x2fc1_2fc1];

/// The place of a store's file, by which a server notices that somebody removed it.
#[derive(Debug)]
pub(in super::super) struct Place {
    folder: OwnedFd,
    name: CString,
    path: PathBuf,
    /// Device and number of the file.
    file: (u64, u64),
    writes_elsewhere: bool,
}

impl Place {
    /// The place of the file at `path`.
    ///
    /// # Errors
    /// It cannot be looked at.
    pub(in super::super) fn of(path: &Path) -> Result<Self, Errno> {
        let real = path.canonicalize().map_err(errno)?;
        let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else {
            return Err(Errno::ISDIR);
        };
        let folder: OwnedFd = File::open(folder).map_err(errno)?.into();
        let name = CString::new(name.as_bytes()).map_err(|_| Errno::INVAL)?;
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
        let file = fs::openat(&folder, &*name, flags, Mode::empty())?;
        let status = fs::fstat(&file)?;
        let writes_elsewhere = writes_elsewhere(&file);
        let file = (status.st_dev, status.st_ino);
        Ok(Place { folder, name, path: path.to_owned(), file, writes_elsewhere })
    }

    /// Whether the file is still there; yes if nobody can look.
    pub(in super::super) fn is_kept(&self) -> bool {
        match fs::statat(&self.folder, &*self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(status) => (status.st_dev, status.st_ino) == self.file,
            Err(error) => error != Errno::NOENT,
        }
    }

    /// Whether what is overwritten takes new room, so that a disk that fills up later may have
    /// none.
    pub(in super::super) fn writes_elsewhere(&self) -> bool {
        self.writes_elsewhere
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

/// Asks the file system to write in place, so that what is overwritten needs no new room
/// (FS_NOCOW_FL, ioctl_iflags(2)). That can be asked for an empty file only. File systems that
/// always do so do not know the question.
pub(super) fn write_in_place(file: impl AsFd) {
    let flags = fs::ioctl_getflags(&file);
    let _ = flags.and_then(|flags| fs::ioctl_setflags(&file, flags | IFlags::NOCOW));
}

fn writes_elsewhere(file: impl AsFd) -> bool {
    let kind = fs::fstatfs(&file).map(|system| system.f_type as u64 & 0xffff_ffff);
    let asked = fs::ioctl_getflags(&file).is_ok_and(|flags| flags.contains(IFlags::NOCOW));
    kind.is_ok_and(|kind| ELSEWHERE.contains(&kind)) && !asked
}

fn errno(error: std::io::Error) -> Errno {
    Errno::from_io_error(&error).unwrap_or(Errno::IO)
}
