//! A new file in the place of an old one: written beside it with its mode and its owner, and then
//! renamed. Whatever happens meanwhile, one of the two is there whole. A file that keeps its place
//! is changed within itself.
//! Knows a place, and no account.

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;

use rustix::fs::{self, AtFlags, Gid, Mode, OFlags, Stat, StatxAttributes, StatxFlags, Uid};
use rustix::io::Errno;

use super::Place;
use super::within::Within;

/// A file that is written and on the disk, and has no name of its own yet.
#[derive(Debug)]
pub(crate) struct Replacement {
    what: What,
    /// What it was made of.
    pub(super) old: Stat,
}

/// What takes the old one's place.
#[derive(Debug)]
enum What {
    /// A file of this name.
    Beside(CString),
    /// The old one itself, changed.
    Within(Within),
}

/// Why the old file stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Somebody has changed it meanwhile.
    Changed,
    /// The new file would have another owner.
    Owner,
    /// What the system said.
    System(Errno),
}

impl From<Errno> for Kept {
    fn from(error: Errno) -> Self {
        Kept::System(error)
    }
}

impl Replacement {
    /// Writes the new file beside the old one. One of an earlier attempt that was killed goes.
    ///
    /// # Errors
    /// There is no new file.
    pub(super) fn write(place: &Place, old: Stat, bytes: &[u8]) -> Result<Self, Kept> {
        let name = CString::new([b".", place.name.as_bytes(), b".new"].concat());
        let name = name.map_err(|_| Errno::INVAL)?;
        match fs::unlinkat(&place.folder, &*name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = fs::openat(&place.folder, &*name, flags, Mode::RUSR | Mode::WUSR)?;
        let new = Replacement { what: What::Beside(name), old };
        let written = new.fill(file, bytes);
        if written.is_err() {
            new.discard(place);
        }
        written.map(|()| new)
    }

    /// The old file, changed within itself.
    pub(super) fn within(old: Stat, change: Within) -> Self {
        Replacement { what: What::Within(change), old }
    }

    fn fill(&self, file: OwnedFd, bytes: &[u8]) -> Result<(), Kept> {
        self.give(&file)?;
        let mut file = File::from(file);
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        written.map_err(|error| Kept::System(errno(&error)))
    }

    /// Gives the new file the owner and the mode of the old one.
    fn give(&self, file: &OwnedFd) -> Result<(), Kept> {
        let own = fs::fstat(file)?;
        let Stat { st_uid, st_gid, st_mode, .. } = self.old;
        if (own.st_uid, own.st_gid) != (st_uid, st_gid) {
            let (user, group) = (Uid::from_raw(st_uid), Gid::from_raw(st_gid));
            fs::fchown(file, Some(user), Some(group)).map_err(|_| Kept::Owner)?;
        }
        Ok(fs::fchmod(file, Mode::from_raw_mode(st_mode))?)
    }

    /// Gives it the old file's name. The folder is not on the disk yet. Or changes the old file,
    /// and waits for the disk.
    ///
    /// # Errors
    /// The old file stays, and the new one is gone.
    pub(super) fn put_in_place(&self, place: &Place) -> Result<(), Kept> {
        let folder = &place.folder;
        let put = self.compare(place).and_then(|()| {
            let put = match &self.what {
                What::Beside(name) => fs::renameat(folder, &**name, folder, &*place.name),
                What::Within(change) => change.carry_out(place),
            };
            put.map_err(Kept::System)
        });
        if put.is_err() {
            self.discard(place);
        }
        put
    }

    /// Makes sure that it can take the old file's place, and changes nothing.
    ///
    /// # Errors
    /// The new file is gone.
    pub(super) fn check(&self, place: &Place) -> Result<(), Kept> {
        let checked = self.compare(place).and_then(|()| match self.what {
            What::Beside(_) => place.check_name(),
            What::Within(_) => Within::check(place).map_err(Kept::System),
        });
        if checked.is_err() {
            self.discard(place);
        }
        checked
    }

    /// Whether the old file is as it was.
    fn compare(&self, place: &Place) -> Result<(), Kept> {
        let seen =
            |status: &Stat| (status.st_ino, status.st_size, status.st_mtime, status.st_mtime_nsec);
        if seen(&place.status()?) == seen(&self.old) { Ok(()) } else { Err(Kept::Changed) }
    }

    fn discard(&self, place: &Place) {
        if let What::Beside(name) = &self.what {
            let _ = fs::unlinkat(&place.folder, &**name, AtFlags::empty());
        }
    }
}

impl Place {
    /// Whether no other file can get the name: a file that is mounted by itself keeps it.
    pub(super) fn keeps_its_file(&self) -> Result<bool, Errno> {
        Ok(self.attributes()?.contains(StatxAttributes::MOUNT_ROOT))
    }

