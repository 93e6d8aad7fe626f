//! One more account in the credentials file, all or nothing: a copy with the new line takes the file's place once it is durable.
//! Touches the file's folder. It runs inside the loop, so everything that needs memory is prepared when it is opened.

use std::ffi::CString;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::{fmt, io};

use heapless::String;
use rustix::fs::{self, AtFlags, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use smolchat_core::wire::{NAME_MAX, PASSWORD_MAX};

/// Bytes copied at a time.
const PIECE: usize = 4096;
/// A name, a space, a password and a newline.
const LINE: usize = NAME_MAX + 1 + PASSWORD_MAX + 1;

/// The credentials file, ready to be appended to.
#[derive(Debug)]
pub(super) struct CredentialsFile {
    folder: OwnedFd,
    name: CString,
    temporary: CString,
}

/// Why an account was not appended. The file is as it was, unless its folder could not be made durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AppendError {
    /// The file has such a user by now.
    NameTaken,
    /// Name and password do not make a line.
    TooLong,
    /// What the system said.
    System(Errno),
}

impl From<Errno> for AppendError {
    fn from(error: Errno) -> Self {
        AppendError::System(error)
    }
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AppendError::NameTaken => write!(f, "somebody wrote that username into the file"),
            AppendError::TooLong => write!(f, "the line is too long"),
            AppendError::System(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for AppendError {}

impl CredentialsFile {
    /// Prepares to append to the file at `path`; where that is a symbolic link, to the file it leads to.
    ///
    /// # Errors
    /// The file or its folder cannot be opened.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(io::ErrorKind::IsADirectory.into());
        };
        let mut temporary = vec![b'.'];
        temporary.extend_from_slice(name.as_bytes());
        temporary.extend_from_slice(b".new");
        Ok(CredentialsFile {
            folder: File::open(folder)?.into(),
            name: CString::new(name.as_bytes())?,
            temporary: CString::new(temporary)?,
        })
    }

    /// Whether accounts can be appended, as far as permissions tell.
    pub(super) fn is_writable(&self) -> bool {
        let access = fs::Access::WRITE_OK | fs::Access::EXEC_OK;
        fs::accessat(&self.folder, c".", access, AtFlags::EACCESS).is_ok()
    }

    /// Appends an account to what the file holds now, edits by hand included. `Ok` means it is on the disk.
    ///
    /// # Errors
    /// The file has no new line then.
    pub(super) fn append(&self, name: &str, password: &str) -> Result<(), AppendError> {
        let mut line = String::<LINE>::new();
        for part in [name, " ", password, "\n"] {
            line.push_str(part).map_err(|_| AppendError::TooLong)?;
        }
        // Left by a server that lost its power here.
        let _ = fs::unlinkat(&self.folder, &*self.temporary, AtFlags::empty());
        let result = self.replace(name, &line);
        if result.is_err() {
            let _ = fs::unlinkat(&self.folder, &*self.temporary, AtFlags::empty());
        }
        result
    }

    fn replace(&self, name: &str, line: &str) -> Result<(), AppendError> {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let old = fs::openat(&self.folder, &*self.name, flags, Mode::empty())?;
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let new = fs::openat(&self.folder, &*self.temporary, flags, Mode::RUSR | Mode::WUSR)?;
        copy(&old, &new, name)?;
        write_all(&new, line.as_bytes())?;
        copy_owner_and_mode(&old, &new)?;
        fs::fsync(&new)?;
        fs::renameat(&self.folder, &*self.temporary, &self.folder, &*self.name)?;
        Ok(fs::fsync(&self.folder)?)
    }
}

/// Copies every line, ends the last one, and makes sure that none is the user's.
fn copy(old: &OwnedFd, new: &OwnedFd, name: &str) -> Result<(), AppendError> {
    let mut piece = [0; PIECE];
    let mut lines = FirstWords::new(name.as_bytes());
    loop {
        let count = retry_on_intr(|| rustix::io::read(old, &mut piece))?;
        if count == 0 {
            break;
        }
        if piece[..count].iter().any(|&byte| lines.is_name(byte)) {
            return Err(AppendError::NameTaken);
        }
        write_all(new, &piece[..count])?;
    }
    match lines.column {
        Some(0) => Ok(()),
        _ => Ok(write_all(new, b"\n")?),
    }
}

