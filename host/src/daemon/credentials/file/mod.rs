//! The credentials file while the server runs: new accounts and changed passwords become its last
//! lines, in constant time, and one wait for the disk serves all of a round.
//! Knows the file, its folder and its mark. It runs inside the loop and allocates nothing.

mod bytes;
mod error;

use std::os::fd::OwnedFd;

use heapless::String;
use rustix::fs::{self, FallocateFlags, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};
use smolchat_core::protocol::{CHANGED, NAME_MAX, SECRET_MAX};

use super::mark::{Mark, Marked};
use super::names::{Alike, has_name};
use super::touched::Touched;
use super::{Credentials, Kept, Place, Replacement, SIZE_MAX};
use bytes::{is_open_ended, is_read_as, mend, write_all};
pub(crate) use error::{AppendError, Unwritable};

/// The newline of the line before, a remark and its newline, a name, a space, a secret and a
/// newline.
const LINE: usize = 1 + CHANGED.len() + 1 + NAME_MAX + 1 + SECRET_MAX + 1;

/// Bytes for which a disk sets aside room at once.
const BLOCK: u64 = 4096;

/// A credentials file that is appended to.
#[derive(Debug)]
pub(crate) struct CredentialsFile {
    place: Place,
    mark: Mark,
    file: OwnedFd,
    /// The file as this server left it.
    seen: Seen,
    /// Its last line has no newline yet.
    open_ended: bool,
    /// A person changed it since the start: it may have names that this server does not know.
    edited: bool,
    /// Something is not on the disk yet.
    dirty: bool,
    /// Whose account was appended since somebody asked for that.
    touched: Touched,
    /// Half a line stands in it and cannot be taken back: nothing is appended behind it.
    torn: bool,
    /// What the system said when the file failed; nobody knows what of it is on the disk.
    failed: Option<Errno>,
}

/// What tells that a file is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

impl CredentialsFile {
    /// Prepares to append to a file that was read. Another server's half line becomes a remark, and
    /// the mark says that this server is at work. Waits for the disk.
    ///
    /// # Errors
    /// No account can be added.
    pub(crate) fn open(credentials: Credentials) -> Result<Self, Unwritable> {
        let Credentials { place, inode, bytes, torn } = credentials;
        let file = match place.open(OFlags::RDWR | OFlags::APPEND) {
            Ok((_, Some(file))) => file,
            Ok((_, None)) => return Err(Unwritable::File(Errno::INVAL)),
            Err(error) => return Err(Unwritable::File(error)),
        };
        let mark = Mark::hold(&place).map_err(|error| match error {
            Errno::WOULDBLOCK => Unwritable::InUse,
            other => Unwritable::Folder(other),
        })?;
        if let Some(torn) = torn {
            mend(&file, &bytes, torn).map_err(Unwritable::File)?;
        }
        let status = fs::fstat(&file).map_err(Unwritable::File)?;
        let open_ended = is_open_ended(&file, &status).map_err(Unwritable::File)?;
        let seen = Seen::from(&status);
        let marked = Marked::of(&file).map_err(Unwritable::File)?;
        let kept = mark.set(marked).and_then(|()| match fs::fsync(&place.folder) {
            // Not every file system knows what that would be.
            Err(Errno::INVAL) => Ok(()),
            other => other,
        });
        kept.map_err(Unwritable::Folder)?;
        let mended = torn.is_some();
        let edited = seen.inode != inode || (!mended && seen.length != bytes.len() as u64);
        Ok(CredentialsFile {
            place,
            mark,
            file,
            seen,
            open_ended,
            edited,
            dirty: false,
            touched: Touched::default(),
            torn: false,
            failed: None,
        })
    }

    /// Appends a new account. It is on the disk once [`commit`](Self::commit) says so.
    ///
    /// # Errors
    /// The file has no new line then.
    pub(crate) fn append(&mut self, name: &str, secret: &str) -> Result<(), AppendError> {
        self.prepare()?;
        if self.edited && has_name(&self.file, name, Alike::InAnyCase)? {
            return Err(AppendError::NameTaken);
        }
        self.append_line("", name, secret)
    }

    /// Appends an account that the file has, with another password. It is on the disk once
    /// [`commit`](Self::commit) says so. The line before stays: the last one counts.
    ///
    /// # Errors
    /// The file has no new line then.
    pub(crate) fn change(&mut self, name: &str, secret: &str) -> Result<(), AppendError> {
        self.prepare()?;
        if self.edited && !has_name(&self.file, name, Alike::Same)? {
            return Err(AppendError::NameGone);
        }
        self.append_line(CHANGED, name, secret)
    }

