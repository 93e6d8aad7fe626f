//! Hashes of passwords, checked and made a few rounds at a time between the rounds of the loop, so
//! that messages pass meanwhile. One job at a time; sources take turns. Memory is scarce, so few
//! jobs have a place in line, and other askers ask again when a place is left.
//! Knows no board and no chat.

use smolchat_core::arena::{Arena, end_of_slice};
use smolchat_core::chat::Capacities;
use smolchat_core::environment::{Given, NoEntropy, Seal, Verdict};
use smolchat_secret::{
    Answer, Full, Hash, Job, Line, Packed, Place, Row, SALT_BYTES, Stepped, Task,
};

/// Rounds of PBKDF2 between two rounds of the loop. They take 77,000 instructions, as two messages
/// and a half do: 3.4 ms on the slowest part, by an estimate of 2.2 cycles for each. A round of the
/// loop that has nothing else to do adds 1,600.
const STEP: u32 = 8;
/// The fewest places in line. One source holds half of them, and who changes a password needs two.
const PLACES_MIN: usize = 4;

/// Places in line: one for every four connections.
const fn places(capacities: &Capacities) -> usize {
    let quarter = capacities.connections.div_ceil(4);
    if quarter < PLACES_MIN { PLACES_MIN } else { quarter }
}

/// The end of the memory for them, in bytes, if it begins at `from`.
pub(crate) const fn end(capacities: &Capacities, from: usize) -> usize {
    let end = end_of_slice::<Row>(from, places(capacities));
    end_of_slice::<bool>(end, capacities.places())
}

/// The jobs, and the one that is on its way.
pub(crate) struct Hashing {
    line: Line<&'static mut [Row]>,
    running: Option<Stepped>,
    /// Whose job is done, until somebody asks for that.
    answered: Option<u16>,
    /// Who wants a place in line, by the asker's number.
    wanting: &'static mut [bool],
    /// Where the next look at them begins, so that each has its turn.
    next_wanting: usize,
    /// A place was left since all of them were told.
    is_left: bool,
}

impl Hashing {
    pub(crate) fn from_arena(capacities: &Capacities, arena: &mut impl Arena<'static>) -> Self {
        Hashing {
            line: Line::new(arena.slice(places(capacities))),
            running: None,
            answered: None,
            wanting: arena.slice(capacities.places()),
            next_wanting: 0,
            is_left: false,
        }
    }

