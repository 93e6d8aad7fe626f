//! Online: typed commands go out, answers and news are shown.

use std::time::Instant;

use smolchat_core::dialect::lines::LineError;
use smolchat_core::protocol::{Event, MessageId, Reply, Request, RequestForm};

use super::{Phase, Session, line_error_text};
use crate::client::commands::{self, Command};
use crate::client::progress::Progress;
use crate::client::receipts::OwnMessage;
use crate::client::render;
use crate::client::requests::Pending;
use crate::client::shown::{Channel, Said, Shown};

impl Session {
    /// The user typed a line, or something that is none.
    pub(crate) fn handle_typed(&mut self, now: Instant, line: Result<&str, LineError>) {
        let is_taken = self.phase == Phase::Online || self.reconnecting.is_some();
        if !is_taken || self.phase == Phase::Over || self.leave_by.is_some() {
            return;
        }
        let command = line.map_err(line_error_text).and_then(commands::parse);
        match command {
            Ok(Command::Nothing) => {}
            Ok(Command::Request(request)) => self.handle_typed_request(now, &request),
            Ok(Command::Private { to, text }) => self.say_private(now, to, text),
            Ok(Command::StopPrivate { user }) => self.stop_private(user),
            Ok(Command::Help { form: Some(form) }) => self.help(form),
            Ok(Command::Help { form: None }) => {
                commands::forms().for_each(|form| self.help(form));
            }
            Err(text) => self.answer(Shown::Refused(text)),
        }
    }

    fn help(&mut self, form: &RequestForm) {
        self.answer(Shown::Answer(format!("{}: {}", form.form, form.help)));
    }

    fn handle_typed_request(&mut self, now: Instant, request: &Request<'_>) {
        let pending = match *request {
            Request::Logout => return self.leave_in_turn(now, now),
            Request::StartPrivate { .. } if self.reconnecting.is_some() => {
                let text = "not connected to the server, try again later";
                return self.answer(Shown::Refused(text.to_owned()));
            }
            Request::StartPrivate { user } => match self.conversations.start(now, user) {
                Ok(()) => Pending::StartPrivate(user.to_owned()),
                Err(text) => return self.answer(Shown::Refused(text)),
            },
            Request::Message { to, text } => {
                Pending::Message(OwnMessage { to: Some(to.to_owned()), text: text.to_owned() })
            }
            Request::Broadcast { text } => {
                Pending::Message(OwnMessage { to: None, text: text.to_owned() })
            }
            _ if request.form().is_repeatable => Pending::Repeatable,
            _ => Pending::Other,
        };
        self.request_in_turn(request, pending);
    }

    /// The reply to a message or a broadcast.
    pub(super) fn handle_message_answer(
        &mut self,
        now: Instant,
        message: OwnMessage,
        reply: Option<Reply<'_>>,
        text: &str,
    ) {
        match (reply, message.to.as_deref()) {
            (Some(Reply::Stored { .. }), Some(to)) => self.say(render::stored(to)),
            (Some(Reply::BroadcastSent { recipients: 0, .. }), None) => {
                self.say("nobody else is online to receive it");
            }
            _ => self.show_reply(reply, text),
        }
        let Some(id) = reply.and_then(|reply| reply.accepted()) else { return };
        if let Some(to) = message.to.as_deref() {
            self.names.learn(to);
        }
        let is_stored = matches!(reply, Some(Reply::Stored { .. }));
        self.receipts.handle_accepted(now, id, message, is_stored);
    }

    /// The reply to a command.
    pub(super) fn handle_command_answer(
        &mut self,
        pending: Option<Pending>,
        reply: Option<Reply<'_>>,
        text: &str,
    ) {
        if let Some(
            Reply::UsersOnline { users }
            | Reply::UsersSince { users }
            | Reply::UsersBlocked { users },
        ) = reply
        {
            users.split(", ").for_each(|user| self.names.learn(user));
        }
        self.show_reply(reply, text);
        if let Some(Pending::StartPrivate(user)) = pending {
            self.handle_private_answer(&user, matches!(reply, Some(Reply::Introduced { .. })));
        }
    }

    fn show_reply(&mut self, reply: Option<Reply<'_>>, text: &str) {
        let Some(text) = render::reply(reply, text) else { return };
        let is_refusal = reply.is_some_and(|reply| !reply.is_done());
        let text = text.trim_end().to_owned();
        self.has_refused |= is_refusal;
        self.show(if is_refusal { Shown::Refused(text) } else { Shown::Answer(text) });
    }

    /// An event that is only to be shown.
    pub(super) fn handle_news(&mut self, event: Event<'_>) {
        match event {
            Event::Message { id, from, age, text } => {
                self.show_message(id, Channel::Direct, from, age, text)
            }
            Event::Broadcast { id, from, age, text } => {
                self.show_message(id, Channel::All, from, age, text)
            }
            Event::Login { user } => self.show_presence(user, true),
            Event::Logout { user } => self.show_presence(user, false),
            Event::Missed { count } => self.note(render::missed(count)),
            Event::Stored { id } => self.handle_receipt(id, Progress::Stored),
            Event::Delivered { id } => self.handle_receipt(id, Progress::Delivered),
            Event::Expired { id } => self.handle_receipt(id, Progress::Expired),
            Event::Private { .. } | Event::Bye { .. } => {}
        }
    }

    fn handle_receipt(&mut self, id: MessageId, state: Progress) {
        if self.receipts.handle_receipt(id, state) {
            self.refuse(render::LOST);
        }
    }

    fn show_presence(&mut self, user: &str, is_online: bool) {
        self.names.learn(user);
        self.show(Shown::Presence { user: user.to_owned(), is_online });
    }

    fn show_message(&mut self, id: MessageId, channel: Channel, from: &str, age: u32, text: &str) {
        self.names.learn(from);
        if self.inbox.handle_message(id) {
            let (from, text) = (from.to_owned(), text.to_owned());
            self.show(Shown::Said(Said { from, channel, text, age }));
        }
    }
}
