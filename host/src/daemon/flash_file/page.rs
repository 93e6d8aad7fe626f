//! One page of the file in memory.

use std::os::fd::OwnedFd;

use rustix::io::{Errno, pread, retry_on_intr};

use super::{ERASED, PAGE};

/// One page in memory.
#[derive(Debug)]
pub(super) struct Page {
    /// Which one, once there is one.
    pub(super) number: Option<usize>,
    pub(super) bytes: Box<[u8]>,
}

impl Page {
    /// Room for a page.
    pub(super) fn new() -> Self {
        Page { number: None, bytes: vec![ERASED; PAGE].into_boxed_slice() }
    }

    /// Fills it from `file`, unless it is that page already.
    pub(super) fn load(&mut self, number: usize, file: &OwnedFd) -> Result<(), Errno> {
        if self.number == Some(number) {
            return Ok(());
        }
        self.number = None;
        let (mut bytes, mut offset) = (&mut self.bytes[..], start(number));
        while !bytes.is_empty() {
            match retry_on_intr(|| pread(file, &mut *bytes, offset))? {
                // Somebody has cut the file.
                0 => return Err(Errno::IO),
                count => {
                    bytes = &mut bytes[count..];
                    offset += count as u64;
                }
            }
        }
        self.number = Some(number);
        Ok(())
    }
}

/// Where a page begins in the file.
pub(super) fn start(number: usize) -> u64 {
    number as u64 * PAGE as u64
}
