//! Lines out: the greeting, answers, late OKs and receipts. Then logins, introductions and messages
//! in the order in which they happened, then the goodbye. A line goes out whole or waits as a
//! value; half a line is never kept.

use super::connection::Greeting;
use super::{ConnectionId, Flow, Server};
use crate::chat::{Notification, State, UserId};
use crate::command::{self, Answer, Step, introduction};
use crate::dialect::{Dialect, Said};
use crate::environment::Environment;
use crate::protocol::{CloseReason, Event, Item, Reply};
use crate::time::Instant;
use crate::transport::Transport;

/// Events that one connection may hear before others get their turn.
const EVENTS_AT_ONCE: usize = 256;

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
        if !self.connections[connection.index()].urgent.is_nothing()
            && let Some(flow) = self.attend_urgent(now, connection, transport)
        {
            return flow;
        }
        if let Some(user) = self.chat.user_of(connection)
            && let Some(due) = self.chat.storing_due(user)
        {
            self.deadlines.arm_earlier(connection.index(), due);
        }
        for _ in 0..EVENTS_AT_ONCE {
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
            let dialect = self.connections[connection.index()].dialect;
            // Only a written line has a length. Without room it is written anew later: to keep it
            // would take the longest line for each connection.
            if transport.room() < dialect.bytes(&mut self.line).len() {
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
        let bytes = self.connections[connection.index()].dialect.bytes(&mut self.line);
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
        match self.chat.state(connection) {
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
                Greeting::Ready => own.dialect.write_reply(&Reply::Greeting, line),
                Greeting::Full => own.dialect.write_reply(&Reply::ServerFull, line),
                #[cfg(feature = "operator")]
                Greeting::Banned(wait) => {
                    own.dialect.write_reply(&command::banned(wait), line);
                }
            }
            return Next::Line(Written::Greeting);
        }
        if let Some(answer) = own.answer {
            match self.next_of_answer(now, connection, answer, environment) {
                Next::Nothing => self.note_written(connection, Written::Answer(None)),
                next => return next,
            }
        }
        if let Some(user) = self.chat.user_of(connection) {
            return self.next_event(now, connection, user);
        }
        match self.connections[connection.index()].close_reason {
            Some(close_reason) => {
                let (code, text) = close_reason.form();
                let bye = Event::Bye { code, text };
                self.connections[connection.index()].dialect.write_event(&bye, &mut self.line);
                Next::Line(Written::Goodbye)
            }
            None => Next::Nothing,
        }
    }

    /// Writes the next part of an answer: as many items as the dialect packs into one.
    fn next_of_answer(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        answer: Answer,
        environment: &impl Environment,
    ) -> Next {
        let own = &self.connections[connection.index()];
        let mut part = own.dialect.pack(answer.head(), own.is_answer_begun, &mut self.line);
        let sink = &mut |item: Item<'_>| part.push(item);
        match command::next_items(answer, &self.chat, environment, connection, now, sink) {
            Step::Full(answer) | Step::Yield(answer) if !part.is_empty() => {
                part.finish(true);
                Next::Line(Written::Answer(Some(answer)))
            }
            Step::Full(answer) | Step::Yield(answer) => Next::Yield(answer),
            Step::Last => {
                part.finish(false);
                Next::Line(Written::Answer(None))
            }
            Step::Nothing => {
                self.line.clear();
                Next::Nothing
            }
            Step::Instead(reply) => {
                self.line.clear();
                own.dialect.write_reply(&reply, &mut self.line);
                Next::Line(Written::Answer(None))
            }
        }
    }

    /// Writes the event that happened first: a login or logout, an introduction, a message.
    fn next_event(&mut self, now: Instant, connection: ConnectionId, user: UserId) -> Next {
        if let Some(notification) = self.chat.notification(user) {
            self.write_notification(connection, &notification);
            return Next::Line(Written::Notification(user));
        }
        let dialect = self.connections[connection.index()].dialect;
        let said = self.chat.unsent(user).map(|text| text.id);
        let call = self.chat.next_introduction(connection);
        let call = call.filter(|(_, call)| said.is_none_or(|id| call.before <= id));
        let before = call.map(|(_, call)| call.before).or(said);
        self.chat.pass_over_presence(connection, user);
        if let Some((event, heard)) = self.chat.next_presence(connection, before) {
            dialect.write_event(&event, &mut self.line);
            return Next::Line(Written::Presence(heard));
        }
        if let Some((caller, call)) = call
            && let Some(from) = self.chat.user_of(caller)
        {
            let event = introduction(&self.chat, connection, (caller, from), call.token);
            dialect.write_event(&event, &mut self.line);
            return Next::Line(Written::Introduction(caller));
        }
        self.next_said(now, user, dialect)
    }

    /// Writes what the user on `connection` hears of one of its texts.
    pub(super) fn write_notification(
        &mut self,
        connection: ConnectionId,
        notification: &Notification,
    ) {
        let dialect = self.connections[connection.index()].dialect;
        let event = match *notification {
            Notification::Accepted(id, audience) => {
                return dialect.write_reply(&self.chat.ok(id, audience), &mut self.line);
            }
            Notification::Stored(id) => Event::Stored { id },
            Notification::Delivered(id) => Event::Delivered { id },
            Notification::Expired(id) => Event::Expired { id },
        };
        dialect.write_event(&event, &mut self.line);
    }

    /// Writes the next message or broadcast.
    fn next_said(&mut self, now: Instant, user: UserId, dialect: Dialect) -> Next {
        let Some(said) = self.chat.unsent(user) else { return Next::Nothing };
        let (id, from) = (said.id, self.chat.name(said.from));
        let age = now.saturating_since(said.at).as_secs().min(u32::MAX.into()) as u32;
        let said = Said { kind: said.kind(), id, from, age };
        dialect.write_said(said, self.chat.unsent_pieces(user), &mut self.line);
        Next::Line(Written::Message(user))
    }

    /// Notes that the current line is written.
    fn note_written(&mut self, connection: ConnectionId, written: Written) {
        let own = &mut self.connections[connection.index()];
        // Requests may wait for the greeting, for the answer, or for an OK.
        let mut may_go_on = matches!(written, Written::Greeting | Written::Answer(None));
        match written {
            Written::Greeting => own.greeting = None,
            Written::Answer(answer) => {
                own.answer = answer;
                own.is_answer_begun = answer.is_some();
            }
            Written::Presence(heard) => self.chat.mark_heard(connection, heard),
            Written::Introduction(caller) => self.chat.end_introduction(caller),
            Written::Notification(user) => may_go_on = self.chat.mark_notified(user),
            Written::Message(user) => self.chat.mark_sent(user, own.written),
            Written::Goodbye => own.close_reason = None,
        }
        if may_go_on {
            self.wake(connection);
        }
    }
}
