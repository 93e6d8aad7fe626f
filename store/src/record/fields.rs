//! A record's fields, one behind the other. A name has its length in front.

use core::str::from_utf8;

use smolchat_core::protocol::NAME_MAX;

use super::RECORD_MAX;

/// Writes fields one behind the other, as long as they fit.
pub(super) struct Writer<'b> {
    pub(super) buffer: &'b mut [u8; RECORD_MAX],
    pub(super) len: usize,
    pub(super) fits: bool,
}

impl Writer<'_> {
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        match self.buffer.get_mut(self.len..self.len + bytes.len()) {
            Some(room) => room.copy_from_slice(bytes),
            None => return self.fits = false,
        }
        self.len += bytes.len();
    }

    pub(super) fn name(&mut self, name: &str) {
        self.fits &= name.len() <= NAME_MAX;
        self.bytes(&[name.len() as u8]);
        self.bytes(name.as_bytes());
    }
}

/// Reads fields one behind the other.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    /// An array with nothing behind it.
    pub(super) fn last<const N: usize>(&self) -> Option<[u8; N]> {
        self.0.try_into().ok()
    }

    pub(super) fn name(&mut self) -> Option<&'a str> {
        let [len] = self.array()?;
        let (name, rest) = self.0.split_at_checked(len.into())?;
        self.0 = rest;
        from_utf8(name).ok()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn rest(&self) -> Option<&'a str> {
        from_utf8(self.0).ok()
    }
}
