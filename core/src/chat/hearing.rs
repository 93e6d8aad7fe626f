//! What a connection hears next, and how far it has heard: notifications, logins and logouts,
//! messages.
//! Knows no line. `server/output` writes what is told here.

use super::Chat;
use super::audience::Audience;
use super::id::{ConnectionId, UserId};
use super::mailboxes::Notification;
use super::presence::PresenceKind;
use crate::protocol::{Event, MessageId, Reply};

impl Chat<'_> {
    /// `acks on`: from now on only the client's `ack` releases a message.
    pub fn begin_acknowledgements(&mut self, connection: ConnectionId) {
        self.sessions[connection].acknowledges = true;
    }

    /// `receipts on`: the user on `connection` hears what becomes of its messages, from now on or
    /// from its login on.
    pub fn request_receipts(&mut self, connection: ConnectionId) {
        self.sessions[connection].receipts = true;
        self.begin_receipts(connection);
    }

    /// Begins receipts for the user on `connection`, if there is a user and it wants receipts.
    pub(super) fn begin_receipts(&mut self, connection: ConnectionId) {
        let session = &self.sessions[connection];
        if let (true, Some(user)) = (session.receipts, session.user()) {
            self.mailboxes.begin_receipts(user);
        }
    }

    /// The OK to text `id`.
    pub(crate) fn ok(&self, id: MessageId, audience: Audience) -> Reply<'_> {
        match audience {
            Audience::Online => Reply::Accepted { id },
            Audience::Offline(user) => Reply::Stored { id, user: self.name(user) },
            Audience::All(summary) => summary.reply(id),
            // Nobody asks for it: the operator heard at once that it was said.
            Audience::Everybody => Reply::Accepted { id },
        }
    }

    /// What `user` hears next of its own texts; then [`mark_notified`](Self::mark_notified).
    pub(crate) fn notification(&self, user: UserId) -> Option<Notification> {
        self.mailboxes.notification(user)
    }

    /// [`notification`](Self::notification) was written. Answers whether requests of the user may
    /// go on that had to wait before.
    pub(crate) fn mark_notified(&mut self, user: UserId) -> bool {
        let waited = self.has_ok_outstanding(user);
        self.mailboxes.mark_notified(user);
        waited && !self.has_ok_outstanding(user)
    }

    /// The first text in `user`'s mailbox that was not sent was written, and ends at byte `end` of
    /// the connection's output.
    pub(crate) fn mark_sent(&mut self, user: UserId, end: u32) {
        self.mailboxes.mark_sent(user, end);
    }

    /// Passes over logins and logouts of which `user` on `connection` must not hear. Each is looked
    /// at once, however often the session is asked.
    pub(crate) fn pass_over_presence(&mut self, connection: ConnectionId, user: UserId) {
        let mut heard = self.sessions[connection].heard;
        while let Some(entry) = self.presence.get(heard)
            && !self.hears_of(user, entry.user)
        {
            heard += 1;
        }
        self.sessions[connection].heard = heard;
    }

    /// The next login or logout before message `before`, and how far the session on `connection`
    /// has heard then: [`mark_heard`](Self::mark_heard). If the ring has lost some, the event says
    /// how many. [`pass_over_presence`](Self::pass_over_presence) comes first.
    pub(crate) fn next_presence(
        &self,
        connection: ConnectionId,
        before: Option<MessageId>,
    ) -> Option<(Event<'_>, u64)> {
        let (heard, oldest) = (self.sessions[connection].heard, self.presence.oldest());
        if heard < oldest {
            return Some((Event::Missed { count: (oldest - heard) as u32 }, oldest));
        }
        let entry = self.presence.get(heard)?;
        if before.is_some_and(|id| entry.before > id) {
            return None;
        }
        let user = self.name(entry.user);
        let event = match entry.kind {
            PresenceKind::Login => Event::Login { user },
            PresenceKind::Logout => Event::Logout { user },
        };
        Some((event, heard + 1))
    }

    /// The session on `connection` has heard of all logins and logouts before number `heard`.
    pub(crate) fn mark_heard(&mut self, connection: ConnectionId, heard: u64) {
        self.sessions[connection].heard = heard;
    }

    /// The next connection that has something to write or to read.
    pub(crate) fn next_ready(&mut self) -> Option<ConnectionId> {
        self.ready.pop().map(|index| ConnectionId(index as u16))
    }

    /// `connection` has something to write or to read.
    pub(crate) fn wake(&mut self, connection: ConnectionId) {
        self.ready.push(connection.index());
    }
}
