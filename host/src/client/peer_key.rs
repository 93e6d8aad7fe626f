//! This client's own key among peers: a file in the user's data folder, which is made at the first
//! need. It has no passphrase, since a peer may call at any time. Keys for logins are others.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::thread;
use std::time::Duration;

use smolchat_peer::OwnKey;
use smolchat_ssh_client::{Identity, IdentityError};

use super::home;

/// The file's name.
const FILE: &str = "identity";
/// Another client that makes the file at the same moment is done by then.
const ATTEMPTS: u32 = 50;
/// Between two looks at it.
const PAUSE: Duration = Duration::from_millis(10);

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoKey {
    /// In words, with what to do about it.
    pub(super) why: String,
    /// There is a file, and it gives no key.
    pub(super) is_damage: bool,
}

/// The key in the user's data folder. If there is none, one is made.
///
/// # Errors
/// The file gives no key; or none can be kept there, as for programs of the system, whose home
/// does not exist and is not made.
pub(super) fn found_or_made(variable: impl Fn(&str) -> Option<OsString>) -> Result<OwnKey, NoKey> {
    let unkept = |why: String| NoKey { why, is_damage: false };
    let path = home::data_file(&variable, FILE);
    let path =
        path.ok_or_else(|| unkept("HOME is not set, so there is no place for a key".into()))?;
    let home = variable("HOME").filter(|home| path.starts_with(home));
    if let Some(home) = home.filter(|home| !Path::new(home).is_dir()) {
        return Err(unkept(format!("the folder {} does not exist", home.display())));
    }
    let identity = found(&path).map_err(|error| {
        let is_gone = !path.exists();
        let path = path.display();
        let help = "mend it, or move it away: then a new key is made, and peers are told so";
        match error {
            // The file of the public key is made first, and another one's is not written over.
            IdentityError::Unwritable(error)
                if is_gone && error.kind() == ErrorKind::AlreadyExists =>
            {
                let help = "put that back, or move this one away: then a new key is made, and peers are told so";
                let why = format!("{path}.pub is there and {path} is gone; {help}");
                NoKey { why, is_damage: true }
            }
            IdentityError::Unwritable(error) => unkept(format!("{path} cannot be made: {error}")),
            error => NoKey { why: format!("{path}: {error}; {help}"), is_damage: true },
        }
    })?;
    let none = |_| NoKey { why: format!("{} gives no key", path.display()), is_damage: true };
    OwnKey::from_seed(&identity.seed()).map_err(none)
}

fn found(path: &Path) -> Result<Identity, IdentityError> {
    for _ in 0..ATTEMPTS {
        match Identity::read(path) {
            Err(IdentityError::Unreadable(error)) if error.kind() == ErrorKind::NotFound => {}
            found => return found,
        }
        match made(path) {
            Err(IdentityError::Unwritable(error)) if error.kind() == ErrorKind::AlreadyExists => {
                thread::sleep(PAUSE);
            }
            made => return made,
        }
    }
    made(path)
}

fn made(path: &Path) -> Result<Identity, IdentityError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| IdentityError::Unwritable(io::Error::other(error)))?;
    let identity = Identity::from_seed(&seed);
    identity.keep(path, "smolchat peer").map(|()| identity)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Barrier;

    use tempfile::TempDir;

    use super::*;

    fn key_in(home: &TempDir) -> Result<OwnKey, NoKey> {
        found_or_made(|name: &str| (name == "HOME").then(|| home.path().into()))
    }

    fn file(home: &TempDir) -> std::path::PathBuf {
        home.path().join(".local/share/smolchat/identity")
    }

    #[test]
    fn a_key_is_made_once_and_stays() {
        let home = TempDir::new().unwrap();
        let made = *key_in(&home).unwrap().public();
        assert_eq!(*key_in(&home).unwrap().public(), made);
        assert_eq!(*Identity::read(&file(&home)).unwrap().public(), made);
        let mode = fs::metadata(file(&home)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn clients_that_begin_at_once_have_one_key() {
        let home = TempDir::new().unwrap();
        let start = Barrier::new(8);
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        *key_in(&home).unwrap().public()
                    })
                })
                .collect();
            let keys: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
            assert!(keys.iter().all(|key| *key == keys[0]));
        });
    }

    #[test]
    fn a_file_that_gives_no_key_is_told_of_and_left_alone() {
        let home = TempDir::new().unwrap();
        key_in(&home).unwrap();
        fs::write(file(&home), "nothing").unwrap();
        let NoKey { why, is_damage } = key_in(&home).unwrap_err();
        assert!(is_damage && why.contains("identity: it holds no private key"), "{why}");
        assert!(why.contains("move it away"), "{why}");
        assert_eq!(fs::read_to_string(file(&home)).unwrap(), "nothing");
        fs::remove_file(file(&home)).unwrap();
        fs::create_dir(file(&home)).unwrap();
        assert!(key_in(&home).unwrap_err().why.contains("it is no file"));
    }

    #[test]
    fn a_public_key_whose_other_half_is_gone_is_told_of_and_left_alone() {
        let home = TempDir::new().unwrap();
        key_in(&home).unwrap();
        fs::remove_file(file(&home)).unwrap();
        let NoKey { why, is_damage } = key_in(&home).unwrap_err();
        let path = file(&home);
        let told = format!("{0}.pub is there and {0} is gone; ", path.display());
        assert!(is_damage && why.starts_with(&told), "{why}");
        fs::remove_file(path.with_extension("pub")).unwrap();
        key_in(&home).unwrap();
    }

    #[test]
    fn nothing_is_made_for_whoever_has_no_home() {
        let none = found_or_made(|_: &str| None).unwrap_err();
        assert!(!none.is_damage && none.why.starts_with("HOME is not set"), "{none:?}");
        let home = TempDir::new().unwrap();
        let missing = home.path().join("nonexistent");
        let variable = |name: &str| (name == "HOME").then(|| missing.clone().into());
        let none = found_or_made(variable).unwrap_err();
        assert!(!none.is_damage && none.why.ends_with("nonexistent does not exist"), "{none:?}");
        assert!(!missing.exists());
    }
}