    /// See [`Environment::verify`](smolchat_core::environment::Environment::verify).
    pub(crate) fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        let nobody = || Ok(Hash::of_nobody(Stepped::PROFILE).pack());
        let Ok(hash) = hash.map_or_else(nobody, Packed::from_slice) else { return Verdict::Wrong };
        match self.ask(given, Task::Verify(hash)) {
            Ok(Some(Answer::Right)) => Verdict::Right,
            Ok(Some(_)) => Verdict::Wrong,
            Ok(None) => Verdict::Later,
            Err(Full) => Verdict::Full,
        }
    }

    /// See [`Environment::seal`](smolchat_core::environment::Environment::seal).
    pub(crate) fn seal(
        &mut self,
        given: Given<'_>,
        salt: Result<[u8; SALT_BYTES], NoEntropy>,
    ) -> Seal {
        let Ok(salt) = salt else { return Seal::Failed };
        match self.ask(given, Task::Seal(salt)) {
            Ok(Some(Answer::Sealed(hash))) => Seal::Hash(hash),
            Ok(Some(_)) => Seal::Failed,
            Ok(None) => Seal::Later,
            Err(Full) => Seal::Full,
        }
    }

    /// The answer, if there is one. Otherwise the job waits in line, or its asker
    /// waits for a place there.
    ///
    /// # Errors
    /// The asker has one place and needs another. Two such would wait for each other for ever.
    fn ask(&mut self, given: Given<'_>, task: Task) -> Result<Option<Answer>, Full> {
        let Given { asker, source, password } = given;
        let job = Job::new(task, password).ok_or(Full)?;
        let asked = self.line.ask(Place { asker, source }, &job);
        if asked == Err(Full) && !self.line.has_place(asker) {
            self.set_wanting(asker, true);
            return Ok(None);
        }
        asked
    }

    fn set_wanting(&mut self, asker: u16, wants: bool) {
        if let Some(wanting) = self.wanting.get_mut(usize::from(asker)) {
            *wanting = wants;
        }
    }

    /// See [`Environment::forget`](smolchat_core::environment::Environment::forget).
    pub(crate) fn forget(&mut self, asker: u16) {
        self.set_wanting(asker, false);
        self.is_left |= self.line.has_place(asker);
        self.line.forget(asker);
        if self.running.is_some() && !self.line.is_awaited() {
            // Nobody waits for it any more.
            self.running = None;
            self.line.answer(Answer::Wrong);
        }
        self.answered = self.answered.filter(|answered| *answered != asker);
    }

    /// See [`Environment::next_answered`](smolchat_core::environment::Environment::next_answered).
    pub(crate) fn next_answered(&mut self) -> Option<u16> {
        self.answered.take().or_else(|| self.next_wanting())
    }

    /// The next of those who want the place that was left. Each is told once, and asks again.
    fn next_wanting(&mut self) -> Option<u16> {
        if !self.is_left {
            return None;
        }
        let count = self.wanting.len();
        for step in 0..count {
            let asker = (self.next_wanting + step) % count;
            if core::mem::take(&mut self.wanting[asker]) {
                self.next_wanting = asker + 1;
                return Some(asker as u16);
            }
        }
        self.is_left = false;
        None
    }

    /// Does a step of the job whose turn it is. Answers whether there was anything to do.
    #[inline(never)]
    pub(crate) fn step(&mut self) -> bool {
        if self.answered.is_some() || self.is_left {
            // Somebody is told first.
            return true;
        }
        let begun = match &mut self.running {
            Some(running) => Some(running),
            None => match self.line.next_job() {
                None => return false,
                Some(job) => {
                    self.running = Stepped::begin(&job);
                    self.running.as_mut()
                }
            },
        };
        // What cannot be begun is no hash of anybody's: the build refuses it.
        let answer = begun.map_or(Some(Answer::Wrong), |running| running.step(STEP));
        if let Some(answer) = answer {
            self.running = None;
            self.answered = self.line.answer(answer);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Leaking;

    /// Six connections, so room for four jobs.
    fn hashing() -> Hashing {
        Hashing::from_arena(&Capacities::new(8, 6, 2, 2), &mut Leaking)
    }

    fn given(asker: u16, password: &str) -> Given<'_> {
        Given { asker, source: asker, password }
    }

    fn hash(password: &str) -> Packed {
        Hash::new(Stepped::PROFILE, [7; SALT_BYTES], password, &mut []).unwrap().pack()
    }

    /// Steps until somebody has an answer; who, and after how many steps.
    fn wait(hashing: &mut Hashing) -> (Option<u16>, usize) {
        let mut steps = 0;
        while let Some(told) = hashing.next_answered() {
            assert!(!hashing.line.has_place(told), "it wanted a place");
        }
        while hashing.answered.is_none() && hashing.step() {
            steps += 1;
        }
        (hashing.next_answered(), steps)
    }

    #[test]
    fn a_password_is_checked_and_hashed_in_steps_that_are_short() {
        let (mut hashing, hash) = (hashing(), hash("solo"));
        for (asker, word, verdict) in [(1, "solo", Verdict::Right), (2, "sol0", Verdict::Wrong)] {
            assert_eq!(hashing.verify(given(asker, word), Some(&hash)), Verdict::Later);
            assert_eq!(wait(&mut hashing), (Some(asker), 250));
            assert_eq!(hashing.verify(given(asker, word), Some(&hash)), verdict);
        }
        let seal = |hashing: &mut Hashing| hashing.seal(given(1, "new"), Ok([9; SALT_BYTES]));
        assert_eq!(seal(&mut hashing), Seal::Later);
        assert_eq!(wait(&mut hashing), (Some(1), 250));
        let Seal::Hash(made) = seal(&mut hashing) else { panic!("it has an answer") };
        assert_eq!(hashing.verify(given(1, "solo"), Some(&hash)), Verdict::Right, "both are there");
        hashing.forget(1);
        assert_eq!(hashing.verify(given(1, "new"), Some(&made)), Verdict::Later);
        wait(&mut hashing);
        assert_eq!(hashing.verify(given(1, "new"), Some(&made)), Verdict::Right);
    }

    #[test]
    fn a_name_without_an_account_takes_as_many_steps_and_is_wrong() {
        let mut hashing = hashing();
        assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Later);
        assert_eq!(wait(&mut hashing), (Some(1), 250));
        assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Wrong);
    }

    #[test]
    fn a_job_that_nobody_waits_for_any_more_takes_no_further_step() {
        let mut hashing = hashing();
        assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Later);
        assert!(hashing.step());
        hashing.forget(1);
        assert_eq!(hashing.next_answered(), None);
        assert!(!hashing.step());
        assert_eq!(hashing.verify(given(2, "p"), None), Verdict::Later);
        assert_eq!(wait(&mut hashing), (Some(2), 250));
        // One that has its answer, and is gone before it hears of it.
        assert_eq!(hashing.verify(given(3, "p"), None), Verdict::Later);
        while hashing.answered.is_none() {
            hashing.step();
        }
        hashing.forget(3);
        assert_eq!(hashing.next_answered(), None);
    }

    #[test]
    fn a_hash_that_takes_memory_lets_nobody_in() {
        let mut hashing = hashing();
        let argon2id = Hash::of_nobody(smolchat_secret::Profile::BoardS).pack();
        assert_eq!(hashing.verify(given(1, "p"), Some(&argon2id)), Verdict::Later);
        assert_eq!(wait(&mut hashing), (Some(1), 1));
        assert_eq!(hashing.verify(given(1, "p"), Some(&argon2id)), Verdict::Wrong);
    }

    #[test]
    fn who_finds_no_place_asks_again_when_one_is_left_and_nobody_is_refused() {
        let mut hashing = hashing();
        for asker in 0..6 {
            assert_eq!(hashing.verify(given(asker, "p"), None), Verdict::Later, "{asker}");
        }
        assert_eq!([3, 4].map(|asker| hashing.line.has_place(asker)), [true, false]);
        assert_eq!(wait(&mut hashing), (Some(0), 250));
        hashing.forget(0);
        // Both who want the place hear of it, and the first who asks has it.
        assert!(hashing.step());
        assert_eq!([(); 3].map(|()| hashing.next_answered()), [Some(4), Some(5), None]);
        for asker in [5, 4] {
            assert_eq!(hashing.verify(given(asker, "p"), None), Verdict::Later);
        }
        assert_eq!([4, 5].map(|asker| hashing.line.has_place(asker)), [false, true]);
        // Who goes wants nothing any more.
        hashing.forget(4);
        hashing.forget(3);
        assert_eq!(hashing.next_answered(), None);
    }

    #[test]
    fn who_has_a_place_and_finds_no_second_one_is_refused() {
        let mut hashing = hashing();
        for asker in 0..4 {
            assert_eq!(hashing.verify(given(asker, "p"), None), Verdict::Later);
        }
        let seal = |hashing: &mut Hashing| hashing.seal(given(0, "q"), Ok([1; SALT_BYTES]));
        assert_eq!(seal(&mut hashing), Seal::Full);
        hashing.forget(3);
        assert_eq!(seal(&mut hashing), Seal::Full, "one source has half of what it finds");
        hashing.forget(2);
        assert_eq!(seal(&mut hashing), Seal::Later);
    }

    #[test]
    fn there_is_a_place_for_every_four_connections_and_never_fewer_than_four() {
        let places = |connections| places(&Capacities::new(1, connections, 1, 1));
        assert_eq!([1, 16, 17, 64, 108].map(places), [4, 4, 5, 16, 27]);
    }

    /// What a board gives up for a job that waits.
    #[test]
    fn a_place_takes_little() {
        assert!(size_of::<Row>() <= 144, "{}", size_of::<Row>());
    }
}
