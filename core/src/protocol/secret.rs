//! What lets a user in by a password, as a server keeps it: the password itself, or a hash that
//! only the product can read.
//! Knows no hash function.

use super::limits::PASSWORD_MAX;
use super::name::check_password;

/// The most bytes of a hash that a server keeps.
pub const HASH_MAX: usize = PASSWORD_MAX;
/// The first byte of a hash is below this: a control character, which no password holds.
const HASH_BELOW: u8 = 0x20;

/// A hash of a password as the product packs it: 1 to [`HASH_MAX`] bytes, the first of which is
/// below 0x20.
pub type PackedHash = heapless::Vec<u8, HASH_MAX, u8>;

/// What lets a user in by a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret<'a> {
    /// The password.
    Password(&'a str),
    /// A [`PackedHash`] of the password.
    Hash(&'a [u8]),
}

impl<'a> From<&'a str> for Secret<'a> {
    fn from(password: &'a str) -> Self {
        Secret::Password(password)
    }
}

impl<'a> From<&'a PackedHash> for Secret<'a> {
    fn from(hash: &'a PackedHash) -> Self {
        Secret::Hash(hash)
    }
}

/// A secret of either kind in as much memory as a password takes. Its first byte tells the kind.
#[derive(Debug, Default)]
pub(crate) struct KeptSecret(PackedHash);

impl KeptSecret {
    /// The secret, owned; `None` if it is not one.
    pub(crate) fn new(secret: Secret<'_>) -> Option<Self> {
        let bytes = match secret {
            Secret::Password(password) => check_password(password).ok()?.as_bytes(),
            Secret::Hash(hash) => {
                hash.first().filter(|&&kind| kind < HASH_BELOW).and(Some(hash))?
            }
        };
        PackedHash::from_slice(bytes).ok().map(KeptSecret)
    }

    /// The hash, if it is one.
    pub(crate) fn hash(&self) -> Option<&[u8]> {
        self.0.first().filter(|&&kind| kind < HASH_BELOW).and(Some(&self.0))
    }

    /// Whether this is the password, which it is not if it is a hash. The comparison takes a time
    /// that does not tell how much was right.
    pub(crate) fn is(&self, guess: &str) -> bool {
        let (secret, guess) = (&self.0, guess.as_bytes());
        let difference = secret.iter().zip(guess).fold(0, |sum, (a, b)| sum | (a ^ b));
        secret.len() == guess.len() && difference == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_takes_no_more_memory_than_a_password_and_is_never_taken_for_one() {
        assert_eq!(size_of::<KeptSecret>(), size_of::<super::super::Password>());
        let hash = KeptSecret::new(Secret::Hash(b"\x1fhash")).unwrap();
        assert_eq!(hash.hash(), Some(&b"\x1fhash"[..]));
        let password = KeptSecret::new("hash".into()).unwrap();
        assert!(password.hash().is_none() && password.is("hash"));
        for wrong in ["", "has", "hasi", "hash!", "Hash"] {
            assert!(!password.is(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_is_too_long_or_begins_as_the_other_kind_is_no_secret() {
        for (length, fits) in [(0, false), (1, true), (HASH_MAX, true), (HASH_MAX + 1, false)] {
            let (hash, password) = (vec![1; length], "p".repeat(length));
            assert_eq!(KeptSecret::new(Secret::Hash(&hash)).is_some(), fits, "{length}");
            assert_eq!(KeptSecret::new(Secret::Password(&password)).is_some(), fits, "{length}");
        }
        assert!(KeptSecret::new(Secret::Hash(b" hash")).is_none());
        assert!(KeptSecret::new(Secret::Password("\u{1}hash")).is_none());
    }
}
