//! The control socket's place: beside the accounts, and bearing their name. A server makes it for
//! its own user alone, and commands find it. A socket that a dead server left is replaced.
//! Knows the file system, and no order.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::{self, AtFlags, FlockOperation, Mode};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with,
};

/// Who waits to be let in beside those who are.
const BACKLOG: i32 = 8;

/// A socket that a server listens at. It goes with the server.
#[derive(Debug)]
pub(super) struct Bound {
    folder: OwnedFd,
    name: OsString,
    socket: OwnedFd,
    inode: u64,
}

/// Why there is no socket.
#[derive(Debug)]
pub(in crate::daemon) enum NoSocket {
    /// Another server listens there.
    InUse,
    /// Something else has its name.
    OtherKind,
    /// What the system said.
    System(Errno),
}

impl std::fmt::Display for NoSocket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoSocket::InUse => f.write_str("another smolchatd listens there"),
            NoSocket::OtherKind => f.write_str("something else than a socket has its name"),
            NoSocket::System(error) => error.fmt(f),
        }
    }
}

impl From<Errno> for NoSocket {
    fn from(error: Errno) -> Self {
        NoSocket::System(error)
    }
}

/// The socket's path for an accounts file. Where that is a symbolic link, the socket is beside what
/// it leads to.
pub(in crate::daemon) fn path(accounts: &Path) -> PathBuf {
    let accounts = accounts.canonicalize().unwrap_or_else(|_| accounts.to_owned());
    accounts.with_extension("control")
}

/// A connection to the server that listens at `path`.
///
/// # Errors
/// `NotFound` or `ConnectionRefused`: no server runs there. Else what the system said.
pub(in crate::daemon) fn connect(path: &Path) -> io::Result<UnixStream> {
    let (folder, name) = parts(path)?;
    let folder = File::open(folder)?;
    UnixStream::connect(within(folder.as_raw_fd(), name))
}

impl Bound {
    /// Listens at `path`, for this process's user alone.
    ///
    /// # Errors
    /// There is no socket.
    pub(super) fn at(path: &Path) -> Result<Self, NoSocket> {
        let system = |error: io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
        let (folder, name) = parts(path).map_err(system)?;
        let folder: OwnedFd = File::open(folder).map_err(system)?.into();
        // Two servers that start at once take turns. Not every file system locks a folder.
        let _turn = fs::flock(&folder, FlockOperation::NonBlockingLockExclusive);
        make_room(&folder, name)?;
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        // The file of the socket gets the mode that the socket has when it is bound (unix(7)).
        fs::fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
        let address = SocketAddrUnix::new(within(folder.as_raw_fd(), name))?;
        bind(&socket, &address).map_err(|error| match error {
            Errno::ADDRINUSE => NoSocket::InUse,
            other => NoSocket::System(other),
        })?;
        let inode = fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?.st_ino;
        let bound = Bound { name: name.to_owned(), socket, inode, folder };
        listen(&bound.socket, BACKLOG)?;
        let _ = fs::flock(&bound.folder, FlockOperation::Unlock);
        Ok(bound)
    }

    pub(super) fn socket(&self) -> &OwnedFd {
        &self.socket
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        let named = fs::statat(&self.folder, &*self.name, AtFlags::SYMLINK_NOFOLLOW);
        if named.is_ok_and(|status| status.st_ino == self.inode) {
            let _ = fs::unlinkat(&self.folder, &*self.name, AtFlags::empty());
        }
    }
}

/// Takes away the socket of a server that is gone.
fn make_room(folder: &OwnedFd, name: &OsStr) -> Result<(), NoSocket> {
    let status = match fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Err(Errno::NOENT) => return Ok(()),
        other => other?,
    };
    if !fs::FileType::from_raw_mode(status.st_mode).is_socket() {
        return Err(NoSocket::OtherKind);
    }
    match UnixStream::connect(within(folder.as_raw_fd(), name)) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            Ok(fs::unlinkat(folder, name, AtFlags::empty())?)
        }
        Err(error) => Err(NoSocket::System(Errno::from_io_error(&error).unwrap_or(Errno::IO))),
        Ok(_) => Err(NoSocket::InUse),
    }
}

/// An address of a socket has 108 bytes, so a long path goes by the open folder.
fn within(folder: i32, name: &OsStr) -> PathBuf {
    Path::new("/proc/self/fd").join(folder.to_string()).join(name)
}

fn parts(path: &Path) -> io::Result<(&Path, &OsStr)> {
    let folder =
        path.parent().map(|it| if it.as_os_str().is_empty() { Path::new(".") } else { it });
    folder.zip(path.file_name()).ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::tempdir;

    use super::*;

    #[test]
    fn the_socket_is_for_its_owner_alone_and_goes_with_its_server() {
        let folder = tempdir().unwrap();
        let deep = folder.path().join("d".repeat(120));
        std::fs::create_dir(&deep).unwrap();
        let path = path(&deep.join("credentials.txt"));
        assert!(connect(&path).is_err());
        let bound = Bound::at(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(connect(&path).is_ok());
        assert!(matches!(Bound::at(&path), Err(NoSocket::InUse)));
        drop(bound);
        assert!(!path.exists());
    }

    #[test]
    fn a_dead_servers_socket_is_replaced_and_what_is_no_socket_stays() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("credentials.control");
        let mut bound = Bound::at(&path).unwrap();
        // As after a kill: the socket is closed, and its file stays.
        bound.inode = 0;
        drop(bound);
        assert!(path.exists());
        assert_eq!(connect(&path).unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        drop(Bound::at(&path).unwrap());
        std::fs::write(&path, "accounts").unwrap();
        assert!(matches!(Bound::at(&path), Err(NoSocket::OtherKind)));
        assert_eq!(std::fs::read(&path).unwrap(), b"accounts");
    }

    #[test]
    fn a_server_takes_away_no_socket_but_its_own() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("credentials.control");
        let first = Bound::at(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let _second = Bound::at(&path).unwrap();
        drop(first);
        assert!(connect(&path).is_ok());
    }
}
