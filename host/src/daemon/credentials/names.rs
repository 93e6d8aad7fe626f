//! Whether a credentials file that a person changed has a name: read in pieces, since it may be
//! long and nothing is allocated.
//! Knows an open file.

use std::os::fd::OwnedFd;

use rustix::io::{Errno, retry_on_intr};

/// Bytes that are looked at at a time.
pub(super) const PIECE: usize = 4096;

/// Which names are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alike {
    /// Those with the same bytes.
    Same,
    /// Those that differ in the case of ASCII letters, too.
    InAnyCase,
}

/// Whether a line of the file begins with this name and a space.
pub(super) fn has_name(file: &OwnedFd, name: &str, alike: Alike) -> Result<bool, Errno> {
    let mut piece = [0; PIECE];
    let mut words = FirstWords { name: name.as_bytes(), alike, column: Some(0) };
    let mut offset = 0;
    loop {
        let count = retry_on_intr(|| rustix::io::pread(file, &mut piece, offset))?;
        if count == 0 {
            return Ok(false);
        }
        let mark = if offset == 0 && piece.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        if piece[mark..count].iter().any(|&byte| words.is_name(byte)) {
            return Ok(true);
        }
        offset += count as u64;
    }
}

/// Looks for a name as the first word of a line, in bytes that come one by one.
struct FirstWords<'a> {
    name: &'a [u8],
    alike: Alike,
    /// Bytes of the line that agree with the name so far, if all do.
    column: Option<usize>,
}

impl FirstWords<'_> {
    /// Whether `byte` is the space after the name at the start of a line.
    fn is_name(&mut self, byte: u8) -> bool {
        let column = self.column;
        let agrees = |own: &u8| match self.alike {
            Alike::Same => *own == byte,
            Alike::InAnyCase => own.eq_ignore_ascii_case(&byte),
        };
        self.column = match column {
            _ if byte == b'\n' => Some(0),
            Some(at) if self.name.get(at).is_some_and(agrees) => Some(at + 1),
            _ => None,
        };
        byte == b' ' && column == Some(self.name.len())
    }
}
