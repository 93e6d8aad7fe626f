//! A user's ed25519 key, and its file in OpenSSH's form (its PROTOCOL.key). Knows no connection.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use smolchat_core::protocol::{KEY_KIND, parse_key};
use smolchat_ssh::{Fingerprint, PublicKey};
use ssh_key::private::{Ed25519Keypair, KeypairData, PrivateKey};
use ssh_key::{Algorithm, Kdf, LineEnding};
use sunset::SignKey;
use sunset::ed25519_dalek::SigningKey;

use crate::kind::kind_of;
use crate::known_hosts::{make_folder_of, open_file};

/// Bytes of a key file that are read. One with a long comment has a few hundred.
const FILE_MAX: u64 = 16 * 1024;
/// Rounds of bcrypt that a passphrase may take, each some milliseconds. `ssh-keygen` writes 24.
const ROUNDS_MAX: u32 = 256;
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
    /// Its key is of this other kind.
    NotEd25519(String),
    /// Its key is encrypted.
    Encrypted,
    /// Others than its owner may read or change it.
    Open,
    /// Its passphrase would be worked on for so many rounds.
    TooManyRounds(u32),
    /// Its key is encrypted with another passphrase, or in a way that is not known.
    WrongPassphrase,
}

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdentityError::Unreadable(error) => write!(f, "it cannot be read: {error}"),
            IdentityError::Unwritable(error) => write!(f, "it cannot be made: {error}"),
            IdentityError::NoKey => f.write_str("it holds no private key in OpenSSH's form"),
            IdentityError::NotEd25519(kind) => {
                write!(f, "its key is of the kind {kind}, and only ed25519 is taken: ")?;
                f.write_str("ssh-keygen -t ed25519 makes one")
            }
            IdentityError::TooManyRounds(rounds) => write!(
                f,
                "its passphrase takes {rounds} rounds, and more than {ROUNDS_MAX} are not waited \
                 for: ssh-keygen -p -a 100 -f FILE makes it fewer"
            ),
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
        let key = read_key(path)?;
        match key.key_data() {
            KeypairData::Ed25519(pair) => Ok(Identity::from_seed(&pair.private.to_bytes())),
            KeypairData::Encrypted(_) => Err(IdentityError::Encrypted),
            _ => Err(IdentityError::NotEd25519(key.algorithm().to_string())),
        }
    }

    /// The key in a file that is encrypted with this passphrase. It takes a tenth of a second or
    /// more, as whoever made the file wanted.
    pub fn unlock(path: &Path, passphrase: &str) -> Result<Self, IdentityError> {
        let key = read_key(path)?;
        let key = key.decrypt(passphrase).map_err(|_| IdentityError::WrongPassphrase)?;
        match key.key_data() {
            KeypairData::Ed25519(pair) => Ok(Identity::from_seed(&pair.private.to_bytes())),
            _ => Err(IdentityError::NotEd25519(key.algorithm().to_string())),
        }
    }

    /// The key in a file that holds a public key alone, as those whose names end in `.pub`.
    pub fn read_public_file(path: &Path) -> Result<[u8; 32], IdentityError> {
        let (text, _) = read_text(path)?;
        let kind = text.split_whitespace().next().unwrap_or_default();
        let is_public = kind.starts_with("ssh-") || kind.starts_with("ecdsa-");
        match parse_key(text.lines().next().unwrap_or_default()) {
            Some(key) => Ok(key),
            None if is_public && kind != KEY_KIND => {
                Err(IdentityError::NotEd25519(kind.to_owned()))
            }
            None => Err(IdentityError::NoKey),
        }
    }

    /// The public half of the key in a file, which may be encrypted, or be a public one.
    pub fn read_public(path: &Path) -> Result<PublicKey, IdentityError> {
        if let Ok(key) = Self::read_public_file(path) {
            return Ok(PublicKey::of(&key));
        }
        let key = read_key(path)?;
        let other = || IdentityError::NotEd25519(key.algorithm().to_string());
        let public = key.public_key().key_data().ed25519().ok_or_else(other)?;
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

    /// The seed of the key (RFC 8032), for other protocols that sign by it.
    pub fn seed(&self) -> [u8; 32] {
        self.key.to_bytes()
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

/// The text of a file of keys, and the file's mode.
fn read_text(path: &Path) -> Result<(String, u32), IdentityError> {
    let mut text = String::new();
    let file = open_file(path, OpenOptions::new().read(true).clone());
    let file = file.map_err(IdentityError::Unreadable)?;
    let mode = file.metadata().map_err(IdentityError::Unreadable)?.mode();
    match file.take(FILE_MAX).read_to_string(&mut text) {
        Ok(_) => Ok((text, mode)),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(IdentityError::NoKey),
        Err(error) => Err(IdentityError::Unreadable(error)),
    }
}

fn read_key(path: &Path) -> Result<PrivateKey, IdentityError> {
    let (text, mode) = read_text(path)?;
    let key = PrivateKey::from_openssh(&text).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnsupported { algorithm } => {
            IdentityError::NotEd25519(algorithm.to_string())
        }
        _ => kind_of(&text).map_or(IdentityError::NoKey, IdentityError::NotEd25519),
    })?;
    match (key.algorithm(), key.kdf()) {
        (Algorithm::Ed25519, _) if mode & OTHERS != 0 => Err(IdentityError::Open),
        (Algorithm::Ed25519, Kdf::Bcrypt { rounds, .. }) if *rounds > ROUNDS_MAX => {
            Err(IdentityError::TooManyRounds(*rounds))
        }
        (Algorithm::Ed25519, _) => Ok(key),
        (other, _) => Err(IdentityError::NotEd25519(other.to_string())),
    }
}

/// The path whose name has this behind it.
fn longer(path: &Path, behind: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(behind);
    name.into()
}

/// Writes a file that is whole or not there, also after a loss of power.
fn write_new(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    // Each attempt of each program has a file of its own.
    static ATTEMPTS: AtomicU32 = AtomicU32::new(0);
    let attempt = ATTEMPTS.fetch_add(1, Ordering::Relaxed);
    let begun = longer(path, &format!(".new-{}-{attempt}", std::process::id()));
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
mod tests;
