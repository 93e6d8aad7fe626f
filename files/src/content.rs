//! What a file is known by: the BLAKE3 hash of its content, as `b3sum` prints it.

use std::fmt;
use std::str::FromStr;

/// Bytes in a content id, and in the value of a chunk.
pub const ID_BYTES: usize = 32;

/// The BLAKE3 hash of a file's content. It is written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentId(pub [u8; ID_BYTES]);

/// A text that is no content id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoContentId;

impl fmt::Display for ContentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for ContentId {
    type Err = NoContentId;

    fn from_str(text: &str) -> Result<Self, NoContentId> {
        let digits = text.as_bytes();
        if digits.len() != 2 * ID_BYTES {
            return Err(NoContentId);
        }
        let mut id = [0; ID_BYTES];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(ContentId(id))
    }
}

/// Upper case is refused: every id has one spelling.
fn digit(byte: u8) -> Result<u8, NoContentId> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(NoContentId),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = ContentId(std::array::from_fn(|at| (at as u8).wrapping_mul(37)));
        let text = id.to_string();
        assert_eq!(text.parse(), Ok(id));
        for wrong in [&text[1..], &text.to_uppercase(), &format!("{text}0"), "", &"é".repeat(32)] {
            assert_eq!(wrong.parse::<ContentId>(), Err(NoContentId), "{wrong}");
        }
    }
}