/// Looks for a name as the first word of a line, in bytes that come one by one.
struct FirstWords<'a> {
    name: &'a [u8],
    /// Bytes of the line that agree with the name so far, if all do.
    column: Option<usize>,
}

impl<'a> FirstWords<'a> {
    fn new(name: &'a [u8]) -> Self {
        FirstWords { name, column: Some(0) }
    }

    /// Whether `byte` is the space after the name at the start of a line.
    fn is_name(&mut self, byte: u8) -> bool {
        let column = self.column;
        self.column = match column {
            _ if byte == b'\n' => Some(0),
            Some(at) if self.name.get(at) == Some(&byte) => Some(at + 1),
            _ => None,
        };
        byte == b' ' && column == Some(self.name.len())
    }
}

fn write_all(file: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        let count = retry_on_intr(|| rustix::io::write(file, bytes))?;
        if count == 0 {
            return Err(Errno::IO);
        }
        bytes = &bytes[count..];
    }
    Ok(())
}

fn copy_owner_and_mode(old: &OwnedFd, new: &OwnedFd) -> Result<(), Errno> {
    let (wanted, now) = (fs::fstat(old)?, fs::fstat(new)?);
    if (wanted.st_uid, wanted.st_gid) != (now.st_uid, now.st_gid) {
        let owner = Some(fs::Uid::from_raw(wanted.st_uid));
        let group = Some(fs::Gid::from_raw(wanted.st_gid));
        // Only root may give a file away; who may write the folder may still replace the file.
        let _ = fs::fchown(new, owner, group);
    }
    fs::fchmod(new, Mode::from_raw_mode(wanted.st_mode))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::PathBuf;

    use super::*;

    /// A folder of this test's own, removed at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("smolchat-{name}-{}", std::process::id()));
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn file(&self, content: &str) -> PathBuf {
            let path = self.0.join("credentials.txt");
            fs::write(&path, content).unwrap();
            path
        }

        fn names(&self) -> usize {
            fs::read_dir(&self.0).unwrap().count()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn an_account_becomes_the_last_line_whether_or_not_the_file_ended_in_a_newline() {
        let folder = Folder::new("newline");
        for (before, after) in [
            ("", "lando c\n"),
            ("hans a\n", "hans a\nlando c\n"),
            ("hans a\nyoda b", "hans a\nyoda b\nlando c\n"),
        ] {
            let path = folder.file(before);
            CredentialsFile::open(&path).unwrap().append("lando", "c").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
        }
        assert_eq!(folder.names(), 1);
    }

    #[test]
    fn edits_by_hand_since_the_start_are_kept() {
        let folder = Folder::new("edits");
        let path = folder.file("hans a\n");
        let file = CredentialsFile::open(&path).unwrap();
        fs::write(&path, "hans changed\nyoda b\n").unwrap();
        file.append("lando", "c").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "hans changed\nyoda b\nlando c\n");
    }

    #[test]
    fn a_name_written_by_hand_since_the_start_is_taken() {
        let folder = Folder::new("taken");
        let before = format!("{}\nlandolin b\nlando x", "y".repeat(PIECE));
        let path = folder.file(&before);
        let file = CredentialsFile::open(&path).unwrap();
        assert_eq!(file.append("lando", "c"), Err(AppendError::NameTaken));
        assert_eq!(fs::read_to_string(&path).unwrap(), before);
        assert_eq!(folder.names(), 1);
        file.append("land", "c").unwrap();
    }

    #[test]
    fn permissions_and_links_stay_and_a_leftover_is_no_obstacle() {
        let folder = Folder::new("mode");
        let path = folder.file("hans a\n");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        fs::write(folder.0.join(".credentials.txt.new"), "half a li").unwrap();
        let link = folder.0.join("link");
        symlink(&path, &link).unwrap();
        CredentialsFile::open(&link).unwrap().append("lando", "c").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "hans a\nlando c\n");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(folder.names(), 2);
    }

    #[test]
    fn a_file_that_is_gone_is_an_error_and_not_a_new_file() {
        let folder = Folder::new("gone");
        let path = folder.file("hans a\n");
        let file = CredentialsFile::open(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(file.append("lando", "c"), Err(AppendError::System(Errno::NOENT)));
        assert_eq!(folder.names(), 0);
    }
}
