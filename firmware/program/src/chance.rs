//! The generator that SSH draws its keys from: seeded once from the board's entropy, and asked by
//! the `getrandom` crate.
//! Knows no source of entropy.

#[cfg(any(test, target_os = "none"))]
use generator::Generator;
pub(crate) use source::seed;

/// Bytes of a seed.
pub(crate) const SEED_BYTES: usize = 32;
#[cfg(any(test, target_os = "none"))]
mod generator {
    //! The generator itself.

    use chacha20::ChaCha20;
    use chacha20::cipher::{KeyIvInit, StreamCipher};

    use super::SEED_BYTES;

    /// Bytes that one key makes. The first of them are the next key.
    pub(super) const POOL_BYTES: usize = 256;

    /// ChaCha20 with a key that is replaced with each pool. What was handed out is overwritten, so
    /// nobody who reads the memory later can compute it.
    pub(super) struct Generator {
        pub(super) pool: [u8; POOL_BYTES],
        used: usize,
    }

    impl Generator {
        pub(super) fn new(seed: &[u8; SEED_BYTES]) -> Self {
            let mut pool = [0; POOL_BYTES];
            pool[..SEED_BYTES].copy_from_slice(seed);
            Generator { pool, used: POOL_BYTES }
        }

        fn refill(&mut self) {
            let mut key = [0; SEED_BYTES];
            key.copy_from_slice(&self.pool[..SEED_BYTES]);
            self.pool.fill(0);
            // A key serves for one pool, so its nonce never comes again.
            ChaCha20::new(&key.into(), &[0; 12].into()).apply_keystream(&mut self.pool);
            self.used = SEED_BYTES;
        }

        pub(super) fn fill(&mut self, bytes: &mut [u8]) {
            for byte in bytes {
                if self.used == POOL_BYTES {
                    self.refill();
                }
                *byte = core::mem::take(&mut self.pool[self.used]);
                self.used += 1;
            }
        }
    }
}

#[cfg(target_os = "none")]
mod source {
    //! The generator of this image, and the function that the `getrandom` crate calls. An
    //! operating system has its own.

    use core::cell::RefCell;
    use core::slice;

    use critical_section::Mutex;

    use super::{Generator, SEED_BYTES};

    static GENERATOR: Mutex<RefCell<Option<Generator>>> = Mutex::new(RefCell::new(None));

    /// From now on there is chance.
    pub(crate) fn seed(seed: &[u8; SEED_BYTES]) {
        let generator = Generator::new(seed);
        critical_section::with(|section| GENERATOR.borrow(section).replace(Some(generator)));
    }

    /// Asked by the `getrandom` crate. It fails only before the generator is seeded, and then
    /// nobody opens a door.
    ///
    /// # Safety
    /// `to` points to `count` bytes that may be written.
    #[unsafe(no_mangle)]
    unsafe extern "Rust" fn __getrandom_v03_custom(
        to: *mut u8,
        count: usize,
    ) -> Result<(), getrandom::Error> {
        // SAFETY: the caller promises that they may be written.
        unsafe { to.write_bytes(0, count) };
        // SAFETY: as above, and all of them were written.
        let bytes = unsafe { slice::from_raw_parts_mut(to, count) };
        critical_section::with(|section| {
            let mut generator = GENERATOR.borrow(section).borrow_mut();
            let generator = generator.as_mut().ok_or(getrandom::Error::UNSUPPORTED)?;
            generator.fill(bytes);
            Ok(())
        })
    }
}

#[cfg(not(target_os = "none"))]
mod source {
    //! A host has chance of its own.

    /// Nothing to do.
    pub(crate) fn seed(_: &[u8; super::SEED_BYTES]) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(generator: &mut Generator, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        generator.fill(&mut bytes);
        bytes
    }

    #[test]
    fn the_bytes_are_those_of_the_cipher_behind_the_next_key() {
        // RFC 8439, A.1, test vector 1: the key and the nonce are zero.
        let mut generator = Generator::new(&[0; 32]);
        let block = [
            0xda, 0x41, 0x59, 0x7c, 0x51, 0x57, 0x48, 0x8d, 0x77, 0x24, 0xe0, 0x3f, 0xb8, 0xd8,
            0x4a, 0x37, 0x6a, 0x43, 0xb8, 0xf4, 0x15, 0x18, 0xa1, 0x1c, 0xc3, 0x87, 0xb6, 0x69,
            0xb2, 0xee, 0x65, 0x86,
        ];
        assert_eq!(drawn(&mut generator, 32), block);
    }

    #[test]
    fn it_does_not_matter_in_which_pieces_bytes_are_drawn_and_none_comes_twice() {
        let all = drawn(&mut Generator::new(&[7; 32]), 1000);
        let mut generator = Generator::new(&[7; 32]);
        let pieces: Vec<u8> = (0..1000).step_by(8).flat_map(|_| drawn(&mut generator, 8)).collect();
        assert_eq!(all, pieces);
        for at in 8..all.len() - 8 {
            assert_ne!(all[..8], all[at..at + 8]);
        }
        assert_ne!(all, drawn(&mut Generator::new(&[8; 32]), 1000));
    }

    #[test]
    fn what_was_handed_out_is_not_in_memory_any_more() {
        let mut generator = Generator::new(&[7; 32]);
        drawn(&mut generator, 100);
        assert!(generator.pool[SEED_BYTES..SEED_BYTES + 100].iter().all(|byte| *byte == 0));
        assert!(generator.pool[..SEED_BYTES].iter().any(|byte| *byte != 7));
    }
}
