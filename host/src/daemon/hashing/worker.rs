//! The helper thread: takes a job from its pipe, does the work, writes the answer. It ends when the
//! loop's end of the pipe is closed.
//! Knows no line.

use std::fs::File;
use std::io::{self, Read, Write};
use std::thread;

use smolchat_core::protocol::{HASH_MAX, PASSWORD_MAX};
use smolchat_secret::{Answer, Block, Hash, Job, Packed, Task};

use super::PROFILE;

/// Bytes of a job: its kind, a hash or a salt, a password; the latter two with their lengths.
const JOB: usize = 1 + 1 + HASH_MAX + 1 + PASSWORD_MAX;
/// Bytes of an answer: its kind, and a hash with its length.
pub(super) const ANSWER: usize = 1 + 1 + HASH_MAX;
/// How much the thread steps back behind others. It makes whoever logs in wait, and the loop makes
/// everybody wait.
const NICE: i32 = 5;

const VERIFY: u8 = 1;
const SEAL: u8 = 2;
const WRONG: u8 = 0;
const RIGHT: u8 = 1;
const SEALED: u8 = 2;

/// The job, as it goes through the pipe.
pub(super) fn bytes(job: &Job) -> [u8; JOB] {
    let mut bytes = [0; JOB];
    let (head, password) = bytes.split_at_mut(2 + HASH_MAX);
    let (kind, given): (u8, &[u8]) = match &job.task {
        Task::Verify(hash) => (VERIFY, hash),
        Task::Seal(salt) => (SEAL, salt),
    };
    head[0] = kind;
    put(&mut head[1..], given);
    put(password, job.password.as_bytes());
    bytes
}

fn job(bytes: &[u8; JOB]) -> Option<Job> {
    let (head, password) = bytes.split_at(2 + HASH_MAX);
    let given = get(&head[1..])?;
    let task = match head[0] {
        VERIFY => Task::Verify(Packed::from_slice(given).ok()?),
        _ => Task::Seal(given.try_into().ok()?),
    };
    Job::new(task, str::from_utf8(get(password)?).ok()?)
}

fn run(job: &Job, memory: &mut [Block]) -> Option<Answer> {
    match &job.task {
        Task::Verify(packed) => {
            let is_right = Hash::unpack(packed)?.is_of(&job.password, memory).ok()?;
            Some(if is_right { Answer::Right } else { Answer::Wrong })
        }
        Task::Seal(salt) => {
            let hash = Hash::new(PROFILE, *salt, &job.password, memory).ok()?;
            Some(Answer::Sealed(hash.pack()))
        }
    }
}

fn answer_bytes(answer: &Answer) -> [u8; ANSWER] {
    let mut bytes = [0; ANSWER];
    let (kind, hash): (u8, &[u8]) = match answer {
        Answer::Wrong => (WRONG, &[]),
        Answer::Right => (RIGHT, &[]),
        Answer::Sealed(hash) => (SEALED, hash),
    };
    bytes[0] = kind;
    put(&mut bytes[1..], hash);
    bytes
}

/// The answer, as it came through the pipe.
pub(super) fn answer(bytes: &[u8; ANSWER]) -> Answer {
    let hash = get(&bytes[1..]).and_then(|hash| Packed::from_slice(hash).ok());
    match (bytes[0], hash) {
        (RIGHT, _) => Answer::Right,
        (SEALED, Some(hash)) => Answer::Sealed(hash),
        _ => Answer::Wrong,
    }
}

/// Starts the thread. All of its memory is set aside now, and touched when it is needed first.
///
/// # Errors
/// The system has no thread or no memory for it.
pub(super) fn start(jobs: File, answers: File, blocks: usize) -> io::Result<()> {
    let mut memory = Vec::new();
    memory.try_reserve_exact(blocks).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let thread = thread::Builder::new().name("hashes".to_owned());
    thread.spawn(move || work(jobs, answers, memory, blocks)).map(drop)
}

fn work(mut jobs: File, mut answers: File, mut memory: Vec<Block>, blocks: usize) {
    // On Linux this is about the thread alone. What is refused was only a wish.
    let _ = rustix::process::nice(NICE);
    let mut bytes = [0; JOB];
    while jobs.read_exact(&mut bytes).is_ok() {
        memory.resize(blocks, Block::new());
        // A hash that cannot be checked lets nobody in; a start has refused it already.
        let answer = job(&bytes).and_then(|job| run(&job, &mut memory));
        bytes.fill(0);
        if answers.write_all(&answer_bytes(&answer.unwrap_or(Answer::Wrong))).is_err() {
            return;
        }
    }
}

/// Writes bytes with their length in front.
fn put(into: &mut [u8], bytes: &[u8]) {
    into[0] = bytes.len() as u8;
    into[1..=bytes.len()].copy_from_slice(bytes);
}

/// Reads what [`put`] wrote.
fn get(from: &[u8]) -> Option<&[u8]> {
    let (&length, rest) = from.split_first()?;
    rest.get(..length.into())
}
