//! UTF-8, byte by byte. A half letter waits for its other half.
//! Knows no key.

/// The bytes of a letter that has begun.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Letter {
    bytes: [u8; 4],
    len: usize,
}

/// What a byte did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The letter is not whole yet.
    Half,
    Char(char),
    /// The byte begins no letter. It is dropped.
    Bad,
    /// The letter that had begun is dropped. The byte is not part of it.
    Broken,
}

impl Letter {
    pub(crate) const fn new() -> Self {
        Letter { bytes: [0; 4], len: 0 }
    }

    /// Whether a letter has begun.
    pub(crate) const fn is_begun(self) -> bool {
        self.len > 0
    }

    /// Takes the next byte, of any value.
    pub(crate) fn take(&mut self, byte: u8) -> Taken {
        let begun = self.len;
        self.bytes[begun] = byte;
        self.len += 1;
        let taken = match core::str::from_utf8(&self.bytes[..self.len]) {
            Ok(text) => text.chars().next().map_or(Taken::Bad, Taken::Char),
            Err(error) if error.error_len().is_none() => return Taken::Half,
            Err(_) if begun == 0 => Taken::Bad,
            Err(_) => Taken::Broken,
        };
        self.len = 0;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_is_one_character() {
        for c in ['a', 'ß', '你', '👩', '\u{10ffff}'] {
            let (mut letter, mut buffer) = (Letter::default(), [0; 4]);
            let (last, begin) = c.encode_utf8(&mut buffer).as_bytes().split_last().unwrap();
            assert!(begin.iter().all(|&byte| letter.take(byte) == Taken::Half));
            assert_eq!(letter.take(*last), Taken::Char(c));
            assert!(!letter.is_begun());
        }
    }

    #[test]
    fn a_bad_byte_is_dropped_alone() {
        let mut letter = Letter::default();
        for byte in [0x80, 0xbf, 0xc0, 0xc1, 0xf5, 0xff] {
            assert_eq!(letter.take(byte), Taken::Bad);
        }
        assert_eq!(letter.take(b'a'), Taken::Char('a'));
    }

    #[test]
    fn a_half_letter_takes_nothing_with_it() {
        let mut letter = Letter::default();
        for (half, next) in [(&b"\xc3"[..], b'a'), (b"\xe4\xbd", 0xe4), (b"\xed", 0xa0)] {
            assert!(half.iter().all(|&byte| letter.take(byte) == Taken::Half));
            assert_eq!(letter.take(next), Taken::Broken);
            assert!(!letter.is_begun());
        }
    }
}
