//! Bugs that are planted on purpose, around the parts that are under test: the test of the
//! simulator itself. Those between the wire and the driver are in `edge`.

use smolchat_core::chat::{Limits, Rate};
use smolchat_core::store::{Durability, Entry, IsLive, Store, StoreError};
use smolchat_core::time::Duration;

/// A bug.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sabotage {
    /// None.
    #[default]
    None,
    /// A commit says that it is done and does not wait for the medium.
    MissingSync,
    /// What is accepted is released in the store at once, and not when it was acknowledged.
    EarlyRelease,
    /// A strict server gives its OK before the receiver or the store has it, as a relaxed one may.
    EarlyOk,
    /// Every tenth delivery is not told to the store.
    LostDelivery,
    /// The server does not hear acknowledgements.
    LostAcknowledgement,
    /// The server does not hear that somebody holds a file no more.
    LostWithdrawal,
    /// Nobody's block outlives a restart.
    LostBlock,
    /// Nobody is kept out any more after a restart.
    LostBan,
    /// No key outlives a restart.
    LostKey,
    /// No account outlives a restart.
    LostAccount,
    /// No changed password outlives a restart.
    LostPassword,
    /// What was released is there again after a restart.
    LostRelease,
    /// Numbers are given again after a restart.
    LostReservation,
    /// Mail expires in a quarter of its time.
    EarlyExpiry,
    /// What expired is there again after a restart.
    LostExpiry,
    /// The history tells what users say whom the reader blocks.
    OpenHistory,
    /// No broadcast of the history outlives a restart.
    LostHistory,
    /// Where somebody is, is learned from any frame that bears the address.
    StrangeMac,
    /// A reset anywhere in the window ends a connection.
    NearReset,
    /// A source may make as many accounts as it likes.
    NoBudget,
    /// A sender may have as many messages waiting as there is room for.
    NoShares,
    /// Frames are looked at some rounds after they came.
    LateFrames,
}

impl Sabotage {
    /// Every bug there is.
    pub const ALL: [Sabotage; 22] = [
        Sabotage::MissingSync,
        Sabotage::EarlyRelease,
        Sabotage::EarlyOk,
        Sabotage::LostDelivery,
        Sabotage::LostAcknowledgement,
        Sabotage::LostWithdrawal,
        Sabotage::LostBlock,
        Sabotage::LostBan,
        Sabotage::LostKey,
        Sabotage::LostAccount,
        Sabotage::LostPassword,
        Sabotage::LostRelease,
        Sabotage::LostReservation,
        Sabotage::EarlyExpiry,
        Sabotage::LostExpiry,
        Sabotage::OpenHistory,
        Sabotage::LostHistory,
        Sabotage::StrangeMac,
        Sabotage::NearReset,
        Sabotage::NoBudget,
        Sabotage::NoShares,
        Sabotage::LateFrames,
    ];
}

impl Sabotage {
    /// How long mail has where it should have this long.
    pub(super) fn mail_expires(self, wanted: Duration) -> Duration {
        match self {
            Sabotage::EarlyExpiry => Duration::from_millis(wanted.as_millis() / 4),
            _ => wanted,
        }
    }

    /// What an OK means to a server that should mean this by it.
    pub(super) fn durability(self, wanted: Durability) -> Durability {
        match self {
            Sabotage::EarlyOk => Durability::Relaxed,
            _ => wanted,
        }
    }

    /// What a source and a user may do.
    pub(super) fn limits(self, wanted: Limits) -> Limits {
        match self {
            Sabotage::NoBudget => Limits { registrations: Rate::UNLIMITED, ..wanted },
            _ => wanted,
        }
    }
}

/// A store that is sabotaged.
pub(super) struct Sabotaged<S> {
    pub(super) store: S,
    pub(super) sabotage: Sabotage,
    pub(super) deliveries: u64,
}

impl<S: Store> Store for Sabotaged<S> {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        match (self.sabotage, entry) {
            (Sabotage::LostBlock, Entry::Block { .. })
            | (Sabotage::LostBan, Entry::Ban { .. })
            | (Sabotage::LostKey, Entry::Key { .. })
            | (Sabotage::LostAccount, Entry::Account { change: 0, .. })
            | (Sabotage::LostPassword, Entry::Account { change: 1.., .. })
            | (Sabotage::LostRelease, Entry::Released { .. })
            | (Sabotage::LostExpiry, Entry::Expired { .. })
            | (Sabotage::LostHistory, Entry::Broadcast { .. })
            | (Sabotage::LostReservation, Entry::Reserved { .. }) => return Ok(()),
            (Sabotage::LostDelivery, Entry::Delivery { .. }) => {
                self.deliveries += 1;
                if self.deliveries.is_multiple_of(10) {
                    return Ok(());
                }
            }
            (Sabotage::EarlyRelease, Entry::Delivery { id, to, .. }) => {
                self.store.append(entry, is_live)?;
                return self.store.append(&Entry::Released { to, id: *id }, is_live);
            }
            _ => {}
        }
        self.store.append(entry, is_live)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        match self.sabotage {
            Sabotage::MissingSync => Ok(()),
            _ => self.store.commit(),
        }
    }
}
