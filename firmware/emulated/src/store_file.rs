//! The host's file as a flash: pages of 4 KiB that are erased whole, words of four bytes.
//! Bytes that the host has taken are durable as far as the part can tell.

use core::ffi::CStr;

use embedded_storage_async::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use heapless::String;
use semihosting::fs::File;
use semihosting::io::{Read, Seek, SeekFrom, Write};
use smolchat_store::Flash;

/// The longest path, with its end.
const PATH_MAX: usize = 256;
/// Bytes of a page.
const PAGE: usize = 4096;
/// Bytes that are written at a time where many are alike.
const PIECE: usize = 64;

/// The file.
pub struct StoreFile {
    file: File,
    /// The bytes that the file has. Erased flash follows, and is written out before anything else.
    length: u32,
    bytes: u32,
}

/// The file could not be opened or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenFailed;

/// The host did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileError;

impl NorFlashError for FileError {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

impl StoreFile {
    /// Opens the file at `path` as this many pages. If it is shorter, the rest is erased flash. One
    /// that is there stays as it is until something is written.
    ///
    /// # Errors
    /// The host does not let us, or the path is too long.
    pub(crate) fn open(path: &str, pages: u32) -> Result<Self, OpenFailed> {
        let mut terminated = String::<PATH_MAX>::new();
        let fits = terminated.push_str(path).and_then(|()| terminated.push('\0'));
        fits.map_err(|_| OpenFailed)?;
        let path = CStr::from_bytes_with_nul(terminated.as_bytes()).map_err(|_| OpenFailed)?;
        // The host has no way to open a file for both that keeps it, or else makes it.
        let file = match File::options().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(_) if File::options().read(true).open(path).is_ok() => return Err(OpenFailed),
            Err(_) => {
                let mut options = File::options();
                let made = options.read(true).write(true).truncate(true).create(true).open(path);
                made.map_err(|_| OpenFailed)?
            }
        };
        let bytes = pages * PAGE as u32;
        let length = file.metadata().map_err(|_| OpenFailed)?.len();
        let length = u32::try_from(length).unwrap_or(u32::MAX).min(bytes);
        Ok(StoreFile { file, length, bytes })
    }

    /// Gives the file its whole length.
    fn complete(&mut self) -> Result<(), FileError> {
        self.fill(self.length..self.bytes)?;
        self.length = self.bytes;
        Ok(())
    }

    /// Makes it erased flash.
    fn fill(&mut self, range: core::ops::Range<u32>) -> Result<(), FileError> {
        self.seek(range.start)?;
        let mut left = range.len();
        while left > 0 {
            let piece = &[0xff; PIECE][..left.min(PIECE)];
            self.file.write_all(piece).map_err(|_| FileError)?;
            left -= piece.len();
        }
        Ok(())
    }

    fn seek(&mut self, to: u32) -> Result<(), FileError> {
        self.file.seek(SeekFrom::Start(to.into())).map(|_| ()).map_err(|_| FileError)
    }

    fn check(&self, offset: u32, len: usize) -> Result<(), FileError> {
        let end = offset as usize + len;
        if end <= self.bytes as usize { Ok(()) } else { Err(FileError) }
    }
}

impl ErrorType for StoreFile {
    type Error = FileError;
}

impl ReadNorFlash for StoreFile {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FileError> {
        self.check(offset, bytes.len())?;
        let there = bytes.len().min(self.length.saturating_sub(offset) as usize);
        let (there, erased) = bytes.split_at_mut(there);
        erased.fill(0xff);
        if there.is_empty() {
            return Ok(());
        }
        self.seek(offset)?;
        self.file.read_exact(there).map_err(|_| FileError)
    }

    fn capacity(&self) -> usize {
        self.bytes as usize
    }
}

impl NorFlash for StoreFile {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), FileError> {
        self.check(from, to.saturating_sub(from) as usize)?;
        self.complete()?;
        self.fill(from..to)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FileError> {
        self.check(offset, bytes.len())?;
        self.complete()?;
        self.seek(offset)?;
        self.file.write_all(bytes).map_err(|_| FileError)
    }
}

impl Flash for StoreFile {
    fn sync(&mut self) -> Result<(), FileError> {
        Ok(())
    }
}
