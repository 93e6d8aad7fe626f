//! What a file looks like from outside. Whoever writes to it leaves another time of change, which
//! no program can set.

use std::fs::File;
use std::io;
use std::os::unix::fs::MetadataExt;

/// A file, and when it was changed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    file: (u64, u64),
    bytes: u64,
    changed: (i64, i64),
}

impl Stamp {
    /// The stamp of an open file.
    pub(super) fn of(file: &File) -> io::Result<Self> {
        let there = file.metadata()?;
        Ok(Stamp {
            file: (there.dev(), there.ino()),
            bytes: there.len(),
            changed: (there.ctime(), there.ctime_nsec()),
        })
    }
}

/// Whether the file still is as this program has left it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trust {
    left: Option<Stamp>,
    is_lost: bool,
}

impl Trust {
    /// All that is there was looked at, or is about to be.
    pub(super) fn renew(&mut self, file: &File) -> io::Result<()> {
        (self.left, self.is_lost) = (Some(Stamp::of(file)?), false);
        Ok(())
    }

    /// Sees whether anybody else has changed the file. What is lost stays lost.
    pub(super) fn holds(&mut self, file: &File) -> io::Result<bool> {
        self.is_lost |= self.left != Some(Stamp::of(file)?);
        Ok(!self.is_lost)
    }

    /// This program has changed the file.
    pub(super) fn leave(&mut self, file: &File) -> io::Result<()> {
        self.left = Some(Stamp::of(file)?);
        Ok(())
    }
}
