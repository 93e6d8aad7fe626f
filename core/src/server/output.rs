//! Lines out: the greeting, answers, late OKs and receipts. Then logins, introductions and messages
//! in the order in which they happened, then the goodbye.
//! Touches the chat and the transport. A line goes out whole or waits as a value; half a line is
//! never kept.

use super::connection::Greeting;
use super::{ConnectionId, Flow, Server};
use crate::chat::{Notification, PresenceKind, State, UserId};
use crate::command::{self, Answer, Step, emit_introduction};
use crate::dialect::lines::{emit_event, emit_head, emit_reply};
use crate::environment::Environment;
use crate::protocol::{CloseReason, Event, MessageId, Reply};
use crate::time::Instant;
use crate::transport::Transport;

/// Events that one connection may hear before others get their turn.
const TURN: usize = 256;

/// What the current line tells, and so what to do once it is written.
#[derive(Clone, Copy)]
enum Written {
    Greeting,
    Answer(Option<Answer>),
    /// The logins and logouts before this number.
    Presence(u64),
    Introduction(ConnectionId),
    Notification(UserId),
    Message(UserId),
    Goodbye,
}

/// The next line, if there is one.
enum Next {
    Line(Written),
    /// The answer needs another turn; others get theirs first.
    Yield(Answer),
    Nothing,
}

