//! Ids, keys and tokens as text: two lower-case hexadecimal digits a byte. An id has one spelling,
//! so that programs may compare texts.
//! Knows no line.

/// Reads the 64 digits of a file's id or of a key.
pub fn parse_id(text: &str) -> Option<[u8; 32]> {
    parse_hex(text)
}

/// Reads two digits for each byte.
pub(crate) fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "0123456789abcdef".repeat(4);
        assert!(parse_id(&id).is_some());
        for wrong in [&id.to_uppercase(), &id[1..], &format!("{id}0"), &id.replace('f', "g"), ""] {
            assert_eq!(parse_id(wrong), None, "{wrong}");
        }
        assert_eq!(parse_id(&format!("ß{}", &id[2..])), None);
    }
}
