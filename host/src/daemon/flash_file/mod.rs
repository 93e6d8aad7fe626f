//! A file as the flash for a log: pages that are erased whole, and a `sync` after which the disk
//! has them. It runs inside the loop, so the two pages it works on are allocated when it is made.

mod page;

use std::fmt;
use std::ops::Range;
use std::os::fd::OwnedFd;

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use rustix::fs::fdatasync;
use rustix::io::{Errno, pwrite, retry_on_intr};
use smolchat_store::{Flash, Tearing};

use page::{Page, start};

/// Bytes that are erased at once: 500 messages of full length. Each compaction of the log waits for
/// the disk three times.
pub(super) const PAGE: usize = 256 * 1024;
/// What an erased byte reads as.
pub(super) const ERASED: u8 = 0xFF;

/// A file of whole pages. Writes stay in memory until they are handed over, or until
/// [`Flash::sync`], which costs one write and one wait for the disk.
#[derive(Debug)]
pub(super) struct FlashFile {
    file: OwnedFd,
    pages: usize,
    /// The page that is written to.
    head: Page,
    /// The bytes of `head` that the file does not have.
    dirty: Range<usize>,
    /// The page that was read last, where that was another one.
    seen: Page,
    /// The file was written to since the disk had all of it.
    unsynced: bool,
    /// After an error nobody knows what the file holds, so nothing succeeds any more.
    failed: Option<Errno>,
}

/// Why an operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlashFileError {
    /// It reaches beyond the end, or does not erase whole pages.
    OutOfPlace,
    /// What the system said.
    System(Errno),
}

impl fmt::Display for FlashFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FlashFileError::OutOfPlace => write!(f, "an access beyond the end of the file"),
            FlashFileError::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FlashFileError {}

impl NorFlashError for FlashFileError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            FlashFileError::OutOfPlace => NorFlashErrorKind::OutOfBounds,
            FlashFileError::System(_) => NorFlashErrorKind::Other,
        }
    }
}

impl FlashFile {
    /// Bytes of memory that one takes.
    pub(super) const MEMORY: usize = 2 * PAGE;

    /// The flash of `pages` pages that `file` holds.
    pub(super) fn new(file: OwnedFd, pages: usize) -> Self {
        FlashFile {
            file,
            pages,
            head: Page::new(),
            dirty: 0..0,
            seen: Page::new(),
            unsynced: false,
            failed: None,
        }
    }

    /// Hands the writes to the system. It keeps them if this process dies, and writes them to the
    /// disk in its own time.
    ///
    /// # Errors
    /// The file failed, now or before.
    pub(super) fn hand_over(&mut self) -> Result<(), FlashFileError> {
        self.attempt(FlashFile::write_out)
    }

    /// What went wrong first, if anything did.
    pub(super) fn failed(&self) -> Option<Errno> {
        self.failed
    }

    /// The pages that `offset` and `length` reach, each with the bytes within it and how many came
    /// before them.
    fn pieces(
        &self,
        offset: u32,
        length: usize,
    ) -> Result<impl Iterator<Item = (usize, Range<usize>, usize)> + use<>, FlashFileError> {
        let offset = offset as usize;
        if offset.checked_add(length).is_none_or(|end| end > self.capacity()) {
            return Err(FlashFileError::OutOfPlace);
        }
        let end = offset + length;
        Ok((offset / PAGE..end.div_ceil(PAGE)).map(move |number| {
            let first = number * PAGE;
            let (from, to) = (offset.max(first), end.min(first + PAGE));
            (number, from - first..to - first, from - offset)
        }))
    }

    /// Does what may go wrong once, and then for good.
    fn attempt<R>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, Errno>,
    ) -> Result<R, FlashFileError> {
        let result = self.failed.map_or_else(|| work(self), Err);
        self.failed = result.as_ref().err().copied();
        result.map_err(FlashFileError::System)
    }

    /// The bytes of a page, as written last.
    fn page(&mut self, number: usize) -> Result<&[u8], Errno> {
        if self.head.number == Some(number) {
            return Ok(&self.head.bytes);
        }
        self.seen.load(number, &self.file)?;
        Ok(&self.seen.bytes)
    }

    /// Makes a page the head.
    fn turn_to(&mut self, number: usize) -> Result<(), Errno> {
        if self.head.number != Some(number) {
            self.write_out()?;
            self.forget(number);
            self.head.load(number, &self.file)?;
        }
        Ok(())
    }

    /// The page is written to from now on, so a copy that was read of it is old.
    fn forget(&mut self, number: usize) {
        self.seen.number = self.seen.number.filter(|&seen| seen != number);
    }

    fn mark_dirty(&mut self, range: Range<usize>) {
        self.dirty = if self.dirty.is_empty() {
            range
        } else {
            self.dirty.start.min(range.start)..self.dirty.end.max(range.end)
        };
    }

    /// Hands to the file what it does not have.
    fn write_out(&mut self) -> Result<(), Errno> {
        let Some(number) = self.head.number else { return Ok(()) };
        let mut bytes = &self.head.bytes[self.dirty.clone()];
        let mut offset = start(number) + self.dirty.start as u64;
        while !bytes.is_empty() {
            self.unsynced = true;
            match retry_on_intr(|| pwrite(&self.file, bytes, offset))? {
                0 => return Err(Errno::IO),
                count => {
                    bytes = &bytes[count..];
                    offset += count as u64;
                }
            }
        }
        self.dirty = 0..0;
        Ok(())
    }
}

impl ErrorType for FlashFile {
    type Error = FlashFileError;
}

impl ReadNorFlash for FlashFile {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashFileError> {
        for (number, within, done) in self.pieces(offset, bytes.len())? {
            let target = &mut bytes[done..done + within.len()];
            self.attempt(|flash| {
                target.copy_from_slice(&flash.page(number)?[within]);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.pages * PAGE
    }
}

impl NorFlash for FlashFile {
    const WRITE_SIZE: usize = 1;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashFileError> {
        let length = to.checked_sub(from).ok_or(FlashFileError::OutOfPlace)? as usize;
        for (number, within, _) in self.pieces(from, length)? {
            if within != (0..PAGE) {
                return Err(FlashFileError::OutOfPlace);
            }
            self.attempt(|flash| {
                flash.write_out()?;
                flash.forget(number);
                flash.head.number = Some(number);
                flash.head.bytes.fill(ERASED);
                flash.dirty = 0..PAGE;
                Ok(())
            })?;
        }
        Ok(())
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashFileError> {
        for (number, within, done) in self.pieces(offset, bytes.len())? {
            let source = &bytes[done..done + within.len()];
            self.attempt(|flash| {
                flash.turn_to(number)?;
                flash.head.bytes[within.clone()].copy_from_slice(source);
                flash.mark_dirty(within);
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl Flash for FlashFile {
    fn sync(&mut self) -> Result<(), FlashFileError> {
        self.attempt(|flash| {
            flash.write_out()?;
            if flash.unsynced {
                retry_on_intr(|| fdatasync(&flash.file))?;
                flash.unsynced = false;
            }
            Ok(())
        })
    }

    /// A disk writes multiples of this at once; the system may have handed over a piece that is
    /// half filled.
    fn tearing(&self) -> Tearing {
        Tearing::Sectors(512)
    }
}

#[cfg(test)]
mod tests;
