//! Ids, keys and tokens as they stand in a line.

use super::LineWriter;

/// Writes two digits for each byte.
pub fn emit_hex(bytes: &[u8], line: &mut LineWriter) {
    for byte in bytes {
        line.push_hex((*byte).into(), 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::parse_id;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_is_read_as_it_is_written(id: [u8; 32]) {
            let mut line = LineWriter::new();
            emit_hex(&id, &mut line);
            prop_assert_eq!(parse_id(line.as_str()), Some(id));
        }
    }
}
