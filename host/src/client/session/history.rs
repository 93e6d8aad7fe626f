//! The room's past: what was broadcast while this user was away, asked for at every login, and
//! whatever `history` tells.

use std::time::Duration;

use smolchat_core::dialect::lines::{ReplyLine, parse_history, parse_reply};
use smolchat_core::protocol::{HISTORY_GAP, MessageId, Reply, Request};

use super::{Action, Session};
use crate::client::past::Seen;
use crate::client::requests::Pending;
use crate::client::said::{Channel, Said};
use crate::client::shown::Shown;

/// A server that is killed, or loses its power, forgets so much of its history.
const CUT_OFF: &str = "the server was cut off and has started anew; what was said to all in the 5 seconds before \
     may be missing";
/// The history is full, and the oldest makes room for the newest.
const CUT: &str = "what was said to all before this may be missing, the server keeps no more";

/// A run that is killed forgets no more than what was said in this time.
const KEEPING: Duration = Duration::from_secs(60);

impl Session {
    /// Asks for what was said to all while this user was away; before that, whether the server
    /// may have forgotten some of it. Nobody misses anything who has seen nothing.
    pub(super) fn ask_for_history(&mut self) {
        let count = self.past.handle_login();
        if self.past.has_seen_any() {
            self.request(&Request::Status, Pending::Gap);
        }
        self.request(&Request::History { count: Some(count) }, Pending::History);
    }

    /// The answer to [`Action::Recall`]. What the first login asks for follows.
    pub(crate) fn handle_recalled(&mut self, seen: Option<Seen>) {
        self.past.recall(seen);
        self.ask_for_history();
        self.request(&Request::WhoElse, Pending::Greeting);
    }

    /// A line of a reply that is not its last. Whether it was a figure that the client itself asked
    /// for.
    pub(super) fn handle_figure(&mut self, line: ReplyLine<'_>) -> bool {
        let is_asked = matches!(self.requests.first(), Some(Pending::Gap));
        if !is_asked || !matches!(parse_reply(line), Some(Reply::Status { .. })) {
            return false;
        }
        let gap = line.text.strip_prefix(HISTORY_GAP).and_then(|number| number.trim().parse().ok());
        if let Some(before) = gap {
            self.past.handle_gap(MessageId(before));
        }
        true
    }

    /// A line of a reply that is not its last. Whether it told of a broadcast.
    pub(super) fn handle_history(&mut self, line: ReplyLine<'_>) -> bool {
        let is_history = matches!(parse_reply(line), Some(Reply::History { .. }));
        let told = parse_history(line.text).filter(|_| is_history);
        let Some((id, from, age, text)) = told else { return false };
        self.names.learn(from);
        let said =
            Said { from: from.to_owned(), channel: Channel::All, text: text.to_owned(), age };
        match self.requests.first() {
            Some(Pending::History) => self.past.take(id, said),
            // Asked for by the user, it is told whole.
            _ => self.show(Shown::Told(said)),
        }
        true
    }

    /// The client's own question is answered: asks for more, or has the past told, now or with the
    /// mail that waits for it.
    pub(super) fn finish_history(&mut self) {
        if let Some(count) = self.past.more() {
            return self.request(&Request::History { count: Some(count) }, Pending::History);
        }
        if !self.note_past() {
            self.tell_past(Vec::new(), false);
        }
    }

    /// Shows the past, with a line before what is new. `held` are broadcasts that were not shown
    /// yet. `has_mail`: something else is new.
    pub(super) fn tell_past(&mut self, held: Vec<(MessageId, Said)>, has_mail: bool) {
        let mut past = self.past.finish(&self.config.user, self.sent > 0, held);
        let has_seen = !past.seen.is_empty();
        past.seen.drain(..).for_each(|said| self.show(Shown::Told(said)));
        match (past.has_line, past.new.is_empty()) {
            (true, false) => self.note("new since you were here:"),
            (true, true) if has_seen && !has_mail => self.note("nothing new since you were here"),
            _ => {}
        }
        if past.is_cut {
            self.note(CUT);
        }
        let after = past.gap.map_or(Vec::new(), |at| past.new.split_off(at));
        past.new.into_iter().for_each(|said| self.show(Shown::Said(said)));
        if past.gap.is_some() {
            self.note(CUT_OFF);
        }
        after.into_iter().for_each(|said| self.show(Shown::Said(said)));
        self.kept_at = self.now;
        self.keep_seen();
    }

    /// A broadcast was shown that has this number, or this user's own was accepted.
    pub(super) fn note_broadcast(&mut self, id: MessageId) {
        self.past.note(id);
        if self.now >= self.kept_at + KEEPING {
            self.kept_at = self.now;
            self.keep_seen();
        }
    }

    /// Has it kept what this run has seen.
    pub(super) fn keep_seen(&mut self) {
        if self.config.is_interactive {
            self.actions.extend(self.past.seen().map(Action::Keep));
        }
    }
}
