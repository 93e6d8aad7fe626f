//! Where the accounts are if nobody names a file: `credentials.txt` in the server's state folder,
//! which the first start makes, for its owner alone.
//! Knows the environment and the file system, and no account.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::process::geteuid;

/// The folder of this program in each place.
const FOLDER: &str = "smolchat";
/// The accounts in it.
const FILE: &str = "credentials.txt";
/// Where the state of the machine's services is (Filesystem Hierarchy Standard 3.0, 5.8).
const STATE: &str = "/var/lib";

/// The accounts file of this process, if nobody names one.
pub(super) fn accounts() -> PathBuf {
    folder(geteuid().is_root(), |name| env::var_os(name)).join(FILE)
}

/// The folder that systemd names (systemd.exec(5)), or that of the machine for root, or that of the
/// person (XDG Base Directory Specification 0.8). A relative path in a variable counts as none.
/// Somebody without a home has the machine's.
fn folder(is_root: bool, variable: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    let absolute = |name: &OsStr| Some(PathBuf::from(name)).filter(|path| path.is_absolute());
    let named = |name: &str| variable(name).and_then(|value| absolute(&value));
    // A unit may have several, with colons between them.
    let units = variable("STATE_DIRECTORY");
    let unit = units.as_deref().and_then(|all| all.as_bytes().split(|&byte| byte == b':').next());
    if let Some(unit) = unit.and_then(|unit| absolute(OsStr::from_bytes(unit))) {
        return unit;
    }
    let own = || named("XDG_STATE_HOME").or_else(|| Some(named("HOME")?.join(".local/state")));
    let base = if is_root { None } else { own() };
    base.unwrap_or_else(|| STATE.into()).join(FOLDER)
}

/// Makes the file at `path`, without an account, unless something is there. Answers whether it did.
///
/// # Errors
/// The file or its folder cannot be made.
pub(super) fn begin(path: &Path) -> io::Result<bool> {
    // A link that leads nowhere is somebody's: the file may be on a disk that is not there yet.
    if fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(file) => keep(&file, path).map(|()| true),
        // Another start was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Has the disk know the file.
fn keep(file: &File, path: &Path) -> io::Result<()> {
    file.sync_all()?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::tempdir;

    use super::*;

    fn found(is_root: bool, variables: &[(&str, &str)]) -> PathBuf {
        folder(is_root, |name| {
            let one = variables.iter().find(|(other, _)| *other == name);
            one.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn systemd_says_where_else_root_has_the_machines_place_and_others_their_own() {
        let home = ("HOME", "/home/hans");
        assert_eq!(found(false, &[home]), Path::new("/home/hans/.local/state/smolchat"));
        assert_eq!(found(true, &[home]), Path::new("/var/lib/smolchat"));
        assert_eq!(found(false, &[home, ("XDG_STATE_HOME", "/data")]), Path::new("/data/smolchat"));
        assert_eq!(
            found(false, &[home, ("XDG_STATE_HOME", "data")]),
            Path::new("/home/hans/.local/state/smolchat")
        );
        assert_eq!(found(false, &[]), Path::new("/var/lib/smolchat"));
        for is_root in [false, true] {
            let unit = ("STATE_DIRECTORY", "/var/lib/chat:/var/lib/other");
            assert_eq!(found(is_root, &[home, unit]), Path::new("/var/lib/chat"));
        }
    }

    #[test]
    fn the_first_start_makes_folder_and_file_for_their_owner_alone_and_a_later_one_nothing() {
        let place = tempdir().unwrap();
        let path = place.path().join("state/smolchat/credentials.txt");
        assert!(begin(&path).unwrap());
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        fs::write(&path, "hans a\n").unwrap();
        assert!(!begin(&path).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"hans a\n");
        let link = place.path().join("link");
        std::os::unix::fs::symlink("/nonexistent/accounts", &link).unwrap();
        assert!(!begin(&link).unwrap());
        assert!(begin(&path.join("below")).is_err());
    }
}
