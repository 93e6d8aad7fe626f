//! The keys of the last list: each has a number, by which it is taken back. Whatever the server's
//! list is by then, the key that was shown is the one that is meant. Knows no key of a keyboard.

use heapless::String;
use sha2::{Digest, Sha256};
use smolchat_core::protocol::{Request, key_blob, parse_key};

use super::Talk;
use crate::errands::{Errand, Kind};
use crate::style::PLAIN;

/// The server takes no more keys of one user.
const KEYS_MAX: usize = 8;
/// What stands before a fingerprint.
const KIND: &str = "SHA256:";
/// Characters of a fingerprint: 32 bytes in base64, without padding.
const FINGERPRINT: usize = KIND.len() + 43;
/// The digits of base64 (RFC 4648, section 4).
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

type Fingerprint = String<FINGERPRINT, u8>;

/// The keys that were shown, in their order.
#[derive(Debug, Default)]
pub(super) struct Keys {
    rows: [[u8; 32]; KEYS_MAX],
    len: usize,
}

impl Keys {
    /// Another list begins.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds a key. Returns its number.
    fn push(&mut self, key: [u8; 32]) -> Option<usize> {
        *self.rows.get_mut(self.len)? = key;
        self.len += 1;
        Some(self.len)
    }

    /// The key of this number or fingerprint.
    fn find(&self, which: &str) -> Option<[u8; 32]> {
        let rows = &self.rows[..self.len];
        let at = which.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let key =
            at.map_or_else(|| rows.iter().find(|key| fingerprint(key) == which), |at| rows.get(at));
        key.copied()
    }
}

/// The hash of a key, as OpenSSH writes it.
fn fingerprint(key: &[u8; 32]) -> Fingerprint {
    let mut text = Fingerprint::new();
    let _ = text.push_str(KIND);
    let hash: [u8; 32] = Sha256::digest(key_blob(key)).into();
    for bytes in hash.chunks(3) {
        let mut group = [0; 4];
        group[1..=bytes.len()].copy_from_slice(bytes);
        let value = u32::from_be_bytes(group);
        for shift in [18, 12, 6, 0].into_iter().take(bytes.len() + 1) {
            // There is room for all.
            let _ = text.push(char::from(DIGITS[(value >> shift & 63) as usize]));
        }
    }
    text
}

impl Talk<'_> {
    /// Shows a key of the list in one row. Returns whether `key` is one.
    pub(super) fn show_key(&mut self, key: &str) -> bool {
        let Some(key) = parse_key(key).filter(|_| self.screen.is_person()) else { return false };
        let Some(number) = self.keys.push(key) else { return false };
        self.screen.line(PLAIN, |page| {
            page.number(number as u64);
            page.text(" ");
            page.text(&fingerprint(&key));
        });
        true
    }

    /// Takes back the key of the list that this number or fingerprint names.
    pub(super) fn remove_key(&mut self, which: &str) {
        match self.keys.find(which) {
            Some(key) => {
                self.send(&Request::RemoveKey { key }, Errand::new(Kind::Command, ""));
            }
            None => self.refuse(|page| {
                page.text("there is no such key in a list above; /keys lists yours, with numbers");
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_by_its_number_and_by_its_fingerprint() {
        let mut keys = Keys::default();
        assert_eq!((keys.find("1"), keys.find("0"), keys.find("")), (None, None, None));
        let numbers = [7, 8].map(|byte| keys.push([byte; 32]));
        assert_eq!(numbers, [Some(1), Some(2)]);
        // That of `ssh-keygen -l`.
        let seven = "SHA256:gNSIRW+2Iyiuvsdp/bgjy38bvWHw6wQm3tuoXrl3WjQ";
        assert_eq!(fingerprint(&[7; 32]), seven);
        assert_eq!((keys.find(seven), keys.find("2")), (Some([7; 32]), Some([8; 32])));
        assert_eq!((keys.find("3"), keys.find("0"), keys.find("SHA256:")), (None, None, None));
        assert!((2..KEYS_MAX).all(|_| keys.push([9; 32]).is_some()));
        assert_eq!(keys.push([10; 32]), None);
    }
}
