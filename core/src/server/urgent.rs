//! What comes before a connection's lines: that it is cut off, that its peer is probed, and events
//! of which the chat keeps nothing.
//! Knows no transport but through the trait.

use super::{ConnectionId, Flow, Server};
use crate::protocol::Event;
use crate::time::Instant;
use crate::transport::Transport;

/// What is urgent for a connection: mostly nothing, which one look tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Urgent(u8);

impl Urgent {
    /// It did not take its last lines in time.
    pub(super) const CUT: Urgent = Urgent(1);
    /// Its peer is to give a sign of life.
    pub(super) const PROBE: Urgent = Urgent(2);
    /// Its user is to hear that somebody else knows the password.
    pub(super) const ATTEMPT: Urgent = Urgent(4);
    /// Its user is to be warned that the session ends for want of a command.
    pub(super) const IDLE: Urgent = Urgent(8);

    /// Whether nothing is urgent.
    pub(super) fn is_nothing(self) -> bool {
        self.0 == 0
    }

    fn has(self, other: Urgent) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds what is urgent, too.
    pub(super) fn add(&mut self, other: Urgent) {
        self.0 |= other.0;
    }

    fn remove(&mut self, other: Urgent) {
        self.0 &= !other.0;
    }
}

impl Server<'_> {
    /// The peer of this connection gave a sign of life after [`Flow::Probe`]: its transport has
    /// accepted something from it.
    pub fn handle_sign_of_life(&mut self, connection: ConnectionId) {
        if self.chat.note_sign_of_life(connection) {
            self.connections[connection.index()].urgent.add(Urgent::ATTEMPT);
            self.wake(connection);
        }
    }

    /// A stranger's login waits, because it claims a session: the older connection is probed.
    pub(super) fn begin_claim(&mut self, connection: ConnectionId) {
        if let Some(holder) = self.chat.claimed_by(connection) {
            self.connections[holder.index()].urgent.add(Urgent::PROBE);
            self.wake(holder);
            self.arm(connection);
        }
    }

    /// Does what is urgent. Answers what the driver does at once; `None` if the connection's lines
    /// come next.
    #[cold]
    pub(super) fn attend_urgent<T: Transport>(
        &mut self,
        now: Instant,
        connection: ConnectionId,
        transport: &mut T,
    ) -> Option<Flow> {
        let own = &mut self.connections[connection.index()];
        if own.urgent.has(Urgent::CUT) {
            return Some(Flow::Abort);
        }
        if own.urgent.has(Urgent::PROBE) {
            own.urgent.remove(Urgent::PROBE);
            self.wake(connection);
            return Some(Flow::Probe);
        }
        // No event stands between the lines of an answer.
        if own.answer.is_none() && own.greeting.is_none() {
            let urgent = own.urgent;
            if urgent.has(Urgent::ATTEMPT) {
                self.tell_attempt(connection, transport);
            }
            if urgent.has(Urgent::IDLE) {
                self.warn(now, connection, transport);
            }
        }
        None
    }

    /// Tells the user that somebody else knows the password, if there is room. Only then does the
    /// newcomer hear that it is refused.
    fn tell_attempt<T: Transport>(&mut self, connection: ConnectionId, transport: &mut T) {
        match self.chat.attempt(connection) {
            Some(from) if self.write_urgent(connection, &Event::Attempt { from }, transport) => {
                self.chat.refuse_claim(connection);
            }
            Some(_) => return,
            // The newcomer has left. Another one may wait.
            None => {}
        }
        self.connections[connection.index()].urgent.remove(Urgent::ATTEMPT);
    }

    /// Warns the user of the end of its session, if there is room and the user gave no command
    /// meanwhile.
    fn warn<T: Transport>(&mut self, now: Instant, connection: ConnectionId, transport: &mut T) {
        if let Some(seconds) = self.chat.seconds_left(connection, now)
            && !self.write_urgent(connection, &Event::Idle { seconds }, transport)
        {
            return;
        }
        self.connections[connection.index()].urgent.remove(Urgent::IDLE);
    }

    /// Writes an event, if there is room, and answers whether it is written.
    fn write_urgent<T: Transport>(
        &mut self,
        connection: ConnectionId,
        event: &Event<'_>,
        transport: &mut T,
    ) -> bool {
        self.line.clear();
        let dialect = self.connections[connection.index()].dialect;
        dialect.write_event(event, &mut self.line);
        transport.room() >= dialect.bytes(&mut self.line).len()
            && self.write_line(connection, transport)
    }
}
