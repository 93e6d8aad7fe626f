//! The state of the chat: users, sessions, mailboxes, blocks, recent logins and logouts. Knows no
//! connection's bytes. Commands change it, and so does the server when a connection comes, goes, or
//! acknowledges.

mod audience;
mod backlog;
#[cfg(feature = "operator")]
mod banning;
#[cfg(feature = "operator")]
mod bans;
mod blocking;
mod blocks;
mod budget;
mod capacities;
mod claims;
mod durable;
mod expiry;
mod files;
mod finding;
mod hashing;
mod hearing;
mod history;
mod id;
mod inactivity;
mod introducing;
mod introductions;
mod keeping_keys;
mod keys;
mod limits;
mod lock;
mod login;
mod mailboxes;
mod memory;
mod online;
mod password;
mod pieces;
mod presence;
mod recalling;
mod registering;
mod registrations;
mod remembering;
#[cfg(feature = "operator")]
mod removing;
mod restoring;
mod send;
mod sessions;
mod share;
mod sharing;
mod source;
mod sources;
mod strangers;
#[cfg(test)]
pub(crate) mod testing;
mod texts;
#[cfg(feature = "operator")]
mod top;
mod users;
mod views;

#[cfg(feature = "operator")]
pub use banning::BanRefusal;
#[cfg(feature = "operator")]
pub(crate) use banning::{Reach, SayRefusal};
#[cfg(feature = "operator")]
pub(crate) use bans::Target;
pub use blocking::{BlockRefusal, UnblockRefusal};
pub use budget::{Rate, Wait};
pub use capacities::Capacities;
pub(crate) use claims::CLAIM;
pub use durable::{RELAXED_ACK_TIMEOUT, RETRY, STRICT_ACK_TIMEOUT};
pub use files::FileKey;
pub(crate) use finding::{Found, Listed, Listing, Search};
pub use id::{ConnectionId, UserId};
pub use introducing::{Introduced, IntroductionRefusal};
pub use keeping_keys::{AddKeyRefusal, RemoveKeyRefusal};
pub use limits::Limits;
pub use login::{LoginRefusal, Proof};
pub(crate) use mailboxes::Notification;
pub use mailboxes::{Held, Refusal, Upto, Usage};
pub(crate) use memory::Memory;
pub use password::PasswordRefusal;
pub use pieces::Chunk;
pub(crate) use recalling::{Recall, Recalled, Remembered};
pub use registering::RegisterRefusal;
#[cfg(feature = "operator")]
pub use removing::AccountRefusal;
pub use restoring::{AddAccountError, RestoreError};
pub use send::{BroadcastTicket, MessageRefusal, MessageTicket};
pub use sessions::{Listening, State};
pub use sharing::{HoldRefusal, Offered};
#[cfg(feature = "smoltcp")]
pub(crate) use source::Source;
#[cfg(feature = "operator")]
pub(crate) use top::{Most, Table};
pub use views::Figures;

use blocks::Blocks;
use durable::Durable;
use files::{Files, FilesMemory};
use history::History;
use keys::Keys;
use mailboxes::Mailboxes;
use presence::Presence;
use registrations::Registrations;
use sessions::Sessions;
use sources::Sources;
use strangers::Strangers;
use texts::Texts;
use users::Users;

use crate::store::Durability;
use crate::table::UniqueQueue;
use crate::time::{Duration, Instant};

/// The numbers of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Settings {
    /// How long three wrong passwords in a row lock a user.
    pub block_duration: Duration,
    /// How long a session may go without a command; 0 means for ever.
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
    /// Changes of blocks and keys, and introductions, after too many of one user.
    pub changes: u32,
}

/// Everything that commands work on.
#[derive(Debug)]
pub struct Chat<'s> {
    /// The accounts.
    users: Users<'s>,
    /// The connections and whose they are.
    sessions: Sessions<'s>,
    /// The mailboxes.
    mailboxes: Mailboxes<'s>,
    /// The blocks.
    blocks: Blocks<'s>,
    /// The keys that users added.
    keys: Keys<'s>,
    /// Who is kept out.
    #[cfg(feature = "operator")]
    bans: bans::Bans<'s>,
    /// Recent logins and logouts.
    presence: Presence<'s>,
    /// The last broadcasts.
    history: History<'s>,
    /// The files that clients hold.
    files: Files<'s>,
    /// Whose turn it is to register.
    registrations: Registrations<'s>,
    /// What is remembered of each source.
    sources: Sources<'s>,
    /// How often somebody had to wait.
    refused: Refused,
    /// The ready queue: connections with something to write or to read. It stands here because a
    /// change finds those whom it concerns one by one: to answer them all would take a list.
    ready: UniqueQueue<'s>,
    /// What the store was promised.
    durable: Durable,
    /// How far the look for mail that expires is.
    expiry: expiry::Expiry,
    /// The key of the sources' short names.
    seed: u64,
    /// When the server started.
    started: Instant,
    /// The numbers of the rules.
    settings: Settings,
    /// The sizes of the tables.
    capacities: Capacities,
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
            users: Users::new(memory.users, capacities.users, memory.names, seed),
            sessions: Sessions::new(
                memory.sessions,
                memory.session_links,
                memory.caller_links,
                Strangers::new(memory.strangers, memory.ranks, memory.rank_links),
            ),
            mailboxes: Mailboxes::new(memory.mailboxes, memory.deliveries, texts),
            blocks: Blocks::new(memory.block_counts, memory.blocks, capacities.blocks),
            keys: Keys::new(memory.keys),
            #[cfg(feature = "operator")]
            bans: bans::Bans::new(memory.bans),
            presence: Presence::new(memory.presence),
            history: History::new(
                memory.history,
                memory.history_links,
                memory.history_chunks,
                memory.history_held,
            ),
            files: Files::new(
                FilesMemory {
                    rows: memory.files,
                    links: memory.file_links,
                    keys: memory.file_keys,
                    names: memory.file_names,
                    holders: memory.holders,
                    holder_links: memory.holder_links,
                    pairs: memory.holder_pairs,
                    holdings: memory.holdings,
                },
                seed,
            ),
            registrations: Registrations::new(memory.registrations, now),
            sources: Sources::new(memory.sources, seed),
            refused: Refused::default(),
            ready: UniqueQueue::new(memory.ready),
            durable: Durable::new(settings.durability, now, users::hash(seed, "epoch") as u32),
            expiry: expiry::Expiry::new(now, settings.mail_expires),
            seed,
            started: now,
            settings,
            capacities,
        }
    }

    /// Whether `user` may make one more change: of a block or a key, or an introduction.
    ///
    /// # Errors
    /// How long until it may.
    fn check_change(&mut self, user: UserId, now: Instant) -> Result<(), Wait> {
        let checked = self.users[user].changes.check(self.settings.limits.changes, now);
        if checked.is_err() {
            count_up(&mut self.refused.changes);
        }
        checked
    }

    /// Counts one more change of `user`.
    fn take_change(&mut self, user: UserId, now: Instant) {
        self.users[user].changes.take(self.settings.limits.changes, now);
    }
}

/// Counts one more of something, up to the most that fits.
fn count_up(count: &mut u32) {
    *count = count.saturating_add(1);
}
