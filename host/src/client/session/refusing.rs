//! Messages that the server did not take: each is named by its first words, and many in a row are
//! one line.

use std::time::{Duration, Instant};

use super::Session;
use super::hearing::Answer;
use crate::client::render::first_words;
use crate::client::said::OwnMessage;
use crate::client::sanitize::name;
use crate::client::shown::Shown;
use crate::client::words::counted;

/// A refusal that comes later than this behind another is told by itself.
const QUIET: Duration = Duration::from_millis(500);
/// Refusals for lack of room: a script is told by no other word which text it was.
const NO_ROOM: std::ops::RangeInclusive<u16> = 450..=455;

/// Refusals one after the other, of messages to one receiver and for one reason.
#[derive(Debug)]
pub(super) struct Refused {
    code: u16,
    to: Option<String>,
    count: u64,
    first: String,
    last: String,
    /// The last one, as it is told by itself.
    shown: Shown,
    at: Instant,
}

impl Refused {
    /// When those behind the first are told.
    pub(super) fn poll_at(&self) -> Option<Instant> {
        (self.count > 1).then_some(self.at + QUIET)
    }

    /// The line for all that were not told.
    fn into_shown(self) -> Option<Shown> {
        if self.count <= 2 {
            return (self.count == 2).then_some(self.shown);
        }
        let to = self.to.as_deref().map_or("all".into(), name);
        let messages = counted(self.count, "message");
        let (first, last) = (self.first, self.last);
        let text = format!("{messages} to {to} were not taken, from \"{first}\" to \"{last}\"");
        Some(Shown::Refused(text))
    }
}

impl Session {
    /// The server refused a message, which is `line`.
    pub(super) fn refuse_message(
        &mut self,
        (line, is_late): (&str, bool),
        message: &OwnMessage,
        answer: Answer<'_>,
    ) {
        let Some(mut shown) = self.worded(line, answer) else { return };
        self.has_refused = true;
        let first = first_words(&message.text);
        if self.config.is_interactive || is_late || NO_ROOM.contains(&answer.code) {
            shown.explain(&format!("not taken: {first}"), self.config.is_interactive);
        }
        if !self.config.is_interactive {
            return self.show(shown);
        }
        let is_next = |run: &&mut Refused| {
            (run.code, &run.to) == (answer.code, &message.to) && self.now < run.at + QUIET
        };
        if let Some(run) = self.refused.as_mut().filter(is_next) {
            (run.count, run.last, run.shown, run.at) = (run.count + 1, first, shown, self.now);
            return;
        }
        self.tell_refused();
        self.show(shown.clone());
        let (code, to, at) = (answer.code, message.to.clone(), self.now);
        self.refused =
            Some(Refused { code, to, count: 1, first: first.clone(), last: first, shown, at });
    }

    /// Tells what was refused and not told, before anything else is.
    pub(super) fn tell_refused(&mut self) {
        let shown = self.refused.take().and_then(Refused::into_shown);
        self.actions.extend(shown.map(super::Action::Show));
    }

    pub(super) fn handle_refused_timeout(&mut self, now: Instant) {
        let at = self.refused.as_ref().and_then(Refused::poll_at);
        if at.is_some_and(|at| now >= at) {
            self.tell_refused();
        }
    }
}
