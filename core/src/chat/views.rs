//! What others may look at: users, connections, mailboxes and counts. Changes nothing.
//! Knows no line.

use super::id::{ConnectionId, UserId};
use super::mailboxes::{Held, Usage};
use super::sessions::State;
use super::texts::Header;
use super::{Capacities, Chat, Refused, Settings};
use crate::environment::Remote;
use crate::protocol::MessageId;
#[cfg(feature = "operator")]
use crate::protocol::Secret;
use crate::time::Instant;

/// Users and their sessions.
impl Chat<'_> {
    /// The user of that name.
    pub fn find(&self, name: &str) -> Option<UserId> {
        self.users.find(name)
    }

    /// How many accounts there are.
    pub fn accounts(&self) -> usize {
        self.users.len()
    }

    /// How many rows of the accounts were ever used. Some may be of accounts that are gone.
    pub fn account_rows(&self) -> usize {
        self.users.rows()
    }

    /// The account in that row, if it has one.
    pub fn nth_account(&self, row: usize) -> Option<UserId> {
        self.users.nth(row)
    }

    /// The user's name.
    pub fn name(&self, user: UserId) -> &str {
        &self.users[user].name
    }

    /// Whether the user is online.
    pub fn is_online(&self, user: UserId) -> bool {
        self.users[user].session.is_some()
    }

    /// Whether the user was online at any moment from `since` on.
    pub fn was_online_since(&self, user: UserId, since: Instant) -> bool {
        let user = &self.users[user];
        user.session.is_some() || user.last_logout.is_some_and(|logout| logout >= since)
    }

    /// When the user's last session ended, since the start.
    pub fn last_logout(&self, user: UserId) -> Option<Instant> {
        self.users[user].last_logout
    }

    /// Whether the user may give orders.
    #[cfg(feature = "operator")]
    pub fn is_admin(&self, user: UserId) -> bool {
        self.users[user].is_admin
    }

    /// Whether the account came with the product.
    #[cfg(feature = "operator")]
    pub fn is_given(&self, user: UserId) -> bool {
        self.users[user].is_given
    }

    /// Whether the user's name is locked after wrong passwords.
    #[cfg(feature = "operator")]
    pub fn is_locked(&self, user: UserId, now: Instant) -> bool {
        self.users[user].lock.remaining(now).0 > 0
    }

    /// The connection on which the user is online.
    #[cfg(feature = "operator")]
    pub(crate) fn session_of(&self, user: UserId) -> Option<ConnectionId> {
        self.users[user].session
    }

    /// The user may give orders from now on, or may not.
    #[cfg(feature = "operator")]
    pub(crate) fn set_admin(&mut self, user: UserId, is_admin: bool) {
        self.users[user].is_admin = is_admin;
    }

    /// Whether this is what lets the user in.
    #[cfg(feature = "operator")]
    pub(crate) fn has_secret(&self, user: UserId, secret: Secret<'_>) -> bool {
        let kept = self.users[user].secret();
        match secret {
            Secret::Password(password) => kept.hash().is_none() && kept.is(password),
            Secret::Hash(hash) => kept.hash() == Some(hash),
        }
    }

    /// Whether `blocker` blocks `blocked`.
    pub fn has_blocked(&self, blocker: UserId, blocked: UserId) -> bool {
        self.blocks.contains(blocker, blocked)
    }

    /// Whether `listener` may hear of `user`: that the user comes, goes, or is online.
    pub fn hears_of(&self, listener: UserId, user: UserId) -> bool {
        listener != user && !self.blocks.contains(user, listener)
    }
}

