//! The words of a secret, told apart: a password, a hash of one, a key.
//! Only what is a PHC string of a known kind is a hash. A password may begin with `$`, too.

use smolchat_core::protocol::{KEY_KIND, parse_key};

use crate::{Fault, Hash, Key, text};

/// What lets a user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret<'a> {
    /// A password as it is typed.
    Password(&'a str),
    /// A hash of a password.
    Hash(Hash),
    /// A key, which lets its owner in over SSH.
    Key(Key),
}

impl<'a> Secret<'a> {
    /// Reads a secret. Whatever is neither a hash nor a key is a password, and nobody has checked
    /// its characters.
    ///
    /// # Errors
    /// It is a hash or a key, and cannot be used.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        if text.strip_prefix(KEY_KIND).is_some_and(|rest| rest.starts_with(' ')) {
            return parse_key(text).map(|key| Secret::Key(Key(key))).ok_or(Fault::Key);
        }
        match text::parse(text) {
            Some(hash) => hash.map(Secret::Hash),
            None => Ok(Secret::Password(text)),
        }
    }
}

/// Whether a password begins as hashes do, so that somebody may have meant one.
pub fn resembles_hash(password: &str) -> bool {
    password.starts_with('$')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::ToString;

    #[test]
    fn words_are_told_apart_by_their_beginning_and_by_nothing_else() {
        let hash = "$pbkdf2-sha256$i=9$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK";
        assert!(matches!(Secret::parse(hash), Ok(Secret::Hash(_))));
        for word in ["falcon*solo", "$ecret", "ssh-ed25519", "ssh-ed25519:AAAA", "ssh-rsa AAAA"] {
            assert_eq!(Secret::parse(word), Ok(Secret::Password(word)));
        }
        assert_eq!(Secret::parse("ssh-ed25519 AAAA"), Err(Fault::Key));
        let key =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";
        assert_eq!(
            Secret::parse(&std::format!("{key} hans@falcon")),
            Ok(Secret::Key(Key([7; 32])))
        );
        assert!(resembles_hash("$ecret") && !resembles_hash("s$cret"));
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_read_and_a_hash_is_written_as_it_was(
            text in r"(\$(argon2id|pbkdf2-sha256|[a-z]{0,3})(\$v=19)?\$(m=[0-9]{1,5},t=[1-9],p=[01]|i=[0-9]{1,4})\$[A-Za-z0-9+/]{0,24}\$[A-Za-z0-9+/]{0,44}|ssh-ed25519 [A-Za-z0-9+/=]{0,70}|\PC{0,40})",
        ) {
            match Secret::parse(&text) {
                Ok(Secret::Hash(hash)) => prop_assert_eq!(hash.to_string(), text),
                Ok(Secret::Password(word)) => prop_assert_eq!(word, &*text),
                Ok(Secret::Key(_)) | Err(_) => {}
            }
        }
    }
}
