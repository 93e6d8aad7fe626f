//! Replies of the server, as a person reads them. Knows no event.

use smolchat_core::dialect::lines::{ReplyLine, parse_history, parse_reply};
use smolchat_core::protocol::{MessageId, Reply, UserName};

use super::Talk;
use super::tally::write_message;
use crate::errands::{Errand, Kind};
use crate::style::{DIM, PLAIN};
use crate::words::{Way, way, write_locked, write_reply};

impl Talk<'_> {
    pub(super) fn hear_reply(&mut self, line: ReplyLine<'_>) {
        let reply = parse_reply(line);
        if !self.is_greeted {
            self.is_greeted = true;
            return self.hear_greeting(reply, line.text);
        }
        if !line.last {
            return self.show_part(reply, line.text);
        }
        let errand = self.errands.take_first().unwrap_or_default();
        match reply {
            Some(reply) => self.hear_answer(&reply, line.text, errand),
            None => _ = self.screen.line(PLAIN, |page| page.text(line.text)),
        }
    }

    /// The first line of a connection.
    fn hear_greeting(&mut self, reply: Option<Reply<'_>>, text: &str) {
        if reply != Some(Reply::Greeting) {
            self.refuse(|page| page.text(text));
            return self.end();
        }
        if self.is_guest && self.screen.is_person() {
            self.note(|page| {
                page.text("/register NAME makes an account, /login NAME enters, ");
                page.text("/help tells more");
            });
            // Whoever says this is warned before its time to log in is over.
            self.tell_active(self.now);
        }
    }

    /// A line of an answer that others of the same answer follow.
    fn show_part(&mut self, reply: Option<Reply<'_>>, text: &str) {
        if let Some(Reply::History { broadcast }) = reply
            && let Some((id, from, age, text)) = parse_history(broadcast)
        {
            self.people.learn(from);
            return match self.errands.first() {
                Kind::Past => self.show_past(id, from, age, text),
                _ => self.show_said(from, true, age, text),
            };
        }
        if let Some(Reply::Keys { key }) = reply
            && self.show_key(key)
        {
            return;
        }
        if self.show_file(reply) {
            return;
        }
        self.learn_from(reply);
        self.screen.line(PLAIN, |page| page.text(text));
    }

    /// Learns the users of a list.
    fn learn_from(&mut self, reply: Option<Reply<'_>>) {
        if let Some(
            Reply::UsersOnline { users }
            | Reply::UsersSince { users }
            | Reply::UsersBlocked { users },
        ) = reply
        {
            users.split(", ").for_each(|user| self.people.learn(user));
        }
    }

    /// Shows what was said to all before this person came, unless it was shown already.
    fn show_past(&mut self, id: MessageId, from: &str, age: u32, text: &str) {
        if !self.past.note(id) {
            return;
        }
        if !core::mem::replace(&mut self.past.has_begun, true) {
            self.note(|page| page.text("what was said to all before:"));
        }
        self.show_said(from, true, age, text);
    }

    /// All that a login asks for has come. What came for this person alone is counted, right above
    /// the prompt.
    fn end_arrival(&mut self) {
        let Some(count) = self.arrived.take().filter(|count| *count > 0) else { return };
        self.note(|page| {
            page.number(count.into());
            page.text(match count {
                1 => " message above is to you alone",
                _ => " messages above are to you alone",
            });
        });
    }

    /// A guest's login was refused. Whoever mistyped the password types it again, unseen.
    fn hear_login_refused(&mut self, reply: &Reply<'_>, text: &str, errand: &Errand) {
        match *reply {
            Reply::Locked { seconds } => self.refuse_locked(seconds, errand),
            _ => self.hear_refused(reply, text, errand),
        }
        let is_wrong = *reply == Reply::InvalidCredentials;
        let is_later = matches!(
            reply,
            Reply::GuessWait { .. }
                | Reply::LoginWait { .. }
                | Reply::ChecksFull
                | Reply::AlreadyOnline { .. }
        );
        if !is_wrong && !is_later {
            return self.asking.end();
        }
        if !self.asking.ask_again(&errand.user, is_wrong) {
            self.note(|page| page.text("you are not logged in"));
        }
    }

    /// Whether the password is right that is to become another one.
    fn hear_check(&mut self, reply: &Reply<'_>, text: &str, errand: &Errand) {
        let is_wrong = *reply == Reply::InvalidCredentials;
        let is_asked = match reply {
            _ if is_wrong => self.asking.go_on(false),
            _ if reply.is_done() => self.asking.go_on(true),
            _ => false,
        };
        match *reply {
            _ if is_wrong => self.refuse(|page| page.text("the old password is wrong")),
            Reply::Locked { seconds } => self.refuse_locked(seconds, errand),
            _ if reply.is_done() => {}
            _ => self.hear_refused(reply, text, errand),
        }
        if !is_asked {
            self.give_up_asking();
        }
    }

    fn refuse_locked(&mut self, seconds: u32, errand: &Errand) {
        let name = if errand.user.is_empty() { self.me.clone() } else { errand.user.clone() };
        self.refuse(|page| write_locked(page, &name, seconds));
    }

    fn hear_answer(&mut self, reply: &Reply<'_>, text: &str, errand: Errand) {
        let is_refusal = !reply.is_done();
        // Who has proved to be a user and may not enter has no second try.
        let is_last = is_refusal && errand.kind == Kind::Login && !self.is_guest && !self.is_online;
        self.show_answer(reply, text, errand, is_refusal);
        if is_last {
            self.end();
        }
    }

    fn show_answer(&mut self, reply: &Reply<'_>, text: &str, errand: Errand, is_refusal: bool) {
        let is_person = self.screen.is_person();
        let is_guest = is_person && self.is_guest;
        match *reply {
            _ if errand.kind == Kind::Login && is_refusal && is_guest => {
                self.hear_login_refused(reply, text, &errand);
            }
            _ if errand.kind == Kind::Turn => self.hear_turn(reply, text, errand),
            _ if errand.kind == Kind::Check => self.hear_check(reply, text, &errand),
            _ if errand.kind == Kind::Past => self.past.end(),
            Reply::Welcome => self.enter(&errand, text),
            Reply::LoggedOut => {
                self.tell_refused();
                // A guest was not in.
                let text = if self.is_online { text } else { "goodbye" };
                self.screen.line(PLAIN, |page| page.text(text));
                self.end();
            }
            Reply::Locked { seconds } => self.refuse_locked(seconds, &errand),
            Reply::Stored { user, .. } if is_person && self.stored_for == *user => {
                self.hear_stored(reply, errand);
            }
            _ if errand.kind == Kind::Own && !is_refusal => {}
            _ if way(reply) == Way::Silent => self.hear_accepted(reply, errand),
            _ if is_refusal => self.hear_refused(reply, text, &errand),
            _ => {
                self.learn_from(Some(*reply));
                let style = if way(reply) == Way::Stored { DIM } else { PLAIN };
                self.screen.line(style, |page| {
                    write_reply(page, reply, text);
                    if let Reply::Registered { user } = reply
                        && is_person
                    {
                        page.text(": /login ");
                        page.name(user);
                    }
                });
                if errand.kind == Kind::Online {
                    self.end_arrival();
                }
                if let Reply::Stored { user, .. } = reply {
                    self.stored_for = UserName::try_from(*user).unwrap_or_default();
                }
                self.hear_accepted(reply, errand);
            }
        }
    }

    /// One more message waits for somebody who is offline, as this person was told.
    fn hear_stored(&mut self, reply: &Reply<'_>, errand: Errand) {
        self.tell_refused();
        if !self.screen.tick(errand.number, errand.column, " ✓ stored") {
            self.note(|page| {
                page.text("✓ stored: ");
                write_message(page, &errand);
            });
        }
        if let Some(id) = reply.accepted() {
            self.errands.keep(Errand { id: MessageId(id.0), ..errand });
        }
    }

    /// If the server has accepted a message: one tick, and its receipt is waited for.
    fn hear_accepted(&mut self, reply: &Reply<'_>, errand: Errand) {
        if errand.kind == Kind::Said {
            self.tell_refused();
        }
        let Some(id) = reply.accepted() else { return };
        if errand.kind != Kind::Said || !self.screen.is_person() {
            return;
        }
        self.screen.tick(errand.number, errand.column, " ✓");
        self.errands.keep(Errand { id: MessageId(id.0), ..errand });
    }

    /// The person is online.
    fn enter(&mut self, errand: &Errand, text: &str) {
        self.screen.line(PLAIN, |page| page.text(text));
        self.is_online = true;
        self.asking.end();
        if errand.kind == Kind::Login {
            self.me = UserName::clone(&errand.user);
        }
        if !self.screen.is_person() {
            return;
        }
        let me = self.me.clone();
        self.note(|page| {
            page.text("you are ");
            page.name(&me);
            page.text(". /help tells what you can do");
        });
        (self.own.receipts, self.own.online) = (true, true);
        self.arrived = Some(0);
        self.own.past = self.past.count() > 0;
    }
}
