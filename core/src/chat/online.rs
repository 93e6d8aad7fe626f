//! How connections come, how sessions end, and who hears of it.
//! Knows no line.

use super::Chat;
use super::id::{ConnectionId, UserId};
use super::presence::{PresenceEntry, PresenceKind};
use super::source::{Origin, Source};
use crate::environment::{Environment, Notice, Remote, SessionEnd};
use crate::protocol::CloseReason;
use crate::time::Instant;

impl Chat<'_> {
    /// Adds a stranger, who counts for its source.
    pub(crate) fn connect(&mut self, connection: ConnectionId, from: Remote, now: Instant) {
        let Chat { sources, sessions, .. } = self;
        let row = sources.admit(Source::of(from.address), now, |row| sessions.has_strangers(row));
        sessions.connect(connection, from, row, now);
    }

    /// Forgets a connection that is gone, and whose session has ended.
    pub(crate) fn disconnect(&mut self, connection: ConnectionId) {
        self.end_claim(connection);
        self.registrations.leave(connection);
        self.sessions.disconnect(connection);
    }

    /// The short name of `connection`'s source, by which a user's name remembers it.
    pub(super) fn origin(&self, connection: ConnectionId) -> Origin {
        Source::of(self.sessions[connection].from.address).origin(self.seed)
    }

    /// Ends the session on `connection`, if there is one. Unacknowledged messages wait for the next
    /// session. The others hear of it, unless the server stops and all leave at once.
    pub fn end_session(
        &mut self,
        connection: ConnectionId,
        now: Instant,
        why: SessionEnd,
        environment: &mut impl Environment,
    ) {
        if let Some(user) = self.user_of(connection) {
            self.leave(connection, now);
            if why != SessionEnd::Closed(CloseReason::ShuttingDown) {
                self.announce(user, PresenceKind::Logout);
            }
            self.store_left_behind(user, now, environment);
            let (user, from) = (&self.users[user].name, &self.sessions[connection].from);
            environment.notice(Notice::LoggedOut { user, from, why });
        }
    }

    /// Lets a stranger's connection, or one whose session has ended, hear its last lines.
    pub(crate) fn dismiss(&mut self, connection: ConnectionId, now: Instant) {
        debug_assert!(self.user_of(connection).is_none(), "its session has not ended");
        self.leave(connection, now);
    }

    /// Turns a connection into one that hears its last lines, and takes its user offline.
    fn leave(&mut self, connection: ConnectionId, now: Instant) {
        let user = self.user_of(connection);
        self.end_claim(connection);
        self.sessions.cancel_introductions(connection);
        self.files.forget(connection);
        self.sessions.leave(connection, now);
        if let Some(user) = user {
            self.users[user].session = None;
            self.users[user].last_logout = Some(now);
            self.mailboxes.rewind(user);
            self.mailboxes.end_receipts(user);
        }
    }

    /// Records that `user` came or went, in one entry, and wakes everybody online.
    pub(super) fn announce(&mut self, user: UserId, kind: PresenceKind) {
        self.presence.record(PresenceEntry { user, kind, before: self.mailboxes.next_id() });
        for connection in self.sessions.online() {
            self.ready.push(connection.index());
        }
    }
}
