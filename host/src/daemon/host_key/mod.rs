//! The server's SSH key, in a file of its own: made at the first start, and read at each other. A
//! file that others can read, or that is damaged, is refused.
//! Knows no connection.

mod error;

use std::ffi::CString;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags};
use rustix::io::{Errno, retry_on_intr};
use smolchat_core::protocol::Accounts;
use smolchat_ssh::HostKey;
use smolchat_store::MAGIC;

use super::store_file::BEGINNING;

pub(crate) use error::HostKeyError;

/// Only whoever runs the server may read it.
const MODE: Mode = Mode::RUSR.union(Mode::WUSR);
/// What others may do with a file: anything at all is too much.
const OTHERS: Mode = Mode::RWXG.union(Mode::RWXO);
/// Opening it waits for nobody, and takes no terminal.
const OPEN: OFlags = OFlags::CLOEXEC.union(OFlags::NONBLOCK).union(OFlags::NOCTTY);
/// More bytes than a file of ours has.
const SIZE_MAX: u64 = 4096;
/// What every file of ours begins with.
const TITLE: &str = "# The SSH key of smolchatd.";
/// The word before the key's seed.
const SEED: &str = "seed ";

/// The key in the file at `path`, or a new one in a new file.
///
/// # Errors
/// There is no key. A file that was there is untouched.
pub(super) fn read_or_make(path: &Path) -> Result<HostKey, HostKeyError> {
    match read(path) {
        Err(HostKeyError::Missing) => make(path),
        other => other,
    }
}

/// The key in the file at `path`.
///
/// # Errors
/// There is none.
pub(super) fn read(path: &Path) -> Result<HostKey, HostKeyError> {
    let opened = fs::open(path, OPEN | OFlags::RDONLY, Mode::empty());
    let file: File = match opened {
        Err(Errno::NOENT) if path.is_symlink() => return Err(HostKeyError::LeadsNowhere),
        Err(Errno::NOENT) => return Err(HostKeyError::Missing),
        Err(Errno::NXIO) => return Err(HostKeyError::OtherKind),
        other => other?.into(),
    };
    let status = fs::fstat(&file)?;
    if !FileType::from_raw_mode(status.st_mode).is_file() {
        return Err(HostKeyError::OtherKind);
    }
    let mut bytes = Vec::new();
    file.take(SIZE_MAX).read_to_end(&mut bytes)?;
    // What is no key of ours is nobody's to remove, and its mode is its owner's.
    if !bytes.starts_with(TITLE.as_bytes()) {
        return Err(kind_of(&bytes));
    }
    if Mode::from_raw_mode(status.st_mode).intersects(OTHERS) {
        return Err(HostKeyError::OthersMayUseIt);
    }
    str::from_utf8(&bytes).ok().and_then(parse).ok_or(HostKeyError::Damaged)
}

/// What a file is that no server wrote as its key.
fn kind_of(bytes: &[u8]) -> HostKeyError {
    let beginning = &bytes[..bytes.len().min(BEGINNING)];
    if beginning.windows(MAGIC.len()).any(|window| window == MAGIC) {
        return HostKeyError::Store;
    }
    // The last line may be cut.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(bytes, |end| &bytes[..end]);
    let mut accounts = Accounts::new(whole, |_, _| None).peekable();
    let has_any = accounts.peek().is_some();
    if has_any && accounts.all(|account| account.is_ok()) {
        HostKeyError::Accounts
    } else {
        HostKeyError::NoKey
    }
}

/// The key of a file's text: its seed, and the public half, by which damage shows.
fn parse(text: &str) -> Option<HostKey> {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let digits = lines.next()?.strip_prefix(SEED)?;
    let mut seed = [0; 32];
    if digits.len() != 2 * seed.len() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in seed.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
    }
    let key = HostKey::from_seed(&seed);
    let is_whole = lines.next() == Some(&key.public_key().to_string()) && lines.next().is_none();
    is_whole.then_some(key)
}

fn text(seed: &[u8; 32], key: &HostKey) -> String {
    let digits: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
    let (fingerprint, public) = (key.fingerprint(), key.public_key());
    format!(
        "{TITLE} Whoever has the seed can pretend to be this server.\n\
         # {fingerprint}\n{SEED}{digits}\n{public}\n"
    )
}

/// A new key in a new file, which has its name only once the disk has all of it.
fn make(path: &Path) -> Result<HostKey, HostKeyError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| HostKeyError::NoEntropy)?;
    let key = HostKey::from_seed(&seed);
    let path = std::path::absolute(path)?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(HostKeyError::OtherKind);
    };
    let folder: OwnedFd = match File::open(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(HostKeyError::NoFolder);
        }
        other => other?.into(),
    };
    let temporary = [b".", name.as_bytes(), b".new"].concat();
    let [name, temporary] = [name.as_bytes().to_vec(), temporary].map(CString::new);
    let (name, temporary) = (name.map_err(|_| Errno::INVAL)?, temporary.map_err(|_| Errno::INVAL)?);
    let written = write(&folder, &temporary, text(&seed, &key).as_bytes())
        .and_then(|()| put_in_place(&folder, &temporary, &name));
    match written {
        Ok(()) => Ok(key),
        Err(error) => {
            // It may not be there.
            _ = fs::unlinkat(&folder, &*temporary, AtFlags::empty());
            // Another server was first.
            if error == Errno::EXIST { read(&path) } else { Err(error.into()) }
        }
    }
}

fn write(folder: &OwnedFd, name: &CString, bytes: &[u8]) -> Result<(), Errno> {
    // A server that lost its power here left it.
    _ = fs::unlinkat(folder, &**name, AtFlags::empty());
    let flags = OPEN | OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW;
    let file = fs::openat(folder, &**name, flags, MODE)?;
    let mut written = 0;
    while written < bytes.len() {
        match retry_on_intr(|| rustix::io::write(&file, &bytes[written..]))? {
            0 => return Err(Errno::IO),
            count => written += count,
        }
    }
    fs::fsync(file)
}

fn put_in_place(folder: &OwnedFd, from: &CString, to: &CString) -> Result<(), Errno> {
    match fs::renameat_with(folder, &**from, folder, &**to, RenameFlags::NOREPLACE) {
        // Not every file system knows that flag.
        Err(Errno::INVAL | Errno::NOSYS) => fs::renameat(folder, &**from, folder, &**to)?,
        other => other?,
    }
    fs::fsync(folder)
}

#[cfg(test)]
mod tests;
