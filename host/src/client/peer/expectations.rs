//! The tokens by which introduced peers may prove themselves, each once and for a short while.
//! Knows no socket. The event loop, which learns tokens, and the threads that listen to strangers
//! share them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use smolchat_core::protocol::Token;

use super::handshake::{Hello, Parties};

/// How long a token is good for.
const VALIDITY: Duration = Duration::from_secs(30);
/// Introductions expected at once; the oldest gives way.
const CAPACITY: usize = 64;

#[derive(Debug)]
struct Expectation {
    user: String,
    token: Token,
    until: Instant,
}

/// Whom to expect.
#[derive(Debug, Default)]
pub(super) struct Expectations {
    list: Mutex<Vec<Expectation>>,
    changed: Condvar,
}

impl Expectations {
    /// `user` may come and prove `token`.
    pub(super) fn insert(&self, now: Instant, user: String, token: Token) {
        let mut list = self.lock();
        list.retain(|expectation| now < expectation.until);
        if list.len() >= CAPACITY {
            list.remove(0);
        }
        list.push(Expectation { user, token, until: now + VALIDITY });
        self.changed.notify_all();
    }

    /// The sender of this hello to `me`, and its token, which is then used up. Waits until
    /// `deadline`: a caller may hear of the introduction before the called, and be here first.
    pub(super) fn wait(
        &self,
        deadline: Instant,
        hello: &Hello,
        me: &str,
    ) -> Option<(String, Token)> {
        let mut list = self.lock();
        loop {
            let now = Instant::now();
            let found = Self::take_from(&mut list, now, hello, me);
            if found.is_some() || now >= deadline {
                return found;
            }
            let waited = self.changed.wait_timeout(list, deadline - now);
            (list, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn take_from(
        list: &mut Vec<Expectation>,
        now: Instant,
        hello: &Hello,
        me: &str,
    ) -> Option<(String, Token)> {
        list.retain(|expectation| now < expectation.until);
        let fits = |expectation: &Expectation| {
            let parties = Parties { connector: &expectation.user, listener: me };
            hello.is_proven_by(&expectation.token, parties)
        };
        let expectation = list.iter().position(fits).map(|at| list.remove(at))?;
        Some((expectation.user, expectation.token))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Expectation>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::handshake::hello;
    use super::*;

    const TOKEN: Token = Token([7; 16]);

    fn hello_of(user: &str) -> Hello {
        let parties = Parties { connector: user, listener: "yoda" };
        Hello::parse(&hello(&TOKEN, &[1; 16], parties).unwrap()).unwrap()
    }

    fn take(expected: &Expectations, now: Instant, hello: &Hello) -> Option<(String, Token)> {
        Expectations::take_from(&mut expected.lock(), now, hello, "yoda")
    }

    #[test]
    fn a_token_is_good_once() {
        let (expected, now) = (Expectations::default(), Instant::now());
        expected.insert(now, "hans".into(), TOKEN);
        assert_eq!(take(&expected, now, &hello_of("hans")), Some(("hans".into(), TOKEN)));
        assert_eq!(take(&expected, now, &hello_of("hans")), None);
    }

    #[test]
    fn a_token_is_good_for_its_user_only() {
        let (expected, now) = (Expectations::default(), Instant::now());
        expected.insert(now, "hans".into(), TOKEN);
        assert_eq!(take(&expected, now, &hello_of("vader")), None);
    }

    #[test]
    fn a_token_is_good_for_a_while_only() {
        let (expected, now) = (Expectations::default(), Instant::now());
        expected.insert(now, "hans".into(), TOKEN);
        assert_eq!(take(&expected, now + VALIDITY, &hello_of("hans")), None);
    }

    #[test]
    fn what_is_expected_is_bounded() {
        let (expected, now) = (Expectations::default(), Instant::now());
        expected.insert(now, "hans".into(), TOKEN);
        (0..CAPACITY).for_each(|_| expected.insert(now, "luke".into(), Token([9; 16])));
        assert_eq!(expected.lock().len(), CAPACITY);
        assert_eq!(take(&expected, now, &hello_of("hans")), None);
    }

    #[test]
    fn who_comes_before_the_introduction_is_known_once_it_is_made() {
        let expected = Expectations::default();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                expected.wait(Instant::now() + Duration::from_secs(60), &hello_of("hans"), "yoda")
            });
            expected.insert(Instant::now(), "hans".into(), TOKEN);
            assert_eq!(waiting.join().unwrap(), Some(("hans".into(), TOKEN)));
        });
    }
}
