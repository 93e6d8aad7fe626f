//! To whom plain text goes. The server is asked about a name that was not heard of, and until it
//! has answered nothing more that is typed is looked at. Knows no key.

use smolchat_core::protocol::{Reply, Request, UserName};
use smolchat_core::time::{Duration, Instant};

use super::Talk;
use super::refusing::Reason;
use crate::errands::{Errand, Kind, Words};
use crate::words::write_not_seen;

/// A line that is begun sooner behind a name that nobody has was meant for that name.
const NOTICE: Duration = Duration::from_secs(1);
/// A line that is begun sooner behind such a line belongs to the same paste.
const PASTE: Duration = Duration::from_millis(300);

/// Which lines may have been meant for another than the prompt names.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Doubt {
    /// When the first key of the line came that is being typed.
    begun: Option<Instant>,
    /// Lines that are begun before were perhaps meant for somebody else.
    until: Option<Instant>,
    /// The person was told who reads a text that begins with a name.
    is_told: bool,
}

impl Talk<'_> {
    /// Plain text goes there from now on, if there is such a user.
    pub(super) fn turn_to(&mut self, to: Option<UserName>) {
        match to {
            Some(user) if user == self.me => self.refuse(|page| page.text("that is you")),
            Some(user) if !self.people.knows(&user) => {
                self.send(&Request::Seen { user: &user }, Errand::new(Kind::Turn, &user));
            }
            to => self.to = to,
        }
    }

    /// Whether anybody has the name that plain text is to go to.
    pub(super) fn hear_turn(&mut self, reply: &Reply<'_>, text: &str, errand: Errand) {
        if reply.is_done() {
            self.people.learn(&errand.user);
            self.to = Some(errand.user);
            return;
        }
        self.doubt.until = Some(self.now + NOTICE);
        if *reply != Reply::InvalidUserToSee {
            return self.hear_refused(reply, text, &errand);
        }
        self.refuse_name(&errand.user, write_not_seen);
    }

    /// A key came. With the first of a row the width is asked for: behind Enter the answer would
    /// stand where `ssh` looks for its own escapes, such as `~?`.
    pub(crate) fn note_key(&mut self) {
        if self.doubt.begun.is_none() {
            self.ask_width();
        }
        self.doubt.begun.get_or_insert(self.now);
    }

    /// The line that was typed is done with.
    pub(crate) fn end_line(&mut self) {
        self.doubt.begun = None;
    }

    /// Whether plain text may have been meant for a name that nobody has.
    pub(super) fn is_doubtful(&mut self) -> bool {
        let begun = self.doubt.begun.unwrap_or(self.now);
        let is_doubtful = self.doubt.until.is_some_and(|until| begun < until);
        if is_doubtful {
            self.doubt.until = self.doubt.until.max(Some(self.now + PASTE));
        }
        is_doubtful
    }

    /// A text is not said, since it was perhaps meant for somebody else. Many in a row are one
    /// line.
    pub(super) fn refuse_doubtful(&mut self, line: &str) {
        let to = self.to.clone().unwrap_or_default();
        let is_counted = self.joins(Reason::Doubt, &to, &Words::of(line));
        if !is_counted {
            self.tell_refused();
        }
        self.echo(line);
        if is_counted {
            return;
        }
        self.refuse(|page| {
            page.text("not said, it may be meant for the name above; Up and Enter says it to ");
            page.name(if to.is_empty() { "all" } else { &to });
        });
        self.begin_refused(Reason::Doubt, to);
    }

    /// Whether a text that names this user first would be read by others, and the person was not
    /// told so yet. Most such texts are for all, so each login tells it once.
    pub(super) fn asks_about(&self, user: &str) -> bool {
        let user = self.people.meant(user).unwrap_or(user);
        !self.doubt.is_told && self.to.as_deref() != Some(user)
    }

    /// Says who would read a text that names this user first.
    pub(super) fn ask_about(&mut self, user: &str) {
        self.doubt.is_told = true;
        let to = self.to.clone();
        let to = to.as_deref().unwrap_or("all");
        let user = UserName::try_from(self.people.meant(user).unwrap_or(user)).unwrap_or_default();
        self.refuse(|page| {
            page.text("not said: ");
            page.name(to);
            page.text(" would read this. /to ");
            page.name(&user);
            page.text(" and the text says it to ");
            page.name(&user);
            page.text(" alone; Up and Enter says it to ");
            page.name(to);
        });
    }
}
