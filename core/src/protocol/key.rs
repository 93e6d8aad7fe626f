//! An ed25519 public key as a line of OpenSSH's files has it: `ssh-ed25519 AAAA...` (RFC 8709, RFC
//! 4253 section 6.6).
//! Knows no signature and no user.

/// The kind of a key, which stands in front of it.
pub const KEY_KIND: &str = "ssh-ed25519";
/// The characters of a key in base64. The bytes are a multiple of three, so there is no padding.
const ENCODED: usize = BLOB / 3 * 4;
/// The bytes of [`key_blob`].
const BLOB: usize = FRONT.len() + 32;
/// What stands before the bytes of every ed25519 key.
const FRONT: [u8; 19] = *b"\0\0\0\x0bssh-ed25519\0\0\0\x20";
/// The digits of base64 (RFC 4648, section 4).
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The points of small order, by the y of their encodings (RFC 8032, section 5.1.2), as x takes the
/// highest bit: the five numbers, and 0 and 1 once more beyond the prime 2^255 - 19. A signature by
/// such a key needs no private key.
const SMALL_ORDER: [[u8; 32]; 7] = [
    number(0x00, 0x00, 0x00),
    number(0x01, 0x00, 0x00),
    number(0xec, 0xff, 0x7f),
    number(0xed, 0xff, 0x7f),
    number(0xee, 0xff, 0x7f),
    *b"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\
      \xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
    *b"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\
      \x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
];

/// A number of which all bytes but the first and the last are the same.
const fn number(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    (bytes[0], bytes[31]) = (first, last);
    bytes
}

/// Whether the key opens to everybody, because it is a point of small order.
pub fn is_weak_key(key: &[u8; 32]) -> bool {
    let mut y = *key;
    y[31] &= 0x7f;
    SMALL_ORDER.contains(&y)
}

/// A key as text, with its kind.
pub type KeyText = heapless::String<{ KEY_KIND.len() + 1 + ENCODED }, u8>;

/// Reads `ssh-ed25519 AAAA...`, and ignores a comment behind it. `None` if it is no ed25519 key, or
/// one that opens to everybody.
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
    parse_any_key(text).filter(|key| !is_weak_key(key))
}

/// As [`parse_key`], for a key that is to go: it may be one that opens to everybody.
pub(crate) fn parse_any_key(text: &str) -> Option<[u8; 32]> {
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    if words.next() != Some(KEY_KIND) {
        return None;
    }
    let encoded: &[u8; ENCODED] = words.next()?.as_bytes().try_into().ok()?;
    let mut blob = [0; BLOB];
    for (bytes, digits) in blob.chunks_exact_mut(3).zip(encoded.chunks_exact(4)) {
        let mut value = 0;
        for digit in digits {
            let worth = DIGITS.iter().position(|known| known == digit)?;
            value = value << 6 | worth as u32;
        }
        bytes.copy_from_slice(&value.to_be_bytes()[1..]);
    }
    let (front, key) = blob.split_first_chunk()?;
    if *front != FRONT {
        return None;
    }
    key.try_into().ok()
}

/// The key as SSH writes it: its kind and its bytes, each behind its length. A fingerprint is the
/// hash of this.
pub fn key_blob(key: &[u8; 32]) -> [u8; BLOB] {
    let mut blob = [0; BLOB];
    let (front, rest) = blob.split_at_mut(FRONT.len());
    front.copy_from_slice(&FRONT);
    rest.copy_from_slice(key);
    blob
}

/// The key as [`parse_key`] reads it, without a comment.
pub fn key_text(key: &[u8; 32]) -> KeyText {
    let mut text = KeyText::new();
    // Its length is that of the text's memory.
    let _ = text.push_str(KEY_KIND).and_then(|()| text.push(' '));
    for bytes in key_blob(key).chunks_exact(3) {
        let value = bytes.iter().fold(0, |value, byte| value << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            let _ = text.push(char::from(DIGITS[value >> shift & 63]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Made by ssh-keygen.
    const LINE: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAk9w/kJQdspZBcnUirtuPF/g3opR4GrR/dNxFQzphEb";

    #[test]
    fn a_key_of_openssh_is_read_with_and_without_its_comment() {
        let key = parse_key(LINE).unwrap();
        assert_eq!(key[..4], [9, 61, 195, 249]);
        assert_eq!(key_text(&key), LINE);
        assert_eq!(parse_key(&format!("{LINE} hans@falcon the second")), Some(key));
        assert_eq!(parse_key(&LINE.replace(' ', "  ")), Some(key));
    }

    #[test]
    fn what_is_cut_or_changed_is_no_key() {
        for length in 0..LINE.len() {
            assert_eq!(parse_key(&LINE[..length]), None, "{length}");
        }
        for (from, to) in
            [("NzaC1", "NzaD1"), ("AAAAI", "AAAAH"), ("AAAAC", "AAAAB"), ("ssh-", "SSH-")]
        {
            assert_eq!(parse_key(&LINE.replacen(from, to, 1)), None, "{to}");
        }
        for wrong in [&*format!("{LINE}AAAA"), &LINE.replace('/', "_"), "ssh-rsa AAAA", "", "é"] {
            assert_eq!(parse_key(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_that_needs_no_private_one_is_refused_and_can_go() {
        for y in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut key = y;
                key[31] |= sign;
                assert_eq!(parse_key(&key_text(&key)), None, "{key:?}");
                assert_eq!(parse_any_key(&key_text(&key)), Some(key));
                key[7] ^= 1;
                assert_eq!(parse_key(&key_text(&key)), Some(key));
            }
        }
    }

    proptest! {
        #[test]
        fn every_key_is_read_as_it_is_written(key: [u8; 32]) {
            let wanted = (!is_weak_key(&key)).then_some(key);
            prop_assert_eq!(parse_key(&key_text(&key)), wanted);
        }
    }
}
