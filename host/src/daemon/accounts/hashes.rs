//! Hashes of many passwords, on all processors, with a line at the terminal that tells how far it
//! is. Knows no file.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc;
use std::thread;

use smolchat_secret::{Block, Hash, Profile, SALT_BYTES};

/// A hash of one password.
///
/// # Errors
/// The system has no entropy or no memory.
pub(super) fn hash_one(profile: Profile, password: &str) -> io::Result<Hash> {
    hash(profile, password, &mut memory(profile)?)
}

/// Hashes of all passwords, in their order.
///
/// # Errors
/// The system has no entropy or no memory.
pub(super) fn hash_all(profile: Profile, passwords: &[&str]) -> io::Result<Vec<Hash>> {
    let (done, all_done) = mpsc::channel();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = passwords.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let work = |part: &[&str], done: &mpsc::Sender<()>| {
            let mut memory = memory(profile)?;
            let one = |password: &&str| {
                let hash = hash(profile, password, &mut memory);
                // It fails only where nobody counts any more.
                let _ = done.send(());
                hash
            };
            part.iter().map(one).collect::<io::Result<Vec<_>>>()
        };
        let begin = |part| {
            let done = done.clone();
            scope.spawn(move || work(part, &done))
        };
        let workers: Vec<_> = passwords.chunks(share).map(begin).collect();
        // The count ends with the last worker.
        drop(done);
        let mut shown = Shown::new(passwords.len());
        all_done.iter().zip(1..).for_each(|((), count)| shown.tell(count));
        shown.end();
        let mut all = Vec::new();
        for worker in workers {
            let lost = |_| io::Error::other("a thread was lost");
            all.extend(worker.join().map_err(lost)??);
        }
        Ok(all)
    })
}

fn memory(profile: Profile) -> io::Result<Vec<Block>> {
    let (mut memory, blocks) = (Vec::new(), profile.work().blocks());
    memory.try_reserve_exact(blocks).map_err(|_| io::ErrorKind::OutOfMemory)?;
    memory.resize(blocks, Block::new());
    Ok(memory)
}

fn hash(profile: Profile, password: &str, memory: &mut [Block]) -> io::Result<Hash> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| io::Error::other(error.to_string()))?;
    Hash::new(profile, salt, password, memory).map_err(|_| io::ErrorKind::OutOfMemory.into())
}

/// The line that tells how far it is, if there is a terminal.
struct Shown {
    count: usize,
    is_shown: bool,
}

impl Shown {
    fn new(count: usize) -> Self {
        Shown { count, is_shown: io::stderr().is_terminal() }
    }

    fn tell(&self, done: usize) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r{done} of {} passwords", self.count);
        }
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.is_shown) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_password_has_its_own_hash_in_its_own_place() {
        let words: Vec<String> = (0..33).map(|number| format!("word{number}")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let hashes = hash_all(Profile::BoardS, &words).unwrap();
        let mut memory = memory(Profile::BoardS).unwrap();
        assert_eq!(hashes.len(), words.len());
        for (hash, word) in hashes.iter().zip(&words) {
            assert_eq!(hash.is_of(word, &mut memory), Ok(true), "{word}");
        }
        assert!(hash_all(Profile::BoardS, &[]).unwrap().is_empty());
    }
}
