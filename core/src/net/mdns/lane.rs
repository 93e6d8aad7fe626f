//! What one version of IP has to say, and in which order.

use super::answers::Answers;
use super::set::Set;
use crate::time::Instant;

/// What is to be said to everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Saying {
    Probe,
    Answer(Set),
    Goodbye(Set),
    /// We are in the group.
    Membership,
}

/// What one version of IP has to say.
#[derive(Debug, Default)]
pub(super) struct Lane {
    pub(super) answers: Answers,
    pub(super) probe: bool,
    /// To be said at once.
    pub(super) ready: Set,
    pub(super) goodbye: Set,
    /// When we tell that we are in the group.
    pub(super) membership: Option<Instant>,
}

impl Lane {
    /// The next thing to say.
    pub(super) fn next(&mut self, now: Instant) -> Option<Saying> {
        if self.membership.is_some_and(|due| due <= now) {
            return Some(Saying::Membership);
        }
        if self.probe {
            return Some(Saying::Probe);
        }
        if !self.goodbye.is_empty() {
            return Some(Saying::Goodbye(self.goodbye));
        }
        self.ready |= self.answers.take_due(now);
        (!self.ready.is_empty()).then_some(Saying::Answer(self.ready))
    }

    /// That is said now, with these records of it. What found no room is said next.
    pub(super) fn note_said(&mut self, now: Instant, saying: Saying, told: Set) {
        // What does not fit into a message of its own is never said.
        let rest = |set: Set| if told.is_empty() { Set::EMPTY } else { set & !told };
        match saying {
            Saying::Probe => self.probe = false,
            Saying::Membership => self.membership = None,
            Saying::Goodbye(set) => self.goodbye = rest(set),
            Saying::Answer(set) => {
                self.ready = rest(set);
                self.answers.note_said(now, told);
            }
        }
    }

    /// Forgets what was to be said.
    pub(super) fn hush(&mut self) {
        self.answers.clear();
        (self.probe, self.ready) = (false, Set::EMPTY);
    }
}
