//! Events of the server, as a person reads them. Knows no reply.

use smolchat_core::protocol::{Event, MessageId};
use smolchat_core::time::Instant;

use super::Talk;
use super::attempts::{write_attempt, write_more_attempts};
use super::tally::write_message;
use crate::style::{PLAIN, of_name};
use crate::words::write_waited;

impl Talk<'_> {
    pub(super) fn hear_event(&mut self, event: &Event<'_>) {
        match event {
            Event::Message { from, age, text, .. } => {
                self.people.note_writer(from);
                self.arrived = self.arrived.map(|count| count.saturating_add(1));
                self.show_said(from, false, *age, text);
            }
            Event::Broadcast { id, from, age, text } => {
                self.people.learn(from);
                if self.past.note(*id) {
                    self.show_said(from, true, *age, text);
                }
            }
            Event::Say { age, text, .. } => self.show_announced(*age, text),
            Event::Stored { .. } => {}
            Event::Delivered { id } => self.hear_delivered(*id),
            Event::Expired { id } => self.hear_expired(*id),
            Event::Login { user } => {
                if self.stored_for == *user {
                    self.stored_for.clear();
                }
                self.show_presence(user, " logged in");
            }
            Event::Logout { user } => self.show_presence(user, " just logged out"),
            Event::Attempt { from } => {
                if self.attempts.add(self.now, *from) {
                    self.note(|page| write_attempt(page, *from));
                }
            }
            Event::Idle { seconds } => self.show_idle(*seconds),
            Event::Missed { count } => self.note(|page| {
                page.number((*count).into());
                page.text(" logins and logouts were not told, this terminal was too slow");
            }),
            Event::Private { user, .. } => self.note(|page| {
                page.name(user);
                page.text(" wants to talk in private, which needs the program smolchat");
            }),
            Event::Bye { text, .. } => {
                self.refuse(|page| page.text(text));
                self.end();
            }
        }
    }

    /// The end is near, unless somebody types.
    fn show_idle(&mut self, seconds: u32) {
        self.is_warned = true;
        let (before, behind) = match self.is_online {
            true => ("you are logged out in ", " s, unless you do something"),
            false => (
                "you have not logged in, and this ends in ",
                " s; a key gives you more time, ten minutes in all",
            ),
        };
        self.note(|page| {
            page.text(before);
            page.number(seconds.into());
            page.text(behind);
        });
    }

    /// Tells what was kept back for a while. Returns whether something was shown.
    pub(crate) fn remind(&mut self) -> bool {
        if self.is_over {
            return false;
        }
        if let Some((count, from)) = self.attempts.take(self.now) {
            self.note(|page| write_more_attempts(page, count, from));
            return true;
        }
        let is_due = self.refused_until().is_some_and(|at| self.now >= at);
        is_due && self.tell_refused()
    }

    /// When [`remind`](Self::remind) has something to tell.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        let due = [self.attempts.poll_at(), self.refused_until()];
        due.into_iter().flatten().min().filter(|_| !self.is_over)
    }

    /// Shows what somebody said.
    pub(super) fn show_said(&mut self, from: &str, is_to_all: bool, age: u32, text: &str) {
        let is_arriving = self.arrived.is_some();
        self.screen.line(PLAIN, |page| {
            write_waited(page, age);
            page.styled(of_name(from, !is_to_all), |page| page.name(from));
            page.text(match is_to_all {
                true => " (to all): ",
                // What was said to all stands around it.
                false if is_arriving => " (to you): ",
                false => ": ",
            });
            page.text(text);
        });
    }

    /// Shows what the server's operator says.
    fn show_announced(&mut self, age: u32, text: &str) {
        self.screen.line(PLAIN, |page| {
            write_waited(page, age);
            page.text("[server] ");
            page.text(text);
        });
    }

    fn show_presence(&mut self, user: &str, what: &str) {
        self.people.learn(user);
        if self.hides_presence {
            return;
        }
        self.note(|page| {
            page.name(user);
            page.text(what);
        });
    }

    fn hear_delivered(&mut self, id: MessageId) {
        let Some(errand) = self.errands.take_sent(id) else { return };
        if self.screen.tick(errand.number, errand.column, " ✓✓") {
            return;
        }
        if !self.tally.is_alike(&errand.user) {
            self.rest();
        }
        self.tally.add(errand);
    }

    fn hear_expired(&mut self, id: MessageId) {
        let errand = self.errands.take_sent(id);
        self.note(|page| match &errand {
            Some(errand) => {
                page.text("✗ ");
                write_message(page, errand);
                page.text(" (not fetched in time)");
            }
            None => page.text("a message of yours was not fetched in time, it is gone"),
        });
    }
}
