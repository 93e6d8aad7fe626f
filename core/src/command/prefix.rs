//! How the names of a list of accounts begin, as small as the state of a connection has room for.

use core::hash::Hasher;

use siphasher::sip::SipHasher13;

/// How the names of a list begin. A connection has room for the number of a prefix, and none for
/// its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix {
    len: u8,
    number: [u8; 8],
}

impl Prefix {
    /// This one, of at most as many bytes as a name has.
    pub(crate) fn new(prefix: &str) -> Self {
        Prefix { len: prefix.len() as u8, number: number(prefix.as_bytes()) }
    }

    pub(super) fn begins(self, name: &str) -> bool {
        let begin = name.as_bytes().get(..self.len.into());
        begin.is_some_and(|begin| number(begin) == self.number)
    }
}

/// Different bytes have different numbers: 64 bits are enough for names.
fn number(bytes: &[u8]) -> [u8; 8] {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    hasher.finish().to_ne_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::NAME_MAX;

    #[test]
    fn a_prefix_is_as_long_as_a_name_can_be() {
        let name = "a".repeat(NAME_MAX);
        for len in [0, 1, 16, 17, NAME_MAX - 1, NAME_MAX] {
            assert!(Prefix::new(&name[..len]).begins(&name), "{len}");
            let other = format!("{}b", &name[..len]);
            assert!(!Prefix::new(&other).begins(&name), "{len}");
        }
        assert!(!Prefix::new("aa").begins("a"));
    }
}
