//! A job in bounded steps, for a machine with one loop: a few rounds of PBKDF2 (RFC 8018, 5.2) at a
//! time, and everybody else between them.
//! Knows no clock and no line.

use pbkdf2::hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Answer, DIGEST_BYTES, Hash, Job, Profile, Task, Work};

/// The first block of PBKDF2 with HMAC-SHA-256, on its way. No digest here is longer than it.
#[derive(Clone)]
struct Pbkdf2 {
    /// The password has gone into both of its states.
    keyed: Hmac<Sha256>,
    /// What the last round made.
    last: [u8; DIGEST_BYTES],
    /// All that rounds have made, one over the other.
    sum: [u8; DIGEST_BYTES],
    /// Rounds to come.
    left: u32,
}

impl Pbkdf2 {
    /// The first round is done. `None` for no rounds at all.
    fn begin(password: &[u8], salt: &[u8], rounds: u32) -> Option<Self> {
        let left = rounds.checked_sub(1)?;
        // A key may have any length.
        let keyed = Hmac::<Sha256>::new_from_slice(password).ok()?;
        let mut first = keyed.clone();
        first.update(salt);
        first.update(&1_u32.to_be_bytes());
        let last = first.finalize().into_bytes().into();
        Some(Pbkdf2 { keyed, last, sum: last, left })
    }

    /// Does so many rounds, or fewer if fewer are left.
    fn run(&mut self, rounds: u32) {
        let now = rounds.min(self.left);
        self.left -= now;
        for _ in 0..now {
            let mut round = self.keyed.clone();
            round.update(&self.last);
            self.last = round.finalize().into_bytes().into();
            self.sum.iter_mut().zip(&self.last).for_each(|(sum, made)| *sum ^= made);
        }
    }
}

/// A [`Job`] whose work is PBKDF2, on its way.
#[derive(Clone)]
pub struct Stepped {
    pbkdf2: Pbkdf2,
    /// What the digest is held against, or what it completes.
    hash: Hash,
    seals: bool,
}

impl Stepped {
    /// The work of a hash that is made here.
    pub const PROFILE: Profile = Profile::Pbkdf2;

    /// Begins the job. `None` if it cannot be done in steps: Argon2id is done at once or not at
    /// all, and bytes that are no hash are nothing.
    pub fn begin(job: &Job) -> Option<Self> {
        let (hash, seals) = match &job.task {
            Task::Verify(packed) => (Hash::unpack(packed)?, false),
            Task::Seal(salt) => (Hash::without_digest(Self::PROFILE, *salt), true),
        };
        let Work::Pbkdf2 { rounds } = hash.work() else { return None };
        let pbkdf2 = Pbkdf2::begin(job.password.as_bytes(), hash.salt(), rounds)?;
        Some(Stepped { pbkdf2, hash, seals })
    }

    /// Does so many rounds of it. The answer, once there is one; then it is over.
    pub fn step(&mut self, rounds: u32) -> Option<Answer> {
        self.pbkdf2.run(rounds);
        if self.pbkdf2.left > 0 {
            return None;
        }
        let Stepped { pbkdf2: Pbkdf2 { sum, .. }, hash, seals } = self;
        Some(if *seals {
            Answer::Sealed(hash.with_digest(*sum).pack())
        } else if hash.has_digest(sum) {
            Answer::Right
        } else {
            Answer::Wrong
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::string::String;

    fn digest(password: &str, salt: &[u8], rounds: u32, step: u32) -> [u8; DIGEST_BYTES] {
        let mut pbkdf2 = Pbkdf2::begin(password.as_bytes(), salt, rounds).unwrap();
        while pbkdf2.left > 0 {
            pbkdf2.run(step);
        }
        pbkdf2.sum
    }

    #[test]
    fn it_gives_what_rfc_7914_says_in_steps_of_any_length() {
        // Section 11, the first half of each.
        for (password, salt, rounds, half) in [
            (
                "passwd",
                "salt",
                1,
                "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc",
            ),
            (
                "Password",
                "NaCl",
                80_000,
                "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56",
            ),
        ] {
            for step in [1, 7, 100_000] {
                let made = digest(password, salt.as_bytes(), rounds, step);
                let hex: String = made.iter().map(|byte| std::format!("{byte:02x}")).collect();
                assert_eq!(hex, half, "{password} in steps of {step}");
            }
        }
        assert!(Pbkdf2::begin(b"p", b"salt", 0).is_none());
    }

    fn job(task: Task, password: &str) -> Job {
        Job::new(task, password).unwrap()
    }

    /// Does the job in steps of `rounds`; the answer, and how many steps there were.
    fn done(job: &Job, rounds: u32) -> (Answer, usize) {
        let mut stepped = Stepped::begin(job).unwrap();
        let mut steps = 1;
        loop {
            match stepped.step(rounds) {
                Some(answer) => return (answer, steps),
                None => steps += 1,
            }
        }
    }

    #[test]
    fn a_password_is_sealed_and_checked_in_as_many_steps_as_its_rounds_take() {
        let (sealed, steps) = done(&job(Task::Seal([7; 16]), "falcon*solo"), 8);
        let Answer::Sealed(packed) = sealed else { panic!("it is sealed") };
        let at_once = Hash::new(Stepped::PROFILE, [7; 16], "falcon*solo", &mut []).unwrap();
        assert_eq!((Hash::unpack(&packed), steps), (Some(at_once), 250));
        for (word, answer) in [("falcon*solo", Answer::Right), ("falcon*sol0", Answer::Wrong)] {
            assert_eq!(done(&job(Task::Verify(packed.clone()), word), 8), (answer, 250));
        }
    }

    #[test]
    fn a_name_without_an_account_takes_as_many_steps_and_is_wrong() {
        let nobody = job(Task::Verify(Hash::of_nobody(Stepped::PROFILE).pack()), "falcon*solo");
        assert_eq!(done(&nobody, 8), (Answer::Wrong, 250));
    }

    #[test]
    fn what_takes_memory_or_is_no_hash_is_not_begun() {
        let argon2id = Hash::of_nobody(Profile::BoardS).pack();
        assert!(Stepped::begin(&job(Task::Verify(argon2id), "p")).is_none());
        let nothing = crate::Packed::from_array([2, 1]);
        assert!(Stepped::begin(&job(Task::Verify(nothing), "p")).is_none());
    }

    proptest! {
        #[test]
        fn steps_give_what_one_call_gives(
            password in r"\PC{0,64}",
            salt in proptest::collection::vec(any::<u8>(), 0..40),
            rounds in 1_u32..200,
            step in 1_u32..50,
        ) {
            let mut at_once = [0; DIGEST_BYTES];
            pbkdf2::pbkdf2_hmac::<Sha256>(password.as_bytes(), &salt, rounds, &mut at_once);
            prop_assert_eq!(digest(&password, &salt, rounds, step), at_once);
        }
    }
}
