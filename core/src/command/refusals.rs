//! Replies that several commands give if a table or the store refuses.

use crate::chat::{HoldRefusal, Refusal};
use crate::protocol::Reply;
use crate::store::StoreError;

/// The reply if the server has no room for a text.
pub(super) fn no_room(refusal: Refusal) -> Reply<'static> {
    match refusal {
        Refusal::Sender => Reply::SenderShare,
        Refusal::Reserved => Reply::AbsentFull,
        Refusal::Server | Refusal::Mailbox => Reply::MessagesFull,
    }
}

/// The reply if the store does not take something.
pub(super) fn not_stored(error: StoreError) -> Reply<'static> {
    match error {
        StoreError::Full => Reply::StoreFull,
        StoreError::Failed | StoreError::NameTaken => Reply::NotStored,
    }
}

/// The reply if the chat does not take a user for a holder of a file.
pub(super) fn not_held(refusal: HoldRefusal) -> Reply<'static> {
    match refusal {
        HoldRefusal::Off => Reply::FilesOff,
        HoldRefusal::BadName => Reply::BadFileName,
        HoldRefusal::Silent => Reply::AnnounceFirst,
        HoldRefusal::NoSuchFile => Reply::NoSuchFile,
        HoldRefusal::FilesFull => Reply::FilesFull,
        HoldRefusal::HoldersFull => Reply::HoldersFull,
        HoldRefusal::Share { limit } => Reply::FileShare { limit: limit as u32 },
    }
}
