//! What tests of several rooms need.

use crate::chance::Chance;

/// So many bytes that no other seed has.
pub(crate) fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut chance = Chance::new(seed);
    let mut bytes = Vec::with_capacity(len + 8);
    while bytes.len() < len {
        bytes.extend(chance.number().to_le_bytes());
    }
    bytes.truncate(len);
    bytes
}
