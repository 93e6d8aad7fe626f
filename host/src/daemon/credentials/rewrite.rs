//! A credentials file that a command writes anew. It is there whole, the old one or the new one,
//! whatever happens meanwhile. No server appends to it until that is done.
//! Knows no account.

use std::fmt;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::fs::{self, FlockOperation, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::mark::{Mark, Marked};
use super::replacement::{Kept, Replacement};
use super::within::Within;
use super::{Credentials, CredentialsError, Place};

/// So long a command waits for others that change a file of the same folder.
const TURN: Duration = Duration::from_secs(10);

/// A file that is held and was read.
#[derive(Debug)]
pub(crate) struct Rewrite {
    path: PathBuf,
    place: Place,
    mark: Mark,
    status: Stat,
    bytes: Vec<u8>,
    /// Its folder, locked: other commands wait. None where the file system locks no folder.
    _turn: Option<OwnedFd>,
}

/// Why a file is not written anew. It is as it was.
#[derive(Debug)]
pub(crate) enum RewriteError {
    /// It cannot be read, or lines of it are no accounts.
    Credentials(CredentialsError),
    /// A server appends to it.
    InUse(PathBuf),
    /// Another command holds it for long.
    Awaited(PathBuf),
    /// A server that was killed left half a line at its end.
    Torn(PathBuf),
    /// Somebody has changed it meanwhile.
    Changed(PathBuf),
    /// The new file would have another owner.
    Owner(PathBuf),
    /// What the system said.
    System(PathBuf, Errno),
}

impl fmt::Display for RewriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RewriteError::Credentials(error) => error.fmt(f),
            RewriteError::InUse(path) => {
                write!(
                    f,
                    "a smolchatd serves {}: stop it first, or take smolchatd user",
                    path.display()
                )
            }
            RewriteError::Awaited(path) => write!(
                f,
                "another smolchatd passwd or hash is at work on {}: try again when it is done",
                path.display()
            ),
            RewriteError::Torn(path) => write!(
                f,
                "{}: its last line is half written by a server that was killed: start smolchatd with it once",
                path.display()
            ),
            RewriteError::Changed(path) => {
                write!(f, "somebody has changed {} meanwhile: try again", path.display())
            }
            RewriteError::Owner(path) => write!(
                f,
                "{} belongs to somebody else: run this as its owner or as root",
                path.display()
            ),
            RewriteError::System(path, error) => {
                write!(f, "cannot write {} anew: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for RewriteError {}

impl Rewrite {
    /// Holds and reads the file; where `path` is a symbolic link, the file that it leads to. Waits
    /// for other commands.
    ///
    /// # Errors
    /// It is held by a server or too long by another command, or cannot be read.
    pub(crate) fn hold(path: &Path) -> Result<Self, RewriteError> {
        Self::hold_within(path, TURN)
    }

    fn hold_within(path: &Path, longest: Duration) -> Result<Self, RewriteError> {
        let system = |error| RewriteError::System(path.to_owned(), error);
        // The errors of reading tell more than those of the mark.
        Credentials::read(path).map_err(RewriteError::Credentials)?;
        let place = Place::of(path).map_err(|error| system(errno(&error)))?;
        let turn = take_turn(&place, longest);
        let turn = turn.map_err(|_| RewriteError::Awaited(path.to_owned()))?;
        let mark = Mark::hold(&place).map_err(|error| match error {
            Errno::WOULDBLOCK => RewriteError::InUse(path.to_owned()),
            other => system(other),
        })?;
        // Nobody appends to it from now on.
        let read = Credentials::read(path).map_err(RewriteError::Credentials)?;
        if read.torn.is_some() {
            return Err(RewriteError::Torn(path.to_owned()));
        }
        let status = place.status().map_err(system)?;
        if status.st_ino != read.inode || status.st_size as u64 != read.bytes.len() as u64 {
            return Err(RewriteError::Changed(path.to_owned()));
        }
        Ok(Rewrite { path: path.to_owned(), place, mark, status, bytes: read.bytes, _turn: turn })
    }

    /// The file's bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file of these bytes in its place, with its mode and its owner, on the disk. A file
    /// that keeps its place is changed `within` itself.
    ///
    /// # Errors
    /// The file is as it was.
    pub(crate) fn change(self, bytes: &[u8], within: Within) -> Result<(), RewriteError> {
        let system = |error| RewriteError::System(self.path.clone(), error);
        if !self.place.keeps_its_file().map_err(system)? {
            return self.replace(bytes);
        }
        // With the mark a start knows half a line, if this is killed meanwhile.
        let (_, file) = self.place.open(OFlags::RDONLY).map_err(system)?;
        let marked = file.ok_or(Errno::INVAL).and_then(|file| Marked::of(&file));
        marked.and_then(|marked| self.mark.set(marked)).map_err(system)?;
        let new = Replacement::within(self.status, within);
        new.put_in_place(&self.place).map_err(|kept| self.refused(kept))
    }

    /// Puts a file of these bytes in its place, with its mode and its owner, on the disk.
    ///
    /// # Errors
    /// The file is as it was.
    pub(crate) fn replace(self, bytes: &[u8]) -> Result<(), RewriteError> {
        let refused = |kept| self.refused(kept);
        let new = Replacement::write(&self.place, self.status, bytes).map_err(refused)?;
        new.put_in_place(&self.place).map_err(refused)?;
        self.place.keep().map_err(|error| refused(error.into()))
    }

    fn refused(&self, kept: Kept) -> RewriteError {
        match kept {
            Kept::Changed => RewriteError::Changed(self.path.clone()),
            Kept::Owner => RewriteError::Owner(self.path.clone()),
            Kept::System(error) => RewriteError::System(self.path.clone(), error),
        }
    }
}

impl Drop for Rewrite {
    fn drop(&mut self) {
        self.mark.remove(&self.place);
    }
}

/// Waits until no other command has its turn. The mark alone cannot tell a command from a server.
///
/// # Errors
/// Another command has it still.
fn take_turn(place: &Place, longest: Duration) -> Result<Option<OwnedFd>, Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let Ok(folder) = fs::openat(&place.folder, c".", flags, Mode::empty()) else {
        return Ok(None);
    };
    // The system wakes whoever waits for a lock, and knows no longest time. A thread that waits in
    // vain goes with the command.
    let (tell, told) = channel();
    let waits = move || {
        let turn = match fs::flock(&folder, FlockOperation::LockExclusive) {
            Ok(()) => Some(folder),
            // Then the mark alone keeps two commands apart.
            Err(_) => None,
        };
        // If nobody listens any more, the folder is given back here.
        let _ = tell.send(turn);
    };
    match thread::Builder::new().name("turn".into()).spawn(waits) {
        Ok(_) => told.recv_timeout(longest).map_err(|_| Errno::WOULDBLOCK),
        Err(_) => Ok(None),
    }
}

fn errno(error: &io::Error) -> Errno {
    Errno::from_io_error(error).unwrap_or(Errno::IO)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;
    use crate::daemon::credentials::CredentialsFile;
    use tempfile::tempdir;

    #[test]
    fn the_new_file_has_the_mode_of_the_old_one_and_a_link_leads_to_it() {
        let folder = tempdir().unwrap();
        let (path, link) = (folder.path().join("accounts"), folder.path().join("link"));
        std::fs::write(&path, "hans a\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink("accounts", &link).unwrap();
        // What an earlier command left that was killed.
        std::fs::write(folder.path().join(".accounts.new"), "hans hal").unwrap();
        Rewrite::hold(&link).unwrap().replace(b"hans b\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"hans b\n");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o7777, 0o640);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left");
    }

    #[test]
    fn a_file_that_is_served_or_was_changed_meanwhile_stays_as_it_is() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        std::fs::write(&path, "hans a\n").unwrap();
        let server = CredentialsFile::open(Credentials::read(&path).unwrap()).unwrap();
        assert!(matches!(Rewrite::hold(&path), Err(RewriteError::InUse(_))));
        drop(server);
        let held = Rewrite::hold(&path).unwrap();
        std::fs::write(&path, "hans a\nyoda b\n").unwrap();
        assert!(matches!(held.replace(b"hans b\n"), Err(RewriteError::Changed(_))));
        assert_eq!(std::fs::read(&path).unwrap(), b"hans a\nyoda b\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn commands_wait_for_each_other_and_not_without_end() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        std::fs::write(&path, "").unwrap();
        let held = Rewrite::hold(&path).unwrap();
        let other = Rewrite::hold_within(&path, Duration::ZERO);
        assert!(matches!(other, Err(RewriteError::Awaited(_))), "{other:?}");
        drop(held);
        let append = |name: &str| {
            let file = Rewrite::hold(&path).unwrap();
            let bytes = [file.bytes(), name.as_bytes(), b" secret\n"].concat();
            file.replace(&bytes).unwrap();
        };
        std::thread::scope(|scope| {
            for name in ["hans", "yoda", "luke", "leia", "lando", "vader"] {
                scope.spawn(move || append(name));
            }
        });
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 6);
    }

    #[test]
    fn what_the_system_refuses_leaves_the_old_file() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        std::fs::write(&path, "hans a\n").unwrap();
        // A folder stands where the new file would be written.
        std::fs::create_dir(folder.path().join(".accounts.new")).unwrap();
        let held = Rewrite::hold(&path).unwrap();
        assert!(matches!(held.replace(b"hans b\n"), Err(RewriteError::System(..))));
        assert_eq!(std::fs::read(&path).unwrap(), b"hans a\n");
    }
}
