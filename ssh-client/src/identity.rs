//! A user's ed25519 key, and its file in OpenSSH's form (its PROTOCOL.key). Knows no connection.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use smolchat_ssh::{Fingerprint, PublicKey};
use ssh_key::LineEnding;
use ssh_key::private::{Ed25519Keypair, KeypairData, PrivateKey};
use sunset::SignKey;
use sunset::ed25519_dalek::SigningKey;

use crate::known_hosts::{make_folder_of, open_file};

/// Bytes of a key file that are read. One with a long comment has a few hundred.
const FILE_MAX: u64 = 16 * 1024;
/// The bits of a file's mode that give others a right. `ssh` takes no such key, either.
const OTHERS: u32 = 0o077;

/// A user's ed25519 key. It is never printed.
#[derive(Clone)]
pub struct Identity {
    key: SigningKey,
}

/// Why a file gives no identity.
#[derive(Debug)]
pub enum IdentityError {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It cannot be made.
    Unwritable(io::Error),
    /// It holds no private key in OpenSSH's form.
    NoKey,
    /// Its key is of another kind.
    NotEd25519,
    /// Its key is encrypted.
    Encrypted,
    /// Others than its owner may read or change it.
    Open,
    /// Its key is encrypted with another passphrase, or in a way that is not known.
    WrongPassphrase,
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdentityError::Unreadable(error) => write!(f, "it cannot be read: {error}"),
            IdentityError::Unwritable(error) => write!(f, "it cannot be made: {error}"),
            IdentityError::NoKey => f.write_str("it holds no private key in OpenSSH's form"),
            IdentityError::NotEd25519 => f.write_str("its key is not ed25519"),
            IdentityError::Encrypted => f.write_str("its key has a passphrase"),
            IdentityError::Open => {
                f.write_str("others may read or change it: chmod 600 keeps it yours")
            }
            IdentityError::WrongPassphrase => f.write_str("the passphrase is wrong"),
        }
    }
}

impl std::error::Error for IdentityError {}

impl Identity {
    /// The key of a seed of 32 bytes (RFC 8032), which must be good entropy.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Identity { key: SigningKey::from_bytes(seed) }
    }

    /// The key in a file.
    pub fn read(path: &Path) -> Result<Self, IdentityError> {
        match read_key(path)?.key_data() {
            KeypairData::Ed25519(pair) => Ok(Identity::from_seed(&pair.private.to_bytes())),
            KeypairData::Encrypted(_) => Err(IdentityError::Encrypted),
            _ => Err(IdentityError::NotEd25519),
        }
    }

    /// The key in a file that is encrypted with this passphrase. It takes a tenth of a second or
    /// more, as whoever made the file wanted.
    pub fn unlock(path: &Path, passphrase: &str) -> Result<Self, IdentityError> {
        let key = read_key(path)?;
        let key = key.decrypt(passphrase).map_err(|_| IdentityError::WrongPassphrase)?;
        match key.key_data() {
            KeypairData::Ed25519(pair) => Ok(Identity::from_seed(&pair.private.to_bytes())),
            _ => Err(IdentityError::NotEd25519),
        }
    }

    /// The public half of the key in a file, which may be encrypted.
    pub fn read_public(path: &Path) -> Result<PublicKey, IdentityError> {
        let key = read_key(path)?;
        let public = key.public_key().key_data().ed25519().ok_or(IdentityError::NotEd25519)?;
        Ok(PublicKey::of(&public.0))
    }

    /// Keeps the key in a new file, for the user alone, beside one with its public half, whose name
    /// has `.pub` behind it. A file that is there stays, and then no other is made.
    pub fn keep(&self, path: &Path, comment: &str) -> Result<(), IdentityError> {
        let pair = KeypairData::Ed25519(Ed25519Keypair {
            public: ssh_key::public::Ed25519PublicKey(*self.public()),
            private: ssh_key::private::Ed25519PrivateKey::from_bytes(&self.key.to_bytes()),
        });
        let key = PrivateKey::new(pair, comment).map_err(|_| IdentityError::NoKey)?;
        let text = key.to_openssh(LineEnding::LF).map_err(|_| IdentityError::NoKey)?;
        let public = format!("{} {comment}\n", self.public_key());
        let public_path = longer(path, ".pub");
        make_folder_of(path)
            .and_then(|()| write_new(&public_path, public.as_bytes(), 0o644))
            .and_then(|()| {
                write_new(path, text.as_bytes(), 0o600).inspect_err(|_| {
                    // It is half of nothing. If it stays, the next key finds it and says so.
                    let _ = fs::remove_file(&public_path);
                })
            })
            .map_err(IdentityError::Unwritable)
    }

    /// The public half.
    pub fn public(&self) -> &[u8; 32] {
        self.key.as_ref().as_bytes()
    }

    /// The public half as a line of OpenSSH's files has it.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::of(self.public())
    }

    /// What a person compares.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.public())
    }

    pub(crate) fn sign_key(&self) -> SignKey {
        SignKey::Ed25519(self.key.clone())
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Identity").field(&self.fingerprint()).finish()
    }
}

fn read_key(path: &Path) -> Result<PrivateKey, IdentityError> {
    let mut text = String::new();
    let file = open_file(path, OpenOptions::new().read(true).clone());
    let file = file.map_err(IdentityError::Unreadable)?;
    let mode = file.metadata().map_err(IdentityError::Unreadable)?.mode();
    match file.take(FILE_MAX).read_to_string(&mut text) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(IdentityError::NoKey),
        Err(error) => return Err(IdentityError::Unreadable(error)),
    }
    let key = PrivateKey::from_openssh(&text).map_err(|_| IdentityError::NoKey)?;
    if mode & OTHERS == 0 { Ok(key) } else { Err(IdentityError::Open) }
}

