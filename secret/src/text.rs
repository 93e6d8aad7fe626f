//! A hash as a PHC string, as `$argon2id$v=19$m=19456,t=2,p=1$salt$digest`, and back.
//! The string format is that of <https://github.com/P-H-C/phc-string-format>.

use core::fmt;

use phc::{Output, ParamsString, PasswordHash, Salt};

use crate::{Fault, Hash, Work};

const ARGON2ID: &str = "argon2id";
const PBKDF2: &str = "pbkdf2-sha256";
/// The only version of Argon2 that is read. Its predecessor is weaker.
const VERSION: u32 = 19;

/// Reads a PHC string; `None` if the text is none, or is of a kind that nobody here knows, or has
/// no digest. Then it may be a password.
///
/// # Errors
/// It is a hash and cannot be used; [`Fault`] says why.
pub(crate) fn parse(text: &str) -> Option<Result<Hash, Fault>> {
    let parsed = PasswordHash::new(text).ok()?;
    let is_known = [ARGON2ID, PBKDF2].contains(&parsed.algorithm.as_str());
    let (salt, digest) = (parsed.salt?, parsed.hash?);
    is_known.then(|| {
        let work = work(&parsed)?;
        Hash::of_parts(work, salt.as_ref(), digest.as_ref()).ok_or(Fault::Parts)
    })
}

/// The work that the parameters name: each once, and no other.
fn work(parsed: &PasswordHash) -> Result<Work, Fault> {
    let number = |name: &str| parsed.params.get_decimal(name).ok_or(Fault::Parameters);
    let are_exactly = |names: &[&str]| {
        parsed.params.iter().map(|(name, _)| name).eq(names.iter().map(|name| ident(name)))
    };
    let work = if parsed.algorithm.as_str() == ARGON2ID {
        if parsed.version != Some(VERSION) {
            return Err(Fault::Version);
        }
        if !are_exactly(&["m", "t", "p"]) {
            return Err(Fault::Parameters);
        }
        let lanes = u8::try_from(number("p")?).map_err(|_| Fault::Work)?;
        Work::Argon2id { kib: number("m")?, passes: number("t")?, lanes }
    } else {
        // `l`, the length of the digest, stands in what some programs write.
        let has_length = are_exactly(&["i", "l"]);
        if parsed.version.is_some() || !has_length && !are_exactly(&["i"]) {
            return Err(Fault::Parameters);
        }
        let length = parsed.hash.as_ref().map_or(0, Output::len);
        if has_length && number("l")? as usize != length {
            return Err(Fault::Parameters);
        }
        Work::Pbkdf2 { rounds: number("i")? }
    };
    if work.is_sound() { Ok(work) } else { Err(Fault::Work) }
}

fn ident(name: &str) -> phc::Ident {
    phc::Ident::new_unwrap(name)
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut params = ParamsString::new();
        let mut put =
            |name: &str, value: u32| params.add_decimal(ident(name), value).map_err(|_| fmt::Error);
        let (algorithm, version) = match self.work() {
            Work::Argon2id { kib, passes, lanes } => {
                put("m", kib)?;
                put("t", passes)?;
                put("p", lanes.into())?;
                (ARGON2ID, Some(VERSION))
            }
            Work::Pbkdf2 { rounds } => {
                put("i", rounds)?;
                (PBKDF2, None)
            }
        };
        let salt = Salt::new(self.salt()).map_err(|_| fmt::Error)?;
        let hash = Output::new(self.digest()).map_err(|_| fmt::Error)?;
        let algorithm = ident(algorithm);
        PasswordHash { algorithm, version, params, salt: Some(salt), hash: Some(hash) }.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Block;
    use std::string::ToString;
    use std::vec;

    /// Made by argon2-cffi and by Python's hashlib, of the password `falcon*solo`.
    const ELSEWHERE: [&str; 3] = [
        "$argon2id$v=19$m=16,t=12,p=1$AAECAwQFBgcICQoLDA0ODw$t+yqV5jIZFhpyhhnY+LFC0e8Vj5Njsg9eYFkh6Bcm0k",
        "$argon2id$v=19$m=64,t=2,p=2$c29tZXNhbHQ$fIdNyabNdj7Kk9/b/+uzA005tHA5ZPk7",
        "$pbkdf2-sha256$i=1000$AAECAwQFBgcICQoLDA0ODw$DX2OvQWse9FcVEfz1cDgOctb5N7/8PMOr1WuvJah+x8",
    ];

    #[test]
    fn hashes_that_other_programs_made_are_read_and_opened() {
        let mut memory = vec![Block::new(); 64];
        for text in ELSEWHERE {
            let hash = parse(text).unwrap().unwrap();
            assert_eq!(hash.is_of("falcon*solo", &mut memory), Ok(true), "{text}");
            assert_eq!(hash.is_of("falcon*sol0", &mut memory), Ok(false), "{text}");
            assert_eq!(hash.to_string(), text);
        }
    }

    #[test]
    fn a_hash_that_cannot_be_used_says_why() {
        let argon2id = |middle: &str| {
            parse(&std::format!("$argon2id${middle}$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK"))
        };
        for (middle, fault) in [
            ("v=16$m=256,t=2,p=1", Fault::Version),
            ("m=256,t=2,p=1", Fault::Version),
            ("v=19$m=256,t=2", Fault::Parameters),
            ("v=19$t=2,m=256,p=1", Fault::Parameters),
            ("v=19$m=256,t=2,p=1,keyid=AAAA", Fault::Parameters),
            ("v=19$m=256,t=-2,p=1", Fault::Parameters),
            ("v=19$m=4294967295,t=2,p=1", Fault::Work),
            ("v=19$m=256,t=0,p=1", Fault::Work),
            ("v=19$m=256,t=2,p=0", Fault::Work),
            ("v=19$m=256,t=2,p=256", Fault::Work),
            ("v=19$m=7,t=2,p=1", Fault::Work),
        ] {
            assert_eq!(argon2id(middle), Some(Err(fault)), "{middle}");
        }
        assert!(argon2id("v=19$m=256,t=2,p=1").unwrap().is_ok());
        for (text, fault) in [
            ("$pbkdf2-sha256$i=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK", Fault::Work),
            ("$pbkdf2-sha256$i=9,l=9$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK", Fault::Parameters),
            ("$pbkdf2-sha256$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK", Fault::Parameters),
            // A salt of 17 bytes, and a digest of ten.
            (
                "$pbkdf2-sha256$i=9$c29tZXNhbHRzb21lc2FsdDE$nf65EOgLrQMR/uIPnA4rEsF5h7TK",
                Fault::Parts,
            ),
            ("$pbkdf2-sha256$i=9$c29tZXNhbHQ$nf65EOgLrQMR/g", Fault::Parts),
        ] {
            assert_eq!(parse(text), Some(Err(fault)), "{text}");
        }
    }

    #[test]
    fn what_is_no_hash_may_be_a_password() {
        for text in [
            "falcon*solo",
            "$",
            "$$",
            "$1$abc",
            "$argon2id",
            "$argon2id$v=19$m=256,t=2,p=1",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$short",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK",
            "$scrypt$ln=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TK",
            "$2b$10$abcdefghijklmnopqrstuv",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