impl Server<'_> {
    /// Writes the connection's waiting lines while its transport has room.
    pub fn poll_output<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
        environment: &impl Environment,
    ) -> Flow {
        if self.connections[connection.index()].overdue {
            return Flow::Abort;
        }
        if self.chat.user_of(connection).is_some_and(|user| self.chat.storing_due(user).is_some()) {
            self.arm(connection);
        }
        for _ in 0..TURN {
            self.line.clear();
            let written = match self.next_line(now, connection, environment) {
                Next::Line(written) => written,
                Next::Yield(answer) => {
                    self.connections[connection.index()].answer = Some(answer);
                    self.wake(connection);
                    return Flow::Open;
                }
                Next::Nothing => return self.flow(connection),
            };
            if transport.room() <= self.line.len() {
                return self.without_room(connection);
            }
            if !self.write_line(connection, transport) {
                return Flow::Open;
            }
            self.note_written(connection, written);
        }
        self.wake(connection);
        Flow::Open
    }

    /// Writes the current line, for which the transport has room, and answers whether the transport
    /// took it. A transport that takes nothing is gone, and its driver finds that out; the line was
    /// then not sent.
    pub(super) fn write_line(
        &mut self,
        connection: ConnectionId,
        transport: &mut impl Transport,
    ) -> bool {
        let bytes = self.line.terminated();
        let taken = transport.write_all(bytes).is_ok();
        if taken {
            let written = &mut self.connections[connection.index()].written;
            *written = written.wrapping_add(bytes.len() as u32);
        }
        taken
    }

    /// The next line waits for room. A stranger who must make room for others and does not read is
    /// cut off.
    fn without_room(&self, connection: ConnectionId) -> Flow {
        match self.connections[connection.index()].close_reason {
            Some(CloseReason::MakingRoom) => Flow::Abort,
            _ => Flow::Open,
        }
    }

    /// Everything is out, so a leaving connection ends.
    fn flow(&self, connection: ConnectionId) -> Flow {
        match self.chat.sessions[connection].state() {
            State::Leaving => Flow::Close,
            _ => Flow::Open,
        }
    }

    /// Writes the connection's next line.
    fn next_line(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        environment: &impl Environment,
    ) -> Next {
        let line = &mut self.line;
        let own = &mut self.connections[connection.index()];
        if let Some(greeting) = own.greeting {
            match greeting {
                Greeting::Ready => emit_reply(&Reply::Greeting, line),
                Greeting::Full => emit_reply(&Reply::ServerFull, line),
            }
            return Next::Line(Written::Greeting);
        }
        if let Some(answer) = own.answer {
            match command::next_line(answer, &self.chat, environment, connection, now, line) {
                Step::Line(answer) => return Next::Line(Written::Answer(Some(answer))),
                Step::Last => return Next::Line(Written::Answer(None)),
                Step::Yield(answer) => return Next::Yield(answer),
                Step::Nothing => self.note_written(connection, Written::Answer(None)),
            }
        }
        if let Some(user) = self.chat.user_of(connection) {
            return self.next_event(now, connection, user);
        }
        match self.connections[connection.index()].close_reason {
            Some(close_reason) => {
                let (code, text) = close_reason.form();
                emit_event(&Event::Bye { code, text }, &mut self.line);
                Next::Line(Written::Goodbye)
            }
            None => Next::Nothing,
        }
    }

    /// Writes the event that happened first: a login or logout, an introduction, a message.
    fn next_event(&mut self, now: Instant, connection: ConnectionId, user: UserId) -> Next {
        if let Some(notification) = self.chat.mailboxes.notification(user) {
            match notification {
                Notification::Accepted(reply) => emit_reply(&reply, &mut self.line),
                Notification::Receipt(receipt) => emit_event(&receipt, &mut self.line),
            }
            return Next::Line(Written::Notification(user));
        }
        let said = self.chat.mailboxes.unsent(user).map(|text| text.id);
        let call = self.chat.sessions.next_introduction(connection);
        let call = call.filter(|(_, call)| said.is_none_or(|id| call.before <= id));
        let before = call.map(|(_, call)| call.before).or(said);
        self.pass_over_presence(connection, user);
        if let Some(heard) = self.next_presence(connection, before) {
            return Next::Line(Written::Presence(heard));
        }
        if let Some((caller, call)) = call
            && let Some(from) = self.chat.user_of(caller)
        {
            emit_introduction(&self.chat, caller, from, call.token, &mut self.line);
            return Next::Line(Written::Introduction(caller));
        }
        self.next_said(now, user)
    }

    /// Passes over logins and logouts that the user must not hear of.
    fn pass_over_presence(&mut self, connection: ConnectionId, user: UserId) {
        let mut heard = self.chat.sessions[connection].heard;
        while let Some(entry) = self.chat.presence.get(heard)
            && !self.chat.hears_of(user, entry.user)
        {
            heard += 1;
        }
        self.chat.sessions[connection].heard = heard;
    }

    /// Writes the next login or logout before message `before`. Answers the number up to which the
    /// session has then heard.
    fn next_presence(
        &mut self,
        connection: ConnectionId,
        before: Option<MessageId>,
    ) -> Option<u64> {
        let line = &mut self.line;
        let (presence, heard) = (&self.chat.presence, self.chat.sessions[connection].heard);
        if heard < presence.oldest() {
            emit_event(&Event::Missed { count: (presence.oldest() - heard) as u32 }, line);
            return Some(presence.oldest());
        }
        let entry = presence.get(heard)?;
        if before.is_some_and(|id| entry.before > id) {
            return None;
        }
        let user = &self.chat.users[entry.user].name;
        match entry.kind {
            PresenceKind::Login => emit_event(&Event::Login { user }, line),
            PresenceKind::Logout => emit_event(&Event::Logout { user }, line),
        }
        Some(heard + 1)
    }

    /// Writes the next message or broadcast.
    fn next_said(&mut self, now: Instant, user: UserId) -> Next {
        let Some(said) = self.chat.mailboxes.unsent(user) else { return Next::Nothing };
        let (id, from) = (said.id, &self.chat.users[said.from].name);
        let age = now.saturating_since(said.at).as_secs().min(u32::MAX.into()) as u32;
        emit_head(said.kind, id, from, age, &mut self.line);
        self.chat.mailboxes.emit_unsent(user, &mut self.line);
        Next::Line(Written::Message(user))
    }

    /// Notes that the current line is written.
    fn note_written(&mut self, connection: ConnectionId, written: Written) {
        let own = &mut self.connections[connection.index()];
        match written {
            Written::Greeting => own.greeting = None,
            Written::Answer(answer) => own.answer = answer,
            Written::Presence(heard) => self.chat.sessions[connection].heard = heard,
            Written::Introduction(caller) => self.chat.sessions.end_introduction(caller),
            Written::Notification(user) => {
                let waited = self.chat.has_ok_outstanding(user);
                self.chat.mailboxes.mark_notified(user);
                if waited && !self.chat.has_ok_outstanding(user) {
                    self.wake(connection);
                }
            }
            Written::Message(user) => self.chat.mailboxes.mark_sent(user, own.written),
            Written::Goodbye => own.close_reason = None,
        }
        // Requests may wait for the greeting or the answer.
        if matches!(written, Written::Greeting | Written::Answer(None)) {
            self.wake(connection);
        }
    }
}
