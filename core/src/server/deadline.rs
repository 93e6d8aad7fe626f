//! Deadlines: a stranger's login, a claim of a session, a session's next command, its
//! unacknowledged messages, a leaving connection's last lines. A command does not move its
//! deadline: the deadline is computed again when it fires.

use super::urgent::Urgent;
use super::{ConnectionId, Server, earlier};
use crate::chat::{CLAIM, State};
use crate::environment::{Environment, SessionEnd};
use crate::protocol::CloseReason;
use crate::time::{Duration, Instant};

/// How long a connection may take to receive its last lines.
const LAST_LINES: Duration = Duration::from_secs(5);

impl Server<'_> {
    /// Acts on every deadline that is due.
    pub fn handle_timeout(&mut self, now: Instant, environment: &mut impl Environment) {
        self.chat.store_backlog(now, environment);
        self.wake_registration(now);
        while let Some(index) = self.deadlines.pop(now) {
            let connection = ConnectionId(index as u16);
            match self.deadline(connection) {
                Some(due) if now < due => self.deadlines.arm(index, due),
                Some(_) => self.act(now, connection, environment),
                None => {}
            }
        }
        self.chat.expire_mail(now, environment);
        self.chat.store_history(now, environment);
    }

    /// Wakes the connection whose turn it is to have an account stored. A connection that asks for
    /// that no longer loses its turn.
    fn wake_registration(&mut self, now: Instant) {
        while let Some(connection) = self.chat.next_to_register(now) {
            let waits = self.connections[connection.index()].waits;
            let state = self.chat.state(connection);
            if waits && matches!(state, State::Stranger | State::Online(_)) {
                return self.wake(connection);
            }
            self.chat.forfeit_registration();
        }
    }

    /// Sets the connection's deadline, unless an earlier one stands.
    pub(super) fn arm(&mut self, connection: ConnectionId) {
        if let Some(due) = self.deadline(connection) {
            self.deadlines.arm_earlier(connection.index(), due);
        }
    }

    /// When the connection's time is over, as things are now.
    fn deadline(&self, connection: ConnectionId) -> Option<Instant> {
        let limit = match self.chat.state(connection) {
            State::Free => return None,
            State::Online(user) => {
                return earlier(self.chat.inactivity_due(connection), self.chat.storing_due(user));
            }
            State::Stranger if self.chat.claimed_by(connection).is_some() => CLAIM,
            State::Stranger => return Some(self.chat.login_due(connection)),
            State::Leaving => LAST_LINES,
        };
        Some(self.chat.since(connection) + limit)
    }

    fn act(&mut self, now: Instant, connection: ConnectionId, environment: &mut impl Environment) {
        match self.chat.state(connection) {
            State::Free => {}
            State::Stranger => match self.chat.claimed_by(connection) {
                Some(holder) => self.decide_claim(now, connection, holder, environment),
                None if self.chat.begin_login_warning(connection) => self.begin_warning(connection),
                None => {
                    let why = CloseReason::LoginDeadline;
                    self.dismiss_stranger(connection, why, now, environment);
                }
            },
            State::Online(user) if self.chat.storing_due(user).is_some_and(|due| due <= now) => {
                // A store that refuses is asked again after a while.
                let _ = self.chat.store_mailbox(user, now, environment);
                self.arm(connection);
            }
            State::Online(_) if self.chat.begin_warning(connection) => {
                self.begin_warning(connection);
            }
            State::Online(_) => {
                let reason = CloseReason::Inactive;
                self.chat.end_session(connection, now, SessionEnd::Closed(reason), environment);
                self.dismiss(connection, reason, now);
            }
            State::Leaving => {
                self.connections[connection.index()].urgent.add(Urgent::CUT);
                self.wake(connection);
            }
        }
    }

    /// The connection is told that its end is near, and that end is its next deadline.
    fn begin_warning(&mut self, connection: ConnectionId) {
        self.connections[connection.index()].urgent.add(Urgent::IDLE);
        self.wake(connection);
        self.arm(connection);
    }

    /// The time of a claim is over. The newcomer takes the place of a session whose peer gave no
    /// sign of life. If the peer is there, the newcomer is refused, even if the user reads too
    /// slowly to have heard of it.
    fn decide_claim(
        &mut self,
        now: Instant,
        newcomer: ConnectionId,
        holder: ConnectionId,
        environment: &mut impl Environment,
    ) {
        if self.chat.is_alive(holder) {
            self.chat.refuse_claim(holder);
        } else {
            let reason = CloseReason::Superseded;
            self.chat.end_session(holder, now, SessionEnd::Closed(reason), environment);
            self.dismiss(holder, reason, now);
        }
        self.arm(newcomer);
    }
}