    /// Makes sure that something can be appended to the file that has the name now.
    fn prepare(&mut self) -> Result<(), AppendError> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        if self.torn {
            return Err(Errno::IO.into());
        }
        self.look()
    }

    /// Appends an account behind a remark, in one piece.
    fn append_line(&mut self, remark: &str, name: &str, secret: &str) -> Result<(), AppendError> {
        let mut line = String::<LINE>::new();
        let newline = |is_there| if is_there { "\n" } else { "" };
        let before = [newline(self.open_ended), remark, newline(!remark.is_empty())];
        for part in before.into_iter().chain([name, " ", secret, "\n"]) {
            line.push_str(part).map_err(|_| AppendError::NoLine)?;
        }
        if !is_read_as(line.as_bytes(), name, secret, !remark.is_empty()) {
            return Err(AppendError::NoLine);
        }
        if self.seen.length + line.len() as u64 > SIZE_MAX {
            return Err(AppendError::Full);
        }
        self.write(line.as_bytes())?;
        self.open_ended = false;
        self.touched.note(name);
        Ok(())
    }

    /// Waits until what was appended is on the disk; at once where nothing was.
    ///
    /// # Errors
    /// Nobody knows what is on the disk.
    pub(crate) fn commit(&mut self) -> Result<(), Errno> {
        if self.dirty {
            self.dirty = false;
            self.failed = retry_on_intr(|| fs::fdatasync(&self.file)).err();
        }
        self.failed.map_or(Ok(()), Err)
    }

    /// The file has names that this server does not know, so it is looked through before one is
    /// added.
    pub(crate) fn look_for_names(&mut self) {
        self.edited = true;
    }

    /// Begins to remember whose accounts are appended.
    pub(crate) fn watch(&mut self) {
        self.touched = Touched::default();
    }

    /// The account of this name is changed otherwise than by a line at the end.
    pub(crate) fn touch(&mut self, name: &str) {
        self.touched.note(name);
    }

    /// Whether an account of this name was appended since; none where there were too many.
    pub(crate) fn has_touched(&self, name: &str) -> Option<bool> {
        self.touched.has(name)
    }

    /// Makes sure that a new file can take the place of this one. Neither changes.
    ///
    /// # Errors
    /// It cannot, and is gone.
    pub(crate) fn check(&mut self, new: &Replacement) -> Result<(), AppendError> {
        self.prepare()?;
        Ok(new.check(&self.place)?)
    }

    /// Puts a new file in the place of this one. Waits for the disk.
    ///
    /// # Errors
    /// The old file stays.
    pub(crate) fn replace(&mut self, new: &Replacement) -> Result<(), AppendError> {
        self.prepare()?;
        self.commit()?;
        new.put_in_place(&self.place)?;
        // It has its name. If this server does not get hold of it, nobody knows what comes of it.
        self.hold_new().map_err(|error| {
            self.failed = Some(error);
            error.into()
        })
    }

    /// Goes on with the file that has the name now, which this server has put there.
    fn hold_new(&mut self) -> Result<(), Errno> {
        self.place.keep()?;
        let (_, file) = self.place.open(OFlags::RDWR | OFlags::APPEND)?;
        self.file = file.ok_or(Errno::INVAL)?;
        self.mark.set(Marked::of(&self.file)?)?;
        let status = fs::fstat(&self.file)?;
        self.open_ended = is_open_ended(&self.file, &status)?;
        self.seen = Seen::from(&status);
        Ok(())
    }

    /// What the system said when the file failed, if it did.
    pub(crate) fn failed(&self) -> Option<Errno> {
        self.failed
    }

    /// Makes sure that the file of that name is the one that is open, and finds out whether a
    /// person changed it. If so, the mark must know it before anything is appended. That is one
    /// more wait for the disk; only whoever may write the file or its folder can cause it.
    fn look(&mut self) -> Result<(), AppendError> {
        let now = Seen::from(&self.place.status()?);
        if now == self.seen {
            return Ok(());
        }
        self.commit()?;
        if now.inode != self.seen.inode {
            let (_, file) = self.place.open(OFlags::RDWR | OFlags::APPEND)?;
            self.file = file.ok_or(AppendError::NotAFile)?;
        }
        self.mark.set(Marked::of(&self.file)?)?;
        let status = fs::fstat(&self.file)?;
        self.open_ended = is_open_ended(&self.file, &status)?;
        self.seen = Seen::from(&status);
        self.edited = true;
        Ok(())
    }

    /// Appends these bytes, or none of them.
    fn write(&mut self, bytes: &[u8]) -> Result<(), AppendError> {
        let written = self.reserve(bytes.len()).and_then(|()| write_all(&self.file, bytes));
        if written.is_err() {
            // Where a part came into the file, it goes again.
            let length = self.seen.length;
            self.torn = retry_on_intr(|| fs::ftruncate(&self.file, length)).is_err();
        }
        // Whatever is not in the file need not be on the disk: the mark tells it.
        self.dirty |= written.is_ok();
        self.seen = Seen::from(&fs::fstat(&self.file)?);
        Ok(written?)
    }
}

impl CredentialsFile {
    /// Has the disk set aside the blocks of the next so many bytes. So a disk that is full, or a
    /// quota that is used up, refuses one account here. Some file systems notice it only when they
    /// write, which is too late to refuse anything.
    fn reserve(&self, more: usize) -> Result<(), Errno> {
        let length = self.seen.length;
        let (last, needed) = (length.div_ceil(BLOCK), (length + more as u64).div_ceil(BLOCK));
        if last == needed {
            return Ok(());
        }
        let (mode, size) = (FallocateFlags::KEEP_SIZE, needed * BLOCK - length);
        match retry_on_intr(|| fs::fallocate(&self.file, mode, length, size)) {
            // Not every file system can, and a limit that is reached within a block may leave room
            // for the line.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL | Errno::FBIG) => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
impl CredentialsFile {
    /// As when the server is killed: it does nothing more.
    pub(super) fn kill(self) {
        // Its lock goes with it.
        self.mark.let_go();
        std::mem::forget(self);
    }
}

impl Drop for CredentialsFile {
    /// Where all is whole and on the disk, the mark goes.
    fn drop(&mut self) {
        if self.commit().is_ok() && !self.torn {
            self.mark.remove(&self.place);
        }
    }
}

impl From<&Stat> for Seen {
    fn from(status: &Stat) -> Self {
        Seen {
            inode: status.st_ino,
            length: u64::try_from(status.st_size).unwrap_or_default(),
            modified: (status.st_mtime, status.st_mtime_nsec as i64),
        }
    }
}

#[cfg(test)]
mod tests;
