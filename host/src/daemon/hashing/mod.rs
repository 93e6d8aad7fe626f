//! Hashes of passwords, checked and made by a helper thread, so that the loop goes on meanwhile.
//! One job at a time goes to it through a pipe, and its answer comes back through another, which
//! the loop polls. Sources take turns. Nothing here allocates once the server listens.
//! Knows no chat.

mod worker;

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};

use rustix::fs::OFlags;
use rustix::pipe::{PipeFlags, pipe_with};
use smolchat_core::environment::{Given, Seal, Verdict};
use smolchat_secret::{
    Answer, Full, Hash, Job, Line, Packed, Place, Profile, Row, SALT_BYTES, Task,
};

use worker::ANSWER;

/// Jobs that wait, or whose answers wait for their askers. They take about fifteen seconds.
const PLACES: usize = 512;

/// The work of hashes that are made here.
pub(super) const PROFILE: Profile = Profile::Host;

/// The loop's side of the helper thread.
#[derive(Debug)]
pub(super) struct Hashing {
    line: Line<Vec<Row>>,
    jobs: File,
    answers: File,
    /// What is checked where there is no account.
    nobody: Packed,
    /// The pipe has an answer.
    has_answer: bool,
    /// The thread is gone, and nothing is looked into any more.
    is_lost: bool,
}

impl Hashing {
    /// Starts the thread, with memory for hashes of `blocks` KiB.
    ///
    /// # Errors
    /// The system has no thread, no pipe or no memory for it.
    pub(super) fn start(blocks: usize) -> io::Result<Self> {
        let (their_jobs, jobs) = pipe_with(PipeFlags::CLOEXEC)?;
        let (answers, their_answers) = pipe_with(PipeFlags::CLOEXEC)?;
        for own in [&jobs, &answers] {
            rustix::fs::fcntl_setfl(own, OFlags::NONBLOCK)?;
        }
        worker::start(their_jobs.into(), their_answers.into(), blocks)?;
        Ok(Hashing {
            line: Line::new((0..PLACES).map(|_| Row::default()).collect()),
            jobs: jobs.into(),
            answers: answers.into(),
            nobody: Hash::of_nobody(PROFILE).pack(),
            has_answer: false,
            is_lost: false,
        })
    }

    /// KiB that a thread needs for hashes that are made here.
    pub(super) fn blocks() -> usize {
        PROFILE.work().blocks()
    }

    /// What is to be polled: readable once there is an answer.
    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        self.answers.as_fd()
    }

    /// The pipe is readable.
    pub(super) fn note_answer(&mut self) {
        self.has_answer = true;
    }

    /// See [`Environment::verify`](smolchat_core::environment::Environment::verify).
    pub(super) fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        let Ok(hash) = Packed::from_slice(hash.unwrap_or(&self.nobody)) else {
            return Verdict::Wrong;
        };
        match self.ask(given, Task::Verify(hash)) {
            Ok(Some(Answer::Right)) => Verdict::Right,
            Ok(Some(_)) => Verdict::Wrong,
            Ok(None) => Verdict::Later,
            Err(Full) => Verdict::Full,
        }
    }

    /// See [`Environment::seal`](smolchat_core::environment::Environment::seal).
    pub(super) fn seal(&mut self, given: Given<'_>) -> Seal {
        let mut salt = [0; SALT_BYTES];
        if getrandom::fill(&mut salt).is_err() {
            return Seal::Failed;
        }
        match self.ask(given, Task::Seal(salt)) {
            Ok(Some(Answer::Sealed(hash))) => Seal::Hash(hash),
            Ok(Some(_)) => Seal::Failed,
            Err(Full) => Seal::Full,
            Ok(None) => Seal::Later,
        }
    }

    /// The answer, if there is one; otherwise the job waits in line.
    fn ask(&mut self, given: Given<'_>, task: Task) -> Result<Option<Answer>, Full> {
        if self.is_lost {
            return Err(Full);
        }
        let Given { asker, source, password } = given;
        let job = Job::new(task, password).ok_or(Full)?;
        let answer = self.line.ask(Place { asker, source }, &job)?;
        self.send();
        Ok(answer)
    }

    /// See [`Environment::forget`](smolchat_core::environment::Environment::forget).
    pub(super) fn forget(&mut self, asker: u16) {
        self.line.forget(asker);
    }

    /// See [`Environment::next_answered`](smolchat_core::environment::Environment::next_answered).
    pub(super) fn next_answered(&mut self) -> Option<u16> {
        if self.is_lost {
            // Whoever waits asks again, and hears that nothing is looked into.
            return self.line.next_waiting();
        }
        while std::mem::take(&mut self.has_answer) {
            let mut bytes = [0; ANSWER];
            match self.answers.read(&mut bytes) {
                Ok(ANSWER) => {
                    let asker = self.line.answer(worker::answer(&bytes));
                    self.send();
                    if asker.is_some() {
                        return asker;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => self.has_answer = true,
                // The thread has ended, which it does only if it panics.
                _ => self.is_lost = true,
            }
        }
        None
    }

    /// Hands the thread its next job, if it has none.
    fn send(&mut self) {
        let Some(job) = self.line.next_job() else { return };
        let bytes = worker::bytes(&job);
        // The pipe is empty, and takes so few bytes whole or not at all.
        self.is_lost |= self.jobs.write(&bytes).ok() != Some(bytes.len());
    }

    /// Whether the thread is gone.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }
}

#[cfg(test)]
mod tests;
