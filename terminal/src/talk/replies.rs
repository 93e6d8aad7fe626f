//! Replies of the server, as a person reads them. Knows no event.

use smolchat_core::dialect::lines::{ReplyLine, parse_history, parse_reply};
use smolchat_core::protocol::{MessageId, Reply, UserName};

use super::Talk;
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
        }
    }

    /// A line of an answer that others of the same answer follow.
    fn show_part(&mut self, reply: Option<Reply<'_>>, text: &str) {
        if let Some(Reply::History { broadcast }) = reply
            && let Some((_, from, age, text)) = parse_history(broadcast)
        {
            return self.show_said(from, true, age, text);
        }
        self.screen.line(PLAIN, |page| page.text(text));
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
        match *reply {
            Reply::Welcome => self.enter(&errand, text),
            Reply::LoggedOut => {
                self.tell_refused();
                self.screen.line(PLAIN, |page| page.text(text));
                self.end();
            }
            Reply::Locked { seconds } => {
                let me = if errand.user.is_empty() { self.me.clone() } else { errand.user };
                self.refuse(|page| write_locked(page, &me, seconds));
            }
            _ if errand.kind == Kind::Own && !is_refusal => {}
            _ if way(reply) == Way::Silent => self.hear_accepted(reply, errand),
            _ if is_refusal => self.hear_refused(reply, text, &errand),
            _ => {
                let style = if way(reply) == Way::Stored { DIM } else { PLAIN };
                self.screen.line(style, |page| write_reply(page, reply, text));
                self.hear_accepted(reply, errand);
            }
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
    }
}
