//! A hash of a password as a value, and the few bytes that a server keeps of it.
//! Knows no text.

use heapless::Vec;
use subtle::ConstantTimeEq;

use crate::work::{NoMemory, Work, salt_fits};
use crate::{Block, DIGEST_BYTES, DIGEST_MIN, Profile, SALT_BYTES};

/// The most bytes of a packed hash.
pub const PACKED_MAX: usize = 64;
/// The first byte of a packed hash. It is a control character, which no password begins with.
const ARGON2ID: u8 = 1;
const PBKDF2: u8 = 2;

/// A hash in few bytes. Its first byte is a control character, so it is never taken for a password.
pub type Packed = Vec<u8, PACKED_MAX, u8>;

/// A hash of a password: the work, the salt, and the digest that came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hash {
    work: Work,
    salt: Vec<u8, SALT_BYTES, u8>,
    digest: Vec<u8, DIGEST_BYTES, u8>,
}

impl Hash {
    /// Hashes `password` with the work of `profile`. `salt` must be unpredictable, and new for each
    /// hash.
    ///
    /// # Errors
    /// `memory` has fewer than [`Work::blocks`] blocks.
    pub fn new(
        profile: Profile,
        salt: [u8; SALT_BYTES],
        password: &str,
        memory: &mut [Block],
    ) -> Result<Self, NoMemory> {
        let hash = Self::without_digest(profile, salt);
        let mut digest = [0; DIGEST_BYTES];
        hash.work.run(password.as_bytes(), &hash.salt, &mut digest, memory)?;
        Ok(hash.with_digest(digest))
    }

    /// A hash whose digest is still to come.
    pub(crate) fn without_digest(profile: Profile, salt: [u8; SALT_BYTES]) -> Self {
        let digest = Vec::from_array([0; DIGEST_BYTES]);
        Hash { work: profile.work(), salt: Vec::from_array(salt), digest }
    }

    /// The same with its digest.
    pub(crate) fn with_digest(&self, digest: [u8; DIGEST_BYTES]) -> Self {
        let digest = Vec::from_array(digest);
        Hash { work: self.work, salt: self.salt.clone(), digest }
    }

    /// A hash that no password has, as far as anybody knows. Checking it takes as long as checking
    /// another of the same `profile`.
    pub fn of_nobody(profile: Profile) -> Self {
        Self::without_digest(profile, [0; SALT_BYTES])
    }

    /// A hash of these parts; `None` if one is too short, too long, or too much work.
    pub(crate) fn of_parts(work: Work, salt: &[u8], digest: &[u8]) -> Option<Self> {
        let is_sound = work.is_sound() && salt_fits(salt) && digest.len() >= DIGEST_MIN;
        let (salt, digest) = (Vec::from_slice(salt).ok()?, Vec::from_slice(digest).ok()?);
        is_sound.then_some(Hash { work, salt, digest })
    }

    /// Whether it is a hash of `password`. The comparison takes the same time whatever agrees.
    ///
    /// # Errors
    /// `memory` has fewer than [`Work::blocks`] blocks.
    pub fn is_of(&self, password: &str, memory: &mut [Block]) -> Result<bool, NoMemory> {
        let mut digest = [0; DIGEST_BYTES];
        let digest = &mut digest[..self.digest.len()];
        self.work.run(password.as_bytes(), &self.salt, digest, memory)?;
        Ok(digest.ct_eq(&self.digest).into())
    }

    /// Whether its digest begins this longest one. The comparison takes the same time whatever
    /// agrees.
    pub(crate) fn has_digest(&self, whole: &[u8; DIGEST_BYTES]) -> bool {
        let begin = whole.get(..self.digest.len()).unwrap_or(whole);
        begin.ct_eq(&self.digest).into()
    }

    /// The work of checking a password.
    pub fn work(&self) -> Work {
        self.work
    }

