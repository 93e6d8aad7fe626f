//! Ids, keys and tokens as they stand in a line: two lower-case hexadecimal digits a byte. An id
//! has one spelling, so that programs may compare lines.

use super::LineWriter;

/// Reads the 64 digits of a file's id or of a key.
pub fn parse_id(text: &str) -> Option<[u8; 32]> {
    parse_hex(text)
}

/// Reads two digits for each byte.
pub(super) fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
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

/// Writes two digits for each byte.
pub fn emit_hex(bytes: &[u8], line: &mut LineWriter) {
    for byte in bytes {
        line.push_hex((*byte).into(), 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_is_read_as_it_is_written(id: [u8; 32]) {
            let mut line = LineWriter::new();
            emit_hex(&id, &mut line);
            prop_assert_eq!(parse_id(line.as_str()), Some(id));
        }
    }

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
