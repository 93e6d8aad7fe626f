//! Links to peers for files: the transfer threads want one, and the server introduces its user. It
//! is no private conversation, and nothing of it is shown.

use std::time::Instant;

use smolchat_core::protocol::Request;

use super::Session;
use crate::client::files::Verdict;
use crate::client::render;
use crate::client::requests::Pending;
use crate::client::session::hearing::Answer;
use crate::client::transfer::command::TransferCommand;

impl Session {
    /// The transfer threads want a link to this user.
    pub(super) fn want_introduction(&mut self, now: Instant, user: String) {
        if user == self.config.user || !self.files.introductions.want(&user) {
            return self.not_introduced(user, "too many others are to be reached".to_owned());
        }
        self.ask_introduction(now);
    }

    /// Asks the server for the next introduction, once it has made the last one. One that somebody
    /// typed goes first.
    pub(super) fn ask_introduction(&mut self, now: Instant) {
        if !self.files.telling.is_open() || self.conversations.is_calling() {
            return;
        }
        if let Some(user) = self.files.introductions.next(now) {
            let pending = Pending::FilePeer(user.clone());
            self.request(&Request::StartPrivate { user: &user }, pending);
        }
    }

    /// The server's answer to it.
    pub(super) fn handle_introduction_answer(&mut self, now: Instant, answer: Answer<'_>) {
        match self.files.introductions.handle_answer(now, answer.reply) {
            Verdict::Introduced | Verdict::Later => {}
            Verdict::Refused(user) => {
                let text = render::reply(answer.reply, answer.text).unwrap_or(answer.text);
                self.not_introduced(user, text.to_owned());
            }
        }
        self.ask_introduction(now);
    }

    /// The introduction came to nothing.
    pub(in crate::client::session) fn not_introduced(&mut self, user: String, why: String) {
        self.transfer(TransferCommand::NotIntroduced { user, why });
    }
}