    /// A system that knows no attributes sets none.
    fn attributes(&self) -> Result<StatxAttributes, Errno> {
        let no_link = AtFlags::SYMLINK_NOFOLLOW;
        match fs::statx(&self.folder, &*self.name, no_link, StatxFlags::TYPE) {
            Err(Errno::NOSYS | Errno::PERM) => Ok(StatxAttributes::empty()),
            other => Ok(other?.stx_attributes),
        }
    }

    /// Whether another file may get the name. A file that is mounted by itself keeps it, and so
    /// does a file that can only be appended to.
    fn check_name(&self) -> Result<(), Kept> {
        let attributes = self.attributes()?;
        if attributes.contains(StatxAttributes::MOUNT_ROOT) {
            return Err(Errno::BUSY.into());
        }
        let fixed = StatxAttributes::APPEND | StatxAttributes::IMMUTABLE;
        if attributes.intersects(fixed) { Err(Errno::PERM.into()) } else { Ok(()) }
    }

    /// Waits until the disk knows which file has the name.
    pub(super) fn keep(&self) -> Result<(), Errno> {
        match fs::fsync(&self.folder) {
            // Not every file system knows what that would be.
            Err(Errno::INVAL) => Ok(()),
            other => other,
        }
    }
}

fn errno(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::daemon::credentials::{AppendError, Change, Credentials, CredentialsFile};

    fn place() -> (TempDir, PathBuf) {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        std::fs::write(&path, "hans a\nyoda b\n").unwrap();
        (folder, path)
    }

    fn open(path: &Path) -> CredentialsFile {
        CredentialsFile::open(Credentials::read(path).unwrap()).unwrap()
    }

    fn without(path: &Path, name: &str) -> Replacement {
        Credentials::read(path).unwrap().prepare(name, Change::Remove).unwrap().unwrap()
    }

    fn names(path: &Path) -> Vec<String> {
        let accounts = Credentials::read(path).unwrap().accounts(path).unwrap();
        accounts.list.into_iter().map(|account| account.name).collect()
    }

    #[test]
    fn a_server_goes_on_with_the_new_file_and_its_mark() {
        let (folder, path) = place();
        let mut server = open(&path);
        server.append("luke", "c").unwrap();
        server.replace(&without(&path, "hans")).unwrap();
        server.append("hans", "another").unwrap();
        server.commit().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"yoda b\nluke c\nhans another\n");
        // Its half line is found by the mark, which is that of the new file.
        server.append("leia", "d").unwrap();
        server.kill();
        let bytes = std::fs::read(&path).unwrap();
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(bytes.len() as u64 - 2).unwrap();
        assert_eq!(names(&path), ["yoda", "luke", "hans"]);
        drop(open(&path));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_kill_between_any_two_steps_leaves_one_whole_file() {
        let (folder, path) = place();
        let beside = folder.path().join(".accounts.new");
        let both = ["hans", "yoda", "luke"];
        let after = |steps: &dyn Fn(&mut CredentialsFile), expected: &[&str]| {
            std::fs::write(&path, "hans a\nyoda b\n").unwrap();
            let mut server = open(&path);
            server.append("luke", "c").unwrap();
            server.commit().unwrap();
            steps(&mut server);
            server.kill();
            assert_eq!(names(&path), expected);
            let mut next = open(&path);
            next.replace(&without(&path, "yoda")).unwrap();
            next.append("yoda", "e").unwrap();
            drop(next);
            assert_eq!(names(&path).last().map(String::as_str), Some("yoda"));
            assert!(!beside.exists());
        };
        // Half of the new file, all of it, all of it under the old name with the old mark.
        after(&|_| std::fs::write(&beside, "lu").unwrap(), &both);
        after(&|_| drop(without(&path, "hans")), &both);
        let put = |_: &mut CredentialsFile| {
            let place = Place::of(&path).unwrap();
            without(&path, "hans").put_in_place(&place).unwrap();
        };
        after(&put, &["yoda", "luke"]);
        after(&|server| server.replace(&without(&path, "hans")).unwrap(), &["yoda", "luke"]);
    }

    #[test]
    fn what_somebody_changed_meanwhile_stays() {
        let (folder, path) = place();
        let mut server = open(&path);
        let new = without(&path, "hans");
        server.check(&new).unwrap();
        server.append("luke", "c").unwrap();
        assert_eq!(server.check(&new), Err(AppendError::Changed));
        let new = without(&path, "hans");
        server.append("lando", "c").unwrap();
        assert!(server.replace(&new).is_err());
        assert_eq!(names(&path), ["hans", "yoda", "luke", "lando"]);
        server.append("leia", "d").unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the file and its mark");
    }
}
