//! The state of the chat: users, sessions, mailboxes, blocks, recent logins and logouts.
//! Touches the rooms below it: `time`, `arena`, `protocol`, `table`, `store` and `environment`.
//! Knows no connection's bytes: commands change it, and the server tells of it.

mod accept;
mod backlog;
mod blocks;
mod budget;
mod capacities;
mod expiry;
mod introductions;
mod keep;
mod limits;
mod lock;
mod mailboxes;
mod memory;
mod presence;
mod registrations;
mod sessions;
mod share;
mod source;
mod sources;
mod strangers;
mod summary;
mod texts;
mod users;

pub use accept::OpenBroadcast;
pub use blocks::{BlockError, Blocks};
pub use budget::{Bucket, Rate, Wait};
pub use capacities::Capacities;
pub use introductions::IntroductionPending;
pub use keep::{RELAXED_ACK_TIMEOUT, RETRY, STRICT_ACK_TIMEOUT};
pub use limits::Limits;
pub use lock::{Lock, LoginError};
pub use mailboxes::{
    Accepted, Delivery, Held, IsStored, Mailbox, Mailboxes, Notification, OpenText, Refusal,
    RestoredDelivery, Usage,
};
pub(crate) use memory::Memory;
pub use presence::{Presence, PresenceEntry, PresenceKind};
pub use registrations::Registrations;
pub use sessions::{ConnectionId, Introduction, Listening, Session, Sessions, State};
pub use source::{Origin, Source};
pub use sources::{RegistrationRefusal, SourceRow, Sources};
pub use summary::BroadcastSummary;
pub use texts::{Chunk, Header, Texts};
pub use users::{AddUserError, User, UserId, Users};

use core::net::IpAddr;

use strangers::Strangers;

use crate::protocol::MessageId;
use crate::store::Durability;
use crate::table::UniqueQueue;
use crate::time::{Duration, Instant};

/// The numbers of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settings {
    /// How long three wrong passwords in a row lock a user.
    pub block_duration: Duration,
    /// How long a session may go without a command.
    pub timeout: Duration,
    /// How long a connection may go without a login.
    pub login_deadline: Duration,
    /// Whether `register` is allowed.
    pub registration: bool,
    /// What an OK to a message means.
    pub durability: Durability,
    /// How long a message waits for a receiver who does not fetch it; 0 means for ever.
    pub mail_expires: Duration,
    /// How often a source and a user may do something.
    pub limits: Limits,
}

/// How often somebody had to wait, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// Passwords, after too many wrong ones.
    pub guesses: u32,
    /// Accounts, after too many from one source.
    pub registrations: u32,
    /// Logins, after too many of one user.
    pub logins: u32,
    /// Blocks and introductions, after too many of one user.
    pub changes: u32,
}

/// Everything that commands work on.
#[derive(Debug)]
pub struct Chat<'s> {
    /// The accounts.
    pub users: Users<'s>,
    /// The connections and whose they are.
    pub sessions: Sessions<'s>,
    /// The mailboxes.
    pub mailboxes: Mailboxes<'s>,
    /// The blocks.
    pub blocks: Blocks<'s>,
    /// Recent logins and logouts.
    pub presence: Presence<'s>,
    /// Whose turn it is to register.
    pub registrations: Registrations<'s>,
    /// What is remembered of each source.
    pub sources: Sources<'s>,
    /// How often somebody had to wait.
    pub refused: Refused,
    /// The ready queue: connections with something to write or to read.
    pub ready: UniqueQueue<'s>,
    /// The epoch: while it is the same, a message number means the same message.
    pub epoch: u32,
    /// The first number that is given after this start.
    pub(crate) first: MessageId,
    /// Numbers from this one on are not reserved yet. If numbers begin again with every start,
    /// nothing is reserved.
    pub(crate) reserved: MessageId,
    /// The store refused when it was last asked.
    store_refuses: bool,
    /// Before this moment the store is not asked again for its backlog.
    store_retry: Instant,
    /// The store refused mail of a user who has left. No user before this one has such a backlog.
    backlog_from: Option<UserId>,
    /// How far the look for mail that expires is.
    expiry: expiry::Expiry,
    /// The key of the sources' short names.
    seed: u64,
    /// When the server started.
    pub started: Instant,
    /// The numbers of the rules.
    pub settings: Settings,
    /// The sizes of the tables.
    pub capacities: Capacities,
}

