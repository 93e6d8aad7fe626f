//! A line from the server, sorted: which request a reply answers, and which event tells what.

use std::time::Instant;

use smolchat_core::dialect::lines::{ReplyLine, parse_event, parse_reply};
use smolchat_core::protocol::{Event, Reply, check_user_name};

use super::Session;
use crate::client::exit::Ending;
use crate::client::requests::{Pending, ReplyPart, Sent};

/// The final reply to a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) code: u16,
    /// `None` where the server answered in a way that this version does not understand.
    pub(super) reply: Option<Reply<'a>>,
    /// The reply's text, all of it.
    pub(super) text: &'a str,
}

impl Session {
    pub(super) fn handle_reply_line(&mut self, now: Instant, line: &str) {
        let Some(line) = ReplyLine::parse(line) else { return };
        if let Some(arrival) = &mut self.arrival {
            arrival.note_answer();
        }
        self.take_reply(now, line);
        self.note_answer(now);
    }

    fn take_reply(&mut self, now: Instant, line: ReplyLine<'_>) {
        if !line.last
            && (self.handle_history(line)
                || self.handle_figure(line)
                || self.handle_file_line(line))
        {
            return;
        }
        match self.requests.handle(line) {
            ReplyPart::Unfinished => {}
            // Of a list without end nothing is shown that nobody has asked for.
            ReplyPart::Part(_) if matches!(self.requests.first(), Some(Pending::Blocks)) => {}
            ReplyPart::Part(text) if self.say_key(&text) => {}
            ReplyPart::Part(text) => self.say(text),
            ReplyPart::Answer(sent, code, text) => {
                let line = ReplyLine { code, last: true, text: &text };
                let answer = Answer { code, reply: parse_reply(line), text: &text };
                self.handle_answer(now, sent, answer);
                self.show_local_answers();
                self.send_waiting();
            }
        }
    }

    fn handle_answer(&mut self, now: Instant, sent: Option<Sent>, answer: Answer<'_>) {
        let Answer { reply, text, .. } = answer;
        match sent.as_ref().map(|sent| &sent.pending) {
            Some(Pending::Login | Pending::Register) => self.handle_entry(now, reply, text),
            Some(Pending::ReceiptsOn) => self.handle_epoch(reply),
            Some(Pending::Acknowledge) => {
                self.inbox.handle_acknowledged();
                self.acknowledge();
            }
            Some(Pending::AcknowledgementsOn | Pending::Announce)
                if reply.is_some_and(|reply| reply.is_done()) =>
            {
                self.handle_announced(reply);
            }
            Some(Pending::Logout) => {
                if !self.config.is_sending {
                    self.say(text);
                }
                self.exit(self.interrupted.unwrap_or(Ending::AsAsked));
            }
            Some(Pending::Active | Pending::Gap) => {}
            Some(Pending::History) => self.finish_history(),
            // An older server answers that it knows no such command.
            Some(Pending::Blocks) => self.note_blocks(reply),
            Some(Pending::Greeting) => self.handle_greeting_answer(reply),
            Some(Pending::Turn { user, is_told }) => {
                self.handle_turn_answer(user.clone(), *is_told, reply);
            }
            Some(Pending::Guess { password }) => self.handle_guess_answer(password.clone(), answer),
            Some(Pending::ChangePassword { .. }) => self.handle_password_answer(sent, answer),
            Some(
                Pending::Files
                | Pending::Search { .. }
                | Pending::Holders(_)
                | Pending::Tell(_)
                | Pending::FilePeer(_),
            ) => self.handle_file_answer(now, sent, answer),
            Some(Pending::Message(_)) => self.handle_message_answer(now, sent, answer),
            _ => self.handle_command_answer(sent, answer),
        }
    }

    pub(super) fn handle_event_line(&mut self, now: Instant, line: &str) {
        // What a newer server tells and this version does not understand is passed over.
        let Ok(event) = parse_event(line) else { return };
        match event {
            // Nobody who is to be shown as a peer has a name that cannot be one.
            Event::Private { user, .. } if check_user_name(user).is_err() => {}
            Event::Private { user, token, key, addresses } => {
                self.handle_introduction(user, token, key, &addresses)
            }
            Event::Bye { code, text } => self.handle_bye(now, code, text),
            event => self.handle_news(event),
        }
    }
}
