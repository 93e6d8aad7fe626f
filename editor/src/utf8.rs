//! UTF-8, byte by byte. Half a character waits for its other half.
//! Knows no key.

/// The bytes of a character that has begun.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Utf8 {
    bytes: [u8; 4],
    len: usize,
}

/// What a byte did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The character is not whole yet.
    Half,
    Char(char),
    /// The byte begins no character. It is dropped.
    Bad,
    /// The character that had begun is dropped. The byte is not part of it.
    Broken,
}

impl Utf8 {
    pub(crate) const fn new() -> Self {
        Utf8 { bytes: [0; 4], len: 0 }
    }

    /// Whether a character has begun.
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
    fn a_whole_character_is_told() {
        for c in ['a', 'ß', '你', '👩', '\u{10ffff}'] {
            let (mut character, mut buffer) = (Utf8::default(), [0; 4]);
            let (last, begin) = c.encode_utf8(&mut buffer).as_bytes().split_last().unwrap();
            assert!(begin.iter().all(|&byte| character.take(byte) == Taken::Half));
            assert_eq!(character.take(*last), Taken::Char(c));
            assert!(!character.is_begun());
        }
    }

    #[test]
    fn a_bad_byte_is_dropped_alone() {
        let mut character = Utf8::default();
        for byte in [0x80, 0xbf, 0xc0, 0xc1, 0xf5, 0xff] {
            assert_eq!(character.take(byte), Taken::Bad);
        }
        assert_eq!(character.take(b'a'), Taken::Char('a'));
    }

    #[test]
    fn half_a_character_takes_nothing_with_it() {
        let mut character = Utf8::default();
        for (half, next) in [(&b"\xc3"[..], b'a'), (b"\xe4\xbd", 0xe4), (b"\xed", 0xa0)] {
            assert!(half.iter().all(|&byte| character.take(byte) == Taken::Half));
            assert_eq!(character.take(next), Taken::Broken);
            assert!(!character.is_begun());
        }
    }
}
