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
use super::said::Receipt;
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

/// A message as its sender knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnMessage {
    /// The receiver; none for a broadcast.
    pub(crate) to: Option<String>,
    /// What was said.
    pub(crate) text: String,
    /// Counts what was said in this run.
    pub(crate) number: u64,
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
}

impl Receipts {
    /// None yet.
    pub(crate) fn new(style: Style) -> Self {
        Receipts { style, ..Self::default() }
    }

    /// A connection's numbers are of this epoch; none where the server tells of no receipts.
    pub(crate) fn handle_epoch(&mut self, epoch: Option<u32>) {
        if epoch != self.epoch {
            self.tracked.clear();
        }
        self.epoch = epoch;
    }

    /// The server accepted a message. `is_stored`: it said that it is stored, and the user knows.
    pub(crate) fn handle_accepted(
        &mut self,
        now: Instant,
        id: MessageId,
        message: OwnMessage,
        is_stored: bool,
    ) {
        if self.style == Style::Off || self.epoch.is_none() {
            return;
        }
        if self.tracked.len() == TRACKED_MAX {
            self.tracked.pop_front();
        }
        let state = if is_stored { Progress::Stored } else { Progress::Accepted };
        let is_known = is_stored || self.style == Style::Words;
        let (told, settled_at) = (is_known.then_some(state), now + SETTLING);
        self.tracked.push_back(Tracked { id, message, state, told, settled_at });
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
        match style {
            Style::Off => Vec::new(),
            Style::Words => due.iter().map(|(message, state)| words(message, *state)).collect(),
            Style::Ticks => ticks(&due),
        }
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

fn words(message: &OwnMessage, progress: Progress) -> Shown {
    let (to, text) = (message.to.clone(), message.text.clone());
    Shown::Receipt(Receipt { progress, to, text })
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
mod tests {
    use super::*;

    fn lines(receipts: &mut Receipts, now: Instant) -> Vec<String> {
        receipts.poll_lines(now).iter().map(Shown::text).collect()
    }

    fn receipts(style: Style) -> (Receipts, Instant) {
        let mut receipts = Receipts::new(style);
        receipts.handle_epoch(Some(7));
        (receipts, Instant::now())
    }

    fn own(to: &str, text: &str) -> OwnMessage {
        OwnMessage { to: Some(to.into()), text: text.into(), number: 0 }
    }

    #[test]
    fn what_arrives_at_once_is_one_line() {
        let (mut receipts, now) = receipts(Style::Ticks);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false);
        assert!(lines(&mut receipts, now).is_empty());
        receipts.handle_receipt(MessageId(1), Progress::Stored);
        assert!(lines(&mut receipts, now).is_empty());
        receipts.handle_receipt(MessageId(1), Progress::Delivered);
        assert_eq!(lines(&mut receipts, now), ["✓✓ yoda: hi"]);
        assert_eq!(receipts.poll_at(), None);
        receipts.handle_receipt(MessageId(1), Progress::Delivered);
        assert!(lines(&mut receipts, now + SETTLING).is_empty());
    }

    #[test]
    fn what_takes_longer_is_told_in_steps() {
        let (mut receipts, now) = receipts(Style::Ticks);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false);
        assert_eq!(receipts.poll_at(), Some(now + SETTLING));
        let later = now + SETTLING;
        assert_eq!(lines(&mut receipts, later), ["✓ yoda: hi"]);
        assert_eq!(receipts.poll_at(), None);
        receipts.handle_receipt(MessageId(1), Progress::Stored);
        assert_eq!(lines(&mut receipts, later), ["✓ yoda: hi (stored)"]);
        assert!(lines(&mut receipts, later).is_empty());
        receipts.handle_receipt(MessageId(1), Progress::Delivered);
        assert_eq!(lines(&mut receipts, later), ["✓✓ yoda: hi"]);
    }

    #[test]
    fn what_was_not_fetched_in_time_is_told_at_once_and_no_more() {
        for (style, line) in [
            (Style::Ticks, "✗ yoda: hi (not fetched in time)"),
            (Style::Words, "expired for yoda: hi"),
        ] {
            let (mut receipts, now) = receipts(style);
            receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), true);
            receipts.handle_receipt(MessageId(1), Progress::Expired);
            assert_eq!(lines(&mut receipts, now), [line]);
            assert!(receipts.tracked.is_empty() && lines(&mut receipts, now).is_empty());
        }
    }

    #[test]
    fn a_loss_is_told_of_an_unknown_message_too_unless_nothing_is_to_be_told() {
        for (style, is_told) in [(Style::Ticks, true), (Style::Words, true), (Style::Off, false)] {
            let (mut receipts, now) = receipts(style);
            receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), true);
            assert_eq!(receipts.handle_receipt(MessageId(2), Progress::Expired), is_told);
            assert!(!receipts.handle_receipt(MessageId(2), Progress::Delivered));
            let is_known = style != Style::Off;
            assert!(!receipts.handle_receipt(MessageId(1), Progress::Expired));
            assert_eq!(!lines(&mut receipts, now).is_empty(), is_known);
        }
    }

    #[test]
    fn a_script_hears_every_step_but_the_one_that_the_reply_told() {
        let (mut receipts, now) = receipts(Style::Words);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false);
        receipts.handle_accepted(now, MessageId(2), own("luke", "a  b"), true);
        let all = OwnMessage { to: None, text: "all".into(), number: 0 };
        receipts.handle_accepted(now, MessageId(3), all, false);
        assert!(lines(&mut receipts, now + SETTLING).is_empty());
        for id in 1..=3 {
            receipts.handle_receipt(MessageId(id), Progress::Stored);
        }
        assert_eq!(lines(&mut receipts, now), ["stored for yoda: hi", "stored (to all): all"]);
        for id in 1..=3 {
            receipts.handle_receipt(MessageId(id), Progress::Delivered);
        }
        assert_eq!(
            lines(&mut receipts, now),
            ["delivered to yoda: hi", "delivered to luke: a  b", "delivered (to all): all"]
        );
    }

    #[test]
    fn many_that_arrive_together_are_one_line_for_each_receiver() {
        let (mut receipts, now) = receipts(Style::Ticks);
        for (id, to) in [(1, "yoda"), (2, "yoda"), (3, "luke"), (4, "yoda")] {
            receipts.handle_accepted(now, MessageId(id), own(to, "hi"), true);
            receipts.handle_receipt(MessageId(id), Progress::Delivered);
        }
        assert_eq!(
            lines(&mut receipts, now),
            ["✓✓ yoda: 2 messages", "✓✓ luke: hi", "✓✓ yoda: hi"]
        );
    }

    #[test]
    fn another_epoch_and_a_server_without_receipts_tell_of_other_messages() {
        let (mut receipts, now) = receipts(Style::Ticks);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false);
        receipts.handle_epoch(Some(7));
        receipts.handle_receipt(MessageId(1), Progress::Delivered);
        assert_eq!(lines(&mut receipts, now), ["✓✓ yoda: hi"]);
        receipts.handle_accepted(now, MessageId(2), own("yoda", "hi"), false);
        receipts.handle_epoch(Some(8));
        receipts.handle_receipt(MessageId(2), Progress::Delivered);
        assert!(lines(&mut receipts, now + SETTLING).is_empty());
        receipts.handle_epoch(None);
        receipts.handle_accepted(now, MessageId(3), own("yoda", "hi"), false);
        assert!(lines(&mut receipts, now + SETTLING).is_empty());
    }

    #[test]
    fn who_wants_no_receipts_hears_of_none() {
        let (mut receipts, now) = receipts(Style::Off);
        receipts.handle_accepted(now, MessageId(1), own("yoda", "hi"), false);
        receipts.handle_receipt(MessageId(1), Progress::Delivered);
        assert!(lines(&mut receipts, now + SETTLING).is_empty());
        assert_eq!(receipts.poll_at(), None);
    }

    #[test]
    fn what_is_waited_for_is_bounded_and_the_oldest_is_forgotten() {
        let (mut receipts, now) = receipts(Style::Words);
        for id in 0..=TRACKED_MAX as u64 {
            receipts.handle_accepted(now, MessageId(id), own("yoda", "hi"), true);
        }
        receipts.handle_receipt(MessageId(0), Progress::Delivered);
        assert!(lines(&mut receipts, now).is_empty());
        receipts.handle_receipt(MessageId(1), Progress::Delivered);
        receipts.handle_receipt(MessageId(TRACKED_MAX as u64), Progress::Delivered);
        assert_eq!(lines(&mut receipts, now), ["delivered to yoda: hi"; 2]);
    }
}
