//! The bytes at the end of a credentials file: half a line that is mended, a line that is read
//! again as it was meant, a write that is whole. Keeps nothing between two calls.

use std::os::fd::OwnedFd;

use rustix::fs::{self, Stat};
use rustix::io::{Errno, retry_on_intr};
use smolchat_core::protocol::Accounts;

/// Takes a half line out of the file. Where a person may have written it, it stays as a remark.
pub(super) fn mend(file: &OwnedFd, bytes: &[u8], torn: usize) -> Result<(), Errno> {
    fs::ftruncate(file, torn as u64)?;
    let (whole, rest) = bytes.split_at(torn);
    if let Some(text) = str::from_utf8(rest).ok().filter(|text| !text.contains(char::is_control)) {
        let newline = if whole.is_empty() || whole.ends_with(b"\n") { "" } else { "\n" };
        write_all(file, format!("{newline}# half a line: {text}\n").as_bytes())?;
    }
    fs::fsync(file)
}

/// Whether a line, put into a file, is read again as this account and nothing else.
pub(super) fn is_read_as(line: &[u8], name: &str, secret: &str, is_change: bool) -> bool {
    let mut accounts = Accounts::new(line, |_, _| None);
    let is_it = accounts.next().is_some_and(|account| {
        account.is_ok_and(|read| {
            let is_it = (read.name, read.secret, read.is_change) == (name, secret, is_change);
            is_it && !read.is_admin
        })
    });
    is_it && accounts.next().is_none()
}

/// Whether the last line of the file has no newline.
pub(super) fn is_open_ended(file: &OwnedFd, status: &Stat) -> Result<bool, Errno> {
    let Some(last) = u64::try_from(status.st_size).ok().and_then(|length| length.checked_sub(1))
    else {
        return Ok(false);
    };
    let mut byte = [0];
    retry_on_intr(|| rustix::io::pread(file, &mut byte, last))?;
    Ok(byte != *b"\n")
}

pub(super) fn write_all(file: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match retry_on_intr(|| rustix::io::write(file, bytes))? {
            0 => return Err(Errno::IO),
            count => bytes = &bytes[count..],
        }
    }
    Ok(())
}