/// Connections.
impl Chat<'_> {
    /// The user behind `connection`, if somebody logged in there.
    pub fn user_of(&self, connection: ConnectionId) -> Option<UserId> {
        self.sessions[connection].user()
    }

    /// Where the connection comes from.
    pub fn remote(&self, connection: ConnectionId) -> &Remote {
        &self.sessions[connection].from
    }

    /// The state of the connection.
    pub fn state(&self, connection: ConnectionId) -> State {
        self.sessions[connection].state()
    }

    /// When the state began. For a user's session, when the user last gave a command.
    pub fn since(&self, connection: ConnectionId) -> Instant {
        self.sessions[connection].since
    }

    /// Whether the client itself acknowledges messages, and not only its TCP.
    pub fn acknowledges(&self, connection: ConnectionId) -> bool {
        self.sessions[connection].acknowledges
    }

    /// Strangers and users online, who count against the capacity.
    pub fn present(&self) -> usize {
        self.sessions.present()
    }

    /// All connections, leaving ones included.
    pub fn connected(&self) -> usize {
        self.sessions.connected()
    }

    /// How many users are online.
    pub fn online_count(&self) -> usize {
        self.sessions.online_count()
    }

    /// The connections of the users online.
    pub fn online(&self) -> impl Iterator<Item = ConnectionId> {
        self.sessions.online()
    }

    /// One of the users online, as long as there is one.
    pub fn first_online(&self) -> Option<ConnectionId> {
        self.sessions.first_online()
    }

    /// The connection of the next user online, behind `connection`.
    pub fn next_online(&self, connection: ConnectionId) -> Option<ConnectionId> {
        self.sessions.next_online(connection)
    }

    /// The stranger that goes first if one must go: the oldest of the source with most strangers.
    pub fn next_stranger(&self) -> Option<ConnectionId> {
        self.sessions.next_stranger()
    }
}

/// Mailboxes.
impl Chat<'_> {
    /// The number that the next text gets.
    pub fn next_id(&self) -> MessageId {
        self.mailboxes.next_id()
    }

    /// How many deliveries wait for `user`.
    pub fn waiting_for(&self, user: UserId) -> usize {
        self.mailboxes.len(user)
    }

    /// How much of the shared tables `user`'s own texts take.
    pub fn held_by(&self, user: UserId) -> Held {
        self.mailboxes.held(user)
    }

    /// Texts that `user` has waiting, and how many the user may have now.
    pub fn texts_of(&self, user: UserId) -> Usage {
        self.mailboxes.texts_of(user)
    }

    /// The most deliveries in one mailbox.
    pub fn mailbox_quota(&self) -> usize {
        self.mailboxes.mailbox_quota()
    }

    /// The most that one sender may have in an empty mailbox.
    pub fn mailbox_share(&self) -> usize {
        self.mailboxes.mailbox_share()
    }

    /// The first text that `user`'s session has not sent.
    pub(crate) fn unsent(&self, user: UserId) -> Option<&Header> {
        self.mailboxes.unsent(user)
    }

    /// The words of [`unsent`](Self::unsent), in pieces; none if there is no such text. A character
    /// may lie across two pieces.
    pub(crate) fn unsent_pieces(&self, user: UserId) -> impl Iterator<Item = &[u8]> {
        self.mailboxes.unsent_pieces(user)
    }
}

/// How much of each table is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Texts of messages.
    pub texts: Usage,
    /// Pieces of texts.
    pub pieces: Usage,
    /// Deliveries of all mailboxes.
    pub deliveries: Usage,
    /// Blocks of all users.
    pub blocks: Usage,
    /// Keys that users added.
    pub keys: Usage,
    /// Rows that serve one source each.
    pub sources: Usage,
    /// How often a source found no row of its own.
    pub sharing: u32,
    /// Broadcasts of the history.
    pub history: Usage,
    /// Files that clients hold.
    pub files: Usage,
    /// Holders of files.
    pub holders: Usage,
    /// How many texts were accepted since the start.
    pub accepted: u64,
    /// How often somebody had to wait.
    pub refused: Refused,
}

/// Numbers.
impl Chat<'_> {
    /// How much of each table is used.
    pub fn figures(&self) -> Figures {
        let (used, of) = self.mailboxes.texts_used();
        let (remembered, history) = self.history.used();
        Figures {
            texts: Usage { used, of },
            pieces: self.mailboxes.pieces(),
            deliveries: self.mailboxes.deliveries(),
            blocks: Usage { used: self.blocks.len(), of: self.capacities.blocks },
            keys: Usage { used: self.keys.len(), of: self.capacities.keys },
            sources: Usage { used: self.sources.used(), of: self.sources.capacity() },
            sharing: self.sources.sharing(),
            history: Usage { used: remembered, of: history },
            files: self.files.used(),
            holders: self.files.holders_used(),
            accepted: self.accepted(),
            refused: self.refused,
        }
    }

    /// When the server started.
    pub fn started(&self) -> Instant {
        self.started
    }

    /// The numbers of the rules.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The sizes of the tables.
    pub fn capacities(&self) -> &Capacities {
        &self.capacities
    }
}
