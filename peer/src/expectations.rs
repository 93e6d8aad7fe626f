//! Who may come and prove what: introductions, each good for one link and for a short while, and
//! the standing secrets of links. Knows no socket. Those who learn introductions and the threads
//! that hear strangers out share them.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::hello::{Hello, Nonce};
use crate::introduction::Introduction;
use crate::kind::Kind;
use crate::waiting::Waiting;

/// How long an introduction is good for.
const VALIDITY: Duration = Duration::from_secs(30);
/// Introductions expected at once; the oldest gives way.
pub(crate) const CAPACITY: usize = 64;
/// Standing secrets at once; the oldest gives way.
const STANDING_MAX: usize = 256;
/// Attempts with one introduction: one for each address, and a few more.
const ATTEMPTS_MAX: usize = 16;
/// Attempts with the secret of one link.
const FURTHER_MAX: usize = 256;

#[derive(Debug)]
struct Expectation {
    number: u64,
    introduction: Introduction,
    /// `None` as long as a link stands.
    until: Option<Instant>,
    /// An attempt is under way that may use it up.
    is_taken: bool,
    /// Those of every attempt, so that none is heard twice.
    nonces: Vec<Nonce>,
}

#[derive(Debug, Default)]
struct List {
    expected: Vec<Expectation>,
    next: u64,
    /// Those whose introduction may be on its way.
    waiting: Vec<Waiting>,
}

/// Whom to expect.
#[derive(Debug, Default)]
pub(crate) struct Expectations {
    list: Mutex<List>,
}

/// An expectation that a hello has proven. It is used up by [`Claim::keep`] and otherwise open to
/// the peer's next attempt, as a connection may break before it is a link.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    expectations: &'a Expectations,
    number: u64,
    pub(crate) introduction: Introduction,
}

impl Expectations {
    /// The user may come and prove the token, once.
    pub(crate) fn insert(&self, now: Instant, introduction: Introduction) {
        self.push(introduction, Some(now + VALIDITY), CAPACITY);
    }

    /// The user may come and prove the token until [`remove`](Self::remove) is called.
    pub(crate) fn insert_standing(&self, introduction: Introduction) -> u64 {
        self.push(introduction, None, STANDING_MAX)
    }

    /// The link is gone, and so is its secret.
    pub(crate) fn remove(&self, number: u64) {
        self.lock().expected.retain(|expectation| expectation.number != number);
    }

    /// Nobody of this name may come any more.
    pub(crate) fn forget(&self, user: &str) {
        self.lock().expected.retain(|expectation| expectation.introduction.user != user);
    }

    fn push(&self, introduction: Introduction, until: Option<Instant>, capacity: usize) -> u64 {
        let mut list = self.lock();
        let is_alike = |other: &Expectation| other.until.is_some() == until.is_some();
        let alike = || list.expected.iter().filter(|other| is_alike(other));
        if alike().count() >= capacity
            && let Some(at) = list.expected.iter().position(is_alike)
        {
            list.expected.remove(at);
        }
        let number = list.next;
        list.next += 1;
        list.expected.push(Expectation {
            number,
            introduction,
            until,
            is_taken: false,
            nonces: Vec::new(),
        });
        list.wake_all();
        number
    }

    /// The expectation that a hello proves; `is_proven` says whether it does. Waits until
    /// `deadline`, or until `waiting` is ended: a caller may hear of the introduction before the
    /// called, and be here first. A hello that was heard before proves nothing, and is not waited
    /// for.
    pub(crate) fn wait(
        &self,
        deadline: Instant,
        waiting: &Waiting,
        hello: &Hello,
        is_proven: impl Fn(&Introduction) -> bool,
    ) -> Option<Claim<'_>> {
        self.lock().waiting.push(waiting.clone());
        let taken = loop {
            let now = Instant::now();
            match self.lock().take(now, hello, &is_proven) {
                Taken::Now(number, introduction) => break Some((number, introduction)),
                Taken::Never => break None,
                Taken::NotYet if now >= deadline || waiting.is_over() => break None,
                Taken::NotYet => {}
            }
            waiting.wait(deadline);
        };
        self.lock().waiting.retain(|other| !other.is(waiting));
        let (number, introduction) = taken?;
        Some(Claim { expectations: self, number, introduction })
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Taken {
    Now(u64, Introduction),
    NotYet,
    Never,
}

impl List {
    fn wake_all(&self) {
        self.waiting.iter().for_each(Waiting::wake);
    }

    fn take(
        &mut self,
        now: Instant,
        hello: &Hello,
        is_proven: impl Fn(&Introduction) -> bool,
    ) -> Taken {
        self.expected.retain(|one| one.is_taken || one.until.is_none_or(|until| now < until));
        let Some(one) = self.expected.iter_mut().find(|one| is_proven(&one.introduction)) else {
            return Taken::NotYet;
        };
        let most = if one.until.is_some() { ATTEMPTS_MAX } else { FURTHER_MAX };
        // A conversation that was ended does not begin by itself.
        if one.until.is_none() && hello.kind != Kind::Files {
            return Taken::Never;
        }
        if one.nonces.contains(&hello.nonce) || one.nonces.len() >= most {
            return Taken::Never;
        }
        if one.is_taken {
            return Taken::NotYet;
        }
        one.is_taken = one.until.is_some();
        one.nonces.push(hello.nonce);
        Taken::Now(one.number, one.introduction.clone())
    }
}

impl Claim<'_> {
    /// A link was made of it.
    pub(crate) fn keep(self) -> Introduction {
        let mut list = self.expectations.lock();
        list.expected.retain(|one| one.number != self.number || one.until.is_none());
        drop(list);
        self.introduction.clone()
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut list = self.expectations.lock();
        if let Some(one) = list.expected.iter_mut().find(|one| one.number == self.number) {
            one.is_taken = false;
        }
        list.wake_all();
    }
}

#[cfg(test)]
#[path = "tests/expectations.rs"]
mod tests;
