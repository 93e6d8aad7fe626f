//! Requests in: has the connection's dialect read requests from the bytes that were received, does
//! what each asks, and writes the reply at once.
//! A request is read only if its reply fits. A long answer is out before the next request is read.
//! There is no other flow control, and it works for each connection by itself. Knows no text.

use super::{ConnectionId, Server};
use crate::chat::{Notification, State, Upto};
use crate::command::{self, Context, Outcome};
use crate::dialect::{Dialect, Parsed, REQUEST_BYTES};
use crate::environment::{Environment, SessionEnd};
use crate::protocol::{Reply, Request};
use crate::time::Instant;
use crate::transport::Transport;

/// Requests that one connection may make before others get their turn.
const REQUESTS_AT_ONCE: usize = 64;

/// The result of one line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Handled {
    /// It was done and answered.
    Done,
    /// It was done, and others get their turn before the next line: its answer is long, or it
    /// took long.
    Yield,
    /// It was the last line.
    Goodbye,
    /// It, or its reply, waits in the transport until earlier messages are answered.
    Defer,
}

impl Server<'_> {
    /// Releases messages that the peer has acknowledged, reads what the transport has, and answers
    /// into it. Call it whenever the transport has news, and then
    /// [`poll_output`](Self::poll_output).
    pub fn handle_input<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
        environment: &mut impl Environment,
    ) {
        // Before any line: a goodbye may bring the acknowledgement of earlier messages.
        self.release(connection, transport, environment);
        self.end_wait(connection);
        if transport.received() > 0 {
            self.read(now, connection, transport, environment);
        } else if self.may_read(connection, transport) {
            self.at_rest(now, connection, transport, environment);
        }
    }

    /// Reads requests from what the transport has, and does what they ask. A function of its own,
    /// because mostly there is none.
    fn read<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
        environment: &mut impl Environment,
    ) {
        let mut bytes = [0; REQUEST_BYTES];
        let seen = self.connections[connection.index()].dialect.request_bytes();
        let window = &mut bytes[..seen];
        let (mut start, mut end) = (0, transport.peek(window));
        for _ in 0..REQUESTS_AT_ONCE {
            if !self.may_read(connection, transport) {
                return;
            }
            let own = &mut self.connections[connection.index()];
            let Parsed { request, consumed, then } = own.dialect.read(&mut window[start..end]);
            let handled = match request {
                Some(request) => {
                    self.handle_request(now, connection, request, then, transport, environment)
                }
                None => {
                    own.dialect = then;
                    Handled::Done
                }
            };
            if handled == Handled::Defer {
                self.connections[connection.index()].waits = true;
                return self.begin_claim(connection);
            }
            if consumed == 0 {
                // A window that is not full, or that begins with the rest, shows everything.
                if end < seen || start == 0 {
                    return self.at_rest(now, connection, transport, environment);
                }
                (start, end) = (0, transport.peek(window));
                continue;
            }
            start += consumed;
            transport.consume(consumed);
            if handled == Handled::Yield {
                break;
            }
        }
        self.wake(connection);
    }

    /// There is no whole line. If no more bytes can come, the session is over, and half a line is
    /// ignored. A peer that writes nothing more may still read, so an OK that is outstanding comes
    /// first.
    fn at_rest<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &T,
        environment: &mut impl Environment,
    ) {
        let user = self.chat.user_of(connection);
        let waits = user.is_some_and(|user| self.chat.has_ok_outstanding(user));
        if transport.has_ended() && !waits {
            self.chat.end_session(connection, now, SessionEnd::Gone, environment);
            self.finish(connection, now);
        }
    }

    /// If the client does not send `ack`, the acknowledgements of its TCP count.
    fn release<T: Transport>(
        &mut self,
        connection: ConnectionId,
        transport: &T,
        environment: &mut impl Environment,
    ) {
        if let Some(user) = self.chat.user_of(connection)
            && !self.chat.acknowledges(connection)
        {
            let written = self.connections[connection.index()].written;
            let end = written.wrapping_sub(transport.unacknowledged() as u32);
            self.chat.release(user, Upto::Offset(end), environment);
        }
    }

    /// Ends the wait of a request that may now be done. A request that waits is not parsed again
    /// before.
    pub(super) fn end_wait(&mut self, connection: ConnectionId) {
        let own = &mut self.connections[connection.index()];
        if own.waits {
            own.waits = match self.chat.state(connection) {
                State::Online(user) => {
                    self.chat.has_ok_outstanding(user) || self.chat.is_kept_waiting(connection)
                }
                State::Stranger => self.chat.is_kept_waiting(connection),
                State::Free | State::Leaving => true,
            };
        }
    }

    /// Whether the next request may be read: none waits, the connection was greeted, has no
    /// unfinished answer, and has room for a reply.
    pub(super) fn may_read(&self, connection: ConnectionId, transport: &impl Transport) -> bool {
        let own = &self.connections[connection.index()];
        transport.room() >= own.dialect.reply_bytes()
            && !self.stopping
            && !own.waits
            && own.greeting.is_none()
            && own.answer.is_none()
            && matches!(self.chat.state(connection), State::Stranger | State::Online(_))
    }

    /// Writes the OK to the text that the current line sent, if it need not wait. There is room for
    /// it, as for any reply.
    fn write_ok(&mut self, connection: ConnectionId, transport: &mut impl Transport) {
        if let Some(user) = self.chat.user_of(connection)
            && let Some(ok @ Notification::Accepted(..)) = self.chat.notification(user)
        {
            self.line.clear();
            self.write_notification(connection, &ok);
            if self.write_line(connection, transport) {
                // Its next request is read in this same turn, so nothing has to wake it.
                self.chat.mark_notified(user);
            }
        }
    }

    /// Writes a reply that stands alone. There is room for it.
    #[inline]
    pub(super) fn reply<T: Transport>(
        &mut self,
        connection: ConnectionId,
        reply: &Reply<'_>,
        transport: &mut T,
    ) {
        self.line.clear();
        self.connections[connection.index()].dialect.write_reply(reply, &mut self.line);
        self.write_line(connection, transport);
        self.connections[connection.index()].dialect.learn(reply);
    }

    fn handle_request<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        request: Result<Request<'_>, Reply<'static>>,
        then: Dialect,
        transport: &mut T,
        environment: &mut impl Environment,
    ) -> Handled {
        let own = &mut self.connections[connection.index()];
        let reply_only = own.reply_only;
        let mut context =
            Context { chat: &mut self.chat, connection, now, reply_only, environment };
        let outcome = command::handle_request(&mut context, request);
        own.reply_only = outcome == Outcome::ReplyLater;
        if let Outcome::Defer | Outcome::ReplyLater = outcome {
            return Handled::Defer;
        }
        own.dialect = then;
        let (reply, answer, handled) = match outcome {
            Outcome::Reply(reply) => (Some(reply), None, Handled::Done),
            Outcome::Slow(reply) => (Some(reply), None, Handled::Yield),
            Outcome::Goodbye(reply) => (Some(reply), None, Handled::Goodbye),
            Outcome::Answer(answer) => (None, Some(answer), Handled::Yield),
            Outcome::ReplyThen(reply, answer) => (Some(reply), Some(answer), Handled::Yield),
            Outcome::Accepted => {
                self.write_ok(connection, transport);
                (None, None, Handled::Done)
            }
            #[cfg(feature = "operator")]
            Outcome::Order(user, words) => {
                return self.handle_order(now, (connection, user), words, transport, environment);
            }
            Outcome::Queued | Outcome::Defer | Outcome::ReplyLater => (None, None, Handled::Done),
        };
        if let Some(reply) = reply {
            self.reply(connection, &reply, transport);
        }
        self.connections[connection.index()].answer = answer;
        match handled {
            Handled::Goodbye => self.finish(connection, now),
            _ => self.arm(connection),
        }
        handled
    }
}