    /// The salt.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// The digest.
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// The hash in few bytes: its kind, its numbers (little endian), the length of its salt, its
    /// salt, its digest.
    pub fn pack(&self) -> Packed {
        let mut packed = Packed::new();
        let mut put = |bytes: &[u8]| {
            // Kind, numbers and length are eleven bytes at most, and the rest has its own limits.
            let _ = packed.extend_from_slice(bytes);
        };
        match self.work {
            Work::Argon2id { kib, passes, lanes } => {
                put(&[ARGON2ID]);
                put(&kib.to_le_bytes());
                put(&passes.to_le_bytes());
                put(&[lanes]);
            }
            Work::Pbkdf2 { rounds } => {
                put(&[PBKDF2]);
                put(&rounds.to_le_bytes());
            }
        }
        put(&[self.salt.len() as u8]);
        put(&self.salt);
        put(&self.digest);
        packed
    }

    /// Reads what [`pack`](Self::pack) made; `None` if nothing of it could have been made so.
    pub fn unpack(packed: &[u8]) -> Option<Self> {
        let (&kind, rest) = packed.split_first()?;
        let (first, rest) = number(rest)?;
        let (work, rest) = match kind {
            ARGON2ID => {
                let (passes, rest) = number(rest)?;
                let (&lanes, rest) = rest.split_first()?;
                (Work::Argon2id { kib: first, passes, lanes }, rest)
            }
            PBKDF2 => (Work::Pbkdf2 { rounds: first }, rest),
            _ => return None,
        };
        let (&length, rest) = rest.split_first()?;
        let (salt, digest) = rest.split_at_checked(length.into())?;
        Self::of_parts(work, salt, digest)
    }
}

fn number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;

    #[test]
    fn a_password_opens_its_own_hash_and_no_other_word_does() {
        let mut memory = vec![Block::new(); 16];
        for profile in [Profile::BoardS, Profile::Pbkdf2] {
            let hash =
                Hash::new(profile, *b"sixteen bytes of", "falcon*solo", &mut memory).unwrap();
            for (word, is_it) in [
                ("falcon*solo", true),
                ("falcon*sol", false),
                ("falcon*solo ", false),
                ("Falcon*solo", false),
                ("", false),
            ] {
                assert_eq!(hash.is_of(word, &mut memory), Ok(is_it), "{word:?}");
            }
            assert_eq!(Hash::unpack(&hash.pack()), Some(hash));
        }
    }

    #[test]
    fn equal_passwords_have_different_hashes() {
        let mut memory = vec![Block::new(); 16];
        let mut hash = |salt| Hash::new(Profile::BoardS, salt, "same", &mut memory).unwrap();
        assert_ne!(hash([1; 16]).digest(), hash([2; 16]).digest());
    }

    #[test]
    fn nobody_opens_the_hash_of_nobody() {
        let mut memory = vec![Block::new(); 16];
        let hash = Hash::of_nobody(Profile::BoardS);
        for word in ["", "0", "falcon*solo"] {
            assert_eq!(hash.is_of(word, &mut memory), Ok(false));
        }
    }

    #[test]
    fn too_little_memory_is_told_with_what_is_missing() {
        let mut memory = vec![Block::new(); 16];
        let hash = Hash::of_nobody(Profile::BoardS);
        for (blocks, result) in [(16, Ok(false)), (15, Err(NoMemory { needed: 16 }))] {
            assert_eq!(hash.is_of("x", &mut memory[..blocks]), result);
        }
        assert_eq!(Hash::of_nobody(Profile::Pbkdf2).is_of("x", &mut []), Ok(false));
    }

    #[test]
    fn every_profile_is_sound_and_fits_its_packed_form() {
        for profile in Profile::ALL {
            let hash = Hash::of_nobody(profile);
            assert!(hash.work().is_sound() && hash.pack()[0] < 0x20);
            assert_eq!(Hash::unpack(&hash.pack()), Some(hash), "{profile:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_unpacked_is_packed_again_as_it_was(
            mut bytes in proptest::collection::vec(any::<u8>(), 0..70),
            kind in 0_u8..4,
            is_small in any::<bool>(),
        ) {
            // Small numbers, so that some of it is sound.
            let small = [kind, 64, 0, 0, 0, 2, 0, 0, 0, 1, 16];
            if is_small {
                let count = small.len().min(bytes.len());
                bytes[..count].copy_from_slice(&small[..count]);
            }
            if let Some(hash) = Hash::unpack(&bytes) {
                prop_assert_eq!(&hash.pack()[..], &bytes[..]);
            }
        }
    }
}
