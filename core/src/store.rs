//! What outlives a restart: accounts that were registered, blocks, messages that nobody has acknowledged yet.
//! Touches `wire` and `time`. The one seam to whatever keeps it: a log in flash, a file, a list in a test.
//!
//! A store is a log that is told of every change, in the order in which the changes happen. At start it tells them again, in that
//! order, and [`Server::restore`](crate::server::Server::restore) makes of them what it had. What no longer matters it may leave
//! out; whether something still matters only the chat knows, so each call brings a way to ask.

use crate::time::Instant;
use crate::wire::{Kind, MessageId};

/// One change that outlives a restart. Users are named by their names: a number would mean another user once the accounts are
/// edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// An account was registered.
    Account {
        /// Its name.
        user: &'a str,
        /// Its password.
        password: &'a str,
    },
    /// A block was set.
    Block {
        /// By whom.
        blocker: &'a str,
        /// Against whom.
        blocked: &'a str,
        /// Which of those that these two had: set again, it has another.
        number: u32,
    },
    /// A block was taken back.
    Unblock {
        /// By whom.
        blocker: &'a str,
        /// Against whom.
        blocked: &'a str,
    },
    /// A text was accepted for one receiver. A broadcast is one of these for each of its recipients, with the same number.
    Delivery {
        /// The text's number.
        id: MessageId,
        /// Said to one, or to all.
        kind: Kind,
        /// Who sent it.
        from: &'a str,
        /// For whom it is.
        to: &'a str,
        /// When it was accepted.
        at: Instant,
        /// What was said.
        text: &'a str,
    },
    /// A receiver has everything up to this number.
    Released {
        /// Who.
        to: &'a str,
        /// The last number that was released.
        id: MessageId,
    },
    /// Mail up to this number expired for a receiver. A reader of the store takes it as
    /// [`Released`](Self::Released). But it must be durable before a sender hears of it, and an
    /// acknowledgement need not be.
    Expired {
        /// Who did not fetch it.
        to: &'a str,
        /// The last number that expired.
        id: MessageId,
    },
    /// Numbers below this one may have been given to texts: they are never given again.
    Reserved {
        /// The first number that was not.
        next: MessageId,
    },
}

/// What an OK to a message means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Durability {
    /// It is in the store, or its receiver has acknowledged it. One who is online gets it at once; the OK waits for the acknowledgement,
    /// and where that does not come within [`PATIENCE`](crate::chat::PATIENCE), for the store.
    #[default]
    Strict,
    /// The same for a receiver who is offline. To one who is online the OK says that it is on its way, and it is stored where the
    /// acknowledgement does not come within [`GRACE`](crate::chat::GRACE).
    Relaxed,
    /// Nothing is stored but accounts; it is gone with the power.
    Off,
}

/// Why a change is not kept. Nothing of it is in the store then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StoreError {
    /// There is no room, and nothing to leave out.
    Full,
    /// There is no store, or it does not work.
    Failed,
}

/// Whether an entry still matters, as the chat stands: a delivery that waits, a block that stands.
/// What only says that something is over ([`Entry::Unblock`], [`Entry::Released`],
/// [`Entry::Expired`]) matters as long as what it ends may still be in the store, which the store
/// decides by itself: it leaves out the oldest first.
pub type IsLive<'a> = &'a dyn Fn(&Entry<'_>) -> bool;

/// Whatever keeps entries.
pub trait Store {
    /// Takes an entry. It is durable once [`commit`](Self::commit) has been called; to make room, older entries that are not live
    /// may be left out from now on.
    ///
    /// # Errors
    /// It is not kept; what was kept before still is.
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError>;

    /// Makes durable what was appended. Called once in every round, before anything that promises durability is said; costs nothing
    /// where nothing was appended.
    ///
    /// # Errors
    /// Nobody knows what of it is durable: nothing may be said that promises it, and the server must start anew.
    fn commit(&mut self) -> Result<(), StoreError>;
}
