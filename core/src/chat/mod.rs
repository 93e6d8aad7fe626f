//! The state of the chat: who exists, who is here, what waits for whom, who wants nothing of whom, what happened lately.
//! Touches `wire`, `table`, `time` and `store`. Knows no bytes: commands change it, the server tells of it.

mod accept;
mod blocks;
mod budget;
mod capacities;
mod expiry;
mod introductions;
mod keep;
mod left_behind;
mod limits;
mod lock;
mod mailboxes;
mod memory;
mod presence;
mod reach;
mod registrations;
mod sessions;
mod share;
mod source;
mod sources;
mod strangers;
mod texts;
mod users;

pub use accept::OpenBroadcast;
pub use blocks::{BlockError, Blocks};
pub use budget::{Bucket, Rate, Wait};
pub use capacities::Capacities;
pub use introductions::IntroductionPending;
pub use keep::{GRACE, PATIENCE, RETRY};
pub use limits::Limits;
pub use lock::{Lock, LoginError};
pub use mailboxes::{
    Accepted, Delivery, Held, Kept, Mailbox, Mailboxes, News, OpenText, Refusal, Restored, Usage,
};
pub(crate) use memory::Memory;
pub use presence::{Presence, PresenceEntry, PresenceKind};
pub use reach::Reach;
pub use registrations::Registrations;
pub use sessions::{ConnectionId, Introduction, Listening, Session, Sessions, State};
pub use source::{Origin, Source};
pub use sources::{RegistrationRefusal, SourceRow, Sources};
pub use texts::{Chunk, Text, Texts};
pub use users::{AddUserError, User, UserId, Users};

use core::net::IpAddr;

use strangers::Strangers;

use crate::store::Durability;
use crate::table::UniqueQueue;
use crate::time::{Duration, Instant};
use crate::wire::MessageId;

/// The rules that are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settings {
    /// How long three wrong passwords in a row lock a user.
    pub block_duration: Duration,
    /// How long a session may go without a command.
    pub timeout: Duration,
    /// How long a connection may go without a login.
    pub login_deadline: Duration,
    /// Whether `register` is heard.
    pub registration: bool,
    /// What an OK to a message means.
    pub durability: Durability,
    /// How long a message waits for a receiver who does not fetch it; 0 means for ever.
    pub mail_expires: Duration,
    /// What a source and a user may do at most.
    pub limits: Limits,
}

/// How often somebody was told to wait, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refused {
    /// With a password, after too many wrong ones.
    pub guesses: u32,
    /// With an account, after too many from one source.
    pub registrations: u32,
    /// With a login, after too many of one user.
    pub logins: u32,
    /// With a block or an introduction, after too many of one user.
    pub changes: u32,
}

/// Everything the commands work on.
#[derive(Debug)]
pub struct Chat<'s> {
    /// The accounts.
    pub users: Users<'s>,
    /// The connections and whose they are.
    pub sessions: Sessions<'s>,
    /// What waits for whom.
    pub mailboxes: Mailboxes<'s>,
    /// Who wants nothing of whom.
    pub blocks: Blocks<'s>,
    /// Who came and went lately.
    pub presence: Presence<'s>,
    /// Whose turn it is to register.
    pub registrations: Registrations<'s>,
    /// What is remembered of where people come from.
    pub sources: Sources<'s>,
    /// How often somebody was told to wait.
    pub refused: Refused,
    /// Connections that have something to say or to read.
    pub ready: UniqueQueue<'s>,
    /// Numbers of messages mean the same message as long as this number is the same.
    pub epoch: u32,
    /// The first number that this start gives.
    pub(crate) first: MessageId,
    /// Numbers from this one on are not reserved yet. Where numbers begin anew with every start there is nothing to reserve.
    pub(crate) reserved: MessageId,
    /// The store took nothing when it was last asked.
    store_refuses: bool,
    /// Before this moment the store is not asked again for what it owes.
    store_retry: Instant,
    /// The store refused something that waits for somebody who has left: nobody before this user is owed anything.
    owed_from: Option<UserId>,
    /// How far the look for mail that expires is.
    expiry: expiry::Expiry,
    /// The key to what sources are called.
    seed: u64,
    /// When the server started.
    pub started: Instant,
    /// The rules that are numbers.
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
            owed_from: None,
            expiry: expiry::Expiry::new(now, settings.mail_expires),
            seed,
            started: now,
            settings,
            capacities,
        }
    }

    /// Somebody connected, a stranger, and counts for its source.
    pub fn connect(&mut self, connection: ConnectionId, from: IpAddr, now: Instant) {
        let Chat { sources, sessions, .. } = self;
        let row = sources.admit(Source::of(from), now, |row| sessions.has_strangers(row));
        sessions.connect(connection, from, row, now);
    }

    /// Whether `user` may change one more thing that is stored or told to another, a block or an introduction.
    ///
    /// # Errors
    /// How long until it may.
    pub fn check_change(&mut self, user: UserId, now: Instant) -> Result<(), Wait> {
        let checked = self.users[user].changes.check(self.settings.limits.changes, now);
        self.refused.changes = self.refused.changes.saturating_add(checked.is_err().into());
        checked
    }

    /// `user` changed one more thing.
    pub fn take_change(&mut self, user: UserId, now: Instant) {
        self.users[user].changes.take(self.settings.limits.changes, now);
    }

    /// What the source of `connection` is called where a name remembers it.
    pub fn origin(&self, connection: ConnectionId) -> Origin {
        Source::of(self.sessions[connection].from).origin(self.seed)
    }

    /// The user behind `connection`, if somebody logged in there.
    pub fn user_of(&self, connection: ConnectionId) -> Option<UserId> {
        self.sessions[connection].user()
    }

    /// `user`, just checked, is online from now on, over `connection`; the others will hear of it.
    pub fn begin_session(&mut self, connection: ConnectionId, user: UserId, now: Instant) {
        self.users[user].session = Some(connection);
        self.mailboxes.begin_session(user);
        self.announce(user, PresenceKind::Login);
        self.sessions.go_online(connection, user, now, self.presence.next());
        self.ready.push(connection.index());
        self.set_receipts(connection);
    }

    /// The user on `connection`, if somebody is logged in there, is told what becomes of its messages, if it wants to be.
    pub fn set_receipts(&mut self, connection: ConnectionId) {
        let session = &self.sessions[connection];
        if let (true, Some(user)) = (session.receipts, session.user()) {
            self.mailboxes.begin_receipts(user);
        }
    }

    /// The session on `connection`, if there is one, is over; the others will hear of it, and what was not acknowledged waits
    /// for the next. Answers whose it was.
    pub fn end_session(&mut self, connection: ConnectionId, now: Instant) -> Option<UserId> {
        let user = self.leave(connection, now)?;
        self.announce(user, PresenceKind::Logout);
        Some(user)
    }

    /// As [`end_session`](Self::end_session), and nobody hears of it: for when everybody leaves at once.
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

    /// Notes down that `user` came or went, and wakes everybody who is online. One entry, however many there are.
    fn announce(&mut self, user: UserId, kind: PresenceKind) {
        self.presence.record(PresenceEntry { user, kind, before: self.mailboxes.next_id() });
        for connection in self.sessions.online() {
            self.ready.push(connection.index());
        }
    }
}
