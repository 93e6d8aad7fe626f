//! Messages that the server did not take: each is named by its first words, and many in a row are
//! one line. Knows no event.

use smolchat_core::protocol::{Reply, UserName};
use smolchat_core::time::{Duration, Instant};

use super::Talk;
use crate::errands::{Errand, Kind, Words};
use crate::page::Page;
use crate::style::RED;
use crate::words::{LOG_IN_FIRST, write_near, write_reply, write_why};

/// A refusal that comes later than this behind another is told by itself.
const QUIET: Duration = Duration::from_millis(500);
/// Refusals for lack of room: a script is told by no other word which text it was.
const NO_ROOM: core::ops::RangeInclusive<u16> = 450..=455;

/// Why messages are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The server refused them, with this code.
    Code(u16),
    /// They may be meant for a name that nobody has, and were not sent.
    Doubt,
}

/// Refusals one after the other, of messages to one receiver and for one reason. The first was
/// told.
#[derive(Debug)]
pub(super) struct Refused {
    reason: Reason,
    to: UserName,
    /// Those behind the first.
    more: u32,
    last: Words,
    at: Instant,
}

impl Refused {
    fn poll_at(&self) -> Option<Instant> {
        (self.more > 0).then_some(self.at + QUIET)
    }

    fn write(&self, page: &mut Page<'_, '_>) {
        let what = if self.reason == Reason::Doubt { "said" } else { "taken" };
        if self.more == 1 {
            page.text("not ");
            page.text(what);
            page.text(" either: ");
            return self.last.write(page);
        }
        page.number(self.more.into());
        page.text(" more messages to ");
        page.name(if self.to.is_empty() { "all" } else { &self.to });
        page.text(" were not ");
        page.text(what);
        page.text(", the last one: ");
        self.last.write(page);
    }
}

impl Talk<'_> {
    /// The server refused what was asked.
    pub(super) fn hear_refused(&mut self, reply: &Reply<'_>, text: &str, errand: &Errand) {
        let (code, is_person) = (reply.code(), self.screen.is_person());
        let is_said = errand.kind == Kind::Said;
        let reason = Reason::Code(code);
        if is_said && is_person && self.joins(reason, &errand.user, &errand.words) {
            return;
        }
        self.tell_refused();
        let (me, near) = (self.me.clone(), self.near(&errand.user));
        self.screen.line(RED, |page| {
            match reply {
                Reply::LoginFirst if is_person => page.text(LOG_IN_FIRST),
                _ => write_reply(page, reply, text),
            }
            write_why(page, reply, errand, &me, near.as_deref());
            if is_said && (is_person || NO_ROOM.contains(&code)) {
                page.text(if is_person { "; not taken: " } else { " (not taken: " });
                errand.words.write(page);
                page.text(if is_person { "" } else { ")" });
            }
        });
        if is_said && is_person {
            self.begin_refused(reason, errand.user.clone());
        }
    }

    /// A refusal was told. Others of its kind are counted.
    pub(super) fn begin_refused(&mut self, reason: Reason, to: UserName) {
        let (last, at) = (Words::default(), self.now);
        self.refused = Some(Refused { reason, to, more: 0, last, at });
    }

    /// A name that may be meant by one that nobody has.
    fn near(&self, name: &str) -> Option<UserName> {
        self.people.near(name).and_then(|near| UserName::try_from(near).ok())
    }

    /// Refuses a name in these words, with a hint.
    pub(super) fn refuse_name(&mut self, name: &str, write: fn(&mut Page<'_, '_>, &str)) {
        let near = self.near(name);
        self.refuse(|page| {
            write(page, name);
            write_near(page, near.as_deref());
        });
    }

    /// Whether a refusal is counted with those before it.
    pub(super) fn joins(&mut self, reason: Reason, to: &UserName, words: &Words) -> bool {
        let now = self.now;
        let is_next =
            |run: &&mut Refused| run.reason == reason && run.to == *to && now < run.at + QUIET;
        let Some(run) = self.refused.as_mut().filter(is_next) else { return false };
        run.more = run.more.saturating_add(1);
        (run.last, run.at) = (words.clone(), now);
        true
    }

    /// Tells of refusals that were only counted. Returns whether there were any.
    pub(super) fn tell_refused(&mut self) -> bool {
        let Some(run) = self.refused.take().filter(|run| run.more > 0) else { return false };
        self.refuse(|page| run.write(page));
        true
    }

    /// When [`remind`](Self::remind) is due.
    pub(super) fn refused_until(&self) -> Option<Instant> {
        self.refused.as_ref().and_then(Refused::poll_at)
    }
}
