//! Lines in: reads what a connection has, does what each line asks, and writes the reply at once.
//! Touches the connection's line buffer, `command`, and the transport. A request is read only where its reply fits, and an answer
//! of several lines is out before the next request is read: that is all the flow control there is, and it is per connection.

use super::{ConnectionId, Server};
use crate::chat::State;
use crate::command::{Call, Outcome, handle_line};
use crate::environment::Environment;
use crate::time::Instant;
use crate::transport::Transport;
use crate::wire::{LINE_MAX, LineWriter, Reply};

/// Requests that one connection may make before others get their turn.
const TURN: usize = 64;

/// What became of one line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handled {
    /// It was done and answered.
    Done,
    /// It was done, and others get their turn before the next: its answer takes several lines, or it took its time.
    TurnOver,
    /// There was none.
    Nothing,
}

impl Server<'_> {
    /// Reads what the transport has and answers into it. A transport that is ready to read and reads nothing is at its end.
    pub fn handle_input<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
        environment: &mut impl Environment,
    ) {
        // Before any line: a goodbye may come with the acknowledgement of what was said before it.
        self.release(connection, transport);
        let mut out = LineWriter::new();
        for _ in 0..TURN {
            if !self.may_read(connection) || transport.room() <= LINE_MAX {
                return;
            }
            match self.handle_one_line(now, connection, transport, environment, &mut out) {
                Handled::Done => {}
                Handled::TurnOver => return self.wake(connection),
                Handled::Nothing => {
                    if !self.fill(now, connection, transport, environment) {
                        return;
                    }
                }
            }
        }
        self.wake(connection);
    }

    /// Whether the next request may be read: the connection was greeted, and is owed no answer.
    fn may_read(&self, connection: ConnectionId) -> bool {
        let own = &self.connections[connection.index()];
        let state = self.chat.sessions[connection].state();
        own.greeting.is_none()
            && own.answer.is_none()
            && matches!(state, State::Stranger | State::Online(_))
    }

    fn handle_one_line<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
        environment: &mut impl Environment,
        out: &mut LineWriter,
    ) -> Handled {
        let own = &mut self.connections[connection.index()];
        let Some(line) = own.lines.next_line() else { return Handled::Nothing };
        let mut call = Call { chat: &mut self.chat, connection, now, environment };
        let (reply, answer, goodbye) = match handle_line(&mut call, line) {
            Outcome::Reply(reply) => (Some(reply), None, false),
            Outcome::Goodbye(reply) => (Some(reply), None, true),
            Outcome::Answer(answer) => (None, Some(answer), false),
            Outcome::ReplyThen(reply, answer) => (Some(reply), Some(answer), false),
        };
        // An account is written down before its reply, so nobody may have many written in one breath.
        let stored = matches!(reply, Some(Reply::Registered { .. } | Reply::StoreFailed));
        if let Some(reply) = reply {
            out.clear();
            reply.emit(out);
            own.write(out, transport);
        }
        own.answer = answer;
        if goodbye {
            self.finish(connection, now);
        } else {
            self.arm(connection);
        }
        match answer.is_some() || stored {
            true => Handled::TurnOver,
            false => Handled::Done,
        }
    }

    /// Reads what the transport has into the line buffer: whether there was something.
    fn fill<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
        environment: &mut impl Environment,
    ) -> bool {
        if !transport.read_ready().unwrap_or(false) {
            return false;
        }
        let own = &mut self.connections[connection.index()];
        match transport.read(own.lines.spare()) {
            Ok(count) if count > 0 => {
                own.lines.filled(count);
                true
            }
            _ => {
                self.end_session(now, connection, None, environment);
                self.finish(connection, now);
                false
            }
        }
    }
}
