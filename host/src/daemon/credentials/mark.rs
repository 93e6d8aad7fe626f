//! The mark beside a credentials file while a server appends to it. It says which file that is, and
//! what stood in it when the server began. With it a start can tell half a line of a server that
//! was killed from a person's last line without a newline.
//! Knows the file's folder.

use std::ffi::CString;
use std::fmt::Write;
use std::os::fd::OwnedFd;

use heapless::String;
use rustix::fs::{self, AtFlags, FileType, FlockOperation, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use sha2::{Digest, Sha256};

use super::Place;

/// Two numbers of 20 digits, a digest of 16, two spaces and a newline: always the same length, so
/// that it is written over in one piece.
const LENGTH: usize = 59;
/// There is no secret in it.
const MODE: Mode = Mode::RUSR.union(Mode::WUSR).union(Mode::RGRP).union(Mode::ROTH);

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    /// Which file the server appended to.
    pub(super) inode: u64,
    /// Its length when the server began.
    pub(super) length: u64,
    /// A part of the digest of these bytes. If a person has changed one of them since, the end of
    /// the file is the person's too.
    digest: u64,
}

/// The mark, held by one server.
#[derive(Debug)]
pub(super) struct Mark {
    file: OwnedFd,
    name: CString,
}

/// The mark's name: the file's, with `.open` behind it.
fn name(place: &Place) -> CString {
    let bytes = [place.name.as_bytes(), b".open"].concat();
    // A name that was one stays one.
    CString::new(bytes).unwrap_or_default()
}

impl Marked {
    /// The mark for a file as it is. Reads all of it, and allocates nothing.
    ///
    /// # Errors
    /// What the system said.
    pub(super) fn of(file: &OwnedFd) -> Result<Self, Errno> {
        let inode = fs::fstat(file)?.st_ino;
        let (mut digest, mut length, mut piece) = (Sha256::new(), 0, [0; 4096]);
        loop {
            match retry_on_intr(|| rustix::io::pread(file, &mut piece[..], length))? {
                0 => return Ok(Marked { inode, length, digest: first_of(digest) }),
                count => {
                    digest.update(&piece[..count]);
                    length += count as u64;
                }
            }
        }
    }

    /// The mark that a server left if it did not end in good order. Nobody ever relied on an empty
    /// mark.
    pub(super) fn find(place: &Place) -> Result<Option<Self>, Errno> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = match fs::openat(&place.folder, &*name(place), flags, Mode::empty()) {
            Err(Errno::NOENT) => return Ok(None),
            other => other?,
        };
        let mut bytes = [0; LENGTH];
        let count = retry_on_intr(|| rustix::io::pread(&file, &mut bytes[..], 0))?;
        Ok(Self::parse(&bytes[..count]))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let mut words = text.split(' ');
        let (inode, length, digest) = (words.next()?, words.next()?, words.next()?);
        let digest = u64::from_str_radix(digest, 16).ok()?;
        let whole = bytes.len() == LENGTH;
        whole.then_some(Marked { inode: inode.parse().ok()?, length: length.parse().ok()?, digest })
    }

    /// The beginning of a half line that the server left in a file of these bytes. It ends without
    /// a newline, or has bytes in it that never came to the disk. Nobody heard an OK for it, nor
    /// for a line behind it.
    pub(super) fn torn(self, inode: u64, bytes: &[u8]) -> Option<usize> {
        let length = usize::try_from(self.length).ok()?;
        let (before, appended) = bytes.split_at_checked(length)?;
        let is_as_marked =
            inode == self.inode && first_of(Sha256::new_with_prefix(before)) == self.digest;
        if appended.is_empty() || !is_as_marked {
            return None;
        }
        let end = match appended.iter().position(|&byte| byte == 0) {
            Some(hole) => hole,
            None if appended.ends_with(b"\n") => return None,
            None => appended.len(),
        };
        let newline = appended[..end].iter().rposition(|&byte| byte == b'\n');
        Some(length + newline.map_or(0, |newline| newline + 1))
    }
}

/// The first 64 bits of a digest: enough to notice what a person did.
fn first_of(digest: Sha256) -> u64 {
    let bytes: [u8; 32] = digest.finalize().into();
    bytes[..8].iter().fold(0, |first, &byte| first << 8 | u64::from(byte))
}

