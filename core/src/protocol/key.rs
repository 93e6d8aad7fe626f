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

/// A key as text, with its kind.
pub type KeyText = heapless::String<{ KEY_KIND.len() + 1 + ENCODED }, u8>;

/// Reads `ssh-ed25519 AAAA...`, and ignores a comment behind it. `None` if it is no ed25519 key.
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
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

    proptest! {
        #[test]
        fn every_key_is_read_as_it_is_written(key: [u8; 32]) {
            prop_assert_eq!(parse_key(&key_text(&key)), Some(key));
        }
    }
}
