//! The entries that outlive a restart: registered accounts, their keys, blocks, messages that are
//! not acknowledged yet, the last broadcasts. It is the only seam to whatever keeps them: a log in
//! flash, a file, a list in a test.
//!
//! A store is a log of every change, in the order in which the changes happen. At start it replays
//! them, in that order, and [`Server::restore`](crate::server::Server::restore) restores the
//! tables from them. It may leave out entries that no longer matter. Only the chat knows which ones
//! matter, so each call brings a way to ask.

#[cfg(feature = "operator")]
use crate::operator::Whom;
use crate::protocol::{Kind, MessageId, Secret};
use crate::time::Instant;

/// One change that outlives a restart. Entries name users by name: a number would mean another user
/// once the accounts are edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// An account was registered, or its password was changed.
    Account {
        /// Its name.
        user: &'a str,
        /// What lets its user in from now on.
        secret: Secret<'a>,
        /// How often it was changed: 0 for an account that was registered. The highest counts.
        change: u16,
        /// The account came with the product, and ends with it.
        is_given: bool,
        /// Texts below this number are not its user's, but of an earlier account of that name. 0
        /// where none was ever removed.
        since: MessageId,
    },
    /// An account was removed. All that the store has of it from before is void, except what its
    /// user said to others.
    #[cfg(feature = "operator")]
    AccountRemoved {
        /// Its name.
        user: &'a str,
        /// Texts and accounts of that name below this number are the removed one's.
        before: MessageId,
        /// The same for blocks of it and against it.
        block: u32,
        /// The same for its keys.
        key: u32,
        /// The account came with the product, which must part with it, too.
        is_given: bool,
    },
    /// Somebody is kept out. A ban takes the place of an earlier one.
    #[cfg(feature = "operator")]
    Ban {
        /// Whom.
        whom: Whom<'a>,
        /// Until when; the end of time for good.
        until: Instant,
        /// The number of the next text when it was set.
        number: MessageId,
    },
    /// A ban is over before its time.
    #[cfg(feature = "operator")]
    Unban {
        /// Whom it kept out.
        whom: Whom<'a>,
    },
    /// A block was set.
    Block {
        /// By whom.
        blocker: &'a str,
        /// Against whom.
        blocked: &'a str,
        /// The block's number. A block that is set again has another number.
        number: u32,
    },
    /// A block was removed.
    Unblock {
        /// By whom.
        blocker: &'a str,
        /// Against whom.
        blocked: &'a str,
    },
    /// A user added a key to its account.
    Key {
        /// Who.
        user: &'a str,
        /// The ed25519 key.
        key: &'a [u8; 32],
        /// The key's number. A key that is added again has another number.
        number: u32,
    },
    /// A user took a key back.
    KeyRemoved {
        /// Who.
        user: &'a str,
        /// The ed25519 key.
        key: &'a [u8; 32],
    },
    /// A text was accepted for one receiver. A broadcast has one such entry for each receiver, all
    /// with the same number.
    Delivery {
        /// The text's number.
        id: MessageId,
        /// Whether it was said to one user or to all.
        kind: Kind,
        /// Who sent it.
        from: &'a str,
        /// Its receiver.
        to: &'a str,
        /// When it was accepted.
        at: Instant,
        /// What was said.
        text: &'a str,
    },
    /// A broadcast entered the history. The store may lose it: nothing was promised.
    Broadcast {
        /// Its number.
        id: MessageId,
        /// Who sent it.
        from: &'a str,
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
    /// Numbers below this one may have been given to texts, and are never given again.
    Reserved {
        /// The first number that is not reserved.
        next: MessageId,
    },
}

/// What an OK to a message means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Durability {
    /// The message is in the store, or its receiver has acknowledged it. An online receiver gets it
    /// at once. The OK waits for the acknowledgement, or for the store if that does not come within
    /// [`STRICT_ACK_TIMEOUT`](crate::chat::STRICT_ACK_TIMEOUT).
    #[default]
    Strict,
    /// The same for an offline receiver. For an online receiver the OK says that the message is on
    /// its way. It is stored if the acknowledgement does not come within
    /// [`RELAXED_ACK_TIMEOUT`](crate::chat::RELAXED_ACK_TIMEOUT).
    Relaxed,
    /// Only accounts are stored. Messages are gone with the power.
    Off,
}

/// Why the store does not take a change. Nothing of the change is in the store then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StoreError {
    /// There is no room, and no entry to leave out.
    Full,
    /// There is no store, or it does not work.
    Failed,
    /// The store has an account of that name, or keeps the name for one, which the chat does not
    /// know. Only a store that people write into, too, says so, and only of a new account.
    NameTaken,
}

/// Whether an entry still matters to the chat: a delivery that waits, a block that stands.
/// [`Entry::Unblock`], [`Entry::KeyRemoved`], [`Entry::Released`], [`Entry::Expired`] and `Unban`
/// only say that something is over. They matter while the entry that they end may still be in the
/// store. The store decides that by itself, because it leaves out the oldest entries first.
pub type IsLive<'a> = &'a dyn Fn(&Entry<'_>) -> bool;

/// Whatever keeps entries.
pub trait Store {
    /// Takes an entry. It is durable after the next [`commit`](Self::commit). To make room, the
    /// store may leave out older entries that are not live.
    ///
    /// # Errors
    /// The entry is not kept; earlier entries still are.
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError>;

    /// Makes appended entries durable. It is called once in every round, before any promise of the
    /// round leaves. It costs nothing if nothing was appended.
    ///
    /// # Errors
    /// Nobody knows which entries are durable. No promise of the round may leave, and the server
    /// must start again.
    fn commit(&mut self) -> Result<(), StoreError>;
}