impl<'s> Chat<'s> {
    /// An empty chat in lent memory. `seed` makes the names' hash unpredictable.
    pub(crate) fn new(
        memory: Memory<'s>,
        capacities: Capacities,
        settings: Settings,
        now: Instant,
        seed: u64,
    ) -> Self {
        let texts = Texts::new(memory.texts, memory.chunks);
        Chat {
            users: Users::new(memory.users, memory.names, seed),
            sessions: Sessions::new(
                memory.sessions,
                memory.session_links,
                memory.caller_links,
                Strangers::new(memory.strangers, memory.ranks, memory.rank_links),
            ),
            mailboxes: Mailboxes::new(memory.mailboxes, memory.deliveries, texts),
            blocks: Blocks::new(memory.block_counts, memory.blocks, capacities.blocks),
            presence: Presence::new(memory.presence),
            registrations: Registrations::new(memory.registrations, now),
            sources: Sources::new(memory.sources, seed),
            refused: Refused::default(),
            ready: UniqueQueue::new(memory.ready),
            epoch: users::hash(seed, "epoch") as u32,
            first: MessageId(1),
            reserved: MessageId(u64::MAX),
            store_refuses: false,
            store_retry: now,
            backlog_from: None,
            expiry: expiry::Expiry::new(now, settings.mail_expires),
            seed,
            started: now,
            settings,
            capacities,
        }
    }

    /// Adds a stranger, who counts for its source.
    pub fn connect(&mut self, connection: ConnectionId, from: IpAddr, now: Instant) {
        let Chat { sources, sessions, .. } = self;
        let row = sources.admit(Source::of(from), now, |row| sessions.has_strangers(row));
        sessions.connect(connection, from, row, now);
    }

    /// Whether `user` may make one more change: a block, an unblock or an introduction.
    ///
    /// # Errors
    /// How long until it may.
    pub fn check_change(&mut self, user: UserId, now: Instant) -> Result<(), Wait> {
        let checked = self.users[user].changes.check(self.settings.limits.changes, now);
        self.refused.changes = self.refused.changes.saturating_add(checked.is_err().into());
        checked
    }

    /// Counts one more change of `user`.
    pub fn take_change(&mut self, user: UserId, now: Instant) {
        self.users[user].changes.take(self.settings.limits.changes, now);
    }

    /// The short name of `connection`'s source, by which a user's name remembers it.
    pub fn origin(&self, connection: ConnectionId) -> Origin {
        Source::of(self.sessions[connection].from).origin(self.seed)
    }

    /// The user behind `connection`, if somebody logged in there.
    pub fn user_of(&self, connection: ConnectionId) -> Option<UserId> {
        self.sessions[connection].user()
    }

    /// Puts `user`, whose password was just checked, online on `connection`. The others hear of it.
    pub fn begin_session(&mut self, connection: ConnectionId, user: UserId, now: Instant) {
        self.users[user].session = Some(connection);
        self.mailboxes.begin_session(user);
        self.announce(user, PresenceKind::Login);
        self.sessions.go_online(connection, user, now, self.presence.next());
        self.ready.push(connection.index());
        self.set_receipts(connection);
    }

    /// Begins receipts for the user on `connection`, if there is a user and it wants receipts.
    pub fn set_receipts(&mut self, connection: ConnectionId) {
        let session = &self.sessions[connection];
        if let (true, Some(user)) = (session.receipts, session.user()) {
            self.mailboxes.begin_receipts(user);
        }
    }

    /// Ends the session on `connection`, if there is one. The others hear of it, and unacknowledged
    /// messages wait for the next session. Answers the user.
    pub fn end_session(&mut self, connection: ConnectionId, now: Instant) -> Option<UserId> {
        let user = self.leave(connection, now)?;
        self.announce(user, PresenceKind::Logout);
        Some(user)
    }

    /// As [`end_session`](Self::end_session), but nobody hears of it, for when everybody leaves at
    /// once.
    pub fn leave(&mut self, connection: ConnectionId, now: Instant) -> Option<UserId> {
        let user = self.user_of(connection);
        self.sessions.cancel_introductions(connection);
        self.sessions.leave(connection, now);
        if let Some(user) = user {
            self.users[user].session = None;
            self.users[user].last_logout = Some(now);
            self.mailboxes.rewind(user);
            self.mailboxes.end_receipts(user);
        }
        user
    }

    /// Whether `listener` may hear that `user` came or went.
    pub fn hears_of(&self, listener: UserId, user: UserId) -> bool {
        listener != user && !self.blocks.contains(user, listener)
    }

    /// Records that `user` came or went, in one entry, and wakes everybody online.
    fn announce(&mut self, user: UserId, kind: PresenceKind) {
        self.presence.record(PresenceEntry { user, kind, before: self.mailboxes.next_id() });
        for connection in self.sessions.online() {
            self.ready.push(connection.index());
        }
    }
}