impl Mark {
    /// Locks the mark, or makes one. Its content stays until [`set`](Self::set).
    ///
    /// # Errors
    /// `WOULDBLOCK` where another server holds it.
    pub(super) fn hold(place: &Place) -> Result<Self, Errno> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NONBLOCK | OFlags::NOFOLLOW;
        let mark = Mark {
            file: fs::openat(&place.folder, &*name(place), flags | OFlags::CLOEXEC, MODE)?,
            name: name(place),
        };
        if !FileType::from_raw_mode(fs::fstat(&mark.file)?.st_mode).is_file() {
            return Err(Errno::INVAL);
        }
        fs::flock(&mark.file, FlockOperation::NonBlockingLockExclusive)?;
        let held = fs::fstat(&mark.file)?;
        match fs::statat(&place.folder, &*mark.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(named) if named.st_ino == held.st_ino => Ok(mark),
            // Its last owner has removed it a moment ago.
            Ok(_) | Err(Errno::NOENT) => Err(Errno::WOULDBLOCK),
            Err(error) => Err(error),
        }
    }

    /// Has it say this, on the disk. Waits for the disk.
    ///
    /// # Errors
    /// Nobody knows what it says.
    pub(super) fn set(&self, marked: Marked) -> Result<(), Errno> {
        let mut text = String::<LENGTH>::new();
        let Marked { inode, length, digest } = marked;
        let written = writeln!(text, "{inode:020} {length:020} {digest:016x}");
        written.map_err(|_| Errno::OVERFLOW)?;
        match retry_on_intr(|| rustix::io::pwrite(&self.file, text.as_bytes(), 0))? {
            LENGTH => fs::fdatasync(&self.file),
            _ => Err(Errno::NOSPC),
        }
    }

    /// As when the process is killed.
    #[cfg(test)]
    pub(super) fn let_go(&self) {
        fs::flock(&self.file, FlockOperation::Unlock).unwrap();
    }

    /// Takes it away: the file is whole, and on the disk.
    pub(super) fn remove(&self, place: &Place) {
        // If it stays, the next start finds a file that is whole.
        let _ = fs::unlinkat(&place.folder, &*self.name, AtFlags::empty());
        let _ = fs::fsync(&place.folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(bytes: &[u8]) -> Marked {
        let digest = first_of(Sha256::new_with_prefix(bytes));
        Marked { inode: 7, length: bytes.len() as u64, digest }
    }

    #[test]
    fn a_file_that_a_person_wrote_over_in_place_has_no_half_line() {
        let marked = marked(b"hans h\nyoda y\n");
        for bytes in [
            &b"# our accounts\nhans h\nyoda y"[..],
            b"hans longer\nyoda y",
            b"hans H\nyoda y\nlando c",
            b"hans h\nyoda y2\n",
        ] {
            assert_eq!(marked.torn(7, bytes), None, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_a_server_left_of_a_line_begins_behind_the_last_whole_one() {
        let marked = marked(b"hans a\n");
        for (bytes, torn) in [
            (&b"hans a\n"[..], None),
            (b"hans a\nlando c\n", None),
            (b"hans a\nl", Some(7)),
            (b"hans a\nlando c", Some(7)),
            (b"hans a\nlando c\nboba d", Some(15)),
            (b"hans a\nlando c\n\0\0\0\0 d\njabba e\n", Some(15)),
            (b"hans a\nla\0\0", Some(7)),
            (b"hans", None),
            (b"", None),
        ] {
            assert_eq!(marked.torn(7, bytes), torn, "{}", bytes.escape_ascii());
            assert_eq!(marked.torn(8, bytes), None, "another file is a person's");
        }
    }

    #[test]
    fn a_persons_last_line_without_a_newline_is_never_torn() {
        let marked = marked(b"hans a");
        for (bytes, torn) in [
            (&b"hans a"[..], None),
            (b"hans a\n", None),
            (b"hans a\nlan", Some(7)),
            (b"hans a\0\0\0", Some(6)),
        ] {
            assert_eq!(marked.torn(7, bytes), torn, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn a_mark_that_was_not_written_whole_says_nothing() {
        let whole = b"00000000000000000007 00000000000000000123 00000000000000ff\n";
        let marked = Marked { inode: 7, length: 123, digest: 255 };
        assert_eq!(Marked::parse(whole), Some(marked));
        for length in 0..whole.len() {
            assert_eq!(Marked::parse(&whole[..length]), None);
        }
        assert_eq!(Marked::parse(&[0; LENGTH]), None);
    }
}
