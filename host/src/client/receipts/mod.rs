//! What became of this user's own messages after they were accepted: stored, delivered, and what of
//! it is worth a word. Sans-IO; knows nothing of how messages are sent.
//!
//! A terminal shows ticks: one if a message has not arrived within a moment, two when it has.
//! Everything within the moment is one line. A script hears every step, a line each.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use smolchat_core::protocol::MessageId;

use super::progress::Progress;
use super::render;
use super::said::{OwnMessage, Receipt};
use super::shown::Shown;

/// A message that arrives within this time is told of once, as delivered.
const SETTLING: Duration = Duration::from_secs(2);
/// Messages whose delivery is waited for. Of older ones nothing more is told.
const TRACKED_MAX: usize = 1024;

/// How the user hears of receipts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Style {
    /// Not at all.
    #[default]
    Off,
    /// One tick or two, and the first words.
    Ticks,
    /// A word and the whole text.
    Words,
}

#[derive(Debug)]
struct Tracked {
    id: MessageId,
    message: OwnMessage,
    state: Progress,
    /// The last state that the user knows of.
    told: Option<Progress>,
    settled_at: Instant,
}

/// Own messages that were accepted and not, as far as the user was told, delivered.
#[derive(Debug, Default)]
pub(crate) struct Receipts {
    style: Style,
    /// The server tells of receipts, and its numbers mean the same as long as this does.
    epoch: Option<u32>,
    tracked: VecDeque<Tracked>,
    /// Messages of a script whose receipts cannot come any more, the oldest first.
    unconfirmed: VecDeque<OwnMessage>,
}

impl Receipts {
    /// None yet.
    pub(crate) fn new(style: Style) -> Self {
        Receipts { style, ..Self::default() }
    }

    /// A connection's numbers are of this epoch; none where the server tells of no receipts.
    pub(crate) fn handle_epoch(&mut self, epoch: Option<u32>) {
        if epoch != self.epoch {
            while let Some(tracked) = self.tracked.pop_front() {
                self.forget(tracked);
            }
        }
        self.epoch = epoch;
    }

    /// Whether ticks tell how far a message has come.
    pub(crate) fn has_ticks(&self) -> bool {
        self.style == Style::Ticks && self.epoch.is_some()
    }

    /// The server accepted a message. `is_stored`: it said that it is stored. `is_told`: the user
    /// knows what it said. What a program is to hear of it at once, where receipts were asked for.
    pub(crate) fn handle_accepted(
        &mut self,
        now: Instant,
        id: MessageId,
        message: OwnMessage,
        is_stored: bool,
        is_told: bool,
    ) -> Option<Receipt> {
        if self.style == Style::Off {
            return None;
        }
        let state = if is_stored { Progress::Stored } else { Progress::Accepted };
        let is_known = is_stored && is_told || self.style == Style::Words;
        let accepted = (self.style == Style::Words).then(|| receipt(&message, state));
        let (told, settled_at) = (is_known.then_some(state), now + SETTLING);
        let tracked = Tracked { id, message, state, told, settled_at };
        if self.epoch.is_none() {
            self.forget(tracked);
            return accepted;
        }
        if self.tracked.len() == TRACKED_MAX
            && let Some(oldest) = self.tracked.pop_front()
        {
            self.forget(oldest);
        }
        self.tracked.push_back(tracked);
        accepted
    }

    /// No receipt will come for this one.
    fn forget(&mut self, tracked: Tracked) {
        if self.style != Style::Words || tracked.state != Progress::Accepted {
            return;
        }
        if self.unconfirmed.len() == TRACKED_MAX {
            self.unconfirmed.pop_front();
        }
        self.unconfirmed.push_back(tracked.message);
    }

    /// What a script said and the server accepted, without a receipt up to now: the oldest first,
    /// and no more than twice [`TRACKED_MAX`].
    pub(crate) fn unconfirmed(&self) -> impl Iterator<Item = &OwnMessage> {
        let is_words = self.style == Style::Words;
        let waiting = self.tracked.iter();
        let waiting = waiting.filter(move |one| is_words && one.state == Progress::Accepted);
        self.unconfirmed.iter().chain(waiting.map(|tracked| &tracked.message))
    }

    /// The server told how far a message has come. Whether the user still has to hear of a loss,
    /// because the message is unknown here: it was sent long ago, or in another session.
    pub(crate) fn handle_receipt(&mut self, id: MessageId, state: Progress) -> bool {
        let mut is_unknown = true;
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.id == id) {
            tracked.state = tracked.state.max(state);
            is_unknown = false;
        }
        is_unknown && state == Progress::Expired && self.style != Style::Off
    }

    /// What is to be shown now, a line each.
    pub(crate) fn poll_lines(&mut self, now: Instant) -> Vec<Shown> {
        let style = self.style;
        let mut due = Vec::new();
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.is_due(style, now)) {
            tracked.told = Some(tracked.state);
            due.push((tracked.message.clone(), tracked.state));
        }
        self.tracked.retain(|tracked| tracked.told < Some(Progress::Delivered));
        told(style, &due)
    }

    /// How the user hears of messages that have come so far at once, whatever the server tells.
    pub(crate) fn told_at_once(&self, messages: Vec<OwnMessage>, progress: Progress) -> Vec<Shown> {
        let due: Vec<_> = messages.into_iter().map(|message| (message, progress)).collect();
        told(self.style, &due)
    }

    /// Whether a script is to hear more soon: a message is accepted, and neither stored nor there.
    pub(crate) fn is_awaited(&self) -> bool {
        let is_under_way = |tracked: &Tracked| tracked.state == Progress::Accepted;
        self.style == Style::Words && self.tracked.iter().any(is_under_way)
    }

    /// When [`poll_lines`](Self::poll_lines) has something next, if nothing happens.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        let untold = |tracked: &&Tracked| tracked.told.is_none_or(|told| told < tracked.state);
        self.tracked.iter().filter(untold).map(|tracked| tracked.settled_at).min()
    }
}

impl Tracked {
    fn is_due(&self, style: Style, now: Instant) -> bool {
        let is_urgent = style == Style::Words || self.state >= Progress::Delivered;
        self.told.is_none_or(|told| told < self.state) && (is_urgent || now >= self.settled_at)
    }
}

fn told(style: Style, due: &[(OwnMessage, Progress)]) -> Vec<Shown> {
    match style {
        Style::Off => Vec::new(),
        Style::Words => {
            due.iter().map(|(message, state)| Shown::Receipt(receipt(message, *state))).collect()
        }
        Style::Ticks => ticks(due),
    }
}

fn receipt(message: &OwnMessage, progress: Progress) -> Receipt {
    let (to, text) = (message.to.clone(), message.text.clone());
    Receipt { progress, to, text }
}

/// A line for each message, or one for all that have come equally far with the same receiver one
/// after the other.
fn ticks(due: &[(OwnMessage, Progress)]) -> Vec<Shown> {
    let is_alike = |one: &(OwnMessage, Progress), next: &(OwnMessage, Progress)| {
        one.0.to == next.0.to && one.1 == next.1
    };
    let line = |alike: &[(OwnMessage, Progress)]| {
        let (message, state) = alike.first()?;
        let text = render::ticks(*state, message.to.as_deref(), &message.text, alike.len());
        let numbers = alike.iter().map(|(message, _)| message.number).collect();
        Some(Shown::Ticks { numbers, progress: *state, text })
    };
    due.chunk_by(is_alike).filter_map(line).collect()
}

#[cfg(test)]
mod tests;
