//! Hashes in the simulated world: real ones, of the least work. As on a host, every answer comes
//! later, once the world has nothing else to do.

use std::collections::VecDeque;

use smolchat_core::environment::{Given, Seal, Verdict};
use smolchat_secret::{Block, Hash, Packed, Profile, SALT_BYTES};

const PROFILE: Profile = Profile::BoardS;
const SALT: [u8; SALT_BYTES] = *b"salt of 16 bytes";

/// A job, and its answer once there is one.
#[derive(Debug)]
struct Job {
    asker: u16,
    password: String,
    /// What the password is held against; none if it is to be hashed.
    hash: Option<Packed>,
    answer: Option<Answer>,
}

#[derive(Clone, Debug)]
enum Answer {
    Is(bool),
    Sealed(Packed),
}

/// What the world's server was asked to check and to hash.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    jobs: Vec<Job>,
    answered: VecDeque<u16>,
}

/// A hash of a password.
pub(super) fn hash(password: &str) -> Packed {
    let mut memory = vec![Block::new(); PROFILE.work().blocks()];
    Hash::new(PROFILE, SALT, password, &mut memory).expect("there is memory").pack()
}

impl Hashes {
    pub(super) fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        let nobody = || Hash::of_nobody(PROFILE).pack();
        let hash = hash.map_or_else(nobody, |hash| Packed::from_slice(hash).expect("it is one"));
        match self.ask(given, Some(hash)) {
            None => Verdict::Later,
            Some(Answer::Is(true)) => Verdict::Right,
            Some(_) => Verdict::Wrong,
        }
    }

    pub(super) fn seal(&mut self, given: Given<'_>) -> Seal {
        match self.ask(given, None) {
            Some(Answer::Sealed(hash)) => Seal::Hash(hash),
            Some(Answer::Is(_)) => panic!("it was asked for a hash"),
            None => Seal::Later,
        }
    }

    fn ask(
        &mut self,
        Given { asker, password, .. }: Given<'_>,
        hash: Option<Packed>,
    ) -> Option<Answer> {
        let is_it = |job: &&Job| (job.asker, &*job.password, &job.hash) == (asker, password, &hash);
        if let Some(job) = self.jobs.iter().find(is_it) {
            return job.answer.clone();
        }
        self.jobs.push(Job { asker, password: password.to_owned(), hash, answer: None });
        None
    }

    pub(super) fn forget(&mut self, asker: u16) {
        self.jobs.retain(|job| job.asker != asker);
    }

    /// Does one job that waits. Whether there was one.
    pub(super) fn work(&mut self) -> bool {
        let Some(job) = self.jobs.iter_mut().find(|job| job.answer.is_none()) else { return false };
        let mut memory = vec![Block::new(); PROFILE.work().blocks()];
        job.answer = Some(match &job.hash {
            None => Answer::Sealed(hash(&job.password)),
            Some(packed) => {
                let hash = Hash::unpack(packed).expect("it was made here");
                Answer::Is(hash.is_of(&job.password, &mut memory).expect("there is memory"))
            }
        });
        self.answered.push_back(job.asker);
        true
    }

    pub(super) fn next_answered(&mut self) -> Option<u16> {
        self.answered.pop_front()
    }
}
