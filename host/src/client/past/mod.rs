//! The room's past as a person sees it at a login: which broadcasts were shown before, by this run
//! or by an earlier one, and which are new. Knows no connection and no file.

use std::collections::VecDeque;

use smolchat_core::protocol::MessageId;

use super::said::Said;

/// Broadcasts that a person is shown at a start, unless more of them are new.
const AT_START: u32 = 20;
/// The longest history that a server keeps.
const WHOLE: u32 = 1024;
/// Broadcasts that may come between a login and the reply to `history`.
const LIVE: usize = 256;

/// Every broadcast up to this one was shown, or lay before what was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// As long as this is the same, a number means the same broadcast.
    pub(crate) epoch: u32,
    /// The number.
    pub(crate) id: MessageId,
}

/// What is to be shown of the past.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Seen before, oldest first: where the talk had come to.
    pub(crate) seen: Vec<Said>,
    /// New, oldest first.
    pub(crate) new: Vec<Said>,
    /// It is known what was seen before this run, so there is a line between the two.
    pub(crate) has_line: bool,
    /// The server no longer keeps what came before all that it told. Some of that may be new.
    pub(crate) is_cut: bool,
    /// The server was cut off before this one of `new`, or behind all of them. It may have
    /// forgotten what was said right before.
    pub(crate) gap: Option<usize>,
}

/// Which broadcasts were shown.
#[derive(Debug, Default)]
pub(crate) struct Past {
    epoch: Option<u32>,
    /// What an earlier run has seen.
    earlier: Option<Seen>,
    /// Up to here everything was shown by this run.
    mark: Option<MessageId>,
    /// Shown since the login and before the reply to `history`.
    live: VecDeque<MessageId>,
    /// The reply to `history` has come in this login.
    is_caught_up: bool,
    /// The same in any login of this run.
    has_been_caught_up: bool,
    /// The server may have forgotten broadcasts right before this number.
    gap: Option<MessageId>,
    /// How many were asked for.
    asked: u32,
    /// What the server told of them, oldest first.
    told: VecDeque<(MessageId, Said)>,
}

impl Past {
    /// An earlier run has seen so much.
    pub(crate) fn recall(&mut self, earlier: Option<Seen>) {
        self.earlier = earlier;
    }

    /// A connection's numbers are of this epoch. In another epoch, or an unknown one, numbers may
    /// mean other broadcasts. Then one is rather shown twice than never.
    pub(crate) fn handle_epoch(&mut self, epoch: Option<u32>) {
        if epoch.is_none() || epoch != self.epoch {
            self.mark = None;
            self.live.clear();
        }
        self.epoch = epoch;
    }

    /// The user is online, for the first time or again: how many broadcasts to ask for.
    pub(crate) fn handle_login(&mut self) -> u32 {
        (self.is_caught_up, self.gap) = (false, None);
        self.ask(AT_START)
    }

    /// Whether it is known what was shown, by this run or by an earlier one.
    pub(crate) fn has_seen_any(&self) -> bool {
        self.mark().is_some()
    }

    /// The server was cut off before its last start, and may have forgotten broadcasts right before
    /// this number; 0 if it was not.
    pub(crate) fn handle_gap(&mut self, before: MessageId) {
        self.gap = Some(before);
    }

    /// A broadcast is shown as it is said.
    pub(crate) fn note(&mut self, id: MessageId) {
        if self.is_caught_up {
            self.mark = self.mark.max(Some(id));
            return;
        }
        if self.live.len() == LIVE {
            self.live.pop_front();
        }
        self.live.push_back(id);
    }

    /// The server tells of a broadcast of the past.
    pub(crate) fn take(&mut self, id: MessageId, said: Said) {
        if self.told.len() == WHOLE as usize {
            self.told.pop_front();
        }
        self.told.push_back((id, said));
    }

    /// The reply is whole. How many to ask for again, if more may be new than were asked for.
    pub(crate) fn more(&mut self) -> Option<u32> {
        let mark = self.mark()?;
        let is_more = |(id, _): &(MessageId, Said)| *id > mark;
        let may_be_more = self.asked < WHOLE
            && self.told.len() >= self.asked as usize
            && self.told.front().is_some_and(is_more);
        may_be_more.then(|| self.ask(WHOLE))
    }

    /// What is to be shown to `me`, once. `is_own_known`: this run has shown what `me` said. `held`
    /// are broadcasts, oldest first, that came as they were said and were not shown: all of them
    /// are new.
    pub(crate) fn finish(
        &mut self,
        me: &str,
        is_own_known: bool,
        held: Vec<(MessageId, Said)>,
    ) -> Shown {
        let mark = self.mark();
        let told = std::mem::take(&mut self.told);
        let told_count = told.len();
        let oldest = told.front().map(|(id, _)| *id);
        let last = told.back().map(|(id, _)| *id).max(held.last().map(|(id, _)| *id));
        let mut shown = Shown { has_line: mark.is_some(), ..Shown::default() };
        let mut new: Vec<(MessageId, Said)> = Vec::new();
        for (id, said) in told {
            let is_own = said.from == me;
            let is_shown = self.live.contains(&id) || is_own && is_own_known;
            if is_shown || held.binary_search_by_key(&id, |(id, _)| *id).is_ok() {
                continue;
            }
            let is_seen = mark.is_none_or(|mark| id <= mark) || is_own && new.is_empty();
            if is_seen { shown.seen.push(said) } else { new.push((id, said)) }
        }
        new.extend(held);
        new.sort_by_key(|(id, _)| *id);
        let is_behind = |mark: MessageId| oldest.is_some_and(|oldest| oldest.0 > mark.0 + 1);
        // Whoever has seen the last number before the gap, or one behind it, was told of it.
        let gap = self.gap.take().filter(|gap| mark.is_some_and(|mark| mark.0 + 1 < gap.0));
        shown.gap = gap.map(|gap| new.partition_point(|(id, _)| *id < gap));
        // A short history begins behind the gap because of the gap.
        let is_of_gap =
            told_count < AT_START as usize && gap.is_some_and(|gap| oldest >= Some(gap));
        shown.is_cut = !new.is_empty() && !is_of_gap && mark.is_some_and(is_behind);
        shown.new = new.into_iter().map(|(_, said)| said).collect();
        if self.has_been_caught_up && self.mark.is_some() {
            // This run has shown what it has seen.
            (shown.seen, shown.has_line) = (Vec::new(), false);
        }
        let room = (AT_START as usize).saturating_sub(shown.new.len());
        shown.seen.drain(..shown.seen.len().saturating_sub(room));
        let last_forgotten = gap.map(|gap| MessageId(gap.0 - 1));
        self.mark = mark.max(last).max(self.live.drain(..).max()).max(last_forgotten);
        (self.is_caught_up, self.has_been_caught_up) = (true, true);
        shown
    }

    /// What a later run is to know.
    pub(crate) fn seen(&self) -> Option<Seen> {
        let id = self.mark.filter(|_| self.has_been_caught_up)?;
        Some(Seen { epoch: self.epoch?, id })
    }

    fn ask(&mut self, count: u32) -> u32 {
        self.told.clear();
        self.asked = count;
        count
    }

    /// Up to here everything was shown, by this run or by an earlier one.
    fn mark(&self) -> Option<MessageId> {
        let earlier = self.earlier.filter(|earlier| Some(earlier.epoch) == self.epoch);
        self.mark.or(earlier.map(|earlier| earlier.id))
    }
}

#[cfg(test)]
mod tests;
