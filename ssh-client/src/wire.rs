//! Strings as SSH writes them (RFC 4251, 5), and the base64 of its files. Knows no message.

/// Writes a string: its length and its bytes.
pub(crate) fn push(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

/// Reads a string, and leaves what follows it.
pub(crate) fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk()?;
    let (string, behind) = behind.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = behind;
    Some(string)
}

/// The bytes of base64 (RFC 4648, 4). It ends at the first character that is none.
pub(crate) fn from_base64(text: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0);
    for letter in text {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        (held, bits) = (held << 6 | u32::from(value), bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_is_read_as_it_was_written_and_a_cut_one_is_none() {
        let mut out = Vec::new();
        push(&mut out, b"first");
        push(&mut out, b"");
        let mut rest = &out[..];
        assert_eq!(string(&mut rest), Some(&b"first"[..]));
        assert_eq!((string(&mut rest), rest), (Some(&b""[..]), &b""[..]));
        for cut in [&[][..], &[0, 0, 0], &[0, 0, 0, 2, b'x'], &[0xff; 5]] {
            assert_eq!(string(&mut &*cut), None, "{cut:?}");
        }
    }

    #[test]
    fn base64_is_read_up_to_its_end() {
        for (text, bytes) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy\nrest", "foobar")]
        {
            assert_eq!(from_base64(text.bytes()), bytes.as_bytes(), "{text}");
        }
        assert_eq!(from_base64("+/8A".bytes()), [0xfb, 0xff, 0x00]);
    }
}
