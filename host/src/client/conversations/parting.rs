//! Links of a conversation that was stopped, until what was said on them is acknowledged. Knows no
//! user's word.

use std::time::{Duration, Instant};

use crate::client::peer::LinkId;

/// How long acknowledgements may take once a conversation was stopped.
const LONGEST: Duration = Duration::from_secs(2);

/// A link on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parting {
    pub(super) link: LinkId,
    pub(super) user: String,
    pub(super) until: Instant,
}

/// The links on their way out.
#[derive(Debug, Default)]
pub(super) struct Partings(Vec<Parting>);

impl Partings {
    pub(super) fn push(&mut self, now: Instant, link: LinkId, user: &str) {
        self.0.push(Parting { link, user: user.to_owned(), until: now + LONGEST });
    }

    pub(super) fn user_of(&self, link: LinkId) -> Option<&str> {
        self.0.iter().find(|one| one.link == link).map(|one| one.user.as_str())
    }

    /// Takes out the links that `is_over` names.
    pub(super) fn take(&mut self, is_over: impl Fn(&Parting) -> bool) -> Vec<Parting> {
        let (over, kept) = std::mem::take(&mut self.0).into_iter().partition(is_over);
        self.0 = kept;
        over
    }

    /// Whether any link with the user is left.
    pub(super) fn is_with(&self, user: &str) -> bool {
        self.0.iter().any(|one| one.user == user)
    }

    pub(super) fn poll_at(&self) -> Option<Instant> {
        self.0.iter().map(|one| one.until).min()
    }
}
