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
        self.is_caught_up = false;
        self.ask(AT_START)
    }

    /// A broadcast was shown as it was said.
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
        shown.new = new.into_iter().map(|(_, said)| said).collect();
        if self.has_been_caught_up && self.mark.is_some() {
            // This run has shown what it has seen.
            (shown.seen, shown.has_line) = (Vec::new(), false);
        }
        let room = (AT_START as usize).saturating_sub(shown.new.len());
        shown.seen.drain(..shown.seen.len().saturating_sub(room));
        self.mark = mark.max(last).max(self.live.drain(..).max());
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
mod tests {
    use super::*;
    use crate::client::said::Channel;

    fn past(earlier: Option<(u32, u64)>) -> Past {
        let mut past = Past::default();
        past.recall(earlier.map(|(epoch, id)| Seen { epoch, id: MessageId(id) }));
        past.handle_epoch(Some(7));
        assert_eq!(past.handle_login(), AT_START);
        past
    }

    fn take(past: &mut Past, ids: impl IntoIterator<Item = u64>) {
        for id in ids {
            let (from, text) = ("yoda".to_owned(), id.to_string());
            past.take(MessageId(id), Said { from, channel: Channel::All, text, age: 0 });
        }
    }

    fn texts(said: &[Said]) -> Vec<&str> {
        said.iter().map(|said| &*said.text).collect()
    }

    #[test]
    fn what_an_earlier_run_has_seen_stands_before_the_line() {
        let mut past = past(Some((7, 3)));
        take(&mut past, 1..=5);
        assert_eq!(past.more(), None);
        let shown = past.finish("hans", false, vec![]);
        assert!(shown.has_line);
        assert_eq!((texts(&shown.seen), texts(&shown.new)), (vec!["1", "2", "3"], vec!["4", "5"]));
        assert_eq!(past.seen(), Some(Seen { epoch: 7, id: MessageId(5) }));
    }

    #[test]
    fn as_many_are_asked_for_as_were_missed() {
        let mut past = past(Some((7, 50)));
        take(&mut past, 81..=100);
        assert_eq!(past.more(), Some(WHOLE));
        take(&mut past, 1..=100);
        assert_eq!(past.more(), None);
        let shown = past.finish("hans", false, vec![]);
        assert!(shown.seen.is_empty() && shown.new.len() == 50 && shown.has_line);
        let mut few = self::past(Some((7, 95)));
        take(&mut few, 81..=100);
        assert_eq!(few.more(), None);
        assert_eq!(few.finish("hans", false, vec![]).seen.len(), 15, "twenty together");
    }

    #[test]
    fn a_first_start_and_a_server_that_lost_its_history_hide_nothing() {
        for earlier in [None, Some((8, 1000))] {
            let mut past = past(earlier);
            take(&mut past, 1..=20);
            assert_eq!(past.more(), None);
            let shown = past.finish("hans", false, vec![]);
            assert_eq!((shown.seen.len(), shown.new.len(), shown.has_line), (20, 0, false));
        }
        let mut past = past(Some((7, 1000)));
        take(&mut past, 1..=3);
        assert_eq!(
            past.finish("hans", false, vec![]).seen.len(),
            3,
            "the same epoch and lower numbers"
        );
        assert_eq!(past.seen().unwrap().id, MessageId(1000));
    }

    #[test]
    fn what_is_not_caught_up_with_is_not_kept_as_seen() {
        let mut past = past(Some((7, 3)));
        past.note(MessageId(9));
        assert_eq!(past.seen(), None, "the reply has not come");
        past.handle_epoch(Some(7));
        past.handle_login();
        take(&mut past, 4..=10);
        let shown = past.finish("hans", false, vec![]);
        assert_eq!(texts(&shown.new), ["4", "5", "6", "7", "8", "10"]);
        past.note(MessageId(12));
        assert_eq!(past.seen().unwrap().id, MessageId(12));
    }

    #[test]
    fn a_later_login_of_a_run_shows_what_is_new_and_no_line() {
        let mut past = past(None);
        take(&mut past, 1..=2);
        past.finish("hans", false, vec![]);
        past.handle_epoch(Some(7));
        past.handle_login();
        take(&mut past, 1..=4);
        let shown = past.finish("hans", false, vec![]);
        assert_eq!(
            (texts(&shown.new), shown.seen.len(), shown.has_line),
            (vec!["3", "4"], 0, false)
        );
    }

    #[test]
    fn a_run_whose_server_was_empty_at_first_shows_what_is_new_alone() {
        let mut past = past(None);
        past.finish("hans", false, vec![]);
        past.handle_epoch(Some(7));
        past.handle_login();
        take(&mut past, 1..=2);
        assert_eq!(past.finish("hans", false, vec![]).seen.len(), 2);
    }

    #[test]
    fn own_broadcasts_are_never_the_first_that_is_new() {
        let mut past = past(Some((7, 1)));
        take(&mut past, [1]);
        let own = Said { from: "hans".into(), channel: Channel::All, text: "own".into(), age: 0 };
        past.take(MessageId(2), own);
        take(&mut past, [3]);
        let shown = past.finish("hans", false, vec![]);
        assert_eq!((texts(&shown.seen), texts(&shown.new)), (vec!["1", "own"], vec!["3"]));
    }

    #[test]
    fn what_is_kept_of_the_past_is_bounded() {
        let mut past = past(None);
        take(&mut past, 1..=WHOLE as u64 + 5);
        assert_eq!(past.told.len(), WHOLE as usize);
        (0..LIVE as u64 + 5).for_each(|id| past.note(MessageId(id)));
        assert_eq!(past.live.len(), LIVE);
    }
}
