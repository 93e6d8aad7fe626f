//! The work that a hash takes: Argon2id (RFC 9106) in lent blocks, or PBKDF2 with HMAC-SHA-256
//! (RFC 8018), which needs no memory and resists less.
//! Knows no text.

use argon2::{Algorithm, Argon2, Params, Version};
use sha2::Sha256;

use crate::{Block, SALT_BYTES};

/// The most memory that a hash may take, in KiB. It is lent whole, at start.
const KIB_MAX: u32 = 256 * 1024;
/// The most KiB that a hash may fill, all passes together: about a second on a fast machine.
/// Others may wait behind it.
const FILLED_MAX: u64 = 1024 * 1024;
/// The most lanes. More than one is read, and its lanes are filled one after the other.
const LANES_MAX: u8 = 16;
/// The most rounds of PBKDF2: a few seconds.
const ROUNDS_MAX: u32 = 10_000_000;
/// The fewest bytes of a salt (RFC 9106 section 3.1).
const SALT_MIN: usize = 8;

/// How much work a hash is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Argon2id, version 19.
    Argon2id {
        /// Memory, in KiB.
        kib: u32,
        /// How often it is filled.
        passes: u32,
        /// How many parts it has that could be filled at once.
        lanes: u8,
    },
    /// PBKDF2 with HMAC-SHA-256.
    Pbkdf2 {
        /// How often HMAC is computed.
        rounds: u32,
    },
}

/// The lent memory is too small for a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory {
    /// Blocks of a KiB that it needs.
    pub needed: usize,
}

impl Work {
    /// Whether it is neither too little to be a hash nor more than a server should do for a login.
    pub fn is_sound(self) -> bool {
        match self {
            Work::Argon2id { kib, passes, lanes } => {
                let filled = u64::from(kib) * u64::from(passes);
                let least = 8 * u32::from(lanes);
                (1..=LANES_MAX).contains(&lanes)
                    && (least..=KIB_MAX).contains(&kib)
                    && passes > 0
                    && filled <= FILLED_MAX
            }
            Work::Pbkdf2 { rounds } => (1..=ROUNDS_MAX).contains(&rounds),
        }
    }

    /// Blocks of a KiB that it needs.
    pub fn blocks(self) -> usize {
        match self {
            Work::Argon2id { kib, .. } => kib as usize,
            Work::Pbkdf2 { .. } => 0,
        }
    }

    /// Fills `digest`.
    pub(crate) fn run(
        self,
        password: &[u8],
        salt: &[u8],
        digest: &mut [u8],
        memory: &mut [Block],
    ) -> Result<(), NoMemory> {
        match self {
            Work::Argon2id { kib, passes, lanes } => {
                let no_memory = NoMemory { needed: self.blocks() };
                let memory = memory.get_mut(..self.blocks()).ok_or(no_memory)?;
                let params = Params::new(kib, passes, lanes.into(), Some(digest.len()));
                // All but the memory has been checked: see `is_sound` and `salt_fits`.
                let params = params.map_err(|_| no_memory)?;
                Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                    .hash_password_into_with_memory(password, salt, digest, memory)
                    .map_err(|_| no_memory)
            }
            Work::Pbkdf2 { rounds } => {
                pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, digest);
                Ok(())
            }
        }
    }
}

/// Whether a hash may have this salt.
pub(crate) fn salt_fits(salt: &[u8]) -> bool {
    (SALT_MIN..=SALT_BYTES).contains(&salt.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    #[test]
    fn pbkdf2_gives_what_rfc_7914_says() {
        for (password, salt, rounds, begins) in [
            ("passwd", "salt", 1, [0x55, 0xac, 0x04, 0x6e, 0x56, 0xe3, 0x08, 0x9f]),
            ("Password", "NaCl", 80_000, [0x4d, 0xdc, 0xd8, 0xf6, 0x0b, 0x98, 0xbe, 0x21]),
        ] {
            let mut digest = [0; 32];
            let work = Work::Pbkdf2 { rounds };
            work.run(password.as_bytes(), salt.as_bytes(), &mut digest, &mut []).unwrap();
            assert_eq!(digest[..8], begins, "{password}");
        }
    }

    #[test]
    fn argon2id_gives_what_its_reference_gives() {
        let mut memory = vec![Block::new(); 256];
        for (lanes, begins) in [
            (1, [0x9d, 0xfe, 0xb9, 0x10, 0xe8, 0x0b, 0xad, 0x03]),
            (2, [0x6d, 0x09, 0x3c, 0x50, 0x1f, 0xd5, 0x99, 0x96]),
        ] {
            let mut digest = [0; 32];
            let work = Work::Argon2id { kib: 256, passes: 2, lanes };
            work.run(b"password", b"somesalt", &mut digest, &mut memory).unwrap();
            assert_eq!(digest[..8], begins, "{lanes}");
        }
    }

    #[test]
    fn work_that_is_none_or_too_much_is_not_sound() {
        let argon2id = |kib, passes, lanes| Work::Argon2id { kib, passes, lanes }.is_sound();
        for (work, is_sound) in [
            ((8, 1, 1), true),
            ((7, 1, 1), false),
            ((16, 1, 2), true),
            ((15, 1, 2), false),
            ((KIB_MAX, 4, 1), true),
            ((KIB_MAX, 5, 1), false),
            ((KIB_MAX + 1, 1, 1), false),
            ((u32::MAX, u32::MAX, 255), false),
            ((1024, 0, 1), false),
            ((1024, 1, 0), false),
            ((1024, 1, LANES_MAX), true),
            ((1024, 1, LANES_MAX + 1), false),
        ] {
            assert_eq!(argon2id(work.0, work.1, work.2), is_sound, "{work:?}");
        }
        let pbkdf2 = |rounds| Work::Pbkdf2 { rounds }.is_sound();
        assert_eq!([0, 1, ROUNDS_MAX, ROUNDS_MAX + 1].map(pbkdf2), [false, true, true, false]);
    }
}
