//! A public key as OpenSSH writes it: `ssh-ed25519 AAAA... comment` (RFC 8709, RFC 4253 section
//! 6.6).
//! Knows no signature.

use base64ct::{Base64, Encoding};

use crate::Fault;

/// Bytes of an ed25519 key.
pub const KEY_BYTES: usize = 32;
/// What stands in front of a key.
pub(crate) const KIND: &str = "ssh-ed25519";
/// Bytes of a key with its kind, each behind its length.
const BLOB: usize = 4 + KIND.len() + 4 + KEY_BYTES;

/// An ed25519 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub [u8; KEY_BYTES]);

impl Key {
    /// Reads what stands behind the kind: the key in base64, and perhaps a space and a comment.
    pub(crate) fn parse(rest: &str) -> Result<Self, Fault> {
        let encoded = rest.split(' ').next().unwrap_or_default();
        let mut blob = [0; BLOB];
        let blob = Base64::decode(encoded, &mut blob).map_err(|_| Fault::Key)?;
        let (kind, key) = string(blob).ok_or(Fault::Key)?;
        let (key, rest) = string(key).ok_or(Fault::Key)?;
        match <[u8; KEY_BYTES]>::try_from(key) {
            Ok(key) if kind == KIND.as_bytes() && rest.is_empty() => Ok(Key(key)),
            _ => Err(Fault::Key),
        }
    }
}

/// A string of SSH: its length in four bytes, big endian, and its bytes; and what comes behind it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u32::from_be_bytes(*length).try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by ssh-keygen.
    const LINE: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIAk9w/kJQdspZBcnUirtuPF/g3opR4GrR/dNxFQzphEb hans@falcon the second";

    #[test]
    fn a_key_of_openssh_is_read_with_and_without_its_comment() {
        let key = Key::parse(LINE).unwrap();
        let (encoded, _) = LINE.split_once(' ').unwrap();
        assert_eq!(Key::parse(encoded), Ok(key));
        assert_eq!(key.0[..4], [9, 61, 195, 249]);
    }

    #[test]
    fn what_is_cut_or_changed_is_no_key() {
        let (encoded, _) = LINE.split_once(' ').unwrap();
        for length in 0..encoded.len() {
            assert_eq!(Key::parse(&encoded[..length]), Err(Fault::Key), "{length}");
        }
        // Another kind, a length that is wrong, one byte more.
        for (from, to) in [("NzaC1", "NzaD1"), ("AAAAI", "AAAAH"), ("AAAAC", "AAAAB")] {
            assert_eq!(Key::parse(&encoded.replacen(from, to, 1)), Err(Fault::Key), "{to}");
        }
        for wrong in ["", " ", "=", "AAAA", &std::format!("{encoded}AAAA")] {
            assert_eq!(Key::parse(wrong), Err(Fault::Key), "{wrong}");
        }
    }
}
