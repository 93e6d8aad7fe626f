//! Whether a credentials file that a person changed has a name: read in pieces, since it may be
//! long and nothing is allocated.
//! Knows an open file.

use std::os::fd::OwnedFd;

use rustix::io::{Errno, retry_on_intr};

/// Bytes that are looked at at a time.
pub(super) const PIECE: usize = 4096;

/// Whether a line of the file begins with this name, in whatever case, and a space.
pub(super) fn has_name(file: &OwnedFd, name: &str) -> Result<bool, Errno> {
    let mut piece = [0; PIECE];
    let (mut offset, mut words) = (0, FirstWords { name: name.as_bytes(), column: Some(0) });
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
    /// Bytes of the line that agree with the name so far, if all do.
    column: Option<usize>,
}

impl FirstWords<'_> {
    /// Whether `byte` is the space after the name at the start of a line.
    fn is_name(&mut self, byte: u8) -> bool {
        let column = self.column;
        self.column = match column {
            _ if byte == b'\n' => Some(0),
            Some(at) if self.name.get(at).is_some_and(|own| own.eq_ignore_ascii_case(&byte)) => {
                Some(at + 1)
            }
            _ => None,
        };
        byte == b' ' && column == Some(self.name.len())
    }
}
