//! Introductions that the transfer threads want: asked of the server one at a time, since it has
//! no more than one of a user on its way. Knows no connection.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use smolchat_core::protocol::Reply;

/// The last introduction is still on its way: it is asked again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// An introduction that was promised comes within this time.
const LONGEST: Duration = Duration::from_secs(10);
/// Users waited for at most. Who does not fit is asked for again.
const WAITING: usize = 64;

/// What becomes of a user for whom an introduction was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It comes.
    Introduced,
    /// It is asked for again later.
    Later,
    /// There is none for this user.
    Refused(String),
}

/// The user that was asked for last.
#[derive(Debug)]
struct Asked {
    user: String,
    by: Instant,
    is_introduced: bool,
}

/// Users to whom a link is wanted.
#[derive(Debug, Default)]
pub(crate) struct Introductions {
    waiting: VecDeque<String>,
    asked: Option<Asked>,
    not_before: Option<Instant>,
}

impl Introductions {
    /// A link to `user` is wanted. False if there is no room to remember it.
    pub(crate) fn want(&mut self, user: &str) -> bool {
        let is_asked = self.asked.as_ref().is_some_and(|asked| asked.user == user);
        if is_asked || self.waiting.iter().any(|other| other == user) {
            return true;
        }
        let has_room = self.waiting.len() < WAITING;
        if has_room {
            self.waiting.push_back(user.to_owned());
        }
        has_room
    }

    /// The user to ask for now.
    pub(crate) fn next(&mut self, now: Instant) -> Option<String> {
        if self.asked.is_some() || self.not_before.is_some_and(|at| now < at) {
            return None;
        }
        self.not_before = None;
        let user = self.waiting.pop_front()?;
        self.asked = Some(Asked { user: user.clone(), by: now + LONGEST, is_introduced: false });
        Some(user)
    }

    /// The server answered for the user that was asked for last.
    pub(crate) fn handle_answer(&mut self, now: Instant, reply: Option<Reply<'_>>) -> Verdict {
        let Some(asked) = &mut self.asked else { return Verdict::Later };
        let pause = match reply {
            Some(Reply::Introduced { .. }) => {
                asked.is_introduced = true;
                return Verdict::Introduced;
            }
            Some(Reply::IntroductionPending) => AGAIN,
            Some(Reply::ChangeWait { seconds }) => Duration::from_secs(seconds.into()),
            _ => {
                let user = self.asked.take().map(|asked| asked.user);
                return user.map_or(Verdict::Later, Verdict::Refused);
            }
        };
        self.not_before = Some(now + pause.max(AGAIN));
        self.wait_again();
        Verdict::Later
    }

    /// The server introduced `user`. Whether it was for a file.
    pub(crate) fn handle_introduction(&mut self, user: &str) -> bool {
        let is_it = |asked: &mut Asked| asked.is_introduced && asked.user == user;
        self.asked.take_if(is_it).is_some()
    }

    /// The connection to the server is lost. What was asked is asked anew.
    pub(crate) fn handle_disconnect(&mut self) {
        self.wait_again();
    }

    /// An introduction that did not come in time: its user.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<String> {
        self.asked.take_if(|asked| now >= asked.by).map(|asked| asked.user)
    }

    /// When something is due, while the server is there.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        match &self.asked {
            Some(asked) => Some(asked.by),
            None => self.not_before.filter(|_| !self.waiting.is_empty()),
        }
    }

    fn wait_again(&mut self) {
        if let Some(asked) = self.asked.take() {
            self.waiting.push_front(asked.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_asked_for_at_a_time_and_nobody_twice() {
        let (mut all, now) = (Introductions::default(), Instant::now());
        for user in ["yoda", "luke", "yoda"] {
            assert!(all.want(user));
        }
        assert_eq!((all.next(now), all.next(now)), (Some("yoda".into()), None));
        assert!(all.want("yoda"));
        let introduced = Some(Reply::Introduced { user: "yoda" });
        assert_eq!(all.handle_answer(now, introduced), Verdict::Introduced);
        assert_eq!(all.next(now), None, "it is on its way");
        assert!(!all.handle_introduction("luke") && all.handle_introduction("yoda"));
        assert_eq!(all.next(now), Some("luke".into()));
        let refused = Some(Reply::InvalidPeer);
        assert_eq!(all.handle_answer(now, refused), Verdict::Refused("luke".into()));
        assert_eq!((all.next(now), all.poll_at()), (None, None));
    }

    #[test]
    fn a_server_that_wants_a_pause_gets_it() {
        let (mut all, now) = (Introductions::default(), Instant::now());
        all.want("yoda");
        for (reply, seconds) in
            [(Reply::IntroductionPending, 1), (Reply::ChangeWait { seconds: 7 }, 7)]
        {
            assert_eq!(all.next(now), Some("yoda".into()));
            assert_eq!(all.handle_answer(now, Some(reply)), Verdict::Later);
            let at = now + Duration::from_secs(seconds);
            assert_eq!((all.next(now), all.poll_at()), (None, Some(at)));
            assert_eq!(all.next(at), Some("yoda".into()));
            all.handle_disconnect();
            all.not_before = None;
        }
    }

    #[test]
    fn what_does_not_come_is_given_up_and_a_lost_server_is_asked_anew() {
        let (mut all, now) = (Introductions::default(), Instant::now());
        all.want("yoda");
        all.next(now);
        all.handle_disconnect();
        assert_eq!(all.next(now), Some("yoda".into()));
        assert_eq!(all.handle_timeout(now), None);
        assert_eq!(all.handle_timeout(now + LONGEST).as_deref(), Some("yoda"));
        for user in 0..WAITING {
            assert!(all.want(&user.to_string()));
        }
        assert!(!all.want("yoda"));
    }
}