/// The path whose name has this behind it.
fn longer(path: &Path, behind: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(behind);
    name.into()
}

/// Writes a file that is whole or not there, also after a loss of power.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let begun = longer(path, &format!(".new-{}", std::process::id()));
    let written = (|| {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&begun)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        // A link fails where a file is, and a rename would take its place.
        fs::hard_link(&begun, path)
    })();
    let removed = fs::remove_file(&begun);
    written.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::Folder;

    #[test]
    fn a_key_that_was_kept_is_read_again_and_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        let path = folder.path("data/id_ed25519");
        let identity = Identity::from_seed(&[7; 32]);
        identity.keep(&path, "hans@home").unwrap();
        assert_eq!(Identity::read(&path).unwrap().public(), identity.public());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let public = fs::read_to_string(longer(&path, ".pub")).unwrap();
        assert_eq!(public, format!("{} hans@home\n", identity.public_key()));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
    }

    #[test]
    fn no_file_that_is_there_is_lost_for_a_new_key() {
        let folder = Folder::new();
        let identity = Identity::from_seed(&[7; 32]);
        for (path, other) in [("id.work", "id.work.pub"), ("id.home", "id.home")] {
            fs::write(folder.path(other), "precious").unwrap();
            assert!(identity.keep(&folder.path(path), "hans").is_err());
            assert_eq!(fs::read_to_string(folder.path(other)).unwrap(), "precious");
        }
        // Keys of names with dots have public halves of their own, and so has one that is `.pub`.
        for path in ["key.a", "key.b", "key.pub"] {
            identity.keep(&folder.path(path), "hans").unwrap();
            assert!(Identity::read(&folder.path(path)).is_ok());
        }
        assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 2 + 6);
    }

    /// Made by `ssh-keygen -t ed25519 -N kessel -a 2`.
    const LOCKED: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
        b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBgqXWne8\n\
        hhbqVZ8Sz06QYNAAAAAgAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIBVGbmYOR212P69n\n\
        mcC9qnp7hw7Rz1KhYwEmV+2ktGCBAAAAkGVsyTwfU5cPOEXAzONU1Lma8dBGlzAtKAk473\n\
        t/H/UL+TTZEXAl9R2jdlfY9sQ1aMPhBAe6TkhH2zCx1/CyA6Dcm/SJzC6FDkGTRDktPwru\n\
        fEHGJBIZ3+amyjvGNBNKoAX6fufC8Zk46ctLxx7nG/AnIQZAT0eDJE2W+Ox7GY48fTeAZ2\n\
        SGa0ymDKqVunmZ2w==\n\
        -----END OPENSSH PRIVATE KEY-----\n";

    #[test]
    fn a_key_with_a_passphrase_is_opened_by_it_alone() {
        let folder = Folder::new();
        let path = folder.path("id_ed25519");
        write_new(&path, LOCKED.as_bytes(), 0o600).unwrap();
        assert!(matches!(Identity::read(&path), Err(IdentityError::Encrypted)));
        for wrong in ["", "Kessel"] {
            let opened = Identity::unlock(&path, wrong);
            assert!(matches!(opened, Err(IdentityError::WrongPassphrase)), "{opened:?}");
        }
        let opened = Identity::unlock(&path, "kessel").unwrap();
        assert_eq!(
            opened.public_key().to_string(),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVGbmYOR212P69nmcC9qnp7hw7Rz1KhYwEmV+2ktGCB"
        );
        assert_eq!(Identity::read_public(&path).unwrap(), opened.public_key());
    }

    #[test]
    fn a_key_that_others_may_read_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new();
        let path = folder.path("id_ed25519");
        Identity::from_seed(&[1; 32]).keep(&path, "").unwrap();
        for (mode, is_open) in [(0o644, true), (0o620, true), (0o604, true), (0o400, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let read = Identity::read(&path);
            assert_eq!(matches!(read, Err(IdentityError::Open)), is_open, "{mode:o}: {read:?}");
        }
    }

    #[test]
    fn a_key_that_is_there_is_not_replaced() {
        let folder = Folder::new();
        let path = folder.path("id_ed25519");
        let first = Identity::from_seed(&[1; 32]);
        first.keep(&path, "").unwrap();
        let second = Identity::from_seed(&[2; 32]).keep(&path, "");
        assert!(matches!(second, Err(IdentityError::Unwritable(_))), "{second:?}");
        assert_eq!(Identity::read(&path).unwrap().public(), first.public());
    }

    #[test]
    fn a_file_without_such_a_key_tells_what_it_holds() {
        let folder = Folder::new();
        let path = folder.path("key");
        assert!(matches!(Identity::read(&path), Err(IdentityError::Unreadable(_))));
        for nonsense in [&b""[..], b"\xff\xfe", b"-----BEGIN OPENSSH PRIVATE KEY-----\n"] {
            fs::write(&path, nonsense).unwrap();
            assert!(matches!(Identity::read(&path), Err(IdentityError::NoKey)), "{nonsense:?}");
        }
    }

    #[test]
    fn a_key_that_is_printed_tells_its_fingerprint_alone() {
        let identity = Identity::from_seed(&[3; 32]);
        assert_eq!(format!("{identity:?}"), format!("Identity({})", identity.fingerprint()));
    }
}
